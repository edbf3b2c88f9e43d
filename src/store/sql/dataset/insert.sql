INSERT INTO dataset
    (name, seed, requested, size, options, targets, plan, shortfalls, program, draw_version, created_at, import_run_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (name) DO NOTHING
RETURNING id
