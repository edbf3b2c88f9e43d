SELECT dataset.name, dataset.size, dataset.released_at, CAST(COUNT(*) AS INTEGER)
FROM usage
JOIN usage AS other ON other.prompt_id = usage.prompt_id AND other.dataset_id <> usage.dataset_id
JOIN dataset ON dataset.id = other.dataset_id
WHERE usage.dataset_id = ?1
GROUP BY dataset.id, dataset.name, dataset.size, dataset.released_at
ORDER BY dataset.id
