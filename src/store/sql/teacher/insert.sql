INSERT INTO teacher (key, model, system, temperature) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO NOTHING
