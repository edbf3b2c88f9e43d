//! The ledger: datasets, and giving their prompts back.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::target::similar;
use super::{Catalog, clock};
use crate::domain::dataset::{DatasetName, State};
use crate::domain::prompt::Axis;
use crate::error::{Error, Result};
use crate::store::{DatasetRow, Session};

/// One line of the list of datasets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatasetSummary {
    /// Its name.
    pub name: DatasetName,
    /// How many prompts it has.
    pub size: u64,
    /// Whether it holds on to them.
    pub state: State,
    /// The seed that drew it; `None` where it was recorded from a file.
    pub seed: Option<u64>,
    /// When it was made, RFC 3339.
    pub created_at: String,
}

/// All that is recorded of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DatasetDetails {
    /// Name, size, state, seed and time.
    #[serde(flatten)]
    pub summary: DatasetSummary,
    /// When its prompts went back to the pool, if they did.
    pub released_at: Option<String>,
    /// The import run that read its file, where it was recorded.
    pub import_run: Option<i64>,
    /// How many prompts were asked for; of one that was recorded, the records of its file.
    pub requested: u64,
    /// How many prompts it has of every value of every axis, by the labels they had when they were drawn.
    pub axes: BTreeMap<Axis, BTreeMap<String, u64>>,
    /// The values that got fewer than their quota.
    pub shortfalls: Value,
    /// The targets, as whole weights.
    pub targets: Value,
    /// What was asked for.
    pub options: Value,
    /// The plan, cell by cell.
    pub plan: Value,
    /// The version of the program that drew it.
    pub program: String,
    /// The version of the rules by which it was drawn.
    pub draw_version: u32,
}

/// Returns all datasets, in the order in which they were made.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list_datasets(catalog: &Catalog) -> Result<Vec<DatasetSummary>> {
    Ok(catalog.store.read(|session| session.datasets())?.iter().map(summary).collect())
}

/// Returns all that is recorded of a dataset.
///
/// # Errors
/// When there is no such dataset.
pub fn show_dataset(catalog: &Catalog, name: &str) -> Result<DatasetDetails> {
    catalog.store.read(|session| {
        let row = find(session, name)?;
        let mut axes: BTreeMap<Axis, BTreeMap<String, u64>> = BTreeMap::new();
        for ([area, category, language], source, prompts) in session.dataset_axes(row.id)? {
            let source = source.name().to_owned();
            for (axis, value) in Axis::ALL.into_iter().zip([area, category, language, source]) {
                *axes.entry(axis).or_default().entry(value).or_default() += prompts;
            }
        }
        let json = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        Ok(DatasetDetails {
            summary: summary(&row),
            import_run: row.import_run,
            requested: row.requested,
            axes,
            shortfalls: json(&row.shortfalls),
            targets: json(&row.targets),
            options: json(&row.options),
            plan: json(&row.plan),
            program: row.program,
            draw_version: row.draw_version,
            released_at: row.released_at,
        })
    })
}

/// Gives the prompts of a dataset back to the pool, and keeps the record as released.
///
/// # Errors
/// When there is no such dataset, or it is released already.
pub fn release_dataset(catalog: &mut Catalog, name: &str) -> Result<DatasetSummary> {
    catalog.store.write(|session| {
        let row = find(session, name)?;
        if row.released_at.is_some() {
            return Err(Error::AlreadyReleased(row.name));
        }
        session.release_dataset(row.id, &clock::now())?;
        Ok(summary(&find(session, name)?))
    })
}

pub(super) fn find(session: &Session<'_>, name: &str) -> Result<DatasetRow> {
    if let Some(row) = session.dataset(name)? {
        return Ok(row);
    }
    let all = session.datasets()?;
    let similar = similar(name, all.iter().map(|row| row.name.as_str()));
    Err(Error::NoSuchDataset { name: name.to_owned(), similar })
}

fn summary(row: &DatasetRow) -> DatasetSummary {
    DatasetSummary {
        name: row.name.clone(),
        size: row.size,
        state: row.state(),
        seed: row.seed,
        created_at: row.created_at.clone(),
    }
}
