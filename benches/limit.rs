//! The least that must be done, by loops with nothing else in them, for `import.py` and `check.py` to hold `catalog`
//! against: `limit import ROWS.jsonl NEW.db` parses, normalises, hashes and inserts (hash, text); `limit hash CATALOG.db`
//! reads and hashes the text of every prompt.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::sync::mpsc;
use std::thread;

use prompt_catalog::domain::hash::ContentHash;
use prompt_catalog::domain::normalise::normalised;
use rusqlite::{Connection, OpenFlags};
use serde::Deserialize;

/// Rows in one transaction, as many as an import writes at once.
const BATCH: usize = 40_000;

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

fn insert(target: &str, rows: impl Iterator<Item = (ContentHash, String)>) {
    let db = Connection::open(target).expect("a database");
    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 20000;
                    CREATE TABLE prompt (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, text TEXT NOT NULL); BEGIN";
    db.execute_batch(settings).expect("settings");
    let mut statement = db.prepare("INSERT INTO prompt (hash, text) VALUES (?1, ?2)").expect("a statement");
    let mut seen = hashbrown::HashSet::new();
    for (number, (hash, text)) in rows.enumerate() {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = hash.0;
        if seen.insert(u128::from_le_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])) {
            statement.execute((&hash.0[..], &text)).expect("a row");
        }
        if number % BATCH == BATCH - 1 {
            db.execute_batch("COMMIT; BEGIN").expect("a commit");
        }
    }
    db.execute_batch("COMMIT; CREATE UNIQUE INDEX prompt_hash ON prompt (hash)").expect("an index");
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
