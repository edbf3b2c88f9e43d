SELECT use_number FROM usage WHERE prompt_id = ?1 AND released = 0 ORDER BY use_number
