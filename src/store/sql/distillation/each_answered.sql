SELECT prompt.hash, prompt.text, usage.category, usage.area, usage.language, usage.source,
    response.text, response.ending, attempt.stop_reason, attempt.provider, teacher.model, teacher.system,
    teacher.temperature, attempt.model, attempt.input_tokens, attempt.cache_read_tokens, attempt.cache_write_tokens,
    attempt.output_tokens, attempt.cost, attempt.request_id, attempt.ended_at, distill_run.terms
FROM usage
JOIN prompt ON prompt.id = usage.prompt_id
JOIN assignment ON assignment.distillation_id = ?2 AND assignment.prompt_id = usage.prompt_id
JOIN teacher ON teacher.id = assignment.teacher_id
LEFT JOIN response ON response.id = (
    SELECT best.id FROM response AS best
    WHERE best.prompt_id = usage.prompt_id AND best.teacher_id = assignment.teacher_id
    ORDER BY best.ending = 'cut_off', best.max_tokens DESC, best.id LIMIT 1
)
LEFT JOIN attempt ON attempt.id = response.attempt_id
LEFT JOIN distill_run ON distill_run.id = attempt.distill_run_id
WHERE usage.dataset_id = ?1
ORDER BY usage.rank
