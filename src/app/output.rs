//! Files that appear whole or not at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempDir};

use crate::error::{Error, Result};

/// A file to be written: first beside its place, then, complete and synced, put there.
pub(super) struct NewFile {
    /// As it was named.
    path: PathBuf,
    /// Where that leads, through links.
    place: PathBuf,
    overwrite: bool,
    target: Target,
}

enum Target {
    Beside(NamedTempFile),
    /// A pipe or device has no place of its own: it is written to as it is.
    Stream(File),
}

impl NewFile {
    /// Prepares a file, and fails before any work where it could not be put in its place.
    ///
    /// # Errors
    /// When it exists and is not to be overwritten, or its folder cannot be written.
    pub fn new(path: &Path, overwrite: bool) -> Result<Self> {
        let (path, place) = (path.to_owned(), fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()));
        let target = match place.metadata() {
            Ok(metadata) if metadata.is_dir() => return Err(Error::FileExists(path)),
            Ok(metadata) if !metadata.is_file() => {
                let stream = OpenOptions::new().write(true).open(&path).map_err(Error::io("write", &path))?;
                Target::Stream(stream)
            }
            Ok(_) if !overwrite => return Err(Error::FileExists(path)),
            Err(_) if place.is_symlink() => return Err(Error::FileExists(path)),
            _ => Target::Beside(beside(&place)?),
        };
        Ok(Self { path, place, overwrite, target })
    }

    /// Writes the content, and syncs it.
    ///
    /// # Errors
    /// When `content` fails, or the disk does.
    pub fn fill<T>(&mut self, content: impl FnOnce(&mut (dyn Write + Send)) -> Result<T>) -> Result<T> {
        let failed = || Error::io("write", &self.path);
        let file = match &mut self.target {
            Target::Beside(file) => file.as_file_mut(),
            Target::Stream(file) => file,
        };
        let mut buffered = BufWriter::with_capacity(256 << 10, &mut *file);
        let value = content(&mut buffered)?;
        buffered.flush().map_err(failed())?;
        drop(buffered);
        match &self.target {
            Target::Beside(file) => file.as_file().sync_all().map_err(failed())?,
            Target::Stream(_) => {}
        }
        Ok(value)
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// When another file has appeared there that is not to be overwritten, or the system refuses.
    pub fn place(self) -> Result<()> {
        let Target::Beside(file) = self.target else { return Ok(()) };
        let placed = if self.overwrite { file.persist(&self.place) } else { file.persist_noclobber(&self.place) };
        placed.map(|_| ()).map_err(|failed| match failed.error.kind() {
            std::io::ErrorKind::AlreadyExists => Error::FileExists(self.path.clone()),
            _ => Error::io("write", &self.path)(failed.error),
        })
    }
}

/// A folder to be written: first beside its place, then, complete and synced, put there.
pub(super) struct NewFolder {
    path: PathBuf,
    beside: TempDir,
}

impl NewFolder {
    /// Prepares a folder, and fails before any work where it could not be put in its place.
    ///
    /// # Errors
    /// When something is there already, or the folder above cannot be written.
    pub fn new(path: &Path) -> Result<Self> {
        // `a/b/` and `a/b` are one place.
        let path: PathBuf = path.components().collect();
        if path.symlink_metadata().is_ok() {
            return Err(Error::FileExists(path));
        }
        let above = folder_of(&path);
        let beside = Builder::new().prefix(".catalog-").permissions(folder_permissions()).tempdir_in(above);
        Ok(Self { beside: beside.map_err(Error::io("write in", above))?, path })
    }

    /// Returns where its files are written.
    pub fn path(&self) -> &Path {
        self.beside.path()
    }

    /// Puts the folder in its place; its files are synced before.
    ///
    /// # Errors
    /// When something has appeared there, or the system refuses.
    pub fn place(self) -> Result<()> {
        let sync = |path: &Path| File::open(path).and_then(|folder| folder.sync_all());
        sync(self.path()).map_err(Error::io("write", &self.path))?;
        if self.path.symlink_metadata().is_ok() {
            return Err(Error::FileExists(self.path));
        }
        fs::rename(self.path(), &self.path).map_err(Error::io("write", &self.path))?;
        // The place is no longer what this would remove.
        let _ = self.beside.keep();
        sync(folder_of(&self.path)).map_err(Error::io("write", &self.path))
    }
}

/// Returns the folder that a file is in, which for a mere name is the working directory.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(path: &Path) -> Result<NamedTempFile> {
    let folder = folder_of(path);
    Builder::new()
        .prefix(".catalog-")
        .permissions(permissions())
        .tempfile_in(folder)
        .map_err(Error::io("write in", folder))
}

/// What any new file gets, before the user's mask.
#[cfg(unix)]
fn permissions() -> Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    Permissions::from_mode(0o666)
}

#[cfg(unix)]
fn folder_permissions() -> Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    Permissions::from_mode(0o777)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_folder_appears_whole_or_not_at_all() {
        let above = tempfile::tempdir().expect("a temporary folder");
        let path = above.path().join("out");
        let begun = NewFolder::new(&path).expect("a place");
        fs::write(begun.path().join("a"), "half").expect("a file");
        assert!(!path.exists());
        drop(begun);
        assert!(names(above.path()).is_empty());

        let begun = NewFolder::new(&above.path().join("out/")).expect("a place");
        fs::write(begun.path().join("a"), "whole").expect("a file");
        begun.place().expect("nothing is there");
        assert_eq!((names(above.path()), names(&path)), (vec!["out".to_owned()], vec!["a".to_owned()]));
        assert!(matches!(NewFolder::new(&path), Err(Error::FileExists(there)) if there == path));
    }

    #[test]
    fn a_folder_takes_no_place_that_was_taken_meanwhile() {
        let above = tempfile::tempdir().expect("a temporary folder");
        let path = above.path().join("out");
        let begun = NewFolder::new(&path).expect("a place");
        fs::create_dir(&path).expect("a folder");
        assert!(matches!(begun.place(), Err(Error::FileExists(_))));
        assert_eq!(names(above.path()), ["out"]);
    }
}
