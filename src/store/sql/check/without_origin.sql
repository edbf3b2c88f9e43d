SELECT prompt.hash FROM prompt
WHERE prompt.import_file_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM generated WHERE generated.prompt_id = prompt.id)
ORDER BY prompt.id LIMIT 20
