-- The origin of a generated prompt is a template, its version (SHA-256 of its file) and the index in its space.

PRAGMA user_version = 2;

CREATE TABLE template (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version BLOB NOT NULL CHECK (length(version) = 32),
    UNIQUE (name, version)
) STRICT;

CREATE TABLE generated (
    template_id INTEGER NOT NULL REFERENCES template (id) ON DELETE RESTRICT,
    space_index INTEGER NOT NULL CHECK (space_index >= 0),
    prompt_id INTEGER NOT NULL REFERENCES prompt (id) ON DELETE RESTRICT,
    PRIMARY KEY (template_id, space_index)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX generated_prompt ON generated (prompt_id);

-- How many prompts of a language a template has made: kept, so that what it can still make needs no scan.
CREATE TABLE template_made (
    template_id INTEGER NOT NULL REFERENCES template (id) ON DELETE RESTRICT,
    language TEXT NOT NULL,
    made INTEGER NOT NULL,
    PRIMARY KEY (template_id, language)
) STRICT, WITHOUT ROWID;
