UPDATE attempt SET state = ?2, ended_at = ?3, error = ?4 WHERE batch_id = ?1 AND state = 'sent'
