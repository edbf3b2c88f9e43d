//! Which files a list of paths stands for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Serialize;
use walkdir::{DirEntry, WalkDir};

use crate::error::{Error, Result};

/// Why a file of a folder is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedOver {
    /// Its name begins with a dot.
    Hidden,
    /// It is a symbolic link.
    SymbolicLink,
    /// It tells of the folder: README, LICENSE, NOTICE, CHANGELOG, CONTRIBUTING, SECURITY or PROVENANCE.
    Documentation,
    /// A pattern excludes it.
    Excluded,
    /// Neither its content nor its name tells a format.
    UnknownFormat,
    /// It is no regular file: a pipe, a socket, a device.
    Special,
}

/// Files to read, and what was passed over on the way.
#[derive(Debug, Default)]
pub struct Found {
    /// The files, in the order of the paths given; within a folder by name.
    pub files: Vec<Input>,
    /// How many files were passed over, by reason; a folder that is passed over counts as one.
    pub passed_over: BTreeMap<PassedOver, u64>,
}

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The standard input.
    Stdin,
    /// A file that ships in the program: its name and content.
    Shipped(&'static str, &'static str),
    /// A file; whether it was named itself, and not found in a folder.
    File(PathBuf, bool),
}

/// Patterns of files to leave out.
#[derive(Clone, Debug, Default)]
pub struct Exclude(GlobSet);

impl Exclude {
    /// Compiles patterns, each for a path within the folder or for a file name.
    ///
    /// # Errors
    /// When a text is no pattern.
    pub fn new(patterns: &[String]) -> Result<Self> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let wrong = |source| Error::Pattern { pattern: pattern.clone(), source };
            set.add(Glob::new(pattern).map_err(wrong)?);
        }
        set.build().map(Self).map_err(|source| Error::Pattern { pattern: patterns.join(", "), source })
    }

    fn covers(&self, root: &Path, path: &Path) -> bool {
        let within = path.strip_prefix(root).unwrap_or(path);
        self.0.is_match(within) || path.file_name().is_some_and(|name| self.0.is_match(name))
    }
}

/// Returns the files that paths stand for: a folder stands for all files below it, by name, but for hidden ones,
/// symbolic links, README and the like, and what is excluded. A path that was named itself is always taken.
pub fn walk(paths: &[PathBuf], exclude: &Exclude) -> Found {
    let mut found = Found::default();
    for path in paths {
        if path.as_os_str() == "-" {
            found.files.push(Input::Stdin);
        } else if path.is_dir() {
            folder(path, exclude, &mut found);
        } else {
            found.files.push(Input::File(path.clone(), true));
        }
    }
    found
}

fn folder(root: &Path, exclude: &Exclude, found: &mut Found) {
    let mut entries = WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) => {
                let is_folder = entry.file_type().is_dir();
                match passed_over(&entry, root, exclude) {
                    Some(reason) => {
                        *found.passed_over.entry(reason).or_default() += 1;
                        if is_folder {
                            entries.skip_current_dir();
                        }
                    }
                    None if is_folder => {}
                    None => found.files.push(Input::File(entry.into_path(), false)),
                }
            }
            // A folder that cannot be listed is a file that cannot be read, and named as one.
            Err(error) => {
                let path = error.path().unwrap_or(root).to_owned();
                found.files.push(Input::File(path, true));
            }
        }
    }
}

fn passed_over(entry: &DirEntry, root: &Path, exclude: &Exclude) -> Option<PassedOver> {
    let name = entry.file_name().to_string_lossy();
    let kind = entry.file_type();
    let stem = name.split('.').next().unwrap_or_default();
    if name.starts_with('.') {
        Some(PassedOver::Hidden)
    } else if kind.is_symlink() {
        Some(PassedOver::SymbolicLink)
    } else if exclude.covers(root, entry.path()) {
        Some(PassedOver::Excluded)
    } else if kind.is_dir() {
        None
    } else if !kind.is_file() {
        Some(PassedOver::Special)
    } else if matches!(stem, "README" | "LICENSE" | "NOTICE" | "CHANGELOG" | "CONTRIBUTING" | "SECURITY" | "PROVENANCE")
    {
        Some(PassedOver::Documentation)
    } else {
        None
    }
}

/// Returns the labels that a path gives: the folder it is in where that is a known category, and the language after
/// the last `_` of its name.
pub fn labels_of(path: &Path, taxonomy: &crate::domain::taxonomy::Taxonomy) -> (Option<String>, Option<String>) {
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let ending = path.file_stem().and_then(|name| name.to_str()).and_then(|stem| stem.rsplit_once('_'));
    (
        folder.and_then(|name| taxonomy.known_category(name)),
        ending.and_then(|(_, language)| taxonomy.known_language(language)),
    )
}
