INSERT INTO removed (hash, removed_at, template_id, space_index) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (hash) DO UPDATE SET removed_at = excluded.removed_at
