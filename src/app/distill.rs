//! Putting a dataset's prompts to teachers: price first, nothing paid twice, no answer lost.
//!
//! One thread counts and writes; others ask. A request is in the catalog before it is sent, an answer before it counts.

mod ask;
mod batch;
mod begin;
mod lock;
mod plan;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use serde::Serialize;

pub use self::batch::{BatchSummary, Collected, Submitted, collect_batches, submit_batches};

use self::ask::Asking;
use self::begin::{Begun, begin};
use self::lock::Lock;
use self::plan::{Plan, TeacherPlan};
use super::sample::{SampleRequest, sample_within};
use super::{Catalog, clock};
use crate::domain::dataset::DatasetName;
use crate::domain::estimate::{Range, TeacherEstimate};
use crate::domain::money::Money;
use crate::domain::price::{Price, PriceTable};
use crate::domain::target::Decimal;
use crate::domain::teacher::Ending;
use crate::domain::template::Template;
use crate::error::{Error, Result};
use crate::teacher::{Endpoint, with_workers};

/// What to ask, whom, and how.
#[derive(Clone, Debug)]
pub struct DistillRequest {
    /// The dataset.
    pub dataset: String,
    /// Who is asked.
    pub teachers: Vec<TeacherRequest>,
    /// The system prompt of every question.
    pub system: Option<String>,
    /// The temperature of every question.
    pub temperature: Option<Decimal>,
    /// The longest answer, in tokens.
    pub max_tokens: u64,
    /// How many questions may be open at once.
    pub concurrency: usize,
    /// How often a question is asked again that failed.
    pub retries: u32,
    /// Whether questions are handed over in batches.
    pub batch: bool,
    /// What models cost.
    pub prices: PriceTable,
    /// What models cost that the table does not name.
    pub other_price: Option<Price>,
    /// What all runs of this may cost together.
    pub max_cost: Option<Money>,
    /// What the user declares of the teachers' terms.
    pub terms: Option<String>,
}

/// One teacher, and its part of the work.
#[derive(Clone, Debug)]
pub struct TeacherRequest {
    /// Where it is asked.
    pub endpoint: Endpoint,
    /// The model.
    pub model: String,
    /// Its share of the prompts of every cell, as a weight.
    pub share: Decimal,
}

/// What the work will cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// The dataset.
    pub dataset: DatasetName,
    /// Its prompts.
    pub prompts: u64,
    /// Those of them that are answered already, and cost nothing.
    pub known: u64,
    /// Those of them that wait for an answer in a batch.
    pub waiting: u64,
    /// Teacher by teacher.
    pub teachers: Vec<TeacherEstimate>,
    /// In nano-dollars.
    pub cost: Range,
    /// What it cannot cost more than, but for requests that fail after they were charged.
    pub at_most: Money,
    /// What earlier runs of the same have cost.
    pub spent: Money,
    /// Where the prices are from, and of when they are.
    pub prices: String,
}

/// Why the work ended before its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// Somebody stopped it.
    Interrupted,
    /// The next question could have cost more than was allowed.
    Budget,
    /// A teacher would have answered no question.
    Teacher {
        /// The model.
        model: String,
        /// What it said.
        message: String,
    },
}

/// What came of the work. `prompts = known + waiting + answered + failed + left`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DistillOutcome {
    /// The dataset.
    pub dataset: DatasetName,
    /// Its prompts.
    pub prompts: u64,
    /// Prompts whose answer the catalog had.
    pub known: u64,
    /// Prompts that wait for it in a batch.
    pub waiting: u64,
    /// Prompts that were answered now.
    pub answered: u64,
    /// How those answers ended.
    pub endings: BTreeMap<Ending, u64>,
    /// Prompts that were asked, and got no answer.
    pub failed: u64,
    /// Why requests failed, those that were tried again included.
    pub faults: BTreeMap<String, u64>,
    /// Prompts that were not asked.
    pub left: u64,
    /// Requests of an earlier run that was killed: nobody knows whether they were charged.
    pub lost: u64,
    /// Tokens of the questions that were answered.
    pub input_tokens: u64,
    /// Tokens of the answers.
    pub output_tokens: u64,
    /// What this run cost.
    pub cost: Money,
    /// What all runs of this cost, with the most that lost requests can have.
    pub spent: Money,
    /// Why it ended before its end.
    pub stopped: Option<Stopped>,
}

