SELECT stratum_id, position FROM place WHERE prompt_id = ?1
