//! `catalog check`.

use insta::assert_snapshot;

use crate::common::{Folder, prompts};

fn sampled() -> Folder {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(2));
    folder.ok(&["import", "a.jsonl"]);
    folder.ok(&["sample", "-n", "5", "--seed", "5", "--area", "any", "--language", "any", "--no-generate", "--quiet"]);
    folder
}

fn damage(folder: &Folder, sql: &str) {
    let connection = rusqlite::Connection::open(folder.path("catalog.db")).expect("a catalog");
    connection.execute_batch(sql).expect("the catalog can be damaged");
}

#[test]
fn a_sound_catalog_is_said_to_be() {
    assert_snapshot!(sampled().run(&["check"]).shown(), @"
    24 prompts and 1 dataset checked: all is well
    --- stderr
    --- exit code 0
    ");
}

#[test]
fn a_text_that_was_changed_is_found() {
    let folder = sampled();
    damage(&folder, "UPDATE prompt SET text = 'something else' WHERE id = 3");
    assert_snapshot!(folder.run(&["check"]).shown(), @"
    the text of prompt d5e14a517bc61855aadfd903d4e46a263159612c3824d597ded0a87d108d6c10 has another hash
    --- stderr
    error: the check found 1 problem
    hint: restore a copy made with `catalog backup FILE`
    --- exit code 1
    ");
}

#[test]
fn counts_and_places_and_uses_that_are_wrong_are_found() {
    for (sql, found) in [
        ("UPDATE stratum SET size = size + 1 WHERE id = 1", "stratum 1 counts"),
        ("PRAGMA foreign_keys = 0; DELETE FROM place WHERE prompt_id = 7", "is in no stratum"),
        ("UPDATE usage SET released = 1 WHERE rank = 0", "has 1 released usages, and should have 0"),
        ("UPDATE usage SET released = 1 WHERE rank = 0", "counts 1 uses, and has 0"),
        ("UPDATE dataset SET size = 6", "dataset sample-1 counts 6 prompts, and has 5"),
        ("PRAGMA foreign_keys = 0; DELETE FROM import_file", "refers to a row of import_file that is not there"),
        ("UPDATE import_run SET read_count = 30, added = 30", "import run 1 counts 30 records, and its files 24"),
        ("UPDATE prompt SET hash = zeroblob(32) WHERE id = 2", "has another hash"),
    ] {
        let folder = sampled();
        damage(&folder, sql);
        let run = folder.run(&["check"]);
        assert_eq!(run.code(), 1, "{sql}");
        assert!(run.stdout().contains(found), "{sql}: {}", run.shown());
    }
}
