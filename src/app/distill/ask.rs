//! The thread that counts: it decides what is asked next, and writes down what is sent and what comes back.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use super::plan::{Question, TeacherPlan};
use super::{DistillOutcome, DistillProgress, DistillRequest, Stopped};
use crate::app::clock;
use crate::domain::dataset::DatasetName;
use crate::domain::estimate::approximate_tokens;
use crate::domain::money::Money;
use crate::domain::price::Tier;
use crate::domain::teacher::{Ending, Usage};
use crate::error::Result;
use crate::store::{Asked, EndedAttempt, NewAttempt, Session, Store};
use crate::teacher::{Done, Fault, Job, Reply, Retry, backoff};

/// How long it waits at most before it looks whether it is to stop.
const TICK: Duration = Duration::from_millis(100);

/// A question that waits to be asked, and how often it failed.
#[derive(Clone, Copy)]
struct Waiting {
    question: Question,
    failures: u32,
    not_before: Option<Instant>,
}

/// A request that waits for its answer.
struct InFlight {
    waiting: Waiting,
    reserved: Money,
    /// What the question has by a rule of thumb, for servers that do not count.
    input_tokens: u64,
}

/// How fast one teacher is asked: fewer at once after it said that it is too many, one more after as many answers as are
/// asked at once (additive increase, multiplicative decrease).
struct Pace {
    at_once: usize,
    most: usize,
    open: usize,
    answers: usize,
    paused_until: Option<Instant>,
    /// It would answer no question.
    gone: bool,
}

impl Pace {
    fn has_room(&self, now: Instant) -> bool {
        !self.gone && self.open < self.at_once && self.paused_until.is_none_or(|until| until <= now)
    }

    fn answered(&mut self) {
        self.answers += 1;
        if self.answers >= self.at_once {
            self.answers = 0;
            self.at_once = (self.at_once + 1).min(self.most);
        }
    }

    fn limited(&mut self, pause: Duration, now: Instant) {
        let until = now + pause;
        // Requests that were in flight together are refused together: that is one refusal.
        if self.paused_until.is_none_or(|earlier| earlier <= now) {
            self.at_once = (self.at_once / 2).max(1);
        }
        self.paused_until = Some(self.paused_until.map_or(until, |earlier| earlier.max(until)));
    }
}

/// The state of the asking.
pub(super) struct Asking<'a> {
    store: &'a mut Store,
    request: &'a DistillRequest,
    teachers: &'a [TeacherPlan<'a>],
    /// The teachers' ids in the catalog.
    ids: Vec<i64>,
    run: i64,
    total: u64,
    queue: VecDeque<Waiting>,
    in_flight: HashMap<u64, InFlight>,
    paces: Vec<Pace>,
    reserved: Money,
    spent: Money,
    cost: Money,
    usage: Usage,
    endings: BTreeMap<Ending, u64>,
    faults: BTreeMap<String, u64>,
    failed: u64,
    stopped: Option<Stopped>,
}

