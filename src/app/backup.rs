//! A copy of the catalog while others use it.

use std::fs;
use std::path::Path;

use tempfile::Builder;

use super::Catalog;
use super::output::folder_of;
use crate::error::{Error, Result};

/// Writes a copy of the catalog, as it is at one moment, to a file; it is readable by its owner alone, and appears
/// whole or not at all.
///
/// # Errors
/// When the file exists, or cannot be written.
pub fn backup(catalog: &Catalog, path: &Path) -> Result<u64> {
    if path.exists() {
        return Err(Error::FileExists(path.to_owned()));
    }
    let folder = folder_of(path);
    let file = Builder::new().prefix(".catalog-").tempfile_in(folder).map_err(Error::io("write in", folder))?;
    catalog.store.copy_to(file.path())?;
    file.as_file().sync_all().map_err(Error::io("write", path))?;
    let bytes = fs::metadata(file.path()).map_err(Error::io("read", path))?.len();
    match file.persist_noclobber(path) {
        Ok(_) => Ok(bytes),
        Err(failed) if failed.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Error::FileExists(path.to_owned()))
        }
        Err(failed) => Err(Error::io("write", path)(failed.error)),
    }
}
