//! Filling a catalog that is empty, or small beside what is to come: its hashes are held in memory, rows are appended in
//! the order in which they come, and the two indexes that grow at random places are built at the end, in order. As long
//! as no other process has the catalog open, what is appended goes to the file itself, and not to a log first.
//!
//! Every batch is committed like any other, so what was committed stays. What may be missing after a crash is an index,
//! and whoever writes to the catalog next builds it first.

use hashbrown::HashTable;

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
    /// The first half of each prompt's hash, which tells prompts apart as well as any hash of 128 bits; 0 for an id that no
    /// prompt has.
    halves: Vec<u128>,
    strata: Vec<u32>,
}

/// How many prompts are held at most: with more the table of numbers would take twice the memory. Up to here it is about
/// 26 bytes for each.
const MOST_HELD: usize = 14_000_000;

/// How many bytes of a file bring one prompt at least, more or less.
const LEAST_BYTES: u64 = 256;

impl Store {
    /// Does some work in one write transaction, as [`write`](Store::write) does; as long as no other process writes,
    /// `work` is given what is being filled.
    pub fn fill<T>(
        &mut self,
        fill: &mut Option<Fill>,
        work: impl FnOnce(&Session<'_>, Option<&mut Fill>) -> Result<T>,
    ) -> Result<T> {
        let filling = fill.is_some();
        self.database.set_filling(filling)?;
        let result = self.database.write(|database| {
            let session = Session { database };
            let others = database.changes_by_others()?;
            // Whoever wrote meanwhile has built the indexes for it.
            fill.take_if(|fill| fill.others != others || fill.halves.len() >= MOST_HELD);
            if fill.is_none() {
                session.complete_indexes()?;
            }
            work(&session, fill.as_mut())
        });
        self.database.set_filling(false)?;
        if filling && fill.is_none() {
            self.database.log_ahead()?;
        }
        result
    }

    /// Lets a process that waits for the catalog have its turn.
    pub fn give_way(&self) {
        self.database.give_way();
    }

    /// Begins to fill the catalog, if it holds no prompt yet, or is no larger than the `coming` bytes: to hold what is
    /// there and to build its indexes once more then costs less than to look for a place in them row by row.
    pub fn begin_fill(&mut self, coming: u64) -> Result<Option<Fill>> {
        if !self.read(|session| session.is_small(coming))? {
            return Ok(None);
        }
        self.database.journal_behind()?;
        let fill = self.write(|session| session.begin_fill(coming))?;
        if fill.is_none() {
            self.database.log_ahead()?;
        }
        Ok(fill)
    }

    /// Ends the filling of a catalog: what it has left out is built, in as little memory.
    pub fn end_fill(&mut self, fill: Fill) -> Result<()> {
        drop(fill);
        self.database.set_filling(true)?;
        let result = self.database.write(|database| Session { database }.complete_indexes());
        self.database.set_filling(false)?;
        result.and_then(|()| self.database.log_ahead())
    }
}

impl Session<'_> {
    fn is_small(&self, coming: u64) -> Result<bool> {
        let newest = self.newest_prompt()? as usize;
        Ok(newest == 0 || (newest < MOST_HELD && self.database.bytes()? <= coming))
    }

    fn begin_fill(&self, coming: u64) -> Result<Option<Fill>> {
        if !self.is_small(coming)? {
            return Ok(None);
        }
        let newest = self.newest_prompt()? as usize;
        let others = self.database.changes_by_others()?;
        // Room that is never used costs next to nothing; to make it bigger later takes all of it twice for a moment.
        let room = MOST_HELD.min(newest + (coming / LEAST_BYTES) as usize);
        let (mut halves, mut strata) = (Vec::with_capacity(room), Vec::with_capacity(room));
        halves.resize(newest, 0);
        strata.resize(newest, 0);
        let mut fill = Fill { others, numbers: HashTable::with_capacity(room), halves, strata };
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
    pub(super) fn stratum_of(&self, hash: &ContentHash) -> Option<StratumId> {
        let half = half(hash);
        let number = *self.numbers.find(half as u64, |number| self.halves[*number as usize] == half)?;
        Some(StratumId(self.strata[number as usize].into()))
    }

    /// Adds the next prompt.
    pub(super) fn add(&mut self, hash: &ContentHash, stratum: StratumId) -> Result<()> {
        let number = self.halves.len();
        self.strata.push(number_of(stratum)?);
        self.halves.push(0);
        self.hold(number, hash);
        Ok(())
    }

    fn hold(&mut self, number: usize, hash: &ContentHash) {
        let (half, halves) = (half(hash), &mut self.halves);
        halves[number] = half;
        self.numbers.insert_unique(half as u64, number as u32, |number| halves[*number as usize] as u64);
    }
}

fn number_of(stratum: StratumId) -> Result<u32> {
    u32::try_from(stratum.0).map_err(|e| Error::Database(e.to_string()))
}

fn half(hash: &ContentHash) -> u128 {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = hash.0;
    u128::from_le_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
}
