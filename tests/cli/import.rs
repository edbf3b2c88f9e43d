//! `catalog import`.

use insta::assert_snapshot;

use crate::common::{Folder, hash, prompts};

#[test]
fn it_counts_what_it_read_and_names_what_it_could_not_take() {
    let folder = Folder::new();
    folder.write(
        "a.jsonl",
        "{\"prompt\": \"one\", \"category\": \"bug_fix\", \"language\": \"js\"}\n\
         {\"prompt\": \"one  \\n\", \"category\": \"algorithm\"}\n\
         {\"prompt\": \n\
         {\"title\": \"x\", \"body\": \"y\"}\n\
         {\"prompt\": 5}\n\
         {\"prompt\": \" \\n\"}\n\
         {\"prompt\": \"a\\u0000b\"}\n",
    );
    assert_snapshot!(folder.run(&["import", "a.jsonl", "missing.json"]).shown(), @"
    8 records read from 1 file: 1 added, 1 duplicate (1 with other labels), 6 rejected
    --- stderr
    a.jsonl:3: not JSON: EOF while parsing a value, at column 11 of the record
    a.jsonl:4: no prompt field; it has `body`, `title`
    a.jsonl:5: `prompt` is a number, and a prompt is text
    a.jsonl:6: empty after normalising
    a.jsonl:7: holds a NUL character
    missing.json: cannot be read: No such file or directory (os error 2)
    note: `--field prompt=NAME` tells in which field the prompts are
    --- exit code 0
    ");
}

#[test]
fn json_has_the_promised_fields() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(2));
    let outcome = folder.json(&["import", "a.jsonl", "--json"]);
    for (field, expected) in
        [("read", 24), ("added", 24), ("duplicates", 0), ("rejected", 0), ("conflicts", 0), ("files", 1)]
    {
        assert_eq!(outcome[field], expected, "{field}");
    }
    let again = folder.json(&["import", "a.jsonl", "--json"]);
    assert_eq!((&again["added"], &again["duplicates"]), (&0.into(), &24.into()));
}

#[test]
fn a_folder_is_walked_by_name_and_what_is_no_prompt_is_passed_over() {
    let folder = Folder::new();
    folder.write("in/b.txt", "second");
    folder.write("in/a/x.txt", "first");
    folder.write("in/.hidden.txt", "hidden");
    folder.write("in/README.md", "read me");
    folder.write("in/LICENSE", "terms");
    folder.write("in/drafts/d.txt", "draft");
    folder.write("in/image.png", [0x89, b'P', b'N', b'G', 0, 0]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("b.txt", folder.path("in/link.txt")).expect("links can be made");
    assert_snapshot!(folder.run(&["import", "in", "--exclude", "drafts/**"]).shown(), @"
    2 records read from 2 files: 2 added, 0 duplicates (0 with other labels), 0 rejected
    passed over: 1 hidden, 1 symbolic link, 2 README and the like, 1 excluded, 1 of no known format
    --- stderr
    --- exit code 0
    ");
}

/// The folders of the script that this replaces: one prompt a file by category, and all of them again in two files.
#[test]
fn labels_come_from_the_path_where_no_field_gives_them() {
    let folder = Folder::new();
    folder.write("in/bug_fix/off_by_one_c++.txt", "Category: ignored\nno head, so this is text");
    folder.write("in/code-review/pull_js.txt", "Language: go\n=====\nfrom the head");
    folder.write("in/elsewhere/list_python.txt", "only the language is known");
    folder.write(
        "in/all_prompts.jsonl",
        "{\"prompt\": \"from the head\", \"category\": \"code_review\", \"language\": \"go\"}\n",
    );
    assert_eq!(folder.json(&["import", "in", "--json"])["conflicts"], 0);
    let lines = folder.ok(&[
        "sample",
        "-n",
        "9",
        "--area",
        "any",
        "--language",
        "any",
        "--no-generate",
        "--seed",
        "1",
        "--quiet",
    ]);
    let mut rows: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|row| format!("{} {}: {}", row["category"], row["language"], row["prompt"]))
        .collect();
    rows.sort();
    assert_snapshot!(rows.join("\n"), @r#"
    "bug_fix" "cpp": "Category: ignored\nno head, so this is text"
    "code_review" "go": "from the head"
    "none" "python": "only the language is known"
    "#);
}

#[test]
fn the_first_label_stays_unless_labels_are_to_be_updated() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"prompt\": \"p\", \"category\": \"bug_fix\", \"language\": \"go\"}\n");
    folder.write("b.jsonl", "{\"prompt\": \"p\", \"category\": \"algorithm\"}\n");
    let labels = || {
        let coverage = folder.json(&["report", "coverage", "--json"]);
        let row = coverage["sections"]["category"].as_array().expect("rows").clone();
        row.iter().find(|row| row["total"] == 1).expect("the one prompt")["category"].clone()
    };
    folder.ok(&["import", "a.jsonl"]);
    assert_eq!(folder.json(&["import", "b.jsonl", "--json"])["conflicts"], 1);
    assert_eq!(labels(), "bug_fix");
    assert_eq!(folder.json(&["import", "b.jsonl", "--json", "--update-labels"])["conflicts"], 1);
    assert_eq!(labels(), "algorithm");
    assert_eq!(folder.json(&["import", "b.jsonl", "--json"])["conflicts"], 0);
    folder.ok(&["check"]);
}

