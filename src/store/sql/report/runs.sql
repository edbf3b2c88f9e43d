SELECT id, started_at, finished_at, state, program, read_count, added, duplicates, rejected, conflicts,
    (SELECT COUNT(*) FROM import_file WHERE import_file.import_run_id = import_run.id)
FROM import_run ORDER BY id
