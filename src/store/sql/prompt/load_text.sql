SELECT text FROM prompt WHERE id = ?1
