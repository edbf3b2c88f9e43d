"""What other programs do in place of `catalog`, each as its own documentation has it: `peers.py WHAT ARGUMENTS…`."""
import hashlib, json, sqlite3, sys


def import_duckdb(source, target):
    """Reads, hashes and removes duplicates, but for white space at the end, into a durable table."""
    import duckdb
    db = duckdb.connect(target)
    db.execute("PRAGMA threads = 2")
    db.execute("""CREATE TABLE prompt AS
        SELECT sha256(text) AS hash, any_value(text) AS text, any_value(category) AS category, any_value(language) AS language
        FROM (SELECT rtrim(prompt, E' \\t\\n') AS text, category, language FROM read_json(?, format = 'newline_delimited'))
        GROUP BY hash""", [source])
    db.close()


def import_python(source, target):
    """Reads, normalises and hashes line by line, into a table with the hash as its key."""
    def rows():
        for line in open(source, encoding="utf-8"):
            row = json.loads(line)
            text = "\n".join(part.rstrip(" \t") for part in row["prompt"].split("\n")).strip("\n")
            yield hashlib.sha256(text.encode()).digest(), text, row.get("category"), row.get("language")
    db = sqlite3.connect(target)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE prompt (hash BLOB PRIMARY KEY, text TEXT, category TEXT, language TEXT)")
    db.executemany("INSERT OR IGNORE INTO prompt VALUES (?, ?, ?, ?)", rows())
    db.commit()


def import_polars(source, target):
    """Reads and removes duplicates into a Parquet file: no hash, no database."""
    import polars
    text = polars.col("prompt").str.strip_chars_end(" \t\n")
    rows = polars.scan_ndjson(source).with_columns(text).unique("prompt").select("prompt", "category", "language")
    rows.collect(engine="streaming").write_parquet(target)


def load_duckdb(source, target):
    """Makes the table that `export_duckdb` writes: the rows of an export as JSON Lines."""
    import duckdb
    duckdb.connect(target).execute("CREATE TABLE dataset AS SELECT * FROM read_json(?, format = 'newline_delimited')", [source])


def export_duckdb(source, target, kind):
    """Writes a table to a file, rows in their order."""
    import duckdb
    options = {"jsonl": "FORMAT json", "parquet": "FORMAT parquet, COMPRESSION zstd"}[kind]
    db = duckdb.connect(source, read_only=True)
    db.execute("PRAGMA threads = 2")
    db.execute(f"COPY dataset TO '{target}' ({options})")


globals()[sys.argv[1]](*sys.argv[2:])
