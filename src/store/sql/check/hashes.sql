SELECT id, hash FROM prompt ORDER BY hash
