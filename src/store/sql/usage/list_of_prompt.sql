SELECT dataset.name, usage.rank, usage.use_number, dataset.created_at, dataset.released_at, usage.category, usage.language
FROM usage
JOIN prompt ON prompt.id = usage.prompt_id
JOIN dataset ON dataset.id = usage.dataset_id
WHERE prompt.hash = ?1
ORDER BY dataset.id
