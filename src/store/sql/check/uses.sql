SELECT prompt.hash, stratum.uses, CAST(COUNT(usage.use_number) AS INTEGER)
FROM place
JOIN stratum ON stratum.id = place.stratum_id
JOIN prompt ON prompt.id = place.prompt_id
LEFT JOIN usage ON usage.prompt_id = place.prompt_id AND usage.released = 0
WHERE stratum.uses > 0 OR usage.use_number IS NOT NULL
GROUP BY place.prompt_id, prompt.hash, stratum.uses
HAVING COUNT(usage.use_number) <> stratum.uses
ORDER BY place.prompt_id LIMIT 20
