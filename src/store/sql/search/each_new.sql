SELECT id, text FROM prompt WHERE id > ?1 ORDER BY id LIMIT ?2
