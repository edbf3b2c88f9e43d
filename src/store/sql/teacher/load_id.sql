SELECT id FROM teacher WHERE key = ?1
