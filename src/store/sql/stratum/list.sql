SELECT id, category, language, source, uses, size FROM stratum ORDER BY id
