//! The catalog's file: the only place that knows SQL.
//!
//! A [`Store`] hands out a [`Session`], either to read one state of the catalog or to write in one transaction; the
//! session's methods are the statements under `sql/`, by area.

#[cfg_attr(not(feature = "distill"), expect(dead_code, reason = "only asking writes"))]
mod batch;
mod census;
mod check;
mod dataset;
mod driver;
mod fill;
mod import;
mod label;
mod prompt;
mod report;
mod search;
mod strata;
#[cfg_attr(not(feature = "distill"), expect(dead_code, reason = "only asking writes"))]
mod teacher;
mod template;

use std::path::Path;

use self::driver::Database;
use crate::error::Result;

#[cfg(feature = "distill")]
pub(crate) use self::batch::OpenBatch;
pub(crate) use self::dataset::{DatasetRow, NewDataset};
pub(crate) use self::fill::Fill;
pub(crate) use self::import::{Batch, Counts, Incoming};
pub(crate) use self::report::{FileRow, OriginRow, RejectRow, RunRow};
pub(crate) use self::search::Within;
#[cfg(feature = "distill")]
pub(crate) use self::teacher::{Asked, CellOfPrompt, EndedAttempt, NewAttempt, NewDistillRun};
pub(crate) use self::template::{Made, MadeCount};

/// An open catalog file.
pub(crate) struct Store {
    database: Database,
}

/// One transaction on a catalog.
pub(crate) struct Session<'a> {
    database: &'a Database,
}

impl Store {
    /// Makes a catalog in an empty file.
    pub fn create(path: &Path) -> Result<Self> {
        Ok(Self { database: Database::create(path)? })
    }

    /// Makes a catalog that lives as long as this value.
    pub fn temporary() -> Result<Self> {
        Ok(Self { database: Database::temporary()? })
    }

    /// Opens a catalog, and brings one of an older version up to date.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self { database: Database::open(path)? })
    }

    /// Opens a catalog that may be on a medium that nobody can write.
    pub fn open_to_read(path: &Path) -> Result<Self> {
        Ok(Self { database: Database::open_to_read(path)? })
    }

    /// Does some work in one write transaction: all of it, or, when it fails, nothing.
    pub fn write<T>(&mut self, work: impl FnOnce(&Session<'_>) -> Result<T>) -> Result<T> {
        self.database.write(|database| {
            let session = Session { database };
            session.complete_indexes()?;
            work(&session)
        })
    }

    /// Writes as [`write`](Self::write) does, at places so far apart that hardly a page is asked for again: to take new
    /// memory for each would be a third of the work.
    pub fn write_apart<T>(&mut self, work: impl FnOnce(&Session<'_>) -> Result<T>) -> Result<T> {
        self.database.hold_few_pages()?;
        self.write(work)
    }

    /// Does some work as [`write`](Self::write) does, and takes all of it back.
    pub fn rehearse<T>(&mut self, work: impl FnOnce(&Session<'_>) -> Result<T>) -> Result<T> {
        self.database.rehearse(|database| {
            let session = Session { database };
            session.complete_indexes()?;
            work(&session)
        })
    }

    /// Does some reading on one state of the catalog, whatever others write meanwhile.
    pub fn read<T>(&self, work: impl FnOnce(&Session<'_>) -> Result<T>) -> Result<T> {
        self.database.read(|database| work(&Session { database }))
    }

    /// Does some reading as [`read`](Self::read) does, from end to end, so that a page is not asked for again.
    pub fn read_through<T>(&self, work: impl FnOnce(&Session<'_>) -> Result<T>) -> Result<T> {
        self.database.hold_few_pages()?;
        self.read(work)
    }

    /// Writes a copy of the catalog as it is at one moment to a new file.
    pub fn copy_to(&self, path: &Path) -> Result<()> {
        self.database.copy_to(path)
    }
}

/// Includes a statement of the folder `sql`.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!("sql/", $name, ".sql"))
    };
}
use sql;

#[cfg(test)]
mod tests;
