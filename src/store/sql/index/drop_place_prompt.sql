DROP INDEX IF EXISTS place_prompt
