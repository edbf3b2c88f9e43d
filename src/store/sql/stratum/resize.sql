UPDATE stratum SET size = ?2 WHERE id = ?1
