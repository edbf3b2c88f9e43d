SELECT template.name, template.version, CAST(COUNT(*) AS INTEGER)
FROM usage
JOIN generated ON generated.prompt_id = usage.prompt_id
JOIN template ON template.id = generated.template_id
WHERE usage.dataset_id = ?1
GROUP BY template.id, template.name, template.version
ORDER BY template.id
