//! `catalog search`.

use insta::assert_snapshot;

use crate::common::{Folder, hash};

const ROWS: [(&str, &str, &str); 7] = [
    ("Sorting a list of parcels by weight, twice: sorting must be stable.", "algorithm", "rust"),
    ("The worker has a race condition between the two queues.", "debugging_concurrency", "go"),
    ("In this condition the race never ends.", "bug_fix", "python"),
    ("请修复这个函数里的错误，并写一个测试。", "bug_fix", "python"),
    ("اكتب دالة لترتيب القائمة", "algorithm", "python"),
    ("Use std::sync::Arc, not an \"Rc\" AND no unsafe; see NEAR(x, 2).", "code_review", "rust"),
    ("スレッドの競合状態を説明してください。", "explanation", "java"),
];

fn folder() -> Folder {
    let folder = Folder::new();
    let row = |(prompt, category, language)| {
        format!("{}\n", serde_json::json!({ "prompt": prompt, "category": category, "language": language }))
    };
    folder.write("a.jsonl", ROWS.map(row).concat());
    folder.ok(&["import", "a.jsonl"]);
    folder
}

/// The numbers of the rows that a search finds, the best first.
fn found(folder: &Folder, args: &[&str]) -> Vec<usize> {
    let outcome = folder.json(&[&["search", "--json"], args].concat());
    let hits = outcome["hits"].as_array().expect("hits");
    let row = |hit: &serde_json::Value| ROWS.iter().position(|row| hit["prompt"] == row.0).expect("a row");
    hits.iter().map(row).collect()
}

#[test]
fn hits_are_shown_with_their_labels_and_the_place() {
    let folder = folder();
    assert_snapshot!(folder.run(&["search", "race", "condition"]).shown(), @"
    cb939777b862  bug_fix · python · existing · unused
        In this condition the race never ends.
    cb41be816bed  debugging_concurrency · go · existing · unused
        The worker has a race condition between the two queues.
    --- stderr
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["search", "race", "--limit", "1"]).shown(), @"
    cb939777b862  bug_fix · python · existing · unused
        In this condition the race never ends.
    --- stderr
    note: 1 of 2 prompts are shown; `--limit N` shows more
    --- exit code 0
    ");
    assert_snapshot!(folder.run(&["search", "nothing", "like", "this"]).shown(), @"
    --- stderr
    note: no prompt holds all of these words
    --- exit code 0
    ");
}

#[test]
fn words_phrases_and_begins_are_found() {
    let folder = folder();
    assert_eq!(found(&folder, &["condition race"]), [2, 1]);
    assert_eq!(found(&folder, &["\"race condition\""]), [1]);
    assert_eq!(found(&folder, &["SORT*"]), [0]);
    assert_eq!(found(&folder, &["sort"]), Vec::<usize>::new());
    assert_eq!(found(&folder, &["std::sync::Arc"]), [5]);
}

#[test]
fn any_script_is_found() {
    let folder = folder();
    assert_eq!(found(&folder, &["错误"]), [3]);
    assert_eq!(found(&folder, &["修复 测试"]), [3]);
    assert_eq!(found(&folder, &["复修"]), Vec::<usize>::new());
    assert_eq!(found(&folder, &["競合状態"]), [6]);
    assert_eq!(found(&folder, &["القائمة"]), [4]);
    assert_eq!(found(&folder, &["دَالَّة"]), [4]);
}

#[test]
fn any_input_is_a_search() {
    let folder = folder();
    for words in [
        "AND",
        "NOT OR",
        "NEAR(race condition)",
        "\"",
        "\"\"\"",
        "text:race",
        "^race",
        "{race}",
        "race*condition",
        "(",
        "'; --",
        "c++",
    ] {
        let run = folder.run(&["search", "--", words]);
        assert_eq!(run.code(), 0, "{words:?}: {}", run.shown());
    }
    assert_eq!(found(&folder, &["AND NEAR"]), [5]);
    assert_snapshot!(folder.run(&["search", "--", "++ -- \"!?\""]).shown(), @"
    --- stderr
    note: there is neither a letter nor a digit to search for
    --- exit code 0
    ");
}

#[test]
fn filters_hold_on_every_axis() {
    let folder = folder();
    folder.ok(&[
        "sample",
        "-n",
        "1",
        "--dataset",
        "d",
        "--only-language",
        "go",
        "--area",
        "any",
        "--no-generate",
        "-q",
    ]);
    assert_eq!(found(&folder, &["race", "--only-language", "py"]), [2]);
    assert_eq!(found(&folder, &["race", "--only-area", "debugging"]), [2, 1]);
    assert_eq!(found(&folder, &["race", "--only-category", "bug_fix"]), [2]);
    assert_eq!(found(&folder, &["race", "--only-source", "generated"]), Vec::<usize>::new());
    assert_eq!(found(&folder, &["race", "--unused"]), [2]);
    assert_eq!(found(&folder, &["race", "--in", "d"]), [1]);
    assert_snapshot!(folder.run(&["search", "race", "--only-language", "pyhton"]).shown(), @"
    --- stderr
    error: language `pyhton` is neither in the taxonomy nor in the catalog
    hint: did you mean `python`?
    --- exit code 2
    ");
    assert_snapshot!(folder.run(&["search", "race", "--in", "e"]).shown(), @"
    --- stderr
    error: there is no dataset named e
    hint: `catalog dataset list` names them all
    --- exit code 1
    ");
}

/// The index is caught up with what came since, and a corrected label counts at once.
#[test]
fn the_index_catches_up() {
    let folder = folder();
    assert_eq!(found(&folder, &["race"]).len(), 2);
    folder.write("b.jsonl", "{\"prompt\": \"A third race.\"}\n");
    folder.ok(&["import", "b.jsonl"]);
    assert_eq!(folder.json(&["search", "race", "--json"])["ranked"], 3);
    folder.ok(&["label", &hash("A third race."), "--language", "cpp"]);
    assert_eq!(folder.json(&["search", "race", "--only-language", "c++", "--json"])["ranked"], 1);
    folder.ok(&["check"]);
}
