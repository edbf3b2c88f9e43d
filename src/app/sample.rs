//! Sampling: plan, draw, record and write one dataset.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::export::{ExportFormat, write_dataset};
use super::output::NewFile;
use super::target::targets_and_pool;
use super::{Catalog, clock};
use crate::domain::dataset::DatasetName;
use crate::domain::draw::draw;
use crate::domain::plan::{DRAW_VERSION, Plan, PlannedCell, Shortfall, plan};
use crate::domain::pool::{Filter, LeftOut, Pool};
use crate::domain::prompt::Axis;
use crate::domain::target::{TargetSpec, Targets};
use crate::domain::taxonomy::Taxonomy;
use crate::error::{Error, Result};
use crate::store::{NewDataset, Session};

/// The largest seed: what every database and JSON reader keeps exactly is less, what `i64` holds is this.
pub const MAX_SEED: u64 = i64::MAX as u64;

/// What to sample, and how.
#[derive(Clone, Debug, Serialize)]
pub struct SampleRequest {
    /// How many prompts to draw.
    pub count: u64,
    /// The name of the new dataset; made up where there is none.
    pub dataset: Option<DatasetName>,
    /// The targets asked for.
    pub targets: TargetSpec,
    /// Which prompts to draw from.
    pub filter: Filter,
    /// The seed, at most [`MAX_SEED`]; made up where there is none.
    pub seed: Option<u64>,
    /// In how many datasets a prompt may be.
    pub max_uses: u32,
    /// Whether to draw nothing where the targets cannot be met.
    pub strict: bool,
    /// Whether to plan only, and record nothing.
    pub dry_run: bool,
    /// Whether templates may add prompts.
    pub generate: bool,
    /// The file to write the prompts to.
    #[serde(skip)]
    pub output: Option<OutputFile>,
}

/// A file that a dataset is written to.
#[derive(Clone, Debug)]
pub struct OutputFile {
    /// Its path.
    pub path: PathBuf,
    /// Its format.
    pub format: ExportFormat,
    /// A system message, for formats that have one.
    pub system: Option<String>,
    /// Whether it may take the place of a file that exists.
    pub overwrite: bool,
}

/// What a sample came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampleOutcome {
    /// The new dataset; `None` where nothing was recorded.
    pub dataset: Option<DatasetName>,
    /// The seed that repeats it.
    pub seed: u64,
    /// How many prompts were asked for.
    pub requested: u64,
    /// How many were drawn.
    pub drawn: u64,
    /// Quota and number of every value of every axis that has a target.
    pub axes: BTreeMap<Axis, BTreeMap<String, QuotaDrawn>>,
    /// The values that got fewer than their quota.
    pub shortfalls: Vec<Shortfall>,
    /// Prompts that could have been drawn but for a value without a target share.
    pub left_out: Vec<LeftOut>,
    /// Whether no other choice of counts comes closer to the targets within the cells; see the plan's goals.
    pub proven: bool,
    /// The plan, cell by cell, where nothing else was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cells: Option<Vec<PlannedCell>>,
}

/// Quota and number of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QuotaDrawn {
    /// How many prompts the target gives it.
    pub quota: u64,
    /// How many were drawn.
    pub drawn: u64,
}

/// Draws prompts that meet the targets and that no dataset holds, and records them as a new dataset, all in one write
/// transaction. The output file is complete before that is committed, and in its place after.
///
/// # Errors
/// When nothing can be drawn, when `strict` and the targets cannot be met, when the dataset exists or the output
/// cannot be written; nothing is recorded then. [`Error::Undelivered`] alone comes after the dataset was recorded.
pub fn sample(catalog: &mut Catalog, request: &SampleRequest) -> Result<SampleOutcome> {
    let seed = request.seed.unwrap_or_else(|| rand::random::<u64>() >> 11);
    let Catalog { store, taxonomy, .. } = catalog;
    if request.dry_run {
        let (_, _, plan, left_out) = store.read(|session| planned(session, request, taxonomy))?;
        let cells = plan.cells.clone();
        return Ok(SampleOutcome { cells: Some(cells), ..outcome(None, seed, plan, left_out) });
    }
    let mut file = request.output.as_ref().map(|o| NewFile::new(&o.path, o.overwrite)).transpose()?;
    let outcome = store.write(|session| {
        let (targets, pool, plan, left_out) = planned(session, request, taxonomy)?;
        let name = match &request.dataset {
            Some(name) => name.clone(),
            None => made_up_name(session)?,
        };
        let dataset = record(session, &name, seed, request, &targets, &pool, &plan, taxonomy)?;
        if let (Some(file), Some(output)) = (&mut file, &request.output) {
            file.fill(|out| write_dataset(session, dataset, output.format, output.system.as_deref(), out))?;
        }
        Ok(outcome(Some(name), seed, plan, left_out))
    })?;
    if let (Some(file), Some(name)) = (file, &outcome.dataset) {
        file.place().map_err(|error| Error::Undelivered { dataset: name.clone(), source: Box::new(error) })?;
    }
    Ok(outcome)
}

