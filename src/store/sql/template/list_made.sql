SELECT template.name, template.version, template_made.language, template_made.made
FROM template_made
JOIN template ON template.id = template_made.template_id
ORDER BY template.id, template_made.language
