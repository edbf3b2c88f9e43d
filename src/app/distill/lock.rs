//! One process at a time asks teachers for a catalog: a request that another left in flight is then known to be lost.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::{Error, Result};

/// A lock, which goes with this value or with the process, however that ends.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a catalog.
    ///
    /// # Errors
    /// When another process has it, or the folder cannot be written.
    pub fn take(catalog: &Path) -> Result<Self> {
        let name = catalog.file_name().unwrap_or_default().to_string_lossy();
        let path = catalog.with_file_name(format!("{name}-distill"));
        let open = File::options().write(true).create(true).truncate(false).open(&path);
        let file = open.map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Distilling(catalog.to_owned())),
            Err(TryLockError::Error(source)) => Err(Error::io("lock", path)(source)),
        }
    }
}
