SELECT id FROM distillation WHERE dataset_id = ?1 AND key = ?2
