//! Who may import whom: the arrows of the house, each checked in every file.

use std::fs;
use std::path::{Path, PathBuf};

/// A part of the house, and what its code never names. Tests within it may.
const ARROWS: [(&str, &[&str]); 9] = [
    (
        "src/domain",
        &[
            "crate::app",
            "crate::source",
            "crate::store",
            "crate::export",
            "crate::report",
            "crate::teacher",
            "crate::grammar",
            "std::fs",
            "std::io",
            "std::env",
            "SystemTime",
            "Instant",
            "rusqlite",
            "rand::",
        ],
    ),
    ("src/source", &["crate::app", "crate::store", "crate::export", "crate::report", "rusqlite"]),
    ("src/export", &["crate::app", "crate::store", "crate::source", "crate::report", "rusqlite"]),
    (
        "src/teacher",
        &[
            "crate::app",
            "crate::store",
            "crate::source",
            "crate::export",
            "crate::report",
            "std::fs",
            "std::env",
            "rusqlite",
        ],
    ),
    ("src/report", &["crate::app", "crate::store", "crate::source", "crate::export", "rusqlite"]),
    ("src/store", &["crate::app", "crate::source", "crate::export", "crate::report", "crate::teacher"]),
    ("src/store/driver", &["crate::domain", "crate::store::"]),
    ("src/app", &["rusqlite", "refinery", "clap", "indicatif", "println!", "SELECT "]),
    ("src/bin/catalog", &["rusqlite", "refinery", "SELECT ", "prompt_catalog::store"]),
];

/// Only these places name these crates.
const HOMES: [(&str, &str); 6] = [
    ("rusqlite", "src/store/driver"),
    ("refinery", "src/store/driver"),
    ("tiktoken_rs", "src/teacher"),
    ("ureq", "src/teacher"),
    ("clap", "src/bin/catalog"),
    ("tree_sitter", "src/grammar"),
];

#[test]
fn nothing_points_back() {
    let mut broken = Vec::new();
    for (part, never) in ARROWS {
        let files = sources(Path::new(part));
        assert!(!files.is_empty(), "{part} has no files");
        for file in files {
            find(&file, never, &mut broken);
        }
    }
    assert!(broken.is_empty(), "these arrows point back:\n{}", broken.join("\n"));
}

#[test]
fn crates_are_named_at_home_alone() {
    let mut broken = Vec::new();
    for (name, home) in HOMES {
        for file in sources(Path::new("src")).into_iter().filter(|file| !file.starts_with(home)) {
            find(&file, &[&format!("{name}::")], &mut broken);
        }
    }
    assert!(broken.is_empty(), "these crates are named away from home:\n{}", broken.join("\n"));
}

/// A file is read in one sitting.
#[test]
fn no_file_is_longer_than_500_lines() {
    let long: Vec<_> = sources(Path::new("src"))
        .into_iter()
        .filter(|file| fs::read_to_string(file).expect("a source file").lines().count() > 500)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

/// Every statement is in a file of its own, and is used.
#[test]
fn every_statement_is_used_and_none_stands_in_code() {
    let code: String = sources(Path::new("src/store")).iter().map(|file| code_of(file)).collect();
    let mut count = 0;
    for folder in fs::read_dir("src/store/sql").expect("the folder of statements") {
        for file in fs::read_dir(folder.expect("a folder").path()).expect("a folder of statements") {
            let path = file.expect("a file").path().with_extension("");
            let name = path.strip_prefix("src/store/sql").expect("below it").to_string_lossy().into_owned();
            assert!(code.contains(&format!("sql!(\"{name}\")")), "{name} is not used");
            count += 1;
        }
    }
    assert!(count > 30, "{count} statements");
    for verb in ["\"SELECT * ", "\"INSERT ", "\"UPDATE ", "\"DELETE "] {
        assert!(!code.contains(verb), "{verb} stands in code");
    }
}

/// The text of a file, but for the tests at its end.
fn code_of(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

fn find(file: &Path, never: &[&str], broken: &mut Vec<String>) {
    for (number, line) in code_of(file).lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default();
        for word in never.iter().filter(|word| line.contains(**word)) {
            broken.push(format!("{}:{}: names `{word}`", file.display(), number + 1));
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files
}
