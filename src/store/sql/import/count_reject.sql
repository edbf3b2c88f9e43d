INSERT INTO import_reject (import_file_id, reason, records) VALUES (?1, ?2, ?3)
ON CONFLICT (import_file_id, reason) DO UPDATE SET records = import_reject.records + excluded.records
