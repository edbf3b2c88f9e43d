SELECT stratum.id, stratum.size, CAST(COUNT(place.prompt_id) AS INTEGER), CAST(COALESCE(MAX(place.position), -1) AS INTEGER)
FROM stratum
LEFT JOIN place ON place.stratum_id = stratum.id
GROUP BY stratum.id, stratum.size
ORDER BY stratum.id
