SELECT prompt.hash, prompt.text, best.stratum_id
FROM (
    SELECT prompt_search.rowid AS id, prompt_search.rank AS score, place.stratum_id
    FROM prompt_search
    JOIN place ON place.prompt_id = prompt_search.rowid
    WHERE prompt_search MATCH ?1
        AND (?2 IS NULL OR place.stratum_id IN (SELECT value FROM json_each(?2)))
        AND (?3 IS NULL OR EXISTS
            (SELECT 1 FROM usage WHERE usage.prompt_id = prompt_search.rowid AND usage.dataset_id = ?3))
        AND prompt_search.rowid >= ?4
    ORDER BY prompt_search.rank, prompt_search.rowid
    LIMIT ?5
) AS best
JOIN prompt ON prompt.id = best.id
ORDER BY best.score, best.id
