//! `catalog backup`.

use crate::common::{Folder, prompts};

#[test]
fn a_backup_is_a_whole_catalog_and_takes_no_other_files_place() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(4));
    folder.ok(&["import", "a.jsonl"]);
    let outcome = folder.json(&["backup", "copy.db", "--json"]);
    assert_eq!(outcome["file"], "copy.db");
    assert_eq!(outcome["bytes"].as_u64(), Some(std::fs::metadata(folder.path("copy.db")).expect("a copy").len()));
    assert!(folder.ok(&["--db", "copy.db", "check"]).starts_with("48 prompts and 0 datasets checked"));
    let again = folder.run(&["backup", "copy.db"]);
    assert_eq!(again.code(), 1);
    assert!(again.stderr().contains("copy.db exists already"), "{}", again.stderr());
}

#[test]
fn a_backup_made_while_others_write_is_consistent() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.write("b.jsonl", prompts(4000));
    folder.ok(&["import", "a.jsonl"]);
    let mut import = folder.start(&["import", "b.jsonl"]);
    for number in 0..5 {
        let copy = format!("copy-{number}.db");
        folder.ok(&["backup", &copy]);
        folder.ok(&["--db", &copy, "check"]);
    }
    assert!(import.wait().expect("it ends").success());
}
