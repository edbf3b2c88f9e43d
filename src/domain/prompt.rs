//! A prompt and what is said of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The label of a prompt whose category or language nobody named.
pub const NONE: &str = "none";

/// Who made a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// People wrote it; it was imported.
    Existing,
    /// A template made it.
    Generated,
}

impl Source {
    /// Every source, in the order of their names.
    pub const ALL: [Self; 2] = [Self::Existing, Self::Generated];

    /// Returns the name used in files, SQL and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Existing => "existing",
            Self::Generated => "generated",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|source| source.name() == text)
            .ok_or_else(|| format!("a source is `existing` or `generated`, not `{text}`"))
    }
}

/// What a target can be set on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// One of the groups of categories.
    Area,
    /// What the prompt asks for.
    Category,
    /// The programming language it is about.
    Language,
    /// Who made it.
    Source,
}

impl Axis {
    /// Every axis, in the order in which reports show them.
    pub const ALL: [Self; 4] = [Self::Area, Self::Category, Self::Language, Self::Source];

    /// Returns the name used in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Category => "category",
            Self::Language => "language",
            Self::Source => "source",
        }
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The two labels that a prompt carries; its area follows from the category.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Labels {
    /// What the prompt asks for.
    pub category: String,
    /// The programming language it is about.
    pub language: String,
}

impl Labels {
    /// Returns the label of an axis, where that axis is a label.
    pub fn value(&self, axis: Axis) -> Option<&str> {
        match axis {
            Axis::Category => Some(&self.category),
            Axis::Language => Some(&self.language),
            Axis::Area | Axis::Source => None,
        }
    }
}
