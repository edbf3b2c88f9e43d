SELECT prompt.id, place.stratum_id, place.position
FROM prompt
JOIN place ON place.prompt_id = prompt.id
WHERE prompt.hash = ?1
