//! Correcting labels, and taking prompts out.

use super::driver::Value;
use super::strata::Strata;
use super::{Session, sql};
use crate::domain::dataset::LabelChange;
use crate::domain::hash::ContentHash;
use crate::domain::prompt::Labels;
use crate::error::{Error, Result};

impl Session<'_> {
    /// Changes the labels of a prompt, and returns those that it had; what datasets say of it stays.
    pub fn relabel(&self, hash: &ContentHash, change: &LabelChange) -> Result<Labels> {
        let seen = self.seen(hash)?.ok_or(Error::NoSuchHash(*hash))?;
        if change.changes(&seen.labels) {
            let mut strata = Strata::load(self)?;
            strata.relabel(self, seen.prompt, seen.place, &change.applied_to(&seen.labels))?;
            strata.flush(self)?;
        }
        Ok(seen.labels)
    }

    /// Takes a prompt out of the catalog, and keeps its hash among the removed.
    ///
    /// # Errors
    /// When a dataset holds it, released or not.
    pub fn remove(&self, hash: &ContentHash, at: &str) -> Result<()> {
        let seen = self.seen(hash)?.ok_or(Error::NoSuchHash(*hash))?;
        let prompt = seen.prompt.into();
        let holders =
            self.database.list(sql!("usage/list_datasets_of_prompt"), &[prompt], |row| Ok(row.text(0)?.parse()?))?;
        if !holders.is_empty() {
            return Err(Error::PromptInUse { prompt: *hash, datasets: holders });
        }
        let made = self
            .database
            .load(sql!("template/delete_generated"), &[prompt], |row| Ok((row.integer(0)?, row.integer(1)?)))?;
        let (template, index) = made.map_or((Value::Null, Value::Null), |(t, index)| (t.into(), index.into()));
        self.database.execute(sql!("removed/insert"), &[hash.0.as_slice().into(), at.into(), template, index])?;
        let mut strata = Strata::load(self)?;
        strata.vacate(self, seen.place)?;
        strata.flush(self)?;
        self.database.execute(sql!("prompt/delete"), &[prompt])?;
        self.forget_in_index(seen.prompt)
    }

    /// Tells whether the prompt with this hash was ever taken out.
    pub fn was_removed(&self, hash: &ContentHash) -> Result<bool> {
        let range = [hash.0.as_slice().into(), hash.0.as_slice().into()];
        Ok(self.removed_in_range(&range)?.is_some())
    }

    /// Returns the first prompt that was taken out whose hash lies in a range, and when.
    pub(super) fn removed_in_range(&self, range: &[Value<'_>; 2]) -> Result<Option<(ContentHash, String)>> {
        self.database
            .load(sql!("removed/load_in_range"), range, |row| Ok((ContentHash(row.hash(0)?), row.text(1)?.to_owned())))
    }
}
