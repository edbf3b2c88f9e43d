//! Reports: tables of one result, and the formats they are shown in. What a report counts is defined under `reports/`.

mod csv;
mod json;
mod markdown;
mod table;

use std::str::FromStr;

use serde::Deserialize;

use crate::domain::prompt::Axis;

/// The definition of a report: what to count, by which axes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The title of the report.
    pub title: String,
    /// Its sections, in order.
    #[serde(rename = "section")]
    pub sections: Vec<SectionDefinition>,
}

/// One section of a report.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SectionDefinition {
    /// Counts and shares by one axis.
    Table {
        /// The title of the section.
        title: String,
        /// The axis.
        axis: Axis,
    },
    /// Unused prompts by two axes.
    Matrix {
        /// The title of the section.
        title: String,
        /// The axis of the rows.
        rows: Axis,
        /// The axis of the columns.
        columns: Axis,
    },
    /// What the target leaves out, and why.
    NeverDrawn {
        /// The title of the section.
        title: String,
    },
    /// How many samples are left.
    Runway {
        /// The title of the section.
        title: String,
        /// The sizes of samples, in prompts.
        counts: Vec<u64>,
    },
}

/// A report: its sections are tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its name on the command line.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its tables.
    pub sections: Vec<Section>,
}

/// One table of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// A short name for machines, unlike those of the other sections.
    pub id: String,
    /// A title for people.
    pub title: String,
    /// The names of the columns; the first holds what a row is about.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

/// What stands in a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number of things.
    Count(u64),
    /// A share, 0 to 1.
    Share(f64),
    /// The difference of two shares.
    Gap(f64),
    /// Nothing to say.
    None,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

/// The formats that a report can be shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// For a terminal.
    Table,
    /// One number a row: section, row, column, value.
    Csv,
    /// One object, sections by their ids, rows as objects.
    Json,
    /// Tables of Markdown.
    Markdown,
}

impl ReportFormat {
    /// Every format, in the order in which help names them.
    pub const ALL: [Self; 4] = [Self::Table, Self::Csv, Self::Json, Self::Markdown];

    /// Returns the name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }
}

impl FromStr for ReportFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|format| format.name()).collect();
            format!("expected one of {}, found `{text}`", names.join(", "))
        })
    }
}

impl Report {
    /// Returns the report as text of a format, which ends in a line end.
    pub fn render(&self, format: ReportFormat) -> String {
        match format {
            ReportFormat::Table => table::render(self),
            ReportFormat::Csv => csv::render(self),
            ReportFormat::Json => json::render(self),
            ReportFormat::Markdown => markdown::render(self),
        }
    }
}

/// Returns a value as people read it.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => visible(text),
        Value::Count(count) => grouped(*count),
        Value::Share(share) => format!("{:.1} %", share * 100.0),
        Value::Gap(gap) => format!("{:+.1}", gap * 100.0),
        Value::None => String::new(),
    }
}

/// Returns a number with its digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut out = String::from(&digits[..first]);
    for group in digits.as_bytes()[first..].chunks(3) {
        if !out.is_empty() {
            out.push(',');
        }
        out.extend(group.iter().map(|&b| b as char));
    }
    out
}

/// Returns a number of things with their name, in the plural where that is due: `1 prompt`, `2 prompts`.
pub fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Returns text in which control characters, and marks that turn the direction of writing, show as escapes: labels
/// and names are other people's text, and a terminal obeys what it is sent.
pub fn visible(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || turns(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests;
