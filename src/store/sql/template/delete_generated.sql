DELETE FROM generated WHERE prompt_id = ?1 RETURNING template_id, space_index
