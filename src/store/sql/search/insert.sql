INSERT INTO prompt_search (rowid, text) VALUES (?, ?)
