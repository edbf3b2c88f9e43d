//! Real processes, killed or at work at the same moment.
//!
//! `CATALOG_CRASHES=N` makes more rounds of kills than the few that every run makes.

mod common;

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use common::{Folder, prompts};

const ANY: [&str; 5] = ["--area", "any", "--language", "any", "--no-generate"];

fn rounds() -> u32 {
    std::env::var("CATALOG_CRASHES").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// Kills a command after a fraction of the time that it takes; true where it was still at work.
fn killed(folder: &Folder, args: &[&str], after: Duration) -> bool {
    let mut child = folder.start(args);
    thread::sleep(after);
    let at_work = child.try_wait().expect("a child").is_none();
    // SIGKILL: no handler, no clean-up.
    child.kill().expect("a child can be killed");
    child.wait().expect("it ends");
    at_work
}

/// Moments spread over a span, none of them a round fraction of it.
fn moments(span: Duration) -> impl Iterator<Item = Duration> {
    (1..=rounds()).map(move |round| span.mul_f64((f64::from(round) * 0.618_034).fract()))
}

#[test]
fn promise_5_a_killed_import_leaves_whole_batches_and_can_be_finished() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(3000));
    let begun = Instant::now();
    folder.ok(&["--db", "timed.db", "import", "a.jsonl"]);
    let span = begun.elapsed();
    let mut interrupted = 0;
    for (round, moment) in moments(span).enumerate() {
        let db = format!("{round}.db");
        interrupted += u32::from(killed(&folder, &["--db", &db, "import", "a.jsonl"], moment));
        if folder.path(&db).exists() {
            folder.ok(&["--db", &db, "check"]);
        }
        let outcome = folder.json(&["--db", &db, "import", "a.jsonl", "--json"]);
        assert_eq!(outcome["read"], 36_000);
        assert!(folder.ok(&["--db", &db, "check"]).starts_with("36,000 prompts"));
    }
    assert!(interrupted > 0, "no import was killed at work");
}

#[test]
fn promise_5_a_killed_sample_is_recorded_whole_or_not_at_all() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(2500));
    folder.ok(&["import", "a.jsonl"]);
    fn sample(name: &str) -> Vec<&str> {
        [&["sample", "-n", "500", "--quiet", "--dataset", name], &ANY[..]].concat()
    }
    let begun = Instant::now();
    folder.ok(&sample("timed"));
    let span = begun.elapsed();
    let mut interrupted = 0;
    for (round, moment) in moments(span).enumerate() {
        let name = format!("killed-{round}");
        interrupted += u32::from(killed(&folder, &sample(&name), moment));
        folder.ok(&["check"]);
    }
    assert!(interrupted > 0, "no sample was killed at work");
    let mut seen = BTreeSet::new();
    for dataset in folder.json(&["dataset", "list", "--json"]).as_array().expect("datasets") {
        assert_eq!(dataset["size"], 500);
        let name = dataset["name"].as_str().expect("a name");
        for id in Folder::ids(&folder.ok(&["dataset", "export", name])) {
            assert!(seen.insert(id.clone()), "{id} is in two datasets");
        }
    }
}

/// A training file is recorded with all its prompts, imported and used, or nothing of it is there.
#[test]
fn promise_5_a_killed_record_leaves_all_or_nothing() {
    let folder = Folder::new();
    folder.write("seed.jsonl", prompts(1));
    folder.write("a.jsonl", prompts(1500));
    let begun = Instant::now();
    folder.ok(&["--db", "timed.db", "dataset", "record", "past", "a.jsonl"]);
    let span = begun.elapsed();
    let mut interrupted = 0;
    for (round, moment) in moments(span).enumerate() {
        let db = format!("{round}.db");
        folder.ok(&["--db", &db, "import", "seed.jsonl"]);
        interrupted += u32::from(killed(&folder, &["--db", &db, "dataset", "record", "past", "a.jsonl"], moment));
        let recorded = folder.json(&["--db", &db, "dataset", "list", "--json"]) != serde_json::json!([]);
        let expected = if recorded { "18,000 prompts and 1 dataset" } else { "12 prompts and 0 datasets" };
        assert!(folder.ok(&["--db", &db, "check"]).starts_with(expected), "round {round}");
    }
    assert!(interrupted > 0, "no record was killed at work");
}

/// The catalog appears whole: a process that is killed while it makes one leaves none.
#[test]
fn promise_5_a_killed_first_start_leaves_a_whole_catalog_or_none() {
    let folder = Folder::new();
    let begun = Instant::now();
    folder.ok(&["--db", "timed.db", "sample", "-n", "5", "--quiet"]);
    let span = begun.elapsed();
    for (round, moment) in moments(span).enumerate() {
        let db = format!("{round}.db");
        killed(&folder, &["--db", &db, "sample", "-n", "5", "--quiet"], moment);
        if folder.path(&db).exists() {
            let found = folder.ok(&["--db", &db, "check"]);
            assert!(found.ends_with("all is well\n"), "{found}");
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_import_ends_cleanly_with_its_summary() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    // An input that does not end: the import waits on it until it is interrupted.
    let mut child = folder
        .command(&["import", "-", "--format", "jsonl"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let mut input = child.stdin.take().expect("an input");
    let writer = thread::spawn(move || {
        use std::io::Write as _;
        // It ends when the program has closed its side.
        for n in 0.. {
            if writeln!(input, "{{\"prompt\": \"endless {n}\"}}").is_err() {
                return;
            }
        }
    });
    // Long enough for the handler to be there, also on a busy machine.
    thread::sleep(Duration::from_secs(1));
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the writer ends");
    assert_eq!(output.status.code(), Some(1));
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains(" added, 0 duplicates"), "{stdout}");
    assert!(stderr.contains("error: interrupted; what was read until then is kept"), "{stderr}");
    folder.ok(&["check"]);
}

#[test]
fn promise_4_eight_processes_at_once_share_no_prompt() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(40));
    folder.ok(&["import", "a.jsonl"]);
    let sample = [&["sample", "-n", "25", "--quiet"], &ANY[..]].concat();
    let children: Vec<_> = (0..8).map(|_| folder.start(&sample)).collect();
    let mut seen = BTreeSet::new();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for id in Folder::ids(&String::from_utf8(output.stdout).expect("UTF-8")) {
            assert!(seen.insert(id.clone()), "{id} was drawn twice");
        }
    }
    assert_eq!(seen.len(), 200);
    folder.ok(&["check"]);
}

#[test]
fn eight_first_starts_at_once_make_one_catalog() {
    let folder = Folder::new();
    let children: Vec<_> = (0..8).map(|_| folder.start(&["sample", "-n", "20", "--quiet"])).collect();
    let mut seen = BTreeSet::new();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        seen.extend(Folder::ids(&String::from_utf8(output.stdout).expect("UTF-8")));
    }
    assert_eq!(seen.len(), 160);
    assert!(folder.ok(&["check"]).starts_with("680 prompts and 8 datasets checked"));
    let left: Vec<_> =
        std::fs::read_dir(folder.path("")).expect("the folder").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(left, ["catalog.db"]);
}

#[test]
fn samples_go_on_while_an_import_writes() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(20));
    folder.write("b.jsonl", prompts(5000));
    folder.ok(&["import", "a.jsonl"]);
    let mut import = folder.start(&["import", "b.jsonl"]);
    for _ in 0..6 {
        folder.ok(&[&["sample", "-n", "10", "--quiet"], &ANY[..]].concat());
    }
    assert!(import.wait().expect("it ends").success());
    assert!(folder.ok(&["check"]).starts_with("60,000 prompts and 6 datasets"));
}
