DELETE FROM place WHERE stratum_id = ?1 AND position = ?2
