INSERT INTO prompt_search (rowid, text) VALUES (?1, ?2)
