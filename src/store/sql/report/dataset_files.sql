SELECT import_file.path, import_file.import_run_id, CAST(COUNT(*) AS INTEGER)
FROM usage
JOIN prompt ON prompt.id = usage.prompt_id
JOIN import_file ON import_file.id = prompt.import_file_id
WHERE usage.dataset_id = ?1
GROUP BY import_file.id, import_file.path, import_file.import_run_id
ORDER BY import_file.id
