INSERT INTO attempt (distill_run_id, prompt_id, teacher_id, provider, max_tokens, state, sent_at, reserved, batch_id)
VALUES (?1, ?2, ?3, ?4, ?5, 'sent', ?6, ?7, ?8)
ON CONFLICT DO NOTHING
RETURNING id
