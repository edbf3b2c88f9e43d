//! What opening a catalog says of files that are none, or not to be had.

use insta::assert_snapshot;

use crate::common::{Folder, prompts};

#[test]
fn no_catalog_is_an_error_of_those_who_read() {
    assert_snapshot!(Folder::new().run(&["report", "coverage"]).shown(), @"
    --- stderr
    error: there is no catalog at catalog.db
    hint: `catalog import PATH` and `catalog sample` make one here; `--db PATH` or CATALOG_DB names one elsewhere
    --- exit code 1
    ");
}

#[test]
fn what_is_no_catalog_is_named_and_left_alone() {
    let folder = Folder::new();
    folder.write("text.db", "this is a text, and long enough to be taken for a header of a database, if it had one\n");
    assert_snapshot!(folder.run(&["--db", "text.db", "sample", "-n", "1"]).shown(), @"
    --- stderr
    error: text.db is no catalog: it is not an SQLite file
    hint: name another file with `--db PATH`
    --- exit code 1
    ");
    let other = rusqlite::Connection::open(folder.path("other.db")).expect("a database");
    other.execute_batch("CREATE TABLE t (x)").expect("a table");
    drop(other);
    assert_snapshot!(folder.run(&["--db", "other.db", "import", "text.db"]).shown(), @"
    --- stderr
    error: other.db is no catalog: it is another program's SQLite file
    hint: name another file with `--db PATH`
    --- exit code 1
    ");
    std::fs::create_dir(folder.path("folder.db")).expect("a folder");
    assert_snapshot!(folder.run(&["--db", "folder.db", "check"]).shown(), @"
    --- stderr
    error: folder.db is no catalog: it is a folder
    hint: name another file with `--db PATH`
    --- exit code 1
    ");
}

#[test]
fn a_catalog_of_a_newer_program_is_refused() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    let connection = rusqlite::Connection::open(folder.path("catalog.db")).expect("a catalog");
    connection.execute_batch("PRAGMA user_version = 99").expect("a version");
    drop(connection);
    assert_snapshot!(folder.run(&["sample", "-n", "1"]).shown(), @"
    --- stderr
    error: catalog.db is a catalog of version 99, and this program knows version 4
    hint: use the newer program; an older one would misread the catalog
    --- exit code 1
    ");
}

#[test]
fn a_full_disk_leaves_the_catalog_as_it_was() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    folder.write("b.jsonl", prompts(500));
    // A limit on the size of any file stands in for a full disk.
    let script = format!("ulimit -f 200; trap '' XFSZ; exec '{}' import b.jsonl", env!("CARGO_BIN_EXE_catalog"));
    let mut command = std::process::Command::new("bash");
    let output = command.args(["-c", &script]).current_dir(folder.path("")).output().expect("bash");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.starts_with("error: "), "{stderr}");
    let check = folder.ok(&["check"]);
    assert!(check.ends_with("all is well\n"), "{check}");
}

#[cfg(unix)]
#[test]
fn a_new_catalog_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    let mode = std::fs::metadata(folder.path("catalog.db")).expect("a catalog").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// SQLite would work the log of a catalog that is gone into a new one of its name.
#[test]
fn the_log_of_a_catalog_that_is_gone_is_not_taken_over() {
    let folder = Folder::new();
    folder.write("catalog.db-wal", "left over");
    folder.write("a.jsonl", prompts(1));
    assert_snapshot!(folder.run(&["import", "a.jsonl"]).shown(), @"
    --- stderr
    error: catalog.db is no catalog: catalog.db-wal is left of an earlier catalog; move it away first
    hint: name another file with `--db PATH`
    --- exit code 1
    ");
}

#[test]
fn a_backup_is_as_good_a_catalog_as_the_original() {
    let folder = Folder::new();
    folder.write("a.jsonl", prompts(1));
    folder.ok(&["import", "a.jsonl"]);
    folder.ok(&["backup", "copy.db"]);
    folder.ok(&["--db", "copy.db", "check"]);
    let copy = rusqlite::Connection::open(folder.path("copy.db")).expect("a catalog");
    let mode: String = copy.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("a mode");
    assert_eq!(mode, "wal");
}
