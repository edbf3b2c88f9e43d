SELECT length(prompt.text), octet_length(prompt.text)
FROM place
JOIN prompt ON prompt.id = place.prompt_id
WHERE place.stratum_id = ?1
