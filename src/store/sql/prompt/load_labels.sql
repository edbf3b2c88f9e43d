SELECT prompt.id, place.stratum_id, place.position, stratum.category, stratum.language
FROM prompt
JOIN place ON place.prompt_id = prompt.id
JOIN stratum ON stratum.id = place.stratum_id
WHERE prompt.hash = ?1
