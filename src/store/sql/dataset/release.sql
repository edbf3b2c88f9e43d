UPDATE dataset SET released_at = ?2 WHERE id = ?1
