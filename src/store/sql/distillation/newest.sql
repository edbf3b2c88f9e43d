SELECT CAST(MAX(id) AS INTEGER) FROM distillation WHERE dataset_id = ?1
