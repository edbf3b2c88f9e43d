SELECT prompt_id, stratum_id, position FROM place ORDER BY prompt_id