#[test]
fn rejects_go_to_a_file_with_the_raw_record() {
    let folder = Folder::new();
    folder.write("a.jsonl", b"{\"prompt\": \"fine\"}\n{\"x\": \"\xff\"}\n{\"title\": 1}\n");
    folder.ok(&["import", "a.jsonl", "--rejects", "out.jsonl"]);
    assert_snapshot!(folder.read("out.jsonl"), @r#"
    {"detail":"not UTF-8","file":"a.jsonl","line":2,"raw":"{\"x\": \"�\"}","raw_hex":"7b2278223a2022ff227d","reason":"not_utf8"}
    {"detail":"no prompt field; it has `title`","file":"a.jsonl","line":3,"raw":"{\"title\": 1}","reason":"no_prompt_field"}
    "#);
    assert_snapshot!(folder.run(&["import", "a.jsonl", "--rejects", "out.jsonl"]).shown(), @"
    --- stderr
    error: out.jsonl exists already
    hint: name another file, or add `--force` where the command has it
    --- exit code 1
    ");
}

#[test]
fn a_dry_run_counts_and_changes_nothing() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(3));
    let counts = |outcome: serde_json::Value| ["read", "added", "duplicates"].map(|field| outcome[field].as_u64());
    assert_eq!(counts(folder.json(&["import", "a.jsonl", "--dry-run", "--json"])), [Some(36), Some(36), Some(0)]);
    assert!(!folder.path("catalog.db").exists());
    folder.ok(&["import", "a.jsonl", "--limit", "10"]);
    let before = std::fs::read(folder.path("catalog.db")).expect("a catalog");
    assert_eq!(counts(folder.json(&["import", "a.jsonl", "--dry-run", "--json"])), [Some(36), Some(26), Some(10)]);
    assert_eq!(std::fs::read(folder.path("catalog.db")).expect("a catalog"), before);
}

#[test]
fn fields_can_be_named() {
    let folder = Folder::new();
    folder.write("a.json", "[{\"task\": {\"text\": \"deep\"}, \"kind\": \"Bug Fix\", \"prompt\": \"other\"}]");
    folder.ok(&["import", "a.json", "--field", "prompt=task.text", "--field", "category=kind", "--language", "C++"]);
    let line = folder.ok(&["sample", "-n", "1", "--seed", "1", "--no-generate", "--quiet"]);
    let row: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(
        (&row["prompt"], &row["category"], &row["language"]),
        (&"deep".into(), &"bug_fix".into(), &"cpp".into())
    );
    let shown = folder.json(&["show", row["id"].as_str().expect("an id"), "--json"]);
    assert_eq!(shown["metadata"], serde_json::json!({ "prompt": "other", "task": {} }));
}

