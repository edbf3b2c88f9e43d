DELETE FROM prompt_search WHERE rowid = ?1
