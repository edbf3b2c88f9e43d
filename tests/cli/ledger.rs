//! `catalog dataset record`, `verify` and `diff`.

use insta::assert_snapshot;

use crate::common::{Folder, hash, prompts};

const ANY: [&str; 6] = ["--area", "any", "--language", "any", "--no-generate", "-q"];

fn sample(folder: &Folder, count: &str, name: &str, args: &[&str]) {
    folder.ok(&[&["sample", "-n", count, "--seed", "3", "--dataset", name], &ANY[..], args].concat());
}

#[test]
fn a_training_file_becomes_a_dataset_and_its_prompts_are_used() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    sample(&folder, "1", "drawn", &["--only-category", "bug_fix", "--only-language", "go"]);
    let row = |text: &str| format!("{}\n", serde_json::json!({ "messages": [{ "role": "user", "content": text }] }));
    let texts = ["algorithm number 0 for go", "new to the catalog", "bug_fix number 0 for go", "new to the catalog"];
    folder.write("old.jsonl", texts.map(row).concat() + "not JSON\n");
    assert_snapshot!(folder.run(&["dataset", "record", "past", "old.jsonl"]).shown(), @"
    past is recorded: 3 prompts of 5 records, 1 prompt new in the catalog
    --- stderr
    old.jsonl:5: not JSON: expected ident, at column 2 of the record
    warning: 1 record with a prompt that stood before in the file; it counts once
    warning: 1 prompt used before by another dataset; this is the next use of each
    warning: 1 record that cannot be taken, and of which nothing is recorded
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["dataset", "show", "past"]).shown(), @"
    past: 3 prompts of 5 records, active
    recorded 2025-11-22T08:26:40Z by version 0.1.0, import 2
      area             prompts
      code_generation        1
      debugging              1
      other                  1
      category   prompts
      algorithm        1
      bug_fix          1
      none             1
      language  prompts
      go              2
      none            1
      source    prompts
      existing        3
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(folder.ok(&["dataset", "list"]), @"
    dataset  prompts  state   seed  created
    drawn          1  active  3     2025-11-22T08:26:40Z
    past           3  active        2025-11-22T08:26:40Z
    ");
    assert_eq!(folder.json(&["dataset", "list", "--json"])[1]["seed"], serde_json::Value::Null);
    let report = folder.json(&["report", "datasets", "--json"]);
    let seeds: Vec<_> =
        report["sections"]["datasets"].as_array().expect("rows").iter().map(|row| &row["seed"]).collect();
    assert_eq!(seeds, [&serde_json::json!(3), &serde_json::Value::Null]);
    let shown = folder.json(&["show", &hash("bug_fix number 0 for go"), "--json"]);
    assert_eq!((&shown["uses"], &shown["datasets"][1]["use_number"]), (&2.into(), &2.into()));
    assert_eq!(shown["datasets"][1]["position"], 3);
    let rest = folder.ok(&[&["sample", "-n", "99"], &ANY[..]].concat());
    assert_eq!(rest.lines().count(), 10);
    assert!(!rest.contains("algorithm number 0 for go\""));
    folder.ok(&["dataset", "release", "past", "--yes"]);
    assert_eq!(folder.ok(&[&["sample", "-n", "99"], &ANY[..]].concat()).lines().count(), 2);
    folder.ok(&["check"]);
}

