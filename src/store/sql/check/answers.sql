SELECT prompt.hash
FROM attempt
JOIN prompt ON prompt.id = attempt.prompt_id
LEFT JOIN response ON response.attempt_id = attempt.id
WHERE (attempt.state = 'answered') <> (response.id IS NOT NULL)
ORDER BY attempt.id LIMIT 20
