SELECT path, import_run_id, format, bytes, read_count, added, duplicates, rejected, conflicts
FROM import_file ORDER BY id
