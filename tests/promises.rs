//! What the catalog promises, a test each; that a plan is the best there is (promise 2) is proved beside the planner,
//! against brute force.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Folder, prompts};
use serde_json::{Value, json};

const ANY: [&str; 5] = ["--area", "any", "--language", "any", "--no-generate"];

fn filled(each: usize) -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(each));
    folder.ok(&["import", "a.jsonl"]);
    folder
}

fn drawn(folder: &Folder, args: &[&str]) -> Vec<String> {
    Folder::ids(&folder.ok(&[&["sample", "--quiet"], args].concat()))
}

#[test]
fn promise_1_a_prompt_is_in_the_catalog_once_however_many_files_bring_it() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"prompt\": \"caf\\u00e9\\n\\tx\"}\n{\"prompt\": \"other\"}\n");
    folder.write("b.json", "[\"cafe\\u0301\\r\\n\\tx  \\n\\n\"]");
    folder.write("c.csv", "prompt,note\n\"\u{feff}café\n\tx\",spread\n");
    folder.write("d.txt", "\n\ncafé\n\tx \n");
    folder.write("e.prompts", "%catalog-prompts 1\n\n%prompt e\n\ncafé\n\tx\n");
    let outcome = folder.json(&["import", "a.jsonl", "b.json", "c.csv", "d.txt", "e.prompts", "--json"]);
    assert_eq!((&outcome["read"], &outcome["added"], &outcome["duplicates"]), (&json!(6), &json!(2), &json!(4)));
    assert_eq!(drawn(&folder, &[&["-n", "9"], &ANY[..]].concat()).len(), 2);
}

#[test]
fn promise_2_a_sample_meets_its_quotas_exactly_wherever_the_pool_allows() {
    let folder = filled(40);
    let target = ["--area", "debugging=50,explanation=20,multi_step=30", "--language", "python=3,rust=2,go=1"];
    let outcome = folder.json(&[&["sample", "-n", "97", "--no-generate", "--strict", "--json"], &target[..]].concat());
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for prompt in outcome["prompts"].as_array().expect("prompts") {
        for axis in ["area", "language"] {
            *counts.entry(format!("{axis} {}", prompt[axis].as_str().expect("a label"))).or_default() += 1;
        }
    }
    let expected = [
        ("area debugging", 49),
        ("area explanation", 19),
        ("area multi_step", 29),
        ("language go", 16),
        ("language python", 49),
        ("language rust", 32),
    ];
    assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)).into());
    assert_eq!(outcome["shortfalls"], json!([]));
}

#[test]
fn promise_3_the_same_catalog_options_and_seed_give_the_same_bytes() {
    let sample = |seed| {
        let folder = filled(9);
        let first = [&["sample", "-n", "20", "--seed", "1", "--quiet"], &ANY[..]].concat();
        folder.ok(&first);
        folder.ok(&["dataset", "release", "sample-1", "--yes"]);
        let target = ["--area", "debugging=2,multi_step=1", "--language", "any", "--no-generate"];
        let run = folder.run(&[&["sample", "-n", "15", "--seed", seed], &target[..]].concat());
        run.shown()
    };
    assert_eq!(sample("42"), sample("42"));
    assert_ne!(sample("42"), sample("43"));
}

/// Within a cell every prompt is equally likely, also after many draws and releases have moved them about.
#[test]
fn promise_3_every_prompt_is_equally_likely_after_draws_and_releases() {
    let folder = Folder::new();
    folder.write("a.jsonl", (0..30).map(|n| format!("{{\"prompt\": \"{n}\"}}\n")).collect::<String>());
    folder.ok(&["import", "a.jsonl"]);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for round in 0..300 {
        let (kept, freed) = (format!("kept-{round}"), format!("freed-{round}"));
        let seed = round.to_string();
        let args = |name, count| [&["-n", count, "--dataset", name, "--seed", &seed], &ANY[..]].concat();
        for id in drawn(&folder, &args(&kept, "6")) {
            *counts.entry(id).or_default() += 1;
        }
        drawn(&folder, &args(&freed, "5"));
        for name in if round % 2 == 0 { [&kept, &freed] } else { [&freed, &kept] } {
            folder.ok(&["dataset", "release", name, "--yes"]);
        }
    }
    assert_eq!(counts.len(), 30);
    let expected = 300.0 * 6.0 / 30.0;
    let chi_square: f64 = counts.values().map(|&n| (n as f64 - expected).powi(2) / expected).sum();
    // 29 degrees of freedom: above 58.3 once in a thousand; the seeds are fixed, so this cannot flicker. (Drawing
    // without replacement makes it smaller by a fifth, never larger.)
    assert!(chi_square < 58.3, "chi-square {chi_square}: {counts:?}");
    folder.ok(&["check"]);
}

