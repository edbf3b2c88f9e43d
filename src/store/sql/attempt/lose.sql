UPDATE attempt SET state = 'lost', ended_at = ?1 WHERE state = 'sent' AND batch_id IS NULL
