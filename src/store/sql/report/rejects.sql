SELECT import_file.path, import_file.import_run_id, import_reject.reason, import_reject.records
FROM import_reject
JOIN import_file ON import_file.id = import_reject.import_file_id
ORDER BY import_reject.import_file_id, import_reject.reason
