INSERT INTO usage (dataset_id, rank, prompt_id, use_number, category, area, language, source)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
