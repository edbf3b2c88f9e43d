SELECT CAST(COALESCE(SUM(CASE WHEN attempt.state IN ('sent', 'lost') THEN attempt.reserved ELSE attempt.cost END), 0) AS INTEGER)
FROM attempt
JOIN distill_run ON distill_run.id = attempt.distill_run_id
WHERE distill_run.distillation_id = ?1
