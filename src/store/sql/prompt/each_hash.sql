SELECT id, hash FROM prompt