#[test]
fn the_standard_input_is_a_file_of_the_format_given() {
    let folder = Folder::new();
    let run = folder.pipe(&["import", "-", "--format", "csv", "--json"], b"prompt;language\n\"two\nlines\";go\n");
    assert_eq!((run.code(), run.stdout().contains("\"added\":1")), (0, true), "{}", run.shown());
    let unknown = folder.pipe(&["import", "-"], b"plain words");
    assert_snapshot!(unknown.shown(), @"
    1 record read from 0 files: 0 added, 0 duplicates (0 with other labels), 1 rejected
    --- stderr
    -: cannot be read: neither its content nor its name tells a format
    error: nothing could be read
    hint: name files of json, jsonl, csv, tsv, txt, md or parquet, or a folder that holds some; `--format` tells what a file is
    --- exit code 1
    ");
}

#[test]
fn nothing_to_read_is_a_failure() {
    let folder = Folder::new();
    folder.write("in/picture.png", [0x89, 0]);
    assert_snapshot!(folder.run(&["import", "in"]).shown(), @"
    0 records read from 0 files: 0 added, 0 duplicates (0 with other labels), 0 rejected
    passed over: 1 of no known format
    --- stderr
    error: nothing could be read
    hint: name files of json, jsonl, csv, tsv, txt, md or parquet, or a folder that holds some; `--format` tells what a file is
    --- exit code 1
    ");
}

#[test]
fn the_terminal_gets_no_escape_from_a_file() {
    let folder = Folder::new();
    folder.write("a\u{1b}[2J.jsonl", "{\"\u{9b}31m\": 1}\n");
    let run = folder.run(&["import", "."]);
    assert!(!run.stderr().contains(['\u{1b}', '\u{9b}']), "{:?}", run.stderr());
    assert!(run.stderr().contains("\\u{1b}[2J.jsonl:1: no prompt field; it has `\\u{9b}31m`"), "{:?}", run.stderr());
}

/// No option overwrites the catalog, or the file that is being read.
#[test]
fn rejects_never_go_over_the_catalog_or_an_input() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    for target in ["a.jsonl", "./catalog.db", "catalog.db-wal"] {
        let run = folder.run(&["import", "a.jsonl", "--rejects", target, "--force"]);
        assert_eq!(run.code(), 2, "{target}: {}", run.shown());
    }
    assert_eq!(folder.read("a.jsonl"), prompts(1));
    assert_eq!(folder.run(&["sample", "-n", "1", "--output", "catalog.db", "--force"]).code(), 2);
    folder.ok(&["check"]);
}

#[test]
fn a_mistyped_path_makes_no_catalog() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&["import", "no-such-file.json"]).shown(), @"
    --- stderr
    error: nothing could be read: there is no no-such-file.json
    hint: look at the path; nothing was changed
    --- exit code 1
    ");
    assert!(!folder.path("catalog.db").exists());
}

#[test]
fn what_ships_can_be_brought_into_any_catalog() {
    let folder = Folder::new();
    folder.write("a.txt", "mine");
    folder.ok(&["import", "a.txt"]);
    let counts = |outcome: serde_json::Value| ["added", "duplicates"].map(|field| outcome[field].as_u64());
    assert_eq!(counts(folder.json(&["import", "--shipped", "--json"])), [Some(600), Some(0)]);
    assert_eq!(counts(folder.json(&["import", "--shipped", "--json"])), [Some(0), Some(600)]);
}

#[test]
fn a_limit_holds_across_arrays_and_files() {
    let folder = Folder::new();
    folder.write(
        "a.json",
        "{\"a\": [{\"prompt\": \"1\"}, {\"prompt\": \"2\"}], \"b\": [{\"prompt\": \"3\"}, {\"prompt\": \"4\"}]}",
    );
    folder.write("b.txt", "5");
    assert_eq!(folder.json(&["import", "a.json", "b.txt", "--limit", "1", "--json"])["read"], 1);
    assert_eq!(folder.json(&["import", "a.json", "b.txt", "--limit", "2", "--json"])["read"], 2);
    assert_eq!(folder.json(&["import", "a.json", "b.txt", "--json"])["read"], 5);
}

/// A record that gives no label takes none away.
#[test]
fn no_label_is_no_other_label() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"prompt\": \"p\", \"category\": \"bug_fix\", \"language\": \"go\"}\n");
    folder.write("b.jsonl", "{\"prompt\": \"p\", \"category\": \"unknown\", \"language\": \"\"}\n");
    folder.ok(&["import", "a.jsonl"]);
    assert_eq!(folder.json(&["import", "b.jsonl", "--update-labels", "--json"])["conflicts"], 0);
    assert_eq!(folder.json(&["import", "a.jsonl", "--category", "none", "--update-labels", "--json"])["conflicts"], 1);
}

#[test]
fn labels_that_seem_misspelt_are_named_and_kept() {
    let folder = Folder::new();
    folder.write(
        "a.jsonl",
        "{\"prompt\": \"a\", \"language\": \"Pyhton\"}\n{\"prompt\": \"b\", \"language\": \"pyhton\", \"category\": \"bug-fixx\"}\n\
         {\"prompt\": \"c\", \"language\": \"kotlin\", \"category\": \"bug_fix\"}\n",
    );
    assert_snapshot!(folder.run(&["import", "a.jsonl"]).shown(), @"
    3 records read from 1 file: 3 added, 0 duplicates (0 with other labels), 0 rejected
    --- stderr
    note: 1 record with the category `bug_fixx`, which the taxonomy does not know; is `bug_fix` meant?
    note: 2 records with the language `pyhton`, which the taxonomy does not know; is `python` meant?
    --- exit code 0
    ");
    assert_eq!(folder.json(&["show", &hash("a"), "--json"])["language"], "pyhton");
}
