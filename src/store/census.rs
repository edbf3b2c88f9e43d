//! Looking at every prompt and place once, with what must agree held in memory: a bit for each prompt, and sums that do not
//! depend on the order in which rows come, so that an index is compared with its table without a look-up for each row.

use std::collections::{HashMap, HashSet};

use super::{Session, sql};
use crate::domain::hash::ContentHash;
use crate::domain::pool::StratumId;
use crate::error::Result;

/// How many prompts are named that have one kind of fault.
const MOST_NAMED: usize = 20;

/// What is wrong with prompts and their places.
#[derive(Default)]
pub(crate) struct Census {
    problems: Vec<String>,
    prompts: Bits,
    /// Files that brought prompts, whose rows are not there.
    lost_files: usize,
    without_origin: Vec<ContentHash>,
    sum: Sum,
}

/// A bit for each id.
#[derive(Default)]
struct Bits(Vec<u64>);

/// A sum over rows: of the same rows in any order it is the same, of others hardly ever.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Sum(u128);

/// A stratum as its row has it, and as its places do.
struct Counted {
    size: i64,
    uses: u64,
    places: i64,
    last: i64,
}

impl Session<'_> {
    /// Gives hash and text of every prompt to `visit`, and returns what is wrong with prompts and places beside their text:
    /// lost origins and strata, kept counts that are not what a recount gives, indexes that do not hold what the rows do.
    pub fn census(&self, mut visit: impl FnMut(ContentHash, &str)) -> Result<Vec<String>> {
        let mut census = Census::default();
        let files: HashSet<i64> =
            self.database.list(sql!("check/files"), &[], |row| row.integer(0))?.into_iter().collect();
        let mut generated = Bits::default();
        self.database.each(sql!("check/generated"), &[], |row| {
            generated.set(row.integer(0)?);
            Ok(())
        })?;
        self.database.each(sql!("prompt/each"), &[], |row| {
            let (id, hash) = (row.integer(0)?, ContentHash(row.hash(1)?));
            census.prompts.set(id);
            census.sum.add_hash(id, &hash);
            if row.is_null(2)? {
                if !generated.has(id) && census.without_origin.len() < MOST_NAMED {
                    census.without_origin.push(hash);
                }
            } else if !files.contains(&row.integer(2)?) {
                census.lost_files += 1;
            }
            visit(hash, row.text(3)?);
            Ok(())
        })?;
        self.check_hashes(&mut census)?;
        self.check_places(&mut census)?;
        Ok(census.told())
    }

    /// Holds the index of hashes against the prompts.
    fn check_hashes(&self, census: &mut Census) -> Result<()> {
        let (mut sum, mut before, mut ascending) = (Sum::default(), None, true);
        self.database.each(sql!("check/hashes"), &[], |row| {
            let hash = row.hash(1)?;
            sum.add_hash(row.integer(0)?, &ContentHash(hash));
            ascending &= before.is_none_or(|before| before < hash);
            before = Some(hash);
            Ok(())
        })?;
        if sum != census.sum || !ascending {
            census.problems.push("the index of hashes does not hold what the prompts do".to_owned());
        }
        Ok(())
    }

    /// Holds places against prompts, strata, usages and the index of places.
    fn check_places(&self, census: &mut Census) -> Result<()> {
        let uses: HashMap<i64, u64> = HashMap::from_iter(
            self.database.list(sql!("check/uses"), &[], |row| Ok((row.integer(0)?, row.count(1)?)))?,
        );
        let counted = |stratum: crate::domain::pool::Stratum| {
            let (size, uses) = (stratum.size as i64, u64::from(stratum.uses));
            (stratum.id, Counted { size, uses, places: 0, last: -1 })
        };
        let mut strata: Vec<(StratumId, Counted)> = self.strata()?.into_iter().map(counted).collect();
        let (mut placed, mut sum, mut wrong_uses) = (Bits::default(), Sum::default(), Vec::new());
        let (mut lost_strata, mut lost_prompts) = (0, 0);
        self.database.each(sql!("check/places"), &[], |row| {
            let (stratum, position, prompt) = (row.integer(0)?, row.integer(1)?, row.integer(2)?);
            sum.add_place(prompt, stratum, position);
            placed.set(prompt);
            lost_prompts += usize::from(!census.prompts.has(prompt));
            let Ok(at) = strata.binary_search_by_key(&StratumId(stratum), |(id, _)| *id) else {
                lost_strata += 1;
                return Ok(());
            };
            let counted = &mut strata[at].1;
            counted.places += 1;
            counted.last = position;
            let used = if uses.is_empty() { 0 } else { uses.get(&prompt).copied().unwrap_or(0) };
            if used != counted.uses && wrong_uses.len() < MOST_NAMED {
                wrong_uses.push((prompt, counted.uses, used));
            }
            Ok(())
        })?;
        census.refer("place", "stratum", lost_strata);
        census.refer("place", "prompt", lost_prompts);
        for (StratumId(id), Counted { size, places, last, .. }) in strata {
            if places != size || last != size - 1 {
                let found = format!("has {places} with positions up to {last}");
                census.problems.push(format!("stratum {id} counts {size} prompts, and {found}"));
            }
        }
        for id in census.prompts.ids().filter(|id| !placed.has(*id)).take(MOST_NAMED).collect::<Vec<_>>() {
            let hash = self.hash_of(id)?;
            census.problems.push(format!("prompt {hash} is in no stratum"));
        }
        for (id, counted, used) in wrong_uses {
            let hash = self.hash_of(id)?;
            census.problems.push(format!("prompt {hash} counts {counted} uses, and has {used}"));
        }
        self.check_places_by_prompt(sum, census)
    }

    /// Holds the index of places against the places, whose sum is given.
    fn check_places_by_prompt(&self, places: Sum, census: &mut Census) -> Result<()> {
        let (mut sum, mut before, mut ascending) = (Sum::default(), 0, true);
        self.database.each(sql!("check/places_by_prompt"), &[], |row| {
            let prompt = row.integer(0)?;
            sum.add_place(prompt, row.integer(1)?, row.integer(2)?);
            ascending &= before < prompt;
            before = prompt;
            Ok(())
        })?;
        if sum != places || !ascending {
            census.problems.push("the index of places does not hold what the places do".to_owned());
        }
        Ok(())
    }

    fn hash_of(&self, prompt: i64) -> Result<String> {
        let hash = self.database.load(sql!("prompt/load_hash"), &[prompt.into()], |row| row.hash(0))?;
        Ok(hash.map_or_else(|| format!("number {prompt}"), |hash| ContentHash(hash).to_string()))
    }
}

