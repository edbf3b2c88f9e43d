//! Folders of the user's own, whose files add to those that ship.

use std::path::Path;

use walkdir::WalkDir;

use crate::error::{Error, Result};

/// Returns path and text of the TOML files in a folder and those below it, in the order of their names; none where no
/// folder is named.
///
/// # Errors
/// When the folder or one of the files cannot be read.
pub(super) fn toml_files(folder: Option<&Path>) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in folder.into_iter().flat_map(|folder| WalkDir::new(folder).sort_by_file_name()) {
        let entry = entry.map_err(|error| {
            let path = error.path().or(folder).unwrap_or(Path::new("")).to_owned();
            Error::Io { doing: "read", path, source: error.into() }
        })?;
        if entry.path().extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(entry.path()).map_err(Error::io("read", entry.path()))?;
            files.push((entry.path().to_string_lossy().into_owned(), text));
        }
    }
    Ok(files)
}
