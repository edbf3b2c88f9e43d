//! Handing questions over in batches, and taking the answers in, on this terminal or another, today or tomorrow.
//!
//! A batch and its attempts are in the catalog before it is handed over. Whoever finds it open may look after it: an
//! answer is taken in once, in a transaction that sees whether it still waits.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::ask::end;
use super::begin::{Begun, begin};
use super::lock::Lock;
use super::plan::{Question, TeacherPlan, recorded_price};
use super::{DistillRequest, Estimate, Stopped};
use crate::app::{Catalog, clock};
use crate::domain::dataset::DatasetName;
use crate::domain::estimate::approximate_tokens;
use crate::domain::hash::ContentHash;
use crate::domain::money::Money;
use crate::domain::price::Tier;
use crate::domain::teacher::{Ending, Provider, Usage};
use crate::error::Result;
use crate::store::{Asked, NewAttempt, OpenBatch, Session, Store};
use crate::teacher::{BatchState, Client, Endpoint, Fault, Item, Reply, limits};

/// How many answers are taken in at once.
const AT_ONCE: usize = 1_000;

/// How long it sleeps before it looks whether it is to stop.
const TICK: Duration = Duration::from_millis(100);

/// What was handed over. `prompts = known + waiting + submitted + failed + left`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Submitted {
    /// The dataset.
    pub dataset: DatasetName,
    /// Its prompts.
    pub prompts: u64,
    /// Prompts whose answer the catalog has.
    pub known: u64,
    /// Prompts that were handed over before, and wait.
    pub waiting: u64,
    /// Prompts that were handed over now.
    pub submitted: u64,
    /// Prompts of batches that the provider would not take.
    pub failed: u64,
    /// Prompts that were not handed over.
    pub left: u64,
    /// Requests of an earlier run that was killed: nobody knows whether they were charged.
    pub lost: u64,
    /// What the providers call the batches.
    pub batches: Vec<String>,
    /// The most that all runs of this can have cost, once the batches have ended.
    pub reserved: Money,
    /// Why it ended before its end.
    pub stopped: Option<Stopped>,
}

/// One batch, when it was last looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchSummary {
    /// What the provider calls it.
    pub remote_id: String,
    /// Whose it is.
    pub provider: Provider,
    /// The provider's word for how far it is, or what went wrong when it was asked.
    pub state: String,
    /// Whether it has ended, and all of it is taken in.
    pub ended: bool,
}

/// What was taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// The batches that were open.
    pub batches: Vec<BatchSummary>,
    /// Prompts that were answered.
    pub answered: u64,
    /// How those answers ended.
    pub endings: BTreeMap<Ending, u64>,
    /// Prompts that the batches ended without an answer for.
    pub failed: u64,
    /// Why.
    pub faults: BTreeMap<String, u64>,
    /// What the answers cost.
    pub cost: Money,
    /// Whether it was stopped while batches were open.
    pub interrupted: bool,
}

/// Hands the questions of a dataset that nobody has answered over to the teachers, in as many batches as they need.
/// `told` is the [`estimate`](super::estimate) that went before, for the record.
///
/// # Errors
/// As [`distill`](super::distill); what a server says is in the outcome.
pub fn submit_batches(catalog: &mut Catalog, request: &DistillRequest, told: &Estimate) -> Result<Submitted> {
    let teachers = TeacherPlan::all(request)?;
    let _lock = Lock::take(catalog.path())?;
    let store = &mut catalog.store;
    let Begun { plan, run, lost, spent } = begin(store, request, &teachers, told)?;
    let mut submitted = Submitted {
        dataset: plan.dataset.name.clone(),
        prompts: plan.prompts(),
        known: plan.known,
        waiting: plan.waiting,
        submitted: 0,
        failed: 0,
        left: plan.open.len() as u64,
        lost,
        batches: Vec::new(),
        reserved: spent,
        stopped: None,
    };
    for (number, teacher) in teachers.iter().enumerate() {
        let mut open: &[Question] = &plan.open.iter().filter(|q| q.teacher == number).copied().collect::<Vec<_>>();
        while !open.is_empty() && submitted.stopped.is_none() {
            let taken = Submitting { store, request, teacher, run }.next(open, &mut submitted)?;
            open = &open[taken..];
        }
    }
    let state = if submitted.stopped.is_some() { "stopped" } else { "done" };
    store.write(|session| session.end_distill_run(run, state, &clock::now()))?;
    Ok(submitted)
}

/// The handing over of one teacher's questions.
struct Submitting<'a> {
    store: &'a mut Store,
    request: &'a DistillRequest,
    teacher: &'a TeacherPlan<'a>,
    run: i64,
}

