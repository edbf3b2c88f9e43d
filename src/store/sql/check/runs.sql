SELECT import_run.id, import_run.read_count, CAST(COALESCE(SUM(import_file.read_count), 0) AS INTEGER)
FROM import_run
LEFT JOIN import_file ON import_file.import_run_id = import_run.id
GROUP BY import_run.id, import_run.read_count
HAVING import_run.read_count <> COALESCE(SUM(import_file.read_count), 0)
ORDER BY import_run.id
