SELECT id, hash, import_file_id, text FROM prompt ORDER BY id
