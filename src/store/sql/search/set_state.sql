INSERT INTO search_index (id, rules, indexed_to) VALUES (1, ?1, ?2)
ON CONFLICT (id) DO UPDATE SET rules = excluded.rules, indexed_to = excluded.indexed_to
