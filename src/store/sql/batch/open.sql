UPDATE batch SET remote_id = ?2, state = 'open' WHERE id = ?1
