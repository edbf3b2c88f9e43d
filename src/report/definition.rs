//! The definition of a report: which sections it has, and what each of them counts, shows and leaves out.

mod fields;
mod parse;

use thiserror::Error;

use crate::domain::coverage::Measure;
use crate::domain::prompt::Axis;

/// The definition of a report: a file under `reports/`, or in a folder of the user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The name on the command line: that of the file, without its ending.
    pub name: String,
    /// The file, for messages.
    pub file: String,
    /// The title of the report.
    pub title: String,
    /// What it tells, on one line.
    pub about: Option<String>,
    /// What its sections are limited to, where they can be.
    pub filter: Vec<FilterValue>,
    /// Its sections, in order.
    pub sections: Vec<SectionDefinition>,
}

impl Definition {
    /// Tells whether this report is about one dataset, whose name it then needs.
    pub fn needs_dataset(&self) -> bool {
        self.sections.iter().any(|section| section.kind.needs_dataset())
    }
}

/// One section of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionDefinition {
    /// A short name for machines, unlike those of the other sections.
    pub id: String,
    /// The title of the section.
    pub title: String,
    /// What is said under the title.
    pub note: Option<String>,
    /// What it counts.
    pub kind: Kind,
    /// What it is limited to, beside the filter of the report.
    pub filter: Vec<FilterValue>,
    /// How it is drawn, where it is.
    pub chart: Option<ChartKind>,
    /// Whether it is left out of a summary, for its length or for what it costs to count.
    pub details: bool,
}

impl SectionDefinition {
    /// Returns the ids that this has in a report: one, or one for each layer.
    pub fn ids(&self) -> Vec<String> {
        match &self.kind {
            Kind::Matrix { measures, .. } if measures.len() > 1 => {
                measures.iter().map(|measure| format!("{}_{}", self.id, measure.name())).collect()
            }
            _ => vec![self.id.clone()],
        }
    }
}

/// A value that a filter lets through, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterValue {
    /// The axis.
    pub axis: Axis,
    /// The value.
    pub value: String,
    /// The line of the file, from 1.
    pub line: usize,
}

/// What a section counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Prompts by one axis, against the target.
    Table {
        /// The axis.
        axis: Axis,
        /// Which prompts the share is of.
        measure: Measure,
    },
    /// Prompts by two axes.
    Matrix {
        /// The axis of the rows.
        rows: Axis,
        /// The axis of the columns.
        columns: Axis,
        /// Which prompts are counted: one layer each.
        measures: Vec<Measure>,
    },
    /// What the target leaves out, and why.
    NeverDrawn,
    /// How many samples of each size are left.
    Runway {
        /// The sizes, in prompts.
        counts: Vec<u64>,
    },
    /// How many prompts there are, used and unused, and how many templates can add.
    Totals,
    /// Prompts by their length.
    Lengths {
        /// What is counted of a prompt.
        unit: Unit,
        /// Which prompts are.
        measure: Measure,
    },
    /// How the number of imported prompts grew, run by run.
    Growth,
    /// Prompts by the number of datasets that hold them.
    Uses,
    /// Prompts by the dataset that holds them.
    UsageByDataset,
    /// Prompts by the month in which they were drawn.
    UsageByMonth,
    /// Every dataset.
    Datasets,
    /// Every import run.
    Runs,
    /// The files of all import runs by folder.
    Folders,
    /// Every file of every import run.
    Files,
    /// Rejected records by reason.
    Rejects,
    /// Rejected records by file and reason.
    RejectsByFile,
    /// What is recorded of a dataset.
    Facts,
    /// A dataset's prompts by one axis, against its target.
    Holdings {
        /// The axis.
        axis: Axis,
    },
    /// The values of which a dataset got fewer prompts than their quota.
    Shortfalls,
    /// A dataset's prompts by where they came from.
    Provenance {
        /// File or template.
        by: Origin,
    },
    /// What an export with the usual rules makes of a dataset's answers.
    Answers,
    /// How many prompts a dataset shares with every other.
    Overlap,
    /// Some prompts of a dataset, spread over it.
    Samples {
        /// How many.
        count: u64,
    },
}

impl Kind {
    fn needs_dataset(&self) -> bool {
        matches!(
            self,
            Self::Facts
                | Self::Holdings { .. }
                | Self::Shortfalls
                | Self::Provenance { .. }
                | Self::Answers
                | Self::Overlap
                | Self::Samples { .. }
        )
    }

    /// Tells whether what this counts can be limited to values of axes.
    pub fn takes_filter(&self) -> bool {
        matches!(
            self,
            Self::Table { .. }
                | Self::Matrix { .. }
                | Self::NeverDrawn
                | Self::Runway { .. }
                | Self::Totals
                | Self::Lengths { .. }
                | Self::Uses
        )
    }
}

/// What the length of a prompt is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Characters: Unicode scalar values.
    Characters,
    /// Tokens, taken to be four bytes of UTF-8 each.
    Tokens,
}

impl Unit {
    /// Returns the name used in files and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Tokens => "tokens",
        }
    }
}

/// The two origins of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file that was imported.
    File,
    /// A template.
    Template,
}

/// The ways in which a section can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// A bar a row, with the target as a mark.
    Bars,
    /// A bar a row, of several parts.
    Stacked,
    /// A shade a cell.
    Heat,
    /// Upright bars side by side.
    Columns,
    /// A line over time.
    Line,
    /// A bar a row, of several parts that make up the whole of it.
    Mix,
    /// A few large numbers.
    Figures,
}

/// What is wrong with the definition of a report.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{file}:{line}: {problem}")]
pub struct DefinitionError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What was expected, and what was found.
    pub problem: String,
}

#[cfg(test)]
mod tests;
