SELECT hash FROM prompt WHERE hash >= ?1 AND hash <= ?2 ORDER BY hash LIMIT 5
