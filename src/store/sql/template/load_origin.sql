SELECT template.name, template.version, generated.space_index
FROM generated
JOIN template ON template.id = generated.template_id
JOIN prompt ON prompt.id = generated.prompt_id
WHERE prompt.hash = ?1