impl Census {
    /// Notes rows that refer to nothing.
    fn refer(&mut self, table: &str, to: &str, rows: usize) {
        let problem = format!("a row of {table} refers to a row of {to} that is not there");
        self.problems.extend(std::iter::repeat_n(problem, rows.min(MOST_NAMED)));
    }

    fn told(mut self) -> Vec<String> {
        self.refer("prompt", "import_file", self.lost_files);
        self.problems.extend(self.without_origin.iter().map(|hash| format!("prompt {hash} has no origin")));
        self.problems
    }
}

/// Above this no catalog gives ids; one that was put there by hand is as good as none.
const MOST_IDS: usize = 1 << 32;

impl Bits {
    fn set(&mut self, id: i64) {
        let Some(id) = usize::try_from(id).ok().filter(|id| *id < MOST_IDS) else { return };
        if id / 64 >= self.0.len() {
            self.0.resize(id / 64 + 1, 0);
        }
        self.0[id / 64] |= 1 << (id % 64);
    }

    fn has(&self, id: i64) -> bool {
        usize::try_from(id).is_ok_and(|id| self.0.get(id / 64).is_some_and(|word| word >> (id % 64) & 1 == 1))
    }

    fn ids(&self) -> impl Iterator<Item = i64> + '_ {
        (0..self.0.len() as i64 * 64).filter(|id| self.has(*id))
    }
}

impl Sum {
    fn add_hash(&mut self, id: i64, hash: &ContentHash) {
        let (low, high) = hash.0.split_at(16);
        let half = |half: &[u8]| half.iter().fold(0, |all: u128, byte| all << 8 | u128::from(*byte));
        self.add(half(low) ^ half(high).rotate_left(1), id as u64);
    }

    fn add_place(&mut self, prompt: i64, stratum: i64, position: i64) {
        self.add(u128::from(stratum as u64) << 64 | u128::from(position as u64), prompt as u64);
    }

    /// Adds a row by mixing its two halves so that a change in one is not made good by a change in another row.
    fn add(&mut self, row: u128, id: u64) {
        const ODD: u128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645;
        let mixed = (row ^ u128::from(id).wrapping_mul(ODD)).wrapping_mul(ODD);
        self.0 = self.0.wrapping_add((mixed ^ mixed >> 64).wrapping_mul(ODD));
    }
}
