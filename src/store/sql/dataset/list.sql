SELECT id, name, seed, requested, size, options, targets, plan, shortfalls, program, draw_version, created_at, released_at,
    import_run_id
FROM dataset ORDER BY id