impl<'a> Asking<'a> {
    pub fn new(
        store: &'a mut Store,
        request: &'a DistillRequest,
        teachers: &'a [TeacherPlan<'a>],
        ids: Vec<i64>,
        run: i64,
        open: Vec<Question>,
        spent: Money,
    ) -> Self {
        let most = request.concurrency;
        let pace = |_| Pace { at_once: most, most, open: 0, answers: 0, paused_until: None, gone: false };
        Self {
            store,
            request,
            teachers,
            ids,
            run,
            total: open.len() as u64,
            queue: open.into_iter().map(|question| Waiting { question, failures: 0, not_before: None }).collect(),
            in_flight: HashMap::new(),
            paces: (0..teachers.len()).map(pace).collect(),
            reserved: Money::ZERO,
            spent,
            cost: Money::ZERO,
            usage: Usage::default(),
            endings: BTreeMap::new(),
            faults: BTreeMap::new(),
            failed: 0,
            stopped: None,
        }
    }

    /// Returns how many questions wait to be asked.
    pub fn left(&self) -> usize {
        self.queue.len()
    }

    /// Asks until nothing is left, or it is stopped; what is in flight then is waited for, since it is paid for.
    pub fn all(
        &mut self,
        jobs: &Sender<Job>,
        done: &Receiver<Done>,
        stop: &AtomicBool,
        observe: &mut dyn FnMut(DistillProgress),
    ) -> Result<()> {
        let mut finished = Vec::new();
        loop {
            if stop.load(Ordering::Relaxed) {
                self.stopped.get_or_insert(Stopped::Interrupted);
            }
            let starts = self.next();
            if !starts.is_empty() || !finished.is_empty() {
                for job in self.write(std::mem::take(&mut finished), starts)? {
                    // The threads end after this one.
                    let _ = jobs.send(job);
                }
                observe(self.progress());
            }
            if self.in_flight.is_empty() && (self.stopped.is_some() || self.queue.is_empty()) {
                return Ok(());
            }
            if let Ok(first) = done.recv_timeout(self.until_next()) {
                finished.push(first);
                finished.extend(done.try_iter());
            }
        }
    }

    /// Takes from the queue what can be asked now.
    fn next(&mut self) -> Vec<Waiting> {
        let mut starts = Vec::new();
        if self.stopped.is_some() {
            return starts;
        }
        let now = Instant::now();
        let mut rest = VecDeque::new();
        while let Some(waiting) = self.queue.pop_front() {
            let pace = &mut self.paces[waiting.question.teacher];
            if pace.has_room(now) && waiting.not_before.is_none_or(|then| then <= now) {
                pace.open += 1;
                starts.push(waiting);
            } else {
                rest.push_back(waiting);
            }
            if self.paces.iter().all(|pace| !pace.has_room(now)) {
                break;
            }
        }
        rest.append(&mut self.queue);
        self.queue = rest;
        starts
    }

    /// Writes down, in one transaction, what came back and what is sent next, and returns that.
    fn write(&mut self, finished: Vec<Done>, starts: Vec<Waiting>) -> Result<Vec<Job>> {
        let at = clock::now();
        let mut ended = Vec::new();
        for done in finished {
            let Some(in_flight) = self.in_flight.remove(&done.id) else { continue };
            self.reserved = self.reserved - in_flight.reserved;
            self.paces[in_flight.waiting.question.teacher].open -= 1;
            ended.push((done, in_flight));
        }
        let charged: Vec<(Usage, Money)> = ended.iter().map(|(done, in_flight)| self.charge(done, in_flight)).collect();
        let spent = self.spent + charged.iter().map(|(_, cost)| *cost).sum();
        let Self { store, request, teachers, ids, run, reserved, .. } = self;
        let mut begun: Vec<(Job, InFlight)> = Vec::new();
        let mut put_back = Vec::new();
        let mut elsewhere = 0;
        let mut committed = *reserved;
        store.write(|session| {
            for ((done, _), (usage, cost)) in ended.iter().zip(&charged) {
                end(session, done.id.cast_signed(), &done.result, Some(done.took), (*usage, *cost), &at)?;
            }
            for waiting in starts {
                let Question { prompt, teacher } = waiting.question;
                let plan = &teachers[teacher];
                let text = session.prompt_text(prompt)?;
                let most = plan.at_most(&text, request.max_tokens);
                if request.max_cost.is_some_and(|allowed| spent + committed + most > allowed) {
                    put_back.push(waiting);
                    continue;
                }
                let attempt = session.begin_attempt(&NewAttempt {
                    run: *run,
                    asked: Asked { prompt, teacher: ids[teacher] },
                    provider: plan.request.endpoint.provider,
                    max_tokens: request.max_tokens,
                    at: &at,
                    reserved: most,
                    batch: None,
                })?;
                let Some(attempt) = attempt else {
                    elsewhere += 1;
                    continue;
                };
                committed += most;
                let input_tokens = approximate_tokens(&text).middle;
                let job = Job { id: attempt.unsigned_abs(), teacher, prompt: text, max_tokens: request.max_tokens };
                begun.push((job, InFlight { waiting, reserved: most, input_tokens }));
            }
            Ok(())
        })?;
        self.spent = spent;
        self.reserved = committed;
        for ((done, in_flight), (usage, cost)) in ended.into_iter().zip(charged) {
            self.count(done.result, in_flight.waiting, usage, cost);
        }
        self.failed += elsewhere;
        if elsewhere > 0 {
            *self.faults.entry("asked by another run".to_owned()).or_default() += elsewhere;
        }
        self.put_back(put_back);
        Ok(begun
            .into_iter()
            .map(|(job, in_flight)| {
                self.in_flight.insert(job.id, in_flight);
                job
            })
            .collect())
    }

    /// Puts back what could have cost too much; where nothing is in flight that could cost less than it may, that is the
    /// end.
    fn put_back(&mut self, waiting: Vec<Waiting>) {
        for waiting in waiting.into_iter().rev() {
            self.paces[waiting.question.teacher].open -= 1;
            self.queue.push_front(waiting);
            if self.in_flight.is_empty() && self.reserved == Money::ZERO {
                self.stopped.get_or_insert(Stopped::Budget);
            }
        }
    }

    /// Returns the tokens of an answer and what it cost.
    fn charge(&self, done: &Done, in_flight: &InFlight) -> (Usage, Money) {
        let Ok(reply) = &done.result else { return (Usage::default(), Money::ZERO) };
        let usage = reply.usage.unwrap_or_else(|| Usage {
            input: in_flight.input_tokens,
            output: approximate_tokens(&reply.text).middle,
            ..Usage::default()
        });
        let price = &self.teachers[in_flight.waiting.question.teacher].price;
        (usage, price.cost(&usage, Tier::Direct))
    }

    fn count(&mut self, result: std::result::Result<Reply, Fault>, waiting: Waiting, usage: Usage, cost: Money) {
        let pace = &mut self.paces[waiting.question.teacher];
        match result {
            Ok(reply) => {
                pace.answered();
                *self.endings.entry(reply.ending).or_default() += 1;
                self.usage.input += usage.input;
                self.usage.output += usage.output;
                self.cost += cost;
            }
            Err(fault) => self.count_fault(&fault, waiting),
        }
    }

    fn count_fault(&mut self, fault: &Fault, waiting: Waiting) {
        let now = Instant::now();
        *self.faults.entry(fault.code.clone()).or_default() += 1;
        let failures = waiting.failures + 1;
        let pause = match fault.retry {
            Retry::Never => None,
            Retry::Backoff => Some(backoff(failures, rand::random())),
            Retry::After(pause) => Some(pause),
        };
        let pace = &mut self.paces[waiting.question.teacher];
        if fault.limited {
            pace.limited(pause.unwrap_or_default(), now);
        }
        if fault.of_teacher && !pace.gone {
            pace.gone = true;
            let model = self.teachers[waiting.question.teacher].teacher.model.clone();
            self.stopped.get_or_insert(Stopped::Teacher { model, message: fault.message.clone() });
        }
        match pause {
            Some(pause) if failures <= self.request.retries && self.stopped.is_none() => {
                self.queue.push_back(Waiting { failures, not_before: Some(now + pause), ..waiting });
            }
            _ => self.failed += 1,
        }
    }

    /// Returns how long nothing can be asked, but for an answer that makes room.
    fn until_next(&self) -> Duration {
        let now = Instant::now();
        let due = |waiting: &Waiting| {
            let paused = self.paces[waiting.question.teacher].paused_until;
            waiting.not_before.into_iter().chain(paused).max().map_or(TICK, |then| then.saturating_duration_since(now))
        };
        self.queue.iter().take(1_000).map(due).min().unwrap_or(TICK).clamp(Duration::from_millis(1), TICK)
    }

    fn progress(&self) -> DistillProgress {
        let done = self.total - self.queue.len() as u64 - self.in_flight.len() as u64;
        DistillProgress { done, total: self.total, open: self.in_flight.len() as u64, cost: self.cost }
    }

    /// Tells what came of it.
    pub fn outcome(self, dataset: DatasetName) -> DistillOutcome {
        DistillOutcome {
            dataset,
            prompts: self.total,
            known: 0,
            waiting: 0,
            answered: self.endings.values().sum(),
            endings: self.endings,
            failed: self.failed,
            faults: self.faults,
            left: self.queue.len() as u64,
            lost: 0,
            input_tokens: self.usage.input,
            output_tokens: self.usage.output,
            cost: self.cost,
            spent: self.spent,
            stopped: self.stopped,
        }
    }
}

/// Writes down what came of one request: tokens and cost are those of its answer.
pub(super) fn end(
    session: &Session<'_>,
    attempt: i64,
    result: &std::result::Result<Reply, Fault>,
    took: Option<Duration>,
    (usage, cost): (Usage, Money),
    at: &str,
) -> Result<()> {
    let milliseconds = took.map(|took| took.as_millis() as u64);
    match result {
        Ok(reply) => {
            let ended = EndedAttempt {
                at,
                milliseconds,
                status: Some(200),
                request_id: reply.request_id.as_deref(),
                model: Some(&reply.model),
                stop_reason: Some(&reply.stop_reason),
                usage,
                cost,
                error: None,
            };
            session.answer_attempt(attempt, &ended, reply.ending, &reply.text)
        }
        Err(fault) => {
            let error = format!("{}: {}", fault.code, fault.message);
            let ended = EndedAttempt {
                at,
                milliseconds,
                status: fault.status.map(u32::from),
                request_id: fault.request_id.as_deref(),
                error: Some(&error),
                ..EndedAttempt::default()
            };
            session.fail_attempt(attempt, &ended)
        }
    }
}
