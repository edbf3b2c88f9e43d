INSERT INTO assignment (distillation_id, prompt_id, teacher_id) VALUES (?1, ?2, ?3)
