SELECT prompt.hash FROM prompt
WHERE NOT EXISTS (SELECT 1 FROM place WHERE place.prompt_id = prompt.id)
ORDER BY prompt.id LIMIT 20
