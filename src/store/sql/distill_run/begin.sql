INSERT INTO distill_run (distillation_id, started_at, state, program, options, prices, estimate, terms)
VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?6, ?7)
RETURNING id