fn planned(
    session: &Session<'_>,
    request: &SampleRequest,
    taxonomy: &Taxonomy,
) -> Result<(Targets, Pool, Plan, Vec<LeftOut>)> {
    let strata = session.strata()?;
    let (targets, pool) = targets_and_pool(&request.targets, &request.filter, request.max_uses, &strata, taxonomy)?;
    let left_out = pool.left_out.clone();
    if pool.available() == 0 {
        let held: u64 = strata.iter().map(|s| s.size).sum();
        let admitted = |s: &&crate::domain::pool::Stratum| request.filter.admits_stratum(s, taxonomy);
        let matching: u64 = strata.iter().filter(admitted).map(|s| s.size).sum();
        let reason = match (held, matching, left_out.is_empty()) {
            (0, ..) => "the catalog holds no prompts",
            (_, 0, _) => "no prompt passes the filters",
            (.., true) => "every prompt has been used as often as it may be",
            (.., false) => "no prompt that is left has a share of the target",
        };
        return Err(Error::EmptyPool { reason, left_out: left_out.iter().map(|l| l.prompts).sum() });
    }
    let plan = plan(request.count, &targets, &pool);
    if request.strict && !plan.is_exact() {
        return Err(Error::CannotMeet(Box::new(plan)));
    }
    Ok((targets, pool, plan, left_out))
}

#[expect(clippy::too_many_arguments, reason = "each is one thing that a dataset's record is made of")]
fn record(
    session: &Session<'_>,
    name: &DatasetName,
    seed: u64,
    request: &SampleRequest,
    targets: &Targets,
    pool: &Pool,
    plan: &Plan,
    taxonomy: &Taxonomy,
) -> Result<i64> {
    let json = |value: serde_json::Result<String>| value.map_err(|e| Error::Database(e.to_string()));
    let places = draw(plan, pool, seed);
    let created_at = clock::now();
    let dataset = NewDataset {
        name,
        seed,
        requested: request.count,
        size: plan.drawn(),
        options: json(serde_json::to_string(request))?,
        targets: json(serde_json::to_string(targets))?,
        plan: json(serde_json::to_string(plan))?,
        shortfalls: json(serde_json::to_string(&plan.shortfalls()))?,
        program: env!("CARGO_PKG_VERSION"),
        draw_version: DRAW_VERSION,
        created_at: &created_at,
    };
    session.record_dataset(&dataset, &places, taxonomy)
}

/// Returns a name that no dataset has: `sample-` and the number of the dataset, or the next that is free.
fn made_up_name(session: &Session<'_>) -> Result<DatasetName> {
    for number in session.next_dataset_number()?.. {
        let name: DatasetName = format!("sample-{number}").parse()?;
        if session.dataset(name.as_str())?.is_none() {
            return Ok(name);
        }
    }
    unreachable!("there are more numbers than datasets")
}

fn outcome(dataset: Option<DatasetName>, seed: u64, plan: Plan, left_out: Vec<LeftOut>) -> SampleOutcome {
    let values = |axis: &crate::domain::plan::AxisPlan| {
        let pairs = axis.values.iter();
        pairs.map(|v| (v.value.clone(), QuotaDrawn { quota: v.quota, drawn: v.drawn })).collect()
    };
    SampleOutcome {
        dataset,
        seed,
        requested: plan.requested,
        drawn: plan.drawn(),
        axes: plan.axes.iter().map(|axis| (axis.axis, values(axis))).collect(),
        shortfalls: plan.shortfalls(),
        left_out,
        proven: plan.source_proven && plan.cells_proven,
        cells: None,
    }
}
