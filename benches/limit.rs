//! The least that must be done, by loops with nothing else in them, for `import.py` and `check.py` to hold `catalog`
//! against: `limit import ROWS.jsonl NEW.db` parses, normalises, hashes and inserts (hash, text); `limit hash CATALOG.db`
//! reads and hashes the text of every prompt.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::sync::mpsc;
use std::thread;

use prompt_catalog::domain::hash::ContentHash;
use prompt_catalog::domain::normalise::normalised;
use rusqlite::{Connection, OpenFlags, Statement};
use serde::Deserialize;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rows in one transaction, as many as an import writes at once.
const BATCH: usize = 100_000;

/// Rows that one statement inserts.
const ROWS: usize = 16;

/// Rows that go from one thread to the other at once.
const CHUNK: usize = 1_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["import", source, target] => import(source, target),
        ["hash", catalog] => hash(catalog),
        _ => panic!("limit import ROWS.jsonl NEW.db, or limit hash CATALOG.db"),
    }
}

#[derive(Deserialize)]
struct Row {
    prompt: String,
}

/// One thread parses, normalises and hashes, another inserts: new rows at the end, known ones told by a set in memory,
/// the unique index at the end.
fn import(source: &str, target: &str) {
    let (sender, receiver) = mpsc::sync_channel::<Vec<(ContentHash, String)>>(24);
    let mut input = BufReader::with_capacity(256 << 10, File::open(source).expect("the rows"));
    thread::scope(|scope| {
        scope.spawn(move || {
            let (mut line, mut chunk) = (Vec::new(), Vec::with_capacity(CHUNK));
            while input.read_until(b'\n', &mut line).expect("a line") > 0 {
                let row: Row = serde_json::from_slice(&line).expect("a row");
                let text = normalised(&row.prompt).into_owned();
                chunk.push((ContentHash::of(&text), text));
                if chunk.len() == CHUNK {
                    sender.send(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK))).expect("a writer");
                }
                line.clear();
            }
            sender.send(chunk).expect("a writer");
        });
        insert(target, receiver.into_iter().flatten());
    });
}

/// As `catalog` fills a new catalog: no index and no log while rows are appended, 16 with a statement.
fn insert(target: &str, rows: impl Iterator<Item = (ContentHash, String)>) {
    let db = Connection::open(target).expect("a database");
    let settings = "PRAGMA page_size = 8192; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;
                    PRAGMA cache_size = -8192; PRAGMA threads = 2;
                    CREATE TABLE prompt (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, text TEXT NOT NULL); BEGIN";
    db.execute_batch(settings).expect("settings");
    let inserting = |rows: usize| format!("INSERT INTO prompt (hash, text) VALUES {}", vec!["(?, ?)"; rows].join(", "));
    let (mut one, mut many) =
        (db.prepare(&inserting(1)).expect("a statement"), db.prepare(&inserting(ROWS)).expect("a statement"));
    let (mut seen, mut some) = (hashbrown::HashSet::new(), Vec::with_capacity(ROWS));
    for (number, (hash, text)) in rows.enumerate() {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = hash.0;
        if seen.insert(u128::from_le_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])) {
            some.push((hash, text));
        }
        if some.len() == ROWS {
            run(&mut many, &some);
            some.clear();
        }
        if number % BATCH == BATCH - 1 {
            db.execute_batch("COMMIT; BEGIN").expect("a commit");
        }
    }
    some.chunks(1).for_each(|row| run(&mut one, row));
    db.execute_batch("COMMIT; CREATE UNIQUE INDEX prompt_hash ON prompt (hash)").expect("an index");
}

fn run(statement: &mut Statement<'_>, rows: &[(ContentHash, String)]) {
    for (number, (hash, text)) in rows.iter().enumerate() {
        statement.raw_bind_parameter(2 * number + 1, &hash.0[..]).expect("a hash");
        statement.raw_bind_parameter(2 * number + 2, text).expect("a text");
    }
    statement.raw_execute().expect("rows");
}

fn hash(catalog: &str) {
    let db = Connection::open_with_flags(catalog, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a catalog");
    let mut statement = db.prepare("SELECT text FROM prompt").expect("a statement");
    let mut rows = statement.query([]).expect("rows");
    let mut all = [0; 32];
    while let Some(row) = rows.next().expect("a row") {
        let text = row.get_ref(0).expect("a column").as_str().expect("text");
        let hash = ContentHash::of(text);
        all.iter_mut().zip(hash.0).for_each(|(byte, other)| *byte ^= other);
    }
    assert_ne!(all, [0; 32], "no prompt was hashed");
}
