SELECT DISTINCT usage.prompt_id
FROM usage
JOIN teacher ON teacher.key = ?2
JOIN response ON response.prompt_id = usage.prompt_id AND response.teacher_id = teacher.id
WHERE usage.dataset_id = ?1 AND (response.ending <> 'cut_off' OR response.max_tokens >= ?3)
