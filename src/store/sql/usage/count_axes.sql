SELECT area, category, language, source, COUNT(*)
FROM usage WHERE dataset_id = ?1
GROUP BY area, category, language, source
