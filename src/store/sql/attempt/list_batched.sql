SELECT usage.prompt_id
FROM usage
JOIN teacher ON teacher.key = ?2
JOIN attempt ON attempt.prompt_id = usage.prompt_id AND attempt.teacher_id = teacher.id
WHERE usage.dataset_id = ?1 AND attempt.state = 'sent' AND attempt.batch_id IS NOT NULL
