//! Teachers, what they are asked, and what they answer.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::dataset::Delivered;
use super::money::Money;
use super::target::Decimal;

/// Whose interface a teacher is asked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Anthropic's Messages.
    Anthropic,
    /// OpenAI's chat completions.
    Openai,
    /// Any server that speaks OpenAI's chat completions: vLLM, llama.cpp, Ollama, a proxy.
    OpenaiCompatible,
}

impl Provider {
    /// Every provider, in the order in which help names them.
    pub const ALL: [Self; 3] = [Self::Anthropic, Self::Openai, Self::OpenaiCompatible];

    /// Returns the name used on the command line and in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::Openai => "openai",
            Self::OpenaiCompatible => "openai-compatible",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Provider {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.name() == text)
            .ok_or_else(|| format!("a provider is anthropic, openai or openai-compatible, not `{text}`"))
    }
}

/// Why a teacher cannot be asked as it was to be.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TeacherError {
    /// A model that refuses a temperature, whatever it is.
    #[error("`{0}` takes no temperature")]
    NoTemperature(String),
    /// A model that has another interface.
    #[error("`{0}` is not asked through Messages or chat completions")]
    NotChat(String),
    /// More than a model can answer.
    #[error("`{model}` answers with at most {most} tokens, and {asked} were asked for")]
    TooLong {
        /// The model.
        model: String,
        /// Its limit.
        most: u64,
        /// The limit asked for.
        asked: u64,
    },
    /// The same teacher twice.
    #[error("the teacher {0} is named twice")]
    Twice(String),
}

/// What is the same in every question to a teacher. Two questions are one where prompt and teacher are the same.
///
/// The limit on an answer's length is no part of it: an answer that ended by itself under one limit is an answer under
/// every larger one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Teacher {
    /// The model's name, as the provider has it.
    pub model: String,
    /// The system prompt.
    pub system: Option<String>,
    /// The temperature; `None` sends none, which some models insist on.
    pub temperature: Option<Decimal>,
}

impl Teacher {
    /// Returns the SHA-256 of model, system prompt and parameters, each with its length before it.
    pub fn key(&self) -> [u8; 32] {
        let temperature = self.temperature.map(|temperature| temperature.to_string());
        let mut sha256 = Sha256::new();
        for part in [Some(&self.model), self.system.as_ref(), temperature.as_ref()] {
            // One more than the length, so that nothing and an empty text differ.
            sha256.update(part.map_or(0, |text| text.len() as u64 + 1).to_le_bytes());
            sha256.update(part.map_or("", String::as_str));
        }
        sha256.finalize().into()
    }
}

/// Tokens of one answer, as the provider counts and charges them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// All tokens of the question, those read from and written to a cache included.
    pub input: u64,
    /// Those of them that were read from a cache.
    pub cache_read: u64,
    /// Those of them that were written to a cache.
    pub cache_write: u64,
    /// All tokens of the answer, hidden thinking included.
    pub output: u64,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// By itself.
    Complete,
    /// At the limit of its length.
    CutOff,
    /// The teacher, or a filter before it, would not answer.
    Refused,
    /// Otherwise: a call of a tool, a pause, a reason that is not known.
    Other,
}

impl Ending {
    /// Every ending.
    pub const ALL: [Self; 4] = [Self::Complete, Self::CutOff, Self::Refused, Self::Other];

    /// Returns the name used in SQL, JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::CutOff => "cut_off",
            Self::Refused => "refused",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Ending {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|ending| ending.name() == text)
            .ok_or_else(|| format!("an answer ends complete, cut_off, refused or other, not `{text}`"))
    }
}

/// A teacher's answer to one prompt, as the catalog keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Response {
    /// The text.
    pub text: String,
    /// How it ended.
    pub ending: Ending,
    /// The provider's word for that.
    pub stop_reason: String,
    /// The interface through which it was asked.
    pub provider: Provider,
    /// The teacher that was asked.
    pub teacher: Teacher,
    /// The exact model that answered.
    pub model: String,
    /// The tokens charged.
    pub usage: Usage,
    /// What it cost.
    pub cost: Money,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// When it was answered, RFC 3339.
    pub answered_at: String,
    /// What the user declared of the teacher's terms when it was asked.
    pub terms: Option<String>,
}

/// A prompt of a dataset, with its teacher's answer where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The prompt.
    pub prompt: Delivered,
    /// The answer.
    pub response: Option<Response>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn teacher(model: &str, system: Option<&str>, temperature: Option<&str>) -> Teacher {
        Teacher {
            model: model.to_owned(),
            system: system.map(str::to_owned),
            temperature: temperature.map(|text| text.parse().expect("a decimal")),
        }
    }

    #[test]
    fn every_part_of_a_teacher_makes_another_key() {
        let keys = [
            teacher("m", None, None),
            teacher("m", Some(""), None),
            teacher("m", Some("s"), None),
            teacher("ms", None, None),
            teacher("m", None, Some("0")),
            teacher("m", None, Some("1")),
            teacher("m", Some("1"), None),
        ]
        .map(|teacher| teacher.key());
        for (number, key) in keys.iter().enumerate() {
            assert!(!keys[..number].contains(key), "teacher {number} has the key of another");
        }
        assert_eq!(teacher("m", None, Some("0.50")).key(), teacher("m", None, Some("0.5")).key());
    }
}
