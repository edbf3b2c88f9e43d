SELECT prompt_id FROM generated
