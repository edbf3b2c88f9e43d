UPDATE import_file
SET read_count = read_count + ?2, added = added + ?3, duplicates = duplicates + ?4, rejected = rejected + ?5,
    conflicts = conflicts + ?6, sha256 = COALESCE(CAST(?7 AS BLOB), sha256), bytes = COALESCE(CAST(?8 AS INTEGER), bytes)
WHERE id = ?1
