INSERT INTO template (name, version) VALUES (?1, ?2) ON CONFLICT (name, version) DO NOTHING
