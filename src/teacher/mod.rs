//! Asking teachers over HTTP: the interfaces of Anthropic and of OpenAI, one request a question.
//!
//! A `Client` asks and tells what came of it, and neither waits nor tries again: that is decided by whoever counts
//! the money. What a server sends is other people's text, and a key that it echoes goes no further.

mod anthropic;
mod batch;
mod http;
mod openai;
mod pool;
mod retry;
mod tokens;

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::domain::teacher::{Ending, Provider, Teacher, Usage};

pub(crate) use self::batch::{BatchState, Item, limits};
pub(crate) use self::http::Client;
pub(crate) use self::pool::{Done, Job, with_workers};
pub(crate) use self::retry::backoff;
pub(crate) use self::tokens::tokens;

/// A secret that a provider knows its user by. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Takes a key; white space around it, as a file or shell leaves it, goes.
    ///
    /// # Errors
    /// When nothing is left, or it holds what no header can.
    pub fn new(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if plain { Ok(Self(text.to_owned())) } else { Err(EndpointError::Key) }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why a server cannot be asked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EndpointError {
    /// A key that no header can hold.
    #[error("the API key is empty, or holds white space or characters outside ASCII")]
    Key,
    /// An address that is none.
    #[error("`{0}` is no address of a server, such as http://localhost:8000/v1")]
    Url(String),
    /// An address to which a key would travel in the open.
    #[error("`{0}` is plain http to another machine: prompts and key could be read on the way")]
    Insecure(String),
}

/// Where and as whom a teacher is asked.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Whose interface it has.
    pub provider: Provider,
    /// The server, with the path before the interface's own; `None` for the provider's.
    pub base_url: Option<String>,
    /// The key, where it asks for one.
    pub key: Option<Key>,
    /// Whether plain http may go to another machine.
    pub insecure: bool,
}

/// One question.
#[derive(Clone, Debug)]
pub(crate) struct Question<'a> {
    pub teacher: &'a Teacher,
    pub prompt: &'a str,
    /// The longest answer, in tokens.
    pub max_tokens: u64,
}

/// What a teacher answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub text: String,
    pub ending: Ending,
    /// The provider's word for the ending.
    pub stop_reason: String,
    /// The exact model that answered.
    pub model: String,
    /// The tokens charged; `None` where the server does not say.
    pub usage: Option<Usage>,
    pub request_id: Option<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The status, where the server answered at all.
    pub status: Option<u16>,
    /// The server's word for it, or ours.
    pub code: String,
    pub message: String,
    pub retry: Retry,
    /// Whether every other question to this teacher would fail as well.
    pub of_teacher: bool,
    /// Whether the server asks for fewer questions at once.
    pub limited: bool,
    pub request_id: Option<String>,
}

/// Whether and when to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    Never,
    /// After a pause that grows.
    Backoff,
    /// When the server says.
    After(Duration),
}

impl Fault {
    /// What stops the reading of a response for a reason of the reader's.
    pub fn interrupted() -> Self {
        Self {
            status: None,
            code: "interrupted".to_owned(),
            message: "it was not read to its end".to_owned(),
            retry: Retry::Backoff,
            of_teacher: false,
            limited: false,
            request_id: None,
        }
    }
}
