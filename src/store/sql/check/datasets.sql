SELECT dataset.name, dataset.size, CAST(COUNT(usage.rank) AS INTEGER), CAST(COALESCE(MAX(usage.rank), -1) AS INTEGER),
    CAST(COALESCE(SUM(usage.released), 0) AS INTEGER), dataset.released_at
FROM dataset
LEFT JOIN usage ON usage.dataset_id = dataset.id
GROUP BY dataset.id, dataset.name, dataset.size, dataset.released_at
ORDER BY dataset.id
