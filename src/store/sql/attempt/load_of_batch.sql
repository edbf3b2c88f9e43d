SELECT prompt.hash, teacher.model
FROM attempt
JOIN prompt ON prompt.id = attempt.prompt_id
JOIN teacher ON teacher.id = attempt.teacher_id
WHERE attempt.id = ?1 AND attempt.batch_id = ?2 AND attempt.state = 'sent'
