INSERT INTO import_run (started_at, program, options, state) VALUES (?1, ?2, ?3, 'running') RETURNING id
