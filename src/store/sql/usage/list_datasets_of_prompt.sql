SELECT dataset.name
FROM usage
JOIN dataset ON dataset.id = usage.dataset_id
WHERE usage.prompt_id = ?1
ORDER BY dataset.id
