SELECT hash, removed_at FROM removed WHERE hash >= ?1 AND hash <= ?2 ORDER BY hash LIMIT 1
