SELECT prompt_id FROM usage WHERE dataset_id = ?1 ORDER BY rank
