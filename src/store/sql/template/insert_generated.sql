INSERT INTO generated (template_id, space_index, prompt_id) VALUES (?1, ?2, ?3)
