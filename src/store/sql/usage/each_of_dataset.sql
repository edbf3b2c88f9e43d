SELECT prompt_id, area, language, source FROM usage WHERE dataset_id = ?1 ORDER BY rank
