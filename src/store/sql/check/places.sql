SELECT stratum_id, position, prompt_id FROM place ORDER BY stratum_id, position
