UPDATE import_run
SET read_count = read_count + ?2, added = added + ?3, duplicates = duplicates + ?4, rejected = rejected + ?5,
    conflicts = conflicts + ?6
WHERE id = ?1
