SELECT id FROM template WHERE name = ?1 AND version = ?2
