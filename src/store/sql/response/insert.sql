INSERT INTO response (prompt_id, teacher_id, max_tokens, attempt_id, ending, text)
SELECT prompt_id, teacher_id, max_tokens, id, ?2, ?3 FROM attempt WHERE id = ?1
