INSERT INTO batch (distill_run_id, provider, base_url, state, created_at) VALUES (?1, ?2, ?3, 'creating', ?4) RETURNING id
