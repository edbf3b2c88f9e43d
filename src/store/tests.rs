//! What tests of use cases ask of the store, and how a catalog's file is written while it is filled.

use super::Store;

/// Tables that do not grow with the prompts: kept counts by category, language and the like.
const SMALL: [&str; 3] = ["stratum", "template", "template_made"];

/// Tables that refer to prompts: the plan of an insertion looks through them for a reference that the new prompt would mend,
/// which runs only while one is broken.
const REFERRING: [&str; 2] = ["assignment", "attempt"];

impl Store {
    /// Returns the steps of all that was run since this was asked before that go through a whole table or index which grows
    /// with the prompts, each with its statement.
    ///
    /// # Panics
    /// When nothing that was run reaches the table named: then there was nothing to be found.
    pub fn scans(&self, reached: &str) -> Vec<String> {
        let plans = self.database.query_plans();
        let table = |step: &str| step.split(' ').nth(1).unwrap_or_default().to_owned();
        assert!(plans.iter().any(|(_, step)| table(step) == reached), "no step reaches {reached}: {plans:#?}");
        let is_fine = |sql: &str, table: &str| {
            SMALL.contains(&table) || (sql.starts_with("INSERT INTO prompt ") && REFERRING.contains(&table))
        };
        let is_scan = |(sql, step): &(String, String)| {
            step.starts_with("SCAN ") && !step.ends_with("-ROW VALUES CLAUSE") && !is_fine(sql, &table(step))
        };
        plans.into_iter().filter(is_scan).map(|(sql, step)| format!("{step}: {sql}")).collect()
    }
}

fn made() -> (tempfile::TempDir, std::path::PathBuf, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.db");
    std::fs::write(&path, "").expect("an empty file");
    let store = Store::create(&path).expect("a catalog");
    (folder, path, store)
}

/// Tells whether a log is written ahead of a catalog's file, which is what the 19th byte of an SQLite file says.
fn has_log(path: &std::path::Path) -> bool {
    std::fs::read(path).expect("a file")[18] == 2
}

#[test]
fn a_catalog_is_filled_without_a_log_and_has_one_afterwards() {
    let (_folder, path, mut store) = made();
    let fill = store.begin_fill(0).expect("it begins").expect("an empty catalog is filled");
    assert!(!has_log(&path));
    // Whoever looks in meanwhile leaves it so, and what is written counts as this process's own.
    let other = Store::open(&path).expect("it opens");
    assert_eq!(other.read(|session| session.prompt_count()).expect("it reads"), 0);
    assert!(!has_log(&path));
    let mut fill = Some(fill);
    store
        .fill(&mut fill, |_, fill| {
            assert!(fill.is_some());
            Ok(())
        })
        .expect("it writes");
    store.end_fill(fill.expect("it goes on")).expect("it ends");
    assert!(has_log(&path));
}

#[test]
fn a_catalog_that_others_have_open_is_filled_with_its_log() {
    let (_folder, path, mut store) = made();
    let other = Store::open(&path).expect("it opens");
    assert_eq!(other.read(|session| session.prompt_count()).expect("it reads"), 0);
    let fill = store.begin_fill(0).expect("it begins").expect("an empty catalog is filled");
    assert!(has_log(&path));
    store.end_fill(fill).expect("it ends");
}

#[test]
fn a_write_by_others_ends_the_filling() {
    let (_folder, path, mut store) = made();
    let mut fill = store.begin_fill(0).expect("it begins");
    let mut other = Store::open(&path).expect("it opens");
    other.write(|session| session.begin_run("t", "p", "{}")).expect("it writes");
    store
        .fill(&mut fill, |_, fill| {
            assert!(fill.is_none());
            Ok(())
        })
        .expect("it writes");
    assert!(fill.is_none());
    assert!(has_log(&path));
}

#[test]
fn a_journal_that_another_process_holds_up_is_changed_by_whoever_opens_next() {
    let (_folder, path, mut store) = made();
    drop(store.begin_fill(0).expect("it begins"));
    let mut other = Store::open(&path).expect("it opens");
    // Whoever writes builds the indexes first, which is how a catalog is told to be filled no longer.
    other.write(|_| Ok(())).expect("it writes");
    other.write(|_| Store::open(&path).map(|_| ())).expect("it opens without waiting");
    assert!(!has_log(&path));
    Store::open(&path).expect("it opens");
    assert!(has_log(&path));
}
