SELECT batch.id, batch.provider, batch.base_url, batch.remote_id, distill_run.prices
FROM batch
JOIN distill_run ON distill_run.id = batch.distill_run_id
WHERE batch.state IN ('creating', 'open')
ORDER BY batch.id