#[test]
fn promise_4_no_prompt_is_drawn_twice_in_fifty_samples() {
    let folder = filled(90);
    let mut seen = BTreeSet::new();
    for _ in 0..50 {
        for id in drawn(&folder, &[&["-n", "20"], &ANY[..]].concat()) {
            assert!(seen.insert(id.clone()), "{id} was drawn twice");
        }
    }
    assert_eq!(seen.len(), 1000);
}

#[test]
fn promise_4_max_uses_is_the_number_of_datasets_that_a_prompt_may_be_in() {
    let folder = filled(1);
    let twice = [&["-n", "12", "--max-uses", "2"], &ANY[..]].concat();
    let (first, second) = (drawn(&folder, &twice), drawn(&folder, &twice));
    assert_eq!(BTreeSet::from_iter(&first), BTreeSet::from_iter(&second));
    assert_eq!(folder.run(&[&["sample"], &twice[..]].concat()).code(), 1);
    folder.ok(&["dataset", "release", "sample-1", "--yes"]);
    assert_eq!(drawn(&folder, &twice).len(), 12);
    folder.ok(&["check"]);
}

/// The database itself refuses a use too many, whatever the program does.
#[test]
fn promise_4_the_database_refuses_a_second_use() {
    let folder = filled(1);
    drawn(&folder, &[&["-n", "1"], &ANY[..]].concat());
    let connection = rusqlite::Connection::open(folder.path("catalog.db")).expect("a catalog");
    let again = "INSERT INTO dataset SELECT 2, 'again', seed, requested, size, options, targets, plan, shortfalls, \
                 program, draw_version, created_at, NULL, NULL FROM dataset; \
                 INSERT INTO usage SELECT 2, rank, prompt_id, use_number, 0, category, area, language, source FROM usage";
    let error = connection.execute_batch(again).expect_err("the use is taken").to_string();
    assert!(error.contains("UNIQUE constraint failed: usage.prompt_id, usage.use_number"), "{error}");
}

#[test]
fn promise_6_bad_input_is_named_counted_and_left_out() {
    let folder = Folder::new();
    let mut lines = Vec::new();
    for n in 0..100 {
        lines.extend_from_slice(format!("{{\"prompt\": \"good {n}\"}}\n").as_bytes());
        lines.extend_from_slice(match n % 5 {
            0 => b"{\"prompt\": \"cut",
            1 => b"\xff\xfe",
            2 => b"[]",
            3 => b"{\"prompt\": {}}",
            _ => b"{}",
        });
        lines.push(b'\n');
    }
    folder.write("a.jsonl", lines);
    let outcome = folder.json(&["import", "a.jsonl", "--rejects", "r.jsonl", "--json"]);
    assert_eq!((&outcome["added"], &outcome["rejected"], &outcome["read"]), (&json!(100), &json!(100), &json!(200)));
    let rejects: Vec<Value> =
        folder.read("r.jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let lines: Vec<_> = rejects.iter().map(|reject| reject["line"].as_u64().expect("a line")).collect();
    assert_eq!(lines, (1..=100).map(|n| n * 2).collect::<Vec<_>>());
    assert_eq!(rejects[1]["reason"], "not_utf8");
}

#[test]
fn promise_7_a_dataset_keeps_the_labels_that_its_prompts_had() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"prompt\": \"p\", \"category\": \"bug_fix\", \"language\": \"go\"}\n");
    folder.write("b.jsonl", "{\"prompt\": \"p\", \"category\": \"algorithm\", \"language\": \"rust\"}\n");
    folder.ok(&["import", "a.jsonl"]);
    let before = folder.ok(&["sample", "-n", "1", "--dataset", "d", "--no-generate", "--quiet"]);
    folder.ok(&["import", "b.jsonl", "--update-labels"]);
    assert_eq!(folder.ok(&["dataset", "export", "d"]), before);
    folder.write("d.jsonl", &before);
    assert_eq!(folder.json(&["dataset", "verify", "d", "d.jsonl", "--json"])["faithful"], 1);
    folder.write("d.jsonl", before.replace("bug_fix", "algorithm"));
    assert_eq!(folder.run(&["dataset", "verify", "d", "d.jsonl"]).code(), 1);
    let shown = folder.json(&["show", &Folder::ids(&before)[0], "--json"]);
    assert_eq!((&shown["category"], &shown["datasets"][0]["category"]), (&json!("algorithm"), &json!("bug_fix")));
    folder.ok(&["check"]);
}
