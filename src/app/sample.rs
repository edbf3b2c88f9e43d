//! Sampling: plan, draw, record and write one dataset.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use serde::Serialize;

use super::export::{ExportOptions, write_dataset};
use super::generate::{Finding, Found, Making, lower, spaces};
use super::output::NewFile;
use super::target::targets_and_pool;
use super::{Catalog, clock};
use crate::domain::dataset::DatasetName;
use crate::domain::draw::{Place, draw_stored, shuffle};
use crate::domain::plan::{DRAW_VERSION, Plan, PlannedCell, Shortfall, plan};
use crate::domain::pool::{Filter, LeftOut, Pool, Stock, Stratum};
use crate::domain::prompt::Axis;
use crate::domain::target::{TargetSpec, Targets};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::template::Template;
use crate::error::{Error, Result};
use crate::store::{NewDataset, Session};

/// The largest seed: what every database holds. Those that are [made up](new_seed) are smaller.
pub const MAX_SEED: u64 = i64::MAX as u64;

/// Makes up a seed, which every reader of JSON keeps exactly.
pub fn new_seed() -> u64 {
    rand::random::<u64>() >> 11
}

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

impl SampleRequest {
    /// Returns a request of so many prompts, to targets and with a seed, and nothing else out of the ordinary.
    pub fn new(count: u64, targets: TargetSpec, seed: u64) -> Self {
        Self {
            count,
            dataset: None,
            targets,
            filter: Filter::default(),
            seed: Some(seed),
            max_uses: 1,
            strict: false,
            dry_run: false,
            generate: true,
            output: None,
        }
    }
}

/// A file that a dataset is written to.
#[derive(Clone, Debug)]
pub struct OutputFile {
    /// Its path.
    pub path: PathBuf,
    /// How it is written.
    pub options: ExportOptions,
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
pub fn sample(catalog: &mut Catalog, templates: &[Template], request: &SampleRequest) -> Result<SampleOutcome> {
    let templates = if request.generate { templates } else { &[] };
    let seed = request.seed.unwrap_or_else(new_seed);
    let Catalog { store, taxonomy, .. } = catalog;
    if request.dry_run {
        return store.read(|session| {
            let state = Drawing { session, templates, request, taxonomy, seed, strata: session.strata()? };
            let (_, pool, plan) = state.plan()?;
            let cells = plan.cells.clone();
            Ok(SampleOutcome { cells: Some(cells), ..outcome(None, seed, plan, pool.left_out) })
        });
    }
    let mut file = request.output.as_ref().map(|o| NewFile::new(&o.path, o.overwrite)).transpose()?;
    let outcome = store.write_apart(|session| {
        let drawing = Drawing { session, templates, request, taxonomy, seed, strata: session.strata()? };
        let (dataset, outcome) = drawing.draw_and_record()?;
        if let (Some(file), Some(output)) = (&mut file, &request.output) {
            file.fill(|out| write_dataset(session, dataset, taxonomy, &output.options, out))?;
        }
        Ok(outcome)
    })?;
    if let (Some(file), Some(name)) = (file, &outcome.dataset) {
        file.place().map_err(|error| Error::Undelivered { dataset: name.clone(), source: Box::new(error) })?;
    }
    Ok(outcome)
}

/// Draws and records a sample within a transaction of the caller's, who may take it back.
pub(super) fn sample_within(
    session: &Session<'_>,
    templates: &[Template],
    taxonomy: &Taxonomy,
    request: &SampleRequest,
) -> Result<SampleOutcome> {
    let seed = request.seed.unwrap_or_else(new_seed);
    let drawing = Drawing { session, templates, request, taxonomy, seed, strata: session.strata()? };
    drawing.draw_and_record().map(|(_, outcome)| outcome)
}

/// One draw within a transaction.
struct Drawing<'a> {
    session: &'a Session<'a>,
    templates: &'a [Template],
    request: &'a SampleRequest,
    taxonomy: &'a Taxonomy,
    seed: u64,
    strata: Vec<Stratum>,
}

