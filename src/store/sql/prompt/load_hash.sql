SELECT hash FROM prompt WHERE id = ?1
