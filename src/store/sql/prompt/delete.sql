DELETE FROM prompt WHERE id = ?1
