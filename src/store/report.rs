//! What reports ask of the catalog: whole lists, and counts over one dataset.

use super::{Counts, Session, sql};
use crate::domain::hash::ContentHash;
use crate::domain::pool::StratumId;
use crate::error::Result;

/// One import run.
#[derive(Clone, Debug)]
pub(crate) struct RunRow {
    pub id: u64,
    pub started_at: String,
    pub finished_at: Option<String>,
    pub state: String,
    pub program: String,
    pub counts: Counts,
    pub files: u64,
}

/// One file of an import run.
#[derive(Clone, Debug)]
pub(crate) struct FileRow {
    pub path: String,
    pub run: u64,
    pub format: String,
    /// Its size, where it was read to its end.
    pub bytes: Option<u64>,
    pub counts: Counts,
}

/// How many records of a file were rejected for one reason.
#[derive(Clone, Debug)]
pub(crate) struct RejectRow {
    pub path: String,
    pub run: u64,
    pub reason: String,
    pub records: u64,
}

/// How many prompts of a dataset came from one place.
#[derive(Clone, Debug)]
pub(crate) struct OriginRow {
    /// A file's path, or a template's name.
    pub name: String,
    /// An import run, or the first digits of a template's version.
    pub of: String,
    pub prompts: u64,
}

/// How many prompts a dataset shares with another.
#[derive(Clone, Debug)]
pub(crate) struct OverlapRow {
    pub name: String,
    pub size: u64,
    pub released: bool,
    pub shared: u64,
}

impl Session<'_> {
    /// Returns all import runs, in the order in which they began.
    pub fn import_runs(&self) -> Result<Vec<RunRow>> {
        self.database.list(sql!("report/runs"), &[], |row| {
            Ok(RunRow {
                id: row.count(0)?,
                started_at: row.text(1)?.to_owned(),
                finished_at: row.optional_text(2)?,
                state: row.text(3)?.to_owned(),
                program: row.text(4)?.to_owned(),
                counts: counts(row, 5)?,
                files: row.count(10)?,
            })
        })
    }

    /// Returns the files of all import runs, in the order in which they were read.
    pub fn import_files(&self) -> Result<Vec<FileRow>> {
        self.database.list(sql!("report/files"), &[], |row| {
            Ok(FileRow {
                path: row.text(0)?.to_owned(),
                run: row.count(1)?,
                format: row.text(2)?.to_owned(),
                bytes: if row.is_null(3)? { None } else { Some(row.count(3)?) },
                counts: counts(row, 4)?,
            })
        })
    }

    /// Returns how many records of each file were rejected, reason by reason.
    pub fn import_rejects(&self) -> Result<Vec<RejectRow>> {
        self.database.list(sql!("report/rejects"), &[], |row| {
            Ok(RejectRow {
                path: row.text(0)?.to_owned(),
                run: row.count(1)?,
                reason: row.text(2)?.to_owned(),
                records: row.count(3)?,
            })
        })
    }

    /// Returns how many prompts of a dataset each import file brought.
    pub fn dataset_files(&self, dataset: i64) -> Result<Vec<OriginRow>> {
        self.database.list(sql!("report/dataset_files"), &[dataset.into()], |row| {
            Ok(OriginRow { name: row.text(0)?.to_owned(), of: row.integer(1)?.to_string(), prompts: row.count(2)? })
        })
    }

    /// Returns how many prompts of a dataset each version of each template made.
    pub fn dataset_templates(&self, dataset: i64) -> Result<Vec<OriginRow>> {
        self.database.list(sql!("report/dataset_templates"), &[dataset.into()], |row| {
            let version = ContentHash(row.hash(1)?).to_string();
            Ok(OriginRow { name: row.text(0)?.to_owned(), of: version[..12].to_owned(), prompts: row.count(2)? })
        })
    }

    /// Returns the other datasets, released ones too, that hold some of a dataset's prompts.
    pub fn dataset_overlaps(&self, dataset: i64) -> Result<Vec<OverlapRow>> {
        self.database.list(sql!("report/overlap"), &[dataset.into()], |row| {
            Ok(OverlapRow {
                name: row.text(0)?.to_owned(),
                size: row.count(1)?,
                released: !row.is_null(2)?,
                shared: row.count(3)?,
            })
        })
    }

    /// Gives the length of every prompt to `visit`, in characters and in bytes of UTF-8.
    pub fn each_length(&self, mut visit: impl FnMut(u64, u64)) -> Result<()> {
        self.database.each(sql!("report/lengths"), &[], |row| {
            visit(row.count(0)?, row.count(1)?);
            Ok(())
        })
    }

    /// Gives the length of every prompt of a stratum to `visit`, in characters and in bytes of UTF-8.
    pub fn each_length_of(&self, stratum: StratumId, mut visit: impl FnMut(u64, u64)) -> Result<()> {
        self.database.each(sql!("report/lengths_of_stratum"), &[stratum.0.into()], |row| {
            visit(row.count(0)?, row.count(1)?);
            Ok(())
        })
    }
}

fn counts(row: &super::driver::Row<'_>, first: usize) -> Result<Counts> {
    Ok(Counts {
        read: row.count(first)?,
        added: row.count(first + 1)?,
        duplicates: row.count(first + 2)?,
        rejected: row.count(first + 3)?,
        conflicts: row.count(first + 4)?,
    })
}