impl Drawing<'_> {
    /// Works out targets and pool, and plans.
    fn plan(&self) -> Result<(Targets, Pool, Plan)> {
        let Self { session, templates, request, taxonomy, strata, .. } = self;
        let spaces = match templates.is_empty() {
            true => Vec::new(),
            false => spaces(templates, &session.made_counts()?),
        };
        let (targets, pool) =
            targets_and_pool(&request.targets, &request.filter, request.max_uses, strata, &spaces, taxonomy)?;
        let plan = self.plan_from(&targets, &pool)?;
        if pool.available() == 0 {
            return Err(self.empty(&pool));
        }
        Ok((targets, pool, plan))
    }

    fn plan_from(&self, targets: &Targets, pool: &Pool) -> Result<Plan> {
        let plan = plan(self.request.count, targets, pool);
        if self.request.strict && !plan.is_exact() {
            return Err(Error::CannotMeet(Box::new(plan)));
        }
        Ok(plan)
    }

    fn empty(&self, pool: &Pool) -> Error {
        let held: u64 = self.strata.iter().map(|stratum| stratum.size).sum();
        let admitted = |stratum: &&Stratum| self.request.filter.admits_stratum(stratum, self.taxonomy);
        let matching: u64 = self.strata.iter().filter(admitted).map(|stratum| stratum.size).sum();
        let reason = match (held, matching, pool.left_out.is_empty()) {
            (0, ..) => "the catalog holds no prompts",
            (_, 0, _) => "no prompt passes the filters",
            (.., true) => "every prompt has been used as often as it may be",
            (.., false) => "no prompt that is left has a share of the target",
        };
        Error::EmptyPool { reason, left_out: pool.left_out.iter().map(|left_out| left_out.prompts).sum() }
    }

    /// Plans and draws. Where a space gives less than it seemed to hold, since people wrote some of its prompts too, its
    /// true stock goes back to the plan.
    fn draw(&self) -> Result<(Targets, Pool, Plan, Vec<Place>)> {
        let (targets, mut pool, mut plan) = self.plan()?;
        let Self { session, templates, request, taxonomy, seed, strata } = self;
        let filter = &request.filter;
        let making = Making { session, templates, targets: &targets, filter, strata, taxonomy, seed: *seed };
        loop {
            let mut finding = Finding { drawn: HashSet::new(), max_uses: request.max_uses };
            let mut places = Vec::with_capacity(plan.drawn() as usize);
            let mut made = Vec::new();
            let mut found = Vec::new();
            for (cell, stock) in plan.cells.iter().zip(&pool.stocks) {
                let new = if stock.space > 0 { making.find(&cell.cell, cell.drawn, &mut finding)? } else { Vec::new() };
                let more = more_stored(cell.drawn, stock, &new, *seed);
                found.push((new.len() + more.len()) as u64);
                places.extend(more);
                made.extend(new);
            }
            let planned: Vec<u64> = plan.cells.iter().map(|cell| cell.drawn).collect();
            if lower(&mut pool, found.into_iter(), planned.into_iter()) {
                if pool.available() == 0 {
                    return Err(self.empty(&pool));
                }
                plan = self.plan_from(&targets, &pool)?;
                continue;
            }
            places.extend(making.keep(&made)?);
            shuffle(&mut places, *seed);
            return Ok((targets, pool, plan, places));
        }
    }

    fn draw_and_record(&self) -> Result<(i64, SampleOutcome)> {
        let (targets, pool, plan, places) = self.draw()?;
        let name = match &self.request.dataset {
            Some(name) => name.clone(),
            None => made_up_name(self.session)?,
        };
        let dataset = self.record(&name, &targets, &plan, &places)?;
        Ok((dataset, outcome(Some(name), self.seed, plan, pool.left_out)))
    }

    fn record(&self, name: &DatasetName, targets: &Targets, plan: &Plan, places: &[Place]) -> Result<i64> {
        let json = |value: serde_json::Result<String>| value.map_err(|e| Error::Database(e.to_string()));
        let created_at = clock::now();
        let dataset = NewDataset {
            name,
            seed: self.seed,
            import_run: None,
            requested: self.request.count,
            size: plan.drawn(),
            options: json(serde_json::to_string(self.request))?,
            targets: json(serde_json::to_string(targets))?,
            plan: json(serde_json::to_string(plan))?,
            shortfalls: json(serde_json::to_string(&plan.shortfalls()))?,
            program: env!("CARGO_PKG_VERSION"),
            draw_version: DRAW_VERSION,
            created_at: &created_at,
        };
        self.session.record_dataset(&dataset, places, self.taxonomy)
    }
}

/// Draws from a stock what its templates did not give: all of it where there is no space, else what is stored of other
/// versions.
fn more_stored(wanted: u64, stock: &Stock, found: &[Found], seed: u64) -> Vec<Place> {
    let missing = wanted - found.len() as u64;
    if found.is_empty() {
        return draw_stored(missing.min(stock.stored()), stock, seed);
    }
    if missing == 0 {
        return Vec::new();
    }
    let taken: HashSet<Place> = found.iter().filter_map(|found| found.place).collect();
    let stored = draw_stored(stock.stored(), stock, seed).into_iter();
    stored.filter(|place| !taken.contains(place)).take(missing as usize).collect()
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
