//! Datasets and usages: the ledger.

use super::driver::Row;
use super::strata::Strata;
use super::{Session, sql};
use crate::domain::dataset::{DatasetName, Delivered, State};
use crate::domain::draw::Place;
use crate::domain::hash::ContentHash;
use crate::domain::prompt::{Axis, Source};
use crate::domain::taxonomy::Taxonomy;
use crate::error::{Error, Result};

/// What is recorded of a new dataset; everything but the numbers is JSON or text for people.
pub(crate) struct NewDataset<'a> {
    pub name: &'a DatasetName,
    pub seed: u64,
    /// The import run that read its file, where it was recorded and not drawn.
    pub import_run: Option<i64>,
    pub requested: u64,
    pub size: u64,
    pub options: String,
    pub targets: String,
    pub plan: String,
    pub shortfalls: String,
    pub program: &'a str,
    pub draw_version: u32,
    pub created_at: &'a str,
}

/// A dataset's record.
#[derive(Clone, Debug)]
pub(crate) struct DatasetRow {
    pub id: i64,
    pub name: DatasetName,
    /// The seed that drew it; `None` where it was recorded from a file.
    pub seed: Option<u64>,
    /// The import run that read its file, where it was recorded.
    pub import_run: Option<i64>,
    pub requested: u64,
    pub size: u64,
    pub options: String,
    pub targets: String,
    pub plan: String,
    pub shortfalls: String,
    pub program: String,
    pub draw_version: u32,
    pub created_at: String,
    pub released_at: Option<String>,
}

/// One place of a prompt in a dataset.
#[derive(Clone, Debug)]
pub(crate) struct UsageOfPrompt {
    pub dataset: String,
    pub rank: u64,
    pub use_number: u64,
    pub created_at: String,
    pub released_at: Option<String>,
    pub category: String,
    pub language: String,
}

