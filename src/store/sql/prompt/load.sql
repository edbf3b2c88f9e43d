SELECT prompt.text, prompt.metadata, stratum.category, stratum.language, stratum.source, stratum.uses,
    import_file.path, import_file.sha256, prompt.line, prompt.record, import_run.id, import_run.started_at
FROM prompt
JOIN place ON place.prompt_id = prompt.id
JOIN stratum ON stratum.id = place.stratum_id
LEFT JOIN import_file ON import_file.id = prompt.import_file_id
LEFT JOIN import_run ON import_run.id = import_file.import_run_id
WHERE prompt.hash = ?1
