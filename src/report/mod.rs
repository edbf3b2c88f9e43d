//! Reports: tables of one result, and the formats they are shown in. What a report counts is defined under `reports/`.

mod csv;
mod definition;
mod html;
mod json;
mod markdown;
mod shade;
mod table;
mod terminal;
mod text;

use std::str::FromStr;

pub use self::definition::{
    ChartKind, Definition, DefinitionError, FilterValue, Kind, Origin, SectionDefinition, Unit,
};
pub use self::terminal::Look;
pub use self::text::{counted, grouped, visible};

/// A report: its sections are tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its name on the command line.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it tells, on one line.
    pub about: Option<String>,
    /// Its tables.
    pub sections: Vec<Section>,
}

/// One table of a report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// A short name for machines, unlike those of the other sections.
    pub id: String,
    /// A title for people.
    pub title: String,
    /// What has to be known to read the numbers.
    pub note: Option<String>,
    /// The names of the columns; the first holds what a row is about.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// How the rows are drawn.
    pub chart: Option<Chart>,
    /// What this shows, where sections in a row show the same by different measures.
    pub layer: Option<Layer>,
}

/// One of several sections of which one is looked at at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The title that they share.
    pub of: String,
    /// The name of this one.
    pub name: String,
}

/// How the rows of a section are drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The kind.
    pub kind: ChartKind,
    /// The columns that are drawn.
    pub values: Vec<usize>,
    /// The column of targets, where there is one.
    pub mark: Option<usize>,
    /// What the numbers are of.
    pub unit: String,
    /// What the columns are, where they are values of an axis.
    pub across: Option<String>,
}

impl Chart {
    /// Returns a chart of some columns.
    pub fn new(kind: ChartKind, values: impl Into<Vec<usize>>, unit: impl Into<String>) -> Self {
        Self { kind, values: values.into(), mark: None, unit: unit.into(), across: None }
    }
}

/// What stands in a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text on one line.
    Text(String),
    /// Text of any number of lines, such as a prompt.
    Block(String),
    /// A number of things.
    Count(u64),
    /// A number that names something, such as a seed.
    Number(u64),
    /// A share, 0 to 1.
    Share(f64),
    /// The difference of two shares.
    Gap(f64),
    /// A time, RFC 3339 in UTC.
    Time(String),
    /// Nothing to say.
    None,
}

impl Value {
    /// Returns how large this is, where it is a number of things or a share.
    pub fn size(&self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(*count as f64),
            Self::Share(share) => Some(*share),
            _ => None,
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Block(_) | Self::Time(_))
    }
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

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

impl Section {
    /// Returns a table of its own.
    pub fn new(columns: &[&str], rows: Vec<Vec<Value>>) -> Self {
        Self { columns: columns.iter().map(|column| (*column).to_owned()).collect(), rows, ..Self::default() }
    }

    /// Returns the columns that hold anything.
    fn shown_columns(&self) -> impl Iterator<Item = usize> {
        (0..self.columns.len()).filter(|column| self.rows.iter().any(|row| row.get(*column) != Some(&Value::None)))
    }

    /// Tells whether a column stands to the left: it holds text, or nothing at all.
    fn is_text(&self, column: usize) -> bool {
        let mut values = self.rows.iter().filter_map(|row| row.get(column)).filter(|value| **value != Value::None);
        values.clone().any(Value::is_text) || values.next().is_none()
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
    /// One page that stands alone, with charts.
    Html,
}

impl ReportFormat {
    /// Every format, in the order in which help names them.
    pub const ALL: [Self; 5] = [Self::Table, Self::Csv, Self::Json, Self::Markdown, Self::Html];

    /// Returns the name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
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
    /// Returns the report as text of a format, which ends in a line end; a table is made for a terminal of this look.
    pub fn render(&self, format: ReportFormat, look: &Look) -> String {
        match format {
            ReportFormat::Table => terminal::render(self, look),
            ReportFormat::Csv => csv::render(self),
            ReportFormat::Json => json::render(self),
            ReportFormat::Markdown => markdown::render(self),
            ReportFormat::Html => html::render(self),
        }
    }
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
