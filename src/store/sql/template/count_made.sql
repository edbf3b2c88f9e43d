INSERT INTO template_made (template_id, language, made) VALUES (?1, ?2, 1)
ON CONFLICT (template_id, language) DO UPDATE SET made = template_made.made + 1
