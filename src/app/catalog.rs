//! An open catalog.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use tempfile::NamedTempFile;

use super::import::{ImportRequest, import, shipped};
use super::output::folder_of;
use crate::domain::taxonomy::Taxonomy;
use crate::error::{Error, Result};
use crate::store::Store;

/// An open catalog: its file, and the taxonomy by which its labels are understood.
pub struct Catalog {
    pub(super) store: Store,
    pub(super) taxonomy: Taxonomy,
    path: PathBuf,
}

/// What a new catalog begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// No prompts.
    Empty,
    /// The prompts that ship in the program.
    Shipped,
}

impl Catalog {
    /// Opens a catalog, and brings one of an older version up to date.
    ///
    /// # Errors
    /// When there is none, or the file is something else, of a newer version, read-only or damaged.
    pub fn open(path: &Path, taxonomy: Taxonomy) -> Result<Self> {
        Self::of(path, taxonomy, Store::open)
    }

    /// Opens a catalog that is only to be read; it may be on a medium that nobody can write.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for one that is read-only.
    pub fn open_to_read(path: &Path, taxonomy: Taxonomy) -> Result<Self> {
        Self::of(path, taxonomy, Store::open_to_read)
    }

    /// Opens a catalog, or makes one where there is none; of several processes that make it, one does, and all of it.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when the file cannot be made.
    pub fn open_or_create(path: &Path, begin: Begin, taxonomy: Taxonomy) -> Result<Self> {
        if !path.exists() {
            create(path, begin, &taxonomy)?;
        }
        Self::open(path, taxonomy)
    }

    /// Makes a catalog that lives as long as this value.
    ///
    /// # Errors
    /// When the system has no room for temporary files.
    pub fn temporary(taxonomy: Taxonomy) -> Result<Self> {
        Ok(Self { store: Store::temporary()?, taxonomy, path: PathBuf::new() })
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the taxonomy.
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    fn of(path: &Path, taxonomy: Taxonomy, open: impl FnOnce(&Path) -> Result<Store>) -> Result<Self> {
        if !path.exists() {
            return Err(Error::NoCatalog(path.to_owned()));
        }
        if path.is_dir() {
            return Err(Error::NotACatalog { path: path.to_owned(), found: "it is a folder".to_owned() });
        }
        Ok(Self { store: open(path)?, taxonomy, path: path.to_owned() })
    }
}

/// Makes a catalog beside its place and then puts it there whole, readable by its owner alone.
fn create(path: &Path, begin: Begin, taxonomy: &Taxonomy) -> Result<()> {
    let log = path.with_file_name(format!("{}-wal", path.file_name().unwrap_or_default().to_string_lossy()));
    // SQLite would work the log of a catalog that is gone into the new one.
    if log.exists() && !path.exists() {
        let found = format!("{} is left of an earlier catalog; move it away first", log.display());
        return Err(Error::NotACatalog { path: path.to_owned(), found });
    }
    let folder = folder_of(path);
    let file = NamedTempFile::with_prefix_in(".catalog-", folder).map_err(Error::io("make a catalog in", folder))?;
    let store = Store::create(file.path())?;
    let mut catalog = Catalog { store, taxonomy: taxonomy.clone(), path: file.path().to_owned() };
    if begin == Begin::Shipped {
        let request = ImportRequest { inputs: Some(shipped()), ..ImportRequest::default() };
        import(&mut catalog, &request, &AtomicBool::new(false), &mut |_| ())?;
    }
    // The last connection works the log into the file, which is then complete by itself.
    drop(catalog);
    match file.persist_noclobber(path) {
        Ok(_) => {}
        // Another process was faster, and its catalog is as good.
        Err(failed) if path.exists() => drop(failed),
        Err(failed) => return Err(Error::io("make", path)(failed.error)),
    }
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::io("save", folder))
}
