SELECT prompt_id, stratum_id FROM place
