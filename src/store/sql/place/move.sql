UPDATE place SET position = ?3 WHERE stratum_id = ?1 AND position = ?2
