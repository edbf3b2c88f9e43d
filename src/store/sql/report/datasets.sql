SELECT name, size, requested, seed, shortfalls, created_at, released_at FROM dataset ORDER BY id
