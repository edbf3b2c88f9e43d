-- Every import is a run over files; every prompt knows the file and line that brought it. A prompt stands in exactly
-- one stratum, at a dense position, so that a draw is a few seeks. No reuse is a constraint: usage_no_reuse.

PRAGMA application_id = 1667331180; -- "catl"
PRAGMA user_version = 1;

CREATE TABLE import_run (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    program TEXT NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'interrupted')),
    read_count INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    conflicts INTEGER NOT NULL DEFAULT 0,
    CHECK (read_count = added + duplicates + rejected)
) STRICT;

-- sha256 and bytes are null until the file has been read to its end.
CREATE TABLE import_file (
    id INTEGER PRIMARY KEY,
    import_run_id INTEGER NOT NULL REFERENCES import_run (id) ON DELETE RESTRICT,
    path TEXT NOT NULL,
    format TEXT NOT NULL,
    sha256 BLOB CHECK (length(sha256) = 32),
    bytes INTEGER,
    read_count INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    conflicts INTEGER NOT NULL DEFAULT 0,
    CHECK (read_count = added + duplicates + rejected)
) STRICT;

CREATE INDEX import_file_run ON import_file (import_run_id);

CREATE TABLE import_reject (
    import_file_id INTEGER NOT NULL REFERENCES import_file (id) ON DELETE RESTRICT,
    reason TEXT NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (import_file_id, reason)
) STRICT, WITHOUT ROWID;

-- import_file_id, line and record are the origin of an imported prompt. The text comes last: what is asked of many
-- prompts at once stands before it.
CREATE TABLE prompt (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    normal_form INTEGER NOT NULL,
    import_file_id INTEGER REFERENCES import_file (id) ON DELETE RESTRICT,
    line INTEGER,
    record INTEGER,
    metadata TEXT,
    text TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX prompt_hash ON prompt (hash);

CREATE TABLE stratum (
    id INTEGER PRIMARY KEY,
    category TEXT NOT NULL,
    language TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('existing', 'generated')),
    uses INTEGER NOT NULL CHECK (uses >= 0),
    size INTEGER NOT NULL DEFAULT 0 CHECK (size >= 0),
    UNIQUE (category, language, source, uses)
) STRICT;

-- The positions of a stratum are 0 to size - 1, without gaps.
CREATE TABLE place (
    stratum_id INTEGER NOT NULL REFERENCES stratum (id) ON DELETE RESTRICT,
    position INTEGER NOT NULL CHECK (position >= 0),
    prompt_id INTEGER NOT NULL REFERENCES prompt (id) ON DELETE RESTRICT,
    PRIMARY KEY (stratum_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX place_prompt ON place (prompt_id);

CREATE TABLE dataset (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    seed INTEGER NOT NULL,
    requested INTEGER NOT NULL,
    size INTEGER NOT NULL,
    options TEXT NOT NULL,
    targets TEXT NOT NULL,
    plan TEXT NOT NULL,
    shortfalls TEXT NOT NULL,
    program TEXT NOT NULL,
    draw_version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    released_at TEXT
) STRICT;

-- A usage keeps the labels that the prompt had when it was drawn. `released` says of each usage what released_at says
-- of its dataset, since a partial index sees one table only.
CREATE TABLE usage (
    dataset_id INTEGER NOT NULL REFERENCES dataset (id) ON DELETE RESTRICT,
    rank INTEGER NOT NULL CHECK (rank >= 0),
    prompt_id INTEGER NOT NULL REFERENCES prompt (id) ON DELETE RESTRICT,
    use_number INTEGER NOT NULL CHECK (use_number >= 1),
    released INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1)),
    category TEXT NOT NULL,
    area TEXT NOT NULL,
    language TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (dataset_id, rank)
) STRICT, WITHOUT ROWID;

-- No prompt is used more often than it may be, whatever the program does.
CREATE UNIQUE INDEX usage_no_reuse ON usage (prompt_id, use_number) WHERE released = 0;

-- No prompt is in a dataset twice.
CREATE UNIQUE INDEX usage_once ON usage (prompt_id, dataset_id);
