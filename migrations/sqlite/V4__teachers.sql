-- What was asked of teachers, and what they answered. An attempt is recorded before it is sent, so that what was in
-- flight when a process died is known; an answer is kept once a question, whichever dataset asked. Amounts of money are
-- nano-dollars (10^-9 USD).

PRAGMA user_version = 4;

-- key is the SHA-256 of model, system prompt and parameters: with a prompt it makes a question.
CREATE TABLE teacher (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    model TEXT NOT NULL,
    system TEXT,
    temperature TEXT
) STRICT;

-- A dataset that is put to teachers. key is the SHA-256 of the teachers and their shares: the same again goes on where
-- it stopped.
CREATE TABLE distillation (
    id INTEGER PRIMARY KEY,
    dataset_id INTEGER NOT NULL REFERENCES dataset (id) ON DELETE RESTRICT,
    key BLOB NOT NULL CHECK (length(key) = 32),
    created_at TEXT NOT NULL,
    UNIQUE (dataset_id, key)
) STRICT;

-- Which teacher answers which prompt.
CREATE TABLE assignment (
    distillation_id INTEGER NOT NULL REFERENCES distillation (id) ON DELETE RESTRICT,
    prompt_id INTEGER NOT NULL REFERENCES prompt (id) ON DELETE RESTRICT,
    teacher_id INTEGER NOT NULL REFERENCES teacher (id) ON DELETE RESTRICT,
    PRIMARY KEY (distillation_id, prompt_id)
) STRICT, WITHOUT ROWID;

-- One run of the command: what was asked for, the prices and the estimate it went by, what the user declared.
CREATE TABLE distill_run (
    id INTEGER PRIMARY KEY,
    distillation_id INTEGER NOT NULL REFERENCES distillation (id) ON DELETE RESTRICT,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped')),
    program TEXT NOT NULL,
    options TEXT NOT NULL,
    prices TEXT NOT NULL,
    estimate TEXT NOT NULL,
    terms TEXT
) STRICT;

CREATE INDEX distill_run_of ON distill_run (distillation_id);

-- A batch handed to a provider. remote_id is the provider's name for it, null until the provider has given it.
CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    distill_run_id INTEGER NOT NULL REFERENCES distill_run (id) ON DELETE RESTRICT,
    provider TEXT NOT NULL,
    base_url TEXT NOT NULL,
    remote_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('creating', 'open', 'ended', 'lost')),
    created_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;

-- One request for one prompt. reserved is the most that it can cost; cost what it did.
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    distill_run_id INTEGER NOT NULL REFERENCES distill_run (id) ON DELETE RESTRICT,
    prompt_id INTEGER NOT NULL REFERENCES prompt (id) ON DELETE RESTRICT,
    teacher_id INTEGER NOT NULL REFERENCES teacher (id) ON DELETE RESTRICT,
    batch_id INTEGER REFERENCES batch (id) ON DELETE RESTRICT,
    provider TEXT NOT NULL,
    max_tokens INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sent', 'answered', 'failed', 'lost')),
    sent_at TEXT NOT NULL,
    ended_at TEXT,
    milliseconds INTEGER,
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    cost INTEGER NOT NULL DEFAULT 0 CHECK (cost >= 0),
    status INTEGER,
    error TEXT,
    request_id TEXT,
    model TEXT,
    stop_reason TEXT,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    cache_read_tokens INTEGER NOT NULL DEFAULT 0,
    cache_write_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0
) STRICT;

-- No question is in flight twice, whatever processes are at work.
CREATE UNIQUE INDEX attempt_in_flight ON attempt (prompt_id, teacher_id) WHERE state = 'sent';

CREATE INDEX attempt_of_run ON attempt (distill_run_id);

CREATE INDEX attempt_of_batch ON attempt (batch_id) WHERE batch_id IS NOT NULL;

-- An answer, once a question and limit of length: a complete one is never asked for again, one that was cut off only
-- under a larger limit.
CREATE TABLE response (
    id INTEGER PRIMARY KEY,
    prompt_id INTEGER NOT NULL REFERENCES prompt (id) ON DELETE RESTRICT,
    teacher_id INTEGER NOT NULL REFERENCES teacher (id) ON DELETE RESTRICT,
    max_tokens INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL UNIQUE REFERENCES attempt (id) ON DELETE RESTRICT,
    ending TEXT NOT NULL CHECK (ending IN ('complete', 'cut_off', 'refused', 'other')),
    text TEXT NOT NULL,
    UNIQUE (prompt_id, teacher_id, max_tokens)
) STRICT;
