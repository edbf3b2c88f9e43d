INSERT INTO place (stratum_id, position, prompt_id) VALUES (?, ?, ?)
