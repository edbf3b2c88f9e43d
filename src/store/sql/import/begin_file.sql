INSERT INTO import_file (import_run_id, path, format) VALUES (?1, ?2, ?3) RETURNING id
