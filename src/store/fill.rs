//! Filling a catalog that is empty, or small beside what is to come: its hashes are held in memory, rows are appended in
//! the order in which they come, and the two indexes that grow at random places are built at the end, in order.
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
    /// Numbers of prompts, their id less 1, by their prefix.
    numbers: HashTable<u32>,
    /// The first 8 bytes of each prompt's hash; 0 for an id that no prompt has.
    prefixes: Vec<u64>,
    strata: Vec<u32>,
}

/// How many prompts are held at most: with more the table of numbers would take twice the memory. Up to here it is about
/// 20 bytes for each.
const MOST_HELD: usize = 14_000_000;

impl Store {
    /// Does some work in one write transaction, as [`write`](Store::write) does; as long as no other process writes,
    /// `work` is given what is being filled.
    pub fn fill<T>(
        &mut self,
        fill: &mut Option<Fill>,
        work: impl FnOnce(&Session<'_>, Option<&mut Fill>) -> Result<T>,
    ) -> Result<T> {
        self.database.set_filling(fill.is_some())?;
        let result = self.database.write(|database| {
            let session = Session { database };
            let others = database.changes_by_others()?;
            // Whoever wrote meanwhile has built the indexes for it.
            fill.take_if(|fill| fill.others != others || fill.prefixes.len() >= MOST_HELD);
            if fill.is_none() {
                session.complete_indexes()?;
            }
            work(&session, fill.as_mut())
        });
        self.database.set_filling(false)?;
        result
    }

    /// Ends the filling of a catalog: what it has left out is built, in as little memory.
    pub fn end_fill(&mut self, fill: Fill) -> Result<()> {
        drop(fill);
        self.database.set_filling(true)?;
        let result = self.database.write(|database| Session { database }.complete_indexes());
        self.database.set_filling(false)?;
        result
    }
}

impl Session<'_> {
    /// Begins to fill the catalog, if it holds no prompt yet, or is no larger than the `coming` bytes: to hold what is
    /// there and to build its indexes once more then costs less than to look for a place in them row by row.
    pub fn begin_fill(&self, coming: u64) -> Result<Option<Fill>> {
        let newest = self.newest_prompt()? as usize;
        if newest >= MOST_HELD || (newest > 0 && self.database.bytes()? > coming) {
            return Ok(None);
        }
        let others = self.database.changes_by_others()?;
        let (prefixes, strata) = (vec![0; newest], vec![0; newest]);
        let mut fill = Fill { others, numbers: HashTable::with_capacity(newest), prefixes, strata };
        self.database.each(sql!("prompt/each_hash"), &[], |row| {
            fill.hold(row.integer(0)? as usize - 1, &ContentHash(row.hash(1)?));
            Ok(())
        })?;
        self.database.each(sql!("place/each"), &[], |row| {
            fill.strata[row.integer(0)? as usize - 1] = number_of(StratumId(row.integer(1)?))?;
            Ok(())
        })?;
        self.database.execute(sql!("index/drop_prompt_hash"), &[])?;
        self.database.execute(sql!("index/drop_place_prompt"), &[])?;
        Ok(Some(fill))
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
            let found = hash_of.load([(number as i64 + 1).into()], |row| row.hash(0))?;
            if found == Some(hash.0) {
                return Ok(Some(StratumId(self.strata[number].into())));
            }
        }
        Ok(None)
    }

    /// Adds the next prompt.
    pub(super) fn add(&mut self, hash: &ContentHash, stratum: StratumId) -> Result<()> {
        let number = self.prefixes.len();
        self.strata.push(number_of(stratum)?);
        self.prefixes.push(0);
        self.hold(number, hash);
        Ok(())
    }

    fn hold(&mut self, number: usize, hash: &ContentHash) {
        let (prefix, prefixes) = (prefix(hash), &mut self.prefixes);
        prefixes[number] = prefix;
        self.numbers.insert_unique(prefix, number as u32, |number| prefixes[*number as usize]);
    }
}

fn number_of(stratum: StratumId) -> Result<u32> {
    u32::try_from(stratum.0).map_err(|e| Error::Database(e.to_string()))
}

fn prefix(hash: &ContentHash) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = hash.0;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
