INSERT INTO prompt_search (prompt_search, rank) VALUES (?1, ?2)