impl Session<'_> {
    /// Returns the number of the next dataset.
    pub fn next_dataset_number(&self) -> Result<u64> {
        Ok(self.database.load(sql!("dataset/next_number"), &[], |row| row.count(0))?.unwrap_or(1))
    }

    /// Records a dataset and the usages of its prompts, in the order given, and moves them to strata of one use more.
    ///
    /// # Errors
    /// When a dataset of this name exists. The database refuses a usage that would be one too many.
    pub fn record_dataset(&self, dataset: &NewDataset<'_>, places: &[Place], taxonomy: &Taxonomy) -> Result<i64> {
        let values = [
            dataset.name.as_str().into(),
            dataset.seed.into(),
            dataset.requested.into(),
            dataset.size.into(),
            dataset.options.as_str().into(),
            dataset.targets.as_str().into(),
            dataset.plan.as_str().into(),
            dataset.shortfalls.as_str().into(),
            dataset.program.into(),
            dataset.draw_version.into(),
            dataset.created_at.into(),
            dataset.import_run.into(),
        ];
        let id = self.database.load(sql!("dataset/insert"), &values, |row| row.integer(0))?;
        let id = id.ok_or_else(|| Error::DatasetExists(dataset.name.clone()))?;
        let mut strata = Strata::load(self)?;
        let prompts = places.iter().map(|place| self.prompt_at(*place)).collect::<Result<Vec<_>>>()?;
        for (rank, (place, prompt)) in places.iter().zip(&prompts).enumerate() {
            let stratum = strata.stratum(place.stratum);
            let number = if stratum.uses == 0 { 1 } else { self.free_use_number(*prompt)? };
            let value = |axis| stratum.value(axis, taxonomy).into();
            let values = [
                id.into(),
                (rank as u64).into(),
                (*prompt).into(),
                number.into(),
                value(Axis::Category),
                value(Axis::Area),
                value(Axis::Language),
                value(Axis::Source),
            ];
            self.database.execute(sql!("usage/insert"), &values)?;
        }
        self.shift_uses(&mut strata, places.iter().copied().zip(prompts).collect(), |uses| uses + 1)?;
        strata.flush(self)?;
        Ok(id)
    }

    /// Gives the prompts of a dataset back to the pool, and keeps the record.
    pub fn release_dataset(&self, id: i64, at: &str) -> Result<()> {
        let prompts = self.database.list(sql!("usage/list_prompts"), &[id.into()], |row| row.integer(0))?;
        let moves = prompts.into_iter().map(|prompt| Ok((self.place_of(prompt)?, prompt))).collect::<Result<_>>()?;
        let mut strata = Strata::load(self)?;
        self.shift_uses(&mut strata, moves, |uses| uses.saturating_sub(1))?;
        strata.flush(self)?;
        self.database.execute(sql!("usage/release"), &[id.into()])?;
        self.database.execute(sql!("dataset/release"), &[id.into(), at.into()]).map(|_| ())
    }

    /// Moves prompts to the strata that differ from theirs by the number of uses alone.
    fn shift_uses(&self, strata: &mut Strata, mut moves: Vec<(Place, i64)>, shift: impl Fn(u32) -> u32) -> Result<()> {
        // From the last position down: the prompt that fills a gap is then never one that is still to move.
        moves.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
        for (place, prompt) in moves {
            let stratum = strata.stratum(place.stratum).clone();
            strata.vacate(self, place)?;
            strata.append(self, prompt, &stratum.labels, stratum.source, shift(stratum.uses))?;
        }
        Ok(())
    }

    /// Returns the smallest number of a use that no dataset of this prompt has.
    fn free_use_number(&self, prompt: i64) -> Result<u64> {
        let taken = self.database.list(sql!("usage/list_numbers"), &[prompt.into()], |row| row.count(0))?;
        let first_gap = (1..).zip(&taken).find(|(number, taken)| number != *taken).map(|(number, _)| number);
        Ok(first_gap.unwrap_or(taken.len() as u64 + 1))
    }

    /// Returns the records of all datasets, in the order in which they were made.
    pub fn datasets(&self) -> Result<Vec<DatasetRow>> {
        self.database.list(sql!("dataset/list"), &[], dataset_row)
    }

    /// Returns the record of a dataset.
    pub fn dataset(&self, name: &str) -> Result<Option<DatasetRow>> {
        self.database.load(sql!("dataset/load"), &[name.into()], dataset_row)
    }

    /// Gives the prompts of a dataset to `visit`, in the order of the draw.
    pub fn each_delivered(&self, id: i64, mut visit: impl FnMut(Delivered) -> Result<()>) -> Result<()> {
        self.database.each(sql!("usage/each_delivered"), &[id.into()], |row| visit(delivered(row)?))
    }

    /// Returns the prompt at a rank of a dataset, from 0.
    pub fn delivered_at(&self, dataset: i64, rank: u64) -> Result<Option<Delivered>> {
        self.database.load(sql!("usage/load_delivered"), &[dataset.into(), rank.into()], delivered)
    }

    /// Returns how many prompts a dataset has of each area, category, language and source.
    pub fn dataset_axes(&self, id: i64) -> Result<Vec<([String; 3], Source, u64)>> {
        self.database.list(sql!("usage/count_axes"), &[id.into()], |row| {
            let labels = [row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.text(2)?.to_owned()];
            Ok((labels, row.text(3)?.parse().map_err(Error::Database)?, row.count(4)?))
        })
    }

    /// Returns the places of a prompt in datasets, in the order in which those were made.
    pub fn usages_of(&self, hash: &ContentHash) -> Result<Vec<UsageOfPrompt>> {
        self.database.list(sql!("usage/list_of_prompt"), &[hash.0.as_slice().into()], |row| {
            Ok(UsageOfPrompt {
                dataset: row.text(0)?.to_owned(),
                rank: row.count(1)?,
                use_number: row.count(2)?,
                created_at: row.text(3)?.to_owned(),
                released_at: row.optional_text(4)?,
                category: row.text(5)?.to_owned(),
                language: row.text(6)?.to_owned(),
            })
        })
    }
}

impl DatasetRow {
    /// Tells whether it holds on to its prompts.
    pub fn state(&self) -> State {
        if self.released_at.is_some() { State::Released } else { State::Active }
    }
}

pub(super) fn delivered(row: &Row<'_>) -> Result<Delivered> {
    Ok(Delivered {
        id: ContentHash(row.hash(0)?),
        prompt: row.text(1)?.to_owned(),
        category: row.text(2)?.to_owned(),
        area: row.text(3)?.to_owned(),
        language: row.text(4)?.to_owned(),
        source: row.text(5)?.parse().map_err(Error::Database)?,
    })
}

fn dataset_row(row: &Row<'_>) -> Result<DatasetRow> {
    let import_run = if row.is_null(13)? { None } else { Some(row.integer(13)?) };
    Ok(DatasetRow {
        id: row.integer(0)?,
        name: row.text(1)?.parse()?,
        seed: if import_run.is_some() { None } else { Some(row.count(2)?) },
        import_run,
        requested: row.count(3)?,
        size: row.count(4)?,
        options: row.text(5)?.to_owned(),
        targets: row.text(6)?.to_owned(),
        plan: row.text(7)?.to_owned(),
        shortfalls: row.text(8)?.to_owned(),
        program: row.text(9)?.to_owned(),
        draw_version: row.count(10)? as u32,
        created_at: row.text(11)?.to_owned(),
        released_at: row.optional_text(12)?,
    })
}
