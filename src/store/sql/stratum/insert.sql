INSERT INTO stratum (category, language, source, uses, size) VALUES (?1, ?2, ?3, ?4, 0) RETURNING id