impl Submitting<'_> {
    /// Hands over as many questions as one batch takes, and returns how many.
    fn next(&mut self, open: &[Question], submitted: &mut Submitted) -> Result<usize> {
        let (client, _) = self.teacher.server()?;
        let at = clock::now();
        let (request, teacher, run) = (self.request, self.teacher, self.run);
        let mut reserved = submitted.reserved;
        let mut lines = Vec::new();
        let mut taken = 0;
        let batch = self.store.write(|session| {
            let batch = session.begin_batch(run, client.provider(), client.root(), &at)?;
            let id = session.teacher_id(&teacher.teacher)?;
            let (most_lines, most_bytes) = limits(client.provider());
            let mut bytes = 0;
            for question in open {
                let text = session.prompt_text(question.prompt)?;
                let most = teacher.at_most(&text, request.max_tokens);
                let dear = request.max_cost.is_some_and(|allowed| reserved + most > allowed);
                if lines.len() >= most_lines || bytes >= most_bytes || dear {
                    break;
                }
                taken += 1;
                let attempt = session.begin_attempt(&NewAttempt {
                    run,
                    asked: Asked { prompt: question.prompt, teacher: id },
                    provider: client.provider(),
                    max_tokens: request.max_tokens,
                    at: &at,
                    reserved: most,
                    batch: Some(batch),
                })?;
                // In flight by another run: it is answered there.
                let Some(attempt) = attempt else { continue };
                let question = crate::teacher::Question {
                    teacher: &teacher.teacher,
                    prompt: &text,
                    max_tokens: request.max_tokens,
                };
                let line =
                    client.batch_bytes(&Item { custom_id: custom_id(&ContentHash::of(&text), attempt), question });
                reserved += most;
                bytes += line.len() + 2;
                lines.push(line);
            }
            if lines.is_empty() {
                session.end_batch(batch, "", &at)?;
            }
            Ok(batch)
        })?;
        if lines.is_empty() {
            if taken == 0 {
                submitted.stopped = Some(Stopped::Budget);
            }
            return Ok(taken);
        }
        let count = lines.len() as u64;
        submitted.left -= count;
        match client.create_batch(&lines) {
            Ok(remote_id) => {
                self.store.write(|session| session.open_batch(batch, &remote_id))?;
                submitted.reserved = reserved;
                submitted.submitted += count;
                submitted.batches.push(remote_id);
            }
            Err(fault) => {
                self.refused(batch, &fault)?;
                submitted.failed += count;
                let model = teacher.teacher.model.clone();
                submitted.stopped = Some(Stopped::Teacher { model, message: fault.message });
            }
        }
        Ok(taken)
    }

    /// Records that a batch was not taken. Where nobody answered, nobody knows: it may have arrived.
    fn refused(&mut self, batch: i64, fault: &Fault) -> Result<()> {
        let why = format!("{}: {}", fault.code, fault.message);
        let at = clock::now();
        self.store.write(|session| match fault.status {
            Some(_) => session.end_batch(batch, &why, &at).map(|_| ()),
            None => session.lose_batch(batch, &why, &at).map(|_| ()),
        })
    }
}

/// Returns what an answer comes back under: the prompt's hash, so that it says something without the catalog, and the
/// number of the attempt. At most 64 letters, digits, `-` and `_`, which is what both vendors take.
fn custom_id(prompt: &ContentHash, attempt: i64) -> String {
    format!("{}-{attempt}", URL_SAFE_NO_PAD.encode(prompt.0))
}

/// Reads the number of the attempt, and the prompt's hash.
fn attempt_of(custom_id: &str) -> Option<(ContentHash, i64)> {
    let (hash, attempt) = custom_id.rsplit_once('-')?;
    let hash = URL_SAFE_NO_PAD.decode(hash).ok()?.try_into().ok()?;
    Some((ContentHash(hash), attempt.parse().ok()?))
}

/// Looks after every open batch of the catalog until all have ended and are taken in, or it is stopped. `endpoint` tells
/// as whom a server is asked; between two looks it waits for `pause`, and with `pause` 0 it looks once.
///
/// # Errors
/// When the catalog fails, or a server cannot be asked; what a server says is in the outcome.
pub fn collect_batches(
    catalog: &mut Catalog,
    endpoint: &dyn Fn(Provider, &str) -> Result<Endpoint>,
    pause: Duration,
    stop: &AtomicBool,
    observe: &mut dyn FnMut(&Collected),
) -> Result<Collected> {
    let mut collected = Collected::default();
    let mut ended: Vec<BatchSummary> = Vec::new();
    loop {
        let open = catalog.store.read(|session| session.open_batches())?;
        let mut summaries = Vec::new();
        for batch in &open {
            let Some(remote_id) = &batch.remote_id else { continue };
            let client = Client::new(endpoint(batch.provider, &batch.base_url)?, 1)?;
            let mut summary = BatchSummary {
                remote_id: remote_id.clone(),
                provider: batch.provider,
                state: String::new(),
                ended: false,
            };
            match client.batch_state(remote_id) {
                Ok(state) => {
                    summary.state.clone_from(&state.word);
                    if state.ended {
                        let mut taking = Taking { store: &mut catalog.store, batch, collected: &mut collected };
                        match taking.all(&client, &state)? {
                            Ok(()) => summary.ended = true,
                            Err(fault) => summary.state = format!("{}: {}", fault.code, fault.message),
                        }
                    }
                }
                Err(fault) => summary.state = format!("{}: {}", fault.code, fault.message),
            }
            if summary.ended { ended.push(summary) } else { summaries.push(summary) }
        }
        let waits = !summaries.is_empty();
        collected.batches = ended.iter().cloned().chain(summaries).collect();
        observe(&collected);
        if !waits || pause.is_zero() {
            return Ok(collected);
        }
        let begun = Instant::now();
        while begun.elapsed() < pause {
            if stop.load(Ordering::Relaxed) {
                collected.interrupted = true;
                return Ok(collected);
            }
            thread::sleep(TICK.min(pause));
        }
    }
}

