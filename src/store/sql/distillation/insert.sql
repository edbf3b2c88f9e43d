INSERT INTO distillation (dataset_id, key, created_at) VALUES (?1, ?2, ?3) ON CONFLICT (dataset_id, key) DO NOTHING
