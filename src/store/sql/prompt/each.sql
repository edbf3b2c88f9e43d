SELECT hash, text FROM prompt ORDER BY id
