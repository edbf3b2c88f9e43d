//! Batches: many questions handed over together, for half the price, answered within a day.
//!
//! An answer is matched by its `custom_id` alone, and every file of a batch is read in every state in which it ends: what
//! is in none of them was not answered and not charged.

mod anthropic;
mod openai;

use std::time::Duration;

use super::http::Client;
use super::{Fault, Question, Reply, Retry};
use crate::domain::teacher::Provider;

/// How long handing over or reading a batch may take.
const LONG: Duration = Duration::from_secs(3_600);

/// How long looking after a batch may take.
const SHORT: Duration = Duration::from_secs(60);

/// The most that a provider takes at once: questions, and bytes with some room for what is around them.
pub(crate) fn limits(provider: Provider) -> (usize, usize) {
    match provider {
        Provider::Anthropic => (100_000, 240_000_000),
        Provider::Openai | Provider::OpenaiCompatible => (50_000, 190_000_000),
    }
}

/// A question within a batch.
pub(crate) struct Item<'a> {
    /// What its answer comes back under: up to 64 letters, digits, `-` and `_`.
    pub custom_id: String,
    pub question: Question<'a>,
}

/// How far a batch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BatchState {
    /// The provider's word for it.
    pub word: String,
    /// Whether nothing more will come.
    pub ended: bool,
    /// What to read the answers from, as paths.
    results: Vec<String>,
}

/// What is done with each answer of a batch, and the `custom_id` that it came back under.
pub(crate) type Visit<'a> = dyn FnMut(&str, Result<Reply, Fault>) -> Result<(), Fault> + 'a;

impl Client {
    /// Returns the bytes that a question takes in a batch.
    pub fn batch_bytes(&self, item: &Item<'_>) -> Vec<u8> {
        match self.provider() {
            Provider::Anthropic => anthropic::line(item),
            provider => openai::line(item, provider),
        }
    }

    /// Hands over questions, as [`batch_bytes`](Self::batch_bytes) made them, and returns the provider's name for the
    /// batch.
    pub fn create_batch(&self, lines: &[Vec<u8>]) -> Result<String, Fault> {
        let created = match self.provider() {
            Provider::Anthropic => anthropic::create(self, lines),
            _ => openai::create(self, lines),
        };
        created.map_err(|fault| self.hushed(fault))
    }

    /// Looks how far a batch is.
    pub fn batch_state(&self, remote_id: &str) -> Result<BatchState, Fault> {
        if !is_plain(remote_id) {
            return Err(strange("the name of the batch is none"));
        }
        let state = match self.provider() {
            Provider::Anthropic => anthropic::state(self, remote_id),
            _ => openai::state(self, remote_id),
        };
        state.map_err(|fault| self.hushed(fault))
    }

    /// Gives every answer of a batch to `visit`, with its `custom_id`, in any order.
    pub fn batch_answers(&self, state: &BatchState, visit: &mut Visit<'_>) -> Result<(), Fault> {
        let visit: &mut Visit<'_> = &mut |id, result| visit(id, result.map_err(|fault| self.hushed(fault)));
        let read = state.results.iter().try_for_each(|path| match self.provider() {
            Provider::Anthropic => anthropic::answers(self, path, visit),
            _ => openai::answers(self, path, visit),
        });
        read.map_err(|fault| self.hushed(fault))
    }
}

/// Tells whether a name that a server gave can be part of a path.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.len() <= 200 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// A response that is not what the interface promises.
fn strange(message: &str) -> Fault {
    Fault {
        status: None,
        code: "malformed".to_owned(),
        message: message.to_owned(),
        retry: Retry::Never,
        of_teacher: false,
        limited: false,
        request_id: None,
    }
}

/// A question that was not answered, for a reason that a next batch does not have.
fn unanswered(code: &str) -> Fault {
    Fault { code: code.to_owned(), ..strange("the batch ended before it was answered") }
}