/// What is told while it goes on.
#[derive(Clone, Copy, Debug)]
pub struct DistillProgress {
    /// Prompts that are done, with an answer or without.
    pub done: u64,
    /// Prompts that were to be asked.
    pub total: u64,
    /// Requests that wait for an answer.
    pub open: u64,
    /// What it has cost so far.
    pub cost: Money,
}

/// Tells what the work will cost, and changes nothing.
///
/// # Errors
/// When there is no such dataset, a price is not known, or a teacher cannot be asked as it is to be.
pub fn estimate(catalog: &Catalog, request: &DistillRequest) -> Result<Estimate> {
    let teachers = TeacherPlan::all(request)?;
    catalog.store.read(|session| {
        let plan = Plan::new(session, request, &teachers)?;
        let spent = plan.distillation(session)?.map_or(Ok(Money::ZERO), |id| session.spent(id))?;
        plan.estimate(session, request, &teachers, spent)
    })
}

/// Tells what the work will cost on a sample that is not drawn yet, and changes nothing. The same sample is drawn
/// afterwards where the request has a seed.
///
/// # Errors
/// As [`estimate`] and [`sample`](super::sample::sample).
pub fn estimate_sample(
    catalog: &mut Catalog,
    templates: &[Template],
    sample: &SampleRequest,
    request: &DistillRequest,
) -> Result<Estimate> {
    let teachers = TeacherPlan::all(request)?;
    let Catalog { store, taxonomy, .. } = catalog;
    store.rehearse(|session| {
        let drawn = sample_within(session, templates, taxonomy, sample)?;
        let dataset = drawn.dataset.map(|name| name.to_string()).unwrap_or_default();
        let request = DistillRequest { dataset, ..request.clone() };
        Plan::new(session, &request, &teachers)?.estimate(session, &request, &teachers, Money::ZERO)
    })
}

/// Asks teachers for the answers that the catalog has not. The same again goes on where it stopped. `told` is the
/// [`estimate`] that went before, for the record.
///
/// # Errors
/// When there is no such dataset, a price is not known, a teacher cannot be asked as it is to be, another process is
/// asking, or the catalog fails. What a server says is no error: it is in the outcome.
pub fn distill(
    catalog: &mut Catalog,
    request: &DistillRequest,
    told: &Estimate,
    stop: &AtomicBool,
    observe: &mut dyn FnMut(DistillProgress),
) -> Result<DistillOutcome> {
    let teachers = TeacherPlan::all(request)?;
    let path = catalog.path().to_owned();
    let _lock = Lock::take(&path)?;
    let store = &mut catalog.store;
    let Begun { plan, run, lost, spent } = begin(store, request, &teachers, told)?;
    let ids = store.write(|session| teachers.iter().map(|teacher| session.teacher_id(&teacher.teacher)).collect())?;
    let (dataset, prompts) = (plan.dataset.name.clone(), plan.prompts());
    let (known, waiting) = (plan.known, plan.waiting);
    let servers = teachers.iter().map(TeacherPlan::server).collect::<Result<Vec<_>>>()?;
    let mut asking = Asking::new(store, request, &teachers, ids, run, plan.open, spent);
    let threads = request.concurrency.min(asking.left()).max(1);
    let asked = with_workers(&servers, threads, |jobs, done| asking.all(jobs, done, stop, observe));
    asked.map_err(|source| Error::Io { doing: "start threads for", path, source })??;
    let outcome = DistillOutcome { prompts, known, waiting, lost, ..asking.outcome(dataset) };
    let state = if outcome.stopped.is_some() { "stopped" } else { "done" };
    catalog.store.write(|session| session.end_distill_run(run, state, &clock::now()))?;
    Ok(outcome)
}
