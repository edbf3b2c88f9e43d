-- A dataset that was recorded from a file was not drawn: it has the import run that read the file, and its seed says
-- nothing. What was taken out of the catalog stays known by its hash. The full-text index is built by the first search;
-- search_index says how far it goes, and by which rules it was made.

PRAGMA user_version = 3;

ALTER TABLE dataset ADD COLUMN import_run_id INTEGER REFERENCES import_run (id) ON DELETE RESTRICT;

-- template_id and space_index are those of a generated prompt, which no template makes again; an import may bring any
-- of them back.
CREATE TABLE removed (
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    removed_at TEXT NOT NULL,
    template_id INTEGER REFERENCES template (id) ON DELETE RESTRICT,
    space_index INTEGER,
    PRIMARY KEY (hash)
) STRICT, WITHOUT ROWID;

-- indexed_to is the largest prompt id that the index knows; all smaller ones that exist are in it too.
CREATE TABLE search_index (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    rules INTEGER NOT NULL,
    indexed_to INTEGER NOT NULL
) STRICT;