#[test]
fn all_is_recorded_or_nothing() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.write("none.jsonl", "{\"other\": 1}\n");
    folder.ok(&["dataset", "record", "past", "a.jsonl"]);
    assert_snapshot!(folder.run(&["dataset", "record", "past", "none.jsonl"]).shown(), @"
    --- stderr
    error: a dataset named past exists already
    hint: choose another name; `catalog sample` without `--dataset` makes one up
    --- exit code 1
    ");
    assert_snapshot!(folder.run(&["dataset", "record", "empty", "none.jsonl"]).shown(), @"
    --- stderr
    none.jsonl:1: no prompt field; it has `other`
    error: no record of none.jsonl can be taken
    hint: `--format` tells what a file is, and `--field prompt=NAME` where its prompts are
    --- exit code 1
    ");
    assert_snapshot!(folder.run(&["dataset", "record", "gone", "gone.jsonl"]).shown(), @"
    --- stderr
    error: there is no file gone.jsonl
    hint: look at the path
    --- exit code 1
    ");
    assert_eq!(folder.json(&["dataset", "list", "--json"]).as_array().map(Vec::len), Some(1));
    folder.ok(&["check"]);
}

#[test]
fn a_file_is_verified_line_by_line() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(2));
    folder.ok(&["import", "a.jsonl"]);
    sample(&folder, "6", "d", &["--output", "d.jsonl"]);
    assert_snapshot!(folder.run(&["dataset", "verify", "d", "d.jsonl"]).shown(), @"
    6 prompts as d delivered them; 0 missing, 0 extra, 0 altered, 0 repeated
    --- stderr
    --- exit code 0
    ");
    let lines: Vec<String> = folder.read("d.jsonl").lines().map(str::to_owned).collect();
    let altered = lines[1].replace(" number ", "  number ");
    let other_label = lines[2].replace("\"language\":\"", "\"language\":\"un");
    let extra = "{\"prompt\": \"brought in later\"}";
    let rows = [lines[5].as_str(), &altered, &other_label, &lines[3], &lines[3], extra, "{"];
    folder.write("bad.jsonl", rows.join("\n"));
    assert_snapshot!(folder.run(&["dataset", "verify", "d", "bad.jsonl"]).shown(), @"
    missing: prompt 1 of the dataset, b98b249d729a7fb268e222a4b90e7317bfad2cbbeb6275ee1fe646e587466586
    missing: prompt 5 of the dataset, f8cb6f234a1663662241becd29d74a39e3119c2507c7f03ddfca25ab981eb1e4
    bad.jsonl:6: extra: 2c5936ba3ae152412da657cbe9ad2fa3e337fd4ee1a06ce439ffe98333b2f4d9
    bad.jsonl:2: altered: bab5f6f2649c37c5acc096ef4707f665c637fcff26ce24522fda83e20724efdc: text
    bad.jsonl:3: altered: b6a93e9af94cd295bb8b8865e70351e6bcd8a8fcc5a71f1125d7ac7aaf7ca933: language unrust, and was rust
    bad.jsonl:5: repeated: 053b3a9d1eba576a7adbd99d86d54273f77eb7b4a094fbb8398c8d05ec304efd stands on line 4 already
    2 prompts as d delivered them, in another order; 2 missing, 1 extra, 2 altered, 1 repeated
    --- stderr
    bad.jsonl:7: not JSON: EOF while parsing an object, at column 1 of the record
    error: bad.jsonl does not hold what d delivered
    hint: `catalog dataset export d` writes it as it was
    --- exit code 1
    ");
    let outcome = Folder::json_of(&folder.run(&["dataset", "verify", "d", "bad.jsonl", "--json", "-q"]).stdout());
    let count = |field: &str| outcome[field].as_array().map(Vec::len);
    assert_eq!(
        [count("missing"), count("extra"), count("altered"), count("repeated")],
        [Some(2), Some(1), Some(2), Some(1)]
    );
    assert_eq!((&outcome["records"], &outcome["rejected"], &outcome["faithful"]), (&7.into(), &1.into(), &2.into()));
}

/// Every format that a dataset is written in reads back as what was delivered.
#[test]
fn what_is_exported_verifies_in_every_format() {
    let folder = Folder::new();
    let texts = [
        "=1+1, \"quoted\"\n%prompt x\n",
        "-- SELECT\u{2028}1;",
        "\tindented\u{1e}\r\nline",
        "+x",
        "@y",
        "'z",
        "\u{feff}mark",
        "日本 العربية",
    ];
    let rows = texts.map(|text| format!("{}\n", serde_json::json!({ "prompt": text, "language": "C++" })));
    folder.write("a.jsonl", rows.concat());
    folder.ok(&["import", "a.jsonl"]);
    sample(&folder, "8", "d", &[]);
    for format in ["jsonl", "json", "csv", "txt", "parquet", "openai", "sharegpt", "alpaca"] {
        let file = format!("d-{format}");
        folder.ok(&["dataset", "export", "d", "--format", format, "--output", &file]);
        let read = if matches!(format, "csv" | "txt") {
            &["--format", if format == "csv" { "csv" } else { "curated" }][..]
        } else {
            &[]
        };
        let outcome = folder.json(&[&["dataset", "verify", "d", &file, "--json"], read].concat());
        assert_eq!((&outcome["faithful"], &outcome["in_order"]), (&8.into(), &true.into()), "{format}");
    }
    let csv = folder.ok(&["dataset", "export", "d", "--format", "csv", "--formula-safe"]);
    for (cell, safe) in
        [("\"=1+1", "\"'=1+1"), (",-- S", ",'-- S"), (",+x,", ",'+x,"), (",@y,", ",'@y,"), ("\"\tind", "\"'\tind")]
    {
        assert!(csv.contains(safe) && !csv.contains(cell), "{safe:?} in {csv}");
    }
    assert_eq!(folder.run(&["dataset", "export", "d", "--formula-safe"]).code(), 2);
}

#[test]
fn two_datasets_are_compared() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    sample(&folder, "5", "a", &["--only-language", "go,rust"]);
    let both = folder.ok(&["dataset", "export", "a"]).lines().next().expect("a line").to_owned();
    folder.write("b.jsonl", format!("{both}\n{{\"prompt\": \"only here\", \"language\": \"go\"}}\n"));
    folder.ok(&["label", &Folder::ids(&both)[0], "--category", "real_world"]);
    folder.ok(&["dataset", "record", "b", "b.jsonl"]);
    assert_snapshot!(folder.run(&["dataset", "diff", "a", "b"]).shown(), @"
    1 prompt in both
    4 prompts only in a
      3778e265be68a5956bfb80238d08d5e427e37f48d5018b5ad26c74d1cf24a82e
      053b3a9d1eba576a7adbd99d86d54273f77eb7b4a094fbb8398c8d05ec304efd
      b6a93e9af94cd295bb8b8865e70351e6bcd8a8fcc5a71f1125d7ac7aaf7ca933
      e67bd2476e4ddd3d0045f4d6dfa6a19c323b8ab151ff0eebaf664f17f3334219
    1 prompt only in b
      6ddc48e4f033d36ed329c3d4a95c5f0fc0b9efb234ef35e20307215631351c02
    1 prompt in both, with other labels
      bab5f6f2649c37c5acc096ef4707f665c637fcff26ce24522fda83e20724efdc
      area             a  b
      code_generation  1  0
      debugging        1  0
      explanation      2  0
      multi_step       1  0
      other            0  1
      real_world       0  1
      category     a  b
      algorithm    1  0
      bug_fix      1  0
      explanation  2  0
      none         0  1
      real_world   0  1
      refactoring  1  0
      language  a  b
      rust      3  0
      source    a  b
      existing  5  2
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["dataset", "diff", "a", "c"]).shown(), @"
    --- stderr
    error: there is no dataset named c
    hint: `catalog dataset list` names them all
    --- exit code 1
    ");
    let diff = folder.json(&["dataset", "diff", "a", "a", "--json"]);
    assert_eq!((&diff["in_both"], &diff["axes"]), (&5.into(), &serde_json::json!({})));
}
