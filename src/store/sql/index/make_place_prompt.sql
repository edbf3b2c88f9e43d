CREATE UNIQUE INDEX IF NOT EXISTS place_prompt ON place (prompt_id)
