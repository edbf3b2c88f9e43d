//! Datasets and the prompts in them.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use super::hash::ContentHash;
use super::prompt::{Labels, Source};

/// The longest name of a dataset, in characters.
pub const MAX_NAME_CHARS: usize = 100;

/// The name of a dataset: letters and digits of any script, `.`, `_` and `-`, beginning with a letter or digit, so
/// that it is safe as an argument, in a file name and on a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DatasetName(String);

/// Why a text cannot be the name of a dataset.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "a dataset's name is 1 to {MAX_NAME_CHARS} letters, digits, `.`, `_` or `-`, and begins with a letter or digit; \
     found {0:?}"
)]
pub struct DatasetNameError(String);

impl DatasetName {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for DatasetName {
    type Err = DatasetNameError;

    fn from_str(text: &str) -> Result<Self, DatasetNameError> {
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        let length = text.chars().count();
        let begins = text.chars().next().is_some_and(char::is_alphanumeric);
        if begins && length <= MAX_NAME_CHARS && text.chars().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(DatasetNameError(text.to_owned()))
        }
    }
}

impl fmt::Display for DatasetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether a dataset holds on to its prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its prompts are used.
    Active,
    /// Its prompts went back to the pool; its record stays.
    Released,
}

impl State {
    /// Returns the name used in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Released => "released",
        }
    }
}

/// One prompt as a dataset delivers it, with the labels that it had when it was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Its content hash.
    pub id: ContentHash,
    /// Its text, in normal form.
    pub prompt: String,
    /// Its category when it was drawn.
    pub category: String,
    /// Its area when it was drawn.
    pub area: String,
    /// Its language when it was drawn.
    pub language: String,
    /// Who made it.
    pub source: Source,
}

impl Delivered {
    /// Returns what it had on every axis, in the order of [`Axis::ALL`](super::prompt::Axis::ALL).
    pub fn values(&self) -> [String; 4] {
        [&self.area, &self.category, &self.language, self.source.name()].map(str::to_owned)
    }
}

/// A prompt's new labels, where they are to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelChange {
    /// The new category.
    pub category: Option<String>,
    /// The new language.
    pub language: Option<String>,
}

impl LabelChange {
    /// Tells whether this would change labels.
    pub fn changes(&self, labels: &Labels) -> bool {
        let changes = |new: &Option<String>, old: &String| new.as_ref().is_some_and(|new| new != old);
        changes(&self.category, &labels.category) || changes(&self.language, &labels.language)
    }

    /// Returns the labels with this change made.
    pub fn applied_to(&self, labels: &Labels) -> Labels {
        Labels {
            category: self.category.as_ref().unwrap_or(&labels.category).clone(),
            language: self.language.as_ref().unwrap_or(&labels.language).clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for good in ["a", "run-1", "2026.11_v2", "第一批"] {
            assert_eq!(good.parse::<DatasetName>().map(|n| n.to_string()).as_deref(), Ok(good));
        }
        for bad in ["", "-x", ".hidden", "a b", "a/b", "<b>", "a\u{202e}b", "x\n", &"x".repeat(101)] {
            assert_eq!(bad.parse::<DatasetName>(), Err(DatasetNameError(bad.to_owned())), "{bad:?}");
        }
    }
}
