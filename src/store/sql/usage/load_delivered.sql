SELECT prompt.hash, prompt.text, usage.category, usage.area, usage.language, usage.source
FROM usage
JOIN prompt ON prompt.id = usage.prompt_id
WHERE usage.dataset_id = ?1 AND usage.rank = ?2
