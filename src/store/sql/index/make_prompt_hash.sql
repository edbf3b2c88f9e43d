CREATE UNIQUE INDEX IF NOT EXISTS prompt_hash ON prompt (hash)
