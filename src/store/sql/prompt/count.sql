SELECT count(*) FROM prompt
