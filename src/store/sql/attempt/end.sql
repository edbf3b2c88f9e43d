UPDATE attempt
SET state = ?2, ended_at = ?3, milliseconds = ?4, status = ?5, error = ?6, request_id = ?7, model = ?8,
    stop_reason = ?9, input_tokens = ?10, cache_read_tokens = ?11, cache_write_tokens = ?12, output_tokens = ?13,
    cost = ?14
WHERE id = ?1
