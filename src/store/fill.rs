//! Filling a catalog that is empty: its hashes are held in memory, rows are appended in the order in which they come, and
//! the two indexes that grow at random places are built at the end, in order.
//!
//! Every batch is committed like any other, so what was committed stays. What may be missing after a crash is an index,
//! and whoever writes to the catalog next builds it first.

use hashbrown::HashTable;

use super::driver::Prepared;
use super::{Session, Store, sql};
use crate::domain::hash::ContentHash;
use crate::domain::pool::StratumId;
use crate::error::{Error, Result};

/// The prompts of a catalog that is being filled, by their hashes.
pub(crate) struct Fill {
    /// What the database told of the writing of others when this began.
    others: i64,
    /// The id of the first prompt.
    first: i64,
    /// Numbers of prompts, from 0, by their prefix.
    numbers: HashTable<u32>,
    /// The first 8 bytes of each prompt's hash.
    prefixes: Vec<u64>,
    strata: Vec<u32>,
}

/// How many prompts are held at most: above that the catalog is no longer small beside what is to come.
const MOST_HELD: usize = u32::MAX as usize;

impl Store {
    /// Does some work in one write transaction, as [`write`](Store::write) does; as long as no other process writes,
    /// `work` is given what is being filled.
    pub fn fill<T>(
        &mut self,
        fill: &mut Option<Fill>,
        work: impl FnOnce(&Session<'_>, Option<&mut Fill>) -> Result<T>,
    ) -> Result<T> {
        self.database.write(|database| {
            let session = Session { database };
            let others = database.changes_by_others()?;
            // Whoever wrote meanwhile has built the indexes for it.
            fill.take_if(|fill| fill.others != others || fill.prefixes.len() >= MOST_HELD);
            if fill.is_none() {
                session.complete_indexes()?;
            }
            work(&session, fill.as_mut())
        })
    }
}

impl Session<'_> {
    /// Begins to fill the catalog, if it holds no prompt yet.
    pub fn begin_fill(&self) -> Result<Option<Fill>> {
        if self.newest_prompt()? > 0 {
            return Ok(None);
        }
        self.database.execute(sql!("index/drop_prompt_hash"), &[])?;
        self.database.execute(sql!("index/drop_place_prompt"), &[])?;
        Ok(Some(Fill {
            others: self.database.changes_by_others()?,
            first: 1,
            numbers: HashTable::new(),
            prefixes: Vec::new(),
            strata: Vec::new(),
        }))
    }

    /// Builds the indexes that filling has left out.
    pub(super) fn complete_indexes(&self) -> Result<()> {
        self.database.execute(sql!("index/make_prompt_hash"), &[])?;
        self.database.execute(sql!("index/make_place_prompt"), &[]).map(|_| ())
    }
}

impl Fill {
    /// Returns the stratum of the prompt with this hash, if it is there.
    pub(super) fn stratum_of(&self, hash: &ContentHash, hash_of: &mut Prepared<'_>) -> Result<Option<StratumId>> {
        let prefix = prefix(hash);
        for number in self.numbers.iter_hash(prefix).map(|number| *number as usize) {
            // Hashes that share their first half are possible, and are told apart by the rest.
            if self.prefixes[number] != prefix {
                continue;
            }
            let found = hash_of.load([(self.first + number as i64).into()], |row| row.hash(0))?;
            if found == Some(hash.0) {
                return Ok(Some(StratumId(self.strata[number].into())));
            }
        }
        Ok(None)
    }

    /// Adds the next prompt.
    pub(super) fn add(&mut self, hash: &ContentHash, stratum: StratumId) -> Result<()> {
        let stratum = u32::try_from(stratum.0).map_err(|e| Error::Database(e.to_string()))?;
        let (prefix, prefixes) = (prefix(hash), &mut self.prefixes);
        let number = prefixes.len() as u32;
        prefixes.push(prefix);
        self.strata.push(stratum);
        self.numbers.insert_unique(prefix, number, |number| prefixes[*number as usize]);
        Ok(())
    }
}

fn prefix(hash: &ContentHash) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = hash.0;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
