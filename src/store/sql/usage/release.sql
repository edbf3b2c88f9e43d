UPDATE usage SET released = 1 WHERE dataset_id = ?1
