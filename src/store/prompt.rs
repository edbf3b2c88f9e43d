//! Prompts by their hash.

use super::{Session, sql};
use crate::domain::hash::{ContentHash, HashPrefix};
use crate::domain::prompt::{Labels, Source};
use crate::error::{Error, Result};

/// All that the catalog says of one prompt, but for its datasets.
#[derive(Clone, Debug)]
pub(crate) struct StoredPrompt {
    pub text: String,
    pub metadata: Option<String>,
    pub labels: Labels,
    pub source: Source,
    pub uses: u32,
    pub origin: Option<StoredOrigin>,
}

/// The file and line that brought a prompt.
#[derive(Clone, Debug)]
pub(crate) struct StoredOrigin {
    pub path: String,
    pub sha256: Option<[u8; 32]>,
    pub line: u64,
    pub record: u64,
    pub run: i64,
    pub imported_at: String,
}

impl Session<'_> {
    /// Returns the one hash that begins with a prefix.
    ///
    /// # Errors
    /// When none does, or more than one.
    pub fn resolve(&self, prefix: &HashPrefix) -> Result<ContentHash> {
        let (low, high) = prefix.range();
        let values = [low.0.as_slice().into(), high.0.as_slice().into()];
        let matches = self.database.list(sql!("prompt/list_in_range"), &values, |row| Ok(ContentHash(row.hash(0)?)))?;
        match matches.as_slice() {
            [] => Err(match self.removed_in_range(&values)? {
                Some((prompt, at)) => Error::RemovedPrompt { prompt, at },
                None => Error::NoSuchPrompt(prefix.clone()),
            }),
            [one] => Ok(*one),
            _ => Err(Error::AmbiguousPrefix { prefix: prefix.clone(), matches }),
        }
    }

    /// Returns what the catalog says of a prompt.
    pub fn prompt(&self, hash: &ContentHash) -> Result<Option<StoredPrompt>> {
        self.database.load(sql!("prompt/load"), &[hash.0.as_slice().into()], |row| {
            let origin = match row.optional_text(6)? {
                None => None,
                Some(path) => Some(StoredOrigin {
                    path,
                    sha256: if row.is_null(7)? { None } else { Some(row.hash(7)?) },
                    line: row.count(8)?,
                    record: row.count(9)?,
                    run: row.integer(10)?,
                    imported_at: row.text(11)?.to_owned(),
                }),
            };
            Ok(StoredPrompt {
                text: row.text(0)?.to_owned(),
                metadata: row.optional_text(1)?,
                labels: Labels { category: row.text(2)?.to_owned(), language: row.text(3)?.to_owned() },
                source: row.text(4)?.parse().map_err(Error::Database)?,
                uses: row.count(5)? as u32,
                origin,
            })
        })
    }

    /// Returns the largest id that a prompt has, 0 where there is none.
    pub(super) fn newest_prompt(&self) -> Result<i64> {
        Ok(self.database.load(sql!("prompt/newest"), &[], |row| row.integer(0))?.unwrap_or(0))
    }

    /// Returns how many prompts the catalog holds.
    pub fn prompt_count(&self) -> Result<u64> {
        Ok(self.database.load(sql!("prompt/count"), &[], |row| row.count(0))?.unwrap_or(0))
    }
}
