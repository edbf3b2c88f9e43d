SELECT attempt.output_tokens
FROM response
JOIN attempt ON attempt.id = response.attempt_id
JOIN teacher ON teacher.id = response.teacher_id
WHERE teacher.model = ?1
ORDER BY response.id DESC LIMIT 1000