/// The taking in of one batch that has ended.
struct Taking<'a> {
    store: &'a mut Store,
    batch: &'a OpenBatch,
    collected: &'a mut Collected,
}

/// An answer, or why there is none, and the attempt that it is of.
type Answer = (ContentHash, i64, std::result::Result<Reply, Fault>);

impl Taking<'_> {
    /// Takes in every answer, and then says of what is left that there is none. The outer error is the catalog's, the
    /// inner one the server's; what was taken in before either stays.
    fn all(&mut self, client: &Client, state: &BatchState) -> Result<std::result::Result<(), Fault>> {
        let mut waiting: Vec<Answer> = Vec::new();
        let mut failed = None;
        let read = client.batch_answers(state, &mut |custom_id, result| {
            // A name that is not one of ours was not asked for.
            if let Some((hash, attempt)) = attempt_of(custom_id) {
                waiting.push((hash, attempt, result));
            }
            if waiting.len() >= AT_ONCE
                && let Err(error) = self.take(std::mem::take(&mut waiting))
            {
                failed = Some(error);
                return Err(Fault::interrupted());
            }
            Ok(())
        });
        if let Some(error) = failed {
            return Err(error);
        }
        self.take(waiting)?;
        if let Err(fault) = read {
            return Ok(Err(fault));
        }
        let why = format!("the batch ended as {}, without an answer", state.word);
        let left = self.store.write(|session| session.end_batch(self.batch.id, &why, &clock::now()))?;
        self.collected.failed += left;
        if left > 0 {
            *self.collected.faults.entry("missing".to_owned()).or_default() += left;
        }
        Ok(Ok(()))
    }

    fn take(&mut self, answers: Vec<Answer>) -> Result<()> {
        let at = clock::now();
        let batch = self.batch;
        let taken = self.store.write(|session| {
            let mut taken = Vec::new();
            for (hash, attempt, result) in answers {
                if let Some(charged) = take_one(session, batch, hash, attempt, &result, &at)? {
                    taken.push((result, charged));
                }
            }
            Ok(taken)
        })?;
        for (result, cost) in taken {
            match result {
                Ok(reply) => {
                    self.collected.answered += 1;
                    self.collected.cost += cost;
                    *self.collected.endings.entry(reply.ending).or_default() += 1;
                }
                Err(fault) => {
                    self.collected.failed += 1;
                    *self.collected.faults.entry(fault.code).or_default() += 1;
                }
            }
        }
        Ok(())
    }
}

/// Takes in one answer, and returns its cost; `None` where it was not waited for, or is of another prompt.
fn take_one(
    session: &Session<'_>,
    batch: &OpenBatch,
    hash: ContentHash,
    attempt: i64,
    result: &std::result::Result<Reply, Fault>,
    at: &str,
) -> Result<Option<Money>> {
    let Some(asked) = session.batched_attempt(attempt, batch.id)?.filter(|asked| asked.prompt == hash) else {
        return Ok(None);
    };
    let usage = match result {
        Ok(reply) => {
            reply.usage.unwrap_or_else(|| Usage { output: approximate_tokens(&reply.text).middle, ..Usage::default() })
        }
        Err(_) => Usage::default(),
    };
    let price = recorded_price(&batch.prices, &asked.model);
    let cost = price.map_or(Money::ZERO, |price| price.cost(&usage, Tier::Batch));
    end(session, attempt, result, None, (usage, cost), at)?;
    Ok(Some(cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_within_a_batch_is_short_and_plain_and_reads_back() {
        for (hash, attempt) in [([0xff; 32], 1), ([0; 32], i64::MAX), ([0xfb; 32], 42)] {
            let name = custom_id(&ContentHash(hash), attempt);
            assert!(name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')));
            assert_eq!(attempt_of(&name), Some((ContentHash(hash), attempt)));
        }
        for strange in ["", "x", "request-1", "-", "7"] {
            assert_eq!(attempt_of(strange), None, "{strange}");
        }
    }
}
