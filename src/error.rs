//! What can go wrong, as the library says it: facts, without hints or exit codes, which the command line adds.

use std::path::PathBuf;

use thiserror::Error;

use crate::domain::dataset::{DatasetName, DatasetNameError};
use crate::domain::hash::{ContentHash, HashPrefix};
use crate::domain::plan::Plan;
use crate::domain::prompt::Axis;
use crate::domain::target::TargetError;
use crate::domain::taxonomy::TaxonomyError;
use crate::domain::template::TemplateError;
use crate::report::DefinitionError;

/// The result of whatever the library does.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no catalog where one was to be read.
    #[error("there is no catalog at {}", .0.display())]
    NoCatalog(PathBuf),
    /// The file is something else.
    #[error("{} is no catalog: {found}", path.display())]
    NotACatalog {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        found: String,
    },
    /// The catalog was made by a newer program.
    #[error("{} is a catalog of version {found}, and this program knows version {known}", path.display())]
    NewerCatalog {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The catalog's migrations are not those of this program.
    #[error("the catalog cannot be brought to version {known}: {detail}")]
    Migration {
        /// The newest version that this program knows.
        known: i64,
        /// What went wrong.
        detail: String,
    },
    /// The catalog cannot be written.
    #[error("the catalog at {} is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// The disk is full.
    #[error("the disk that holds {} is full", .0.display())]
    DiskFull(PathBuf),
    /// Another process holds the catalog for longer than this one would wait.
    #[error("another process has held the catalog at {} for over {seconds} seconds", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
        /// How long this process waited.
        seconds: u64,
    },
    /// The catalog is damaged.
    #[error("the catalog at {} is damaged: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database says.
        detail: String,
    },
    /// Anything else that the database says.
    #[error("the database refused: {0}")]
    Database(String),
    /// A file could not be read or written.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file that is there already would have been overwritten.
    #[error("{} exists already", .0.display())]
    FileExists(PathBuf),
    /// A pattern of files to leave out that is none.
    #[error("`{pattern}` is no pattern of file names")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// Targets that cannot be used.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A taxonomy that cannot be used.
    #[error(transparent)]
    Taxonomy(#[from] TaxonomyError),
    /// A name that no dataset can have.
    #[error(transparent)]
    DatasetName(#[from] DatasetNameError),
    /// A value that neither the taxonomy nor the catalog knows.
    #[error("{axis} `{value}` is neither in the taxonomy nor in the catalog")]
    UnknownValue {
        /// The axis.
        axis: Axis,
        /// The value.
        value: String,
        /// The known value that is most like it.
        similar: Option<String>,
    },
    /// A system prompt whose additions cannot be used.
    #[error("the additions to the system prompt cannot be read: {0}")]
    SystemPrompt(#[from] toml::de::Error),
    /// Definitions of reports that cannot be used.
    #[error("the reports cannot be used")]
    Reports(Vec<DefinitionError>),
    /// No report has this name.
    #[error("there is no report named {name}")]
    NoSuchReport {
        /// The name.
        name: String,
        /// The name most like it.
        similar: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// A report that is about one dataset, and none was named.
    #[error("the report {0} is about one dataset, and none is named")]
    ReportNeedsDataset(String),
    /// A report that is about no dataset, and one was named.
    #[error("the report {name} is not about one dataset, and {dataset} is named")]
    ReportWithoutDataset {
        /// The report.
        name: String,
        /// The dataset.
        dataset: String,
    },
    /// Templates that cannot be used.
    #[error("the templates cannot be used")]
    Templates(Vec<TemplateError>),
    /// No template has this name.
    #[error("there is no template named {name}")]
    NoSuchTemplate {
        /// The name.
        name: String,
        /// The name most like it.
        similar: Option<String>,
    },
    /// An index that no prompt of a template has.
    #[error("the template {template} makes {size} prompts, with indexes from 0; {index} lies beyond them")]
    BeyondSpace {
        /// The template.
        template: String,
        /// The index.
        index: u64,
        /// The size of the space.
        size: u64,
    },
    /// A dataset of this name exists.
    #[error("a dataset named {0} exists already")]
    DatasetExists(DatasetName),
    /// No dataset has this name.
    #[error("there is no dataset named {name}")]
    NoSuchDataset {
        /// The name.
        name: String,
        /// The name most like it.
        similar: Option<String>,
    },
    /// The dataset was released before.
    #[error("the dataset {0} is released already")]
    AlreadyReleased(DatasetName),
    /// No prompt has a hash with this prefix.
    #[error("no prompt has a hash that begins with {0}")]
    NoSuchPrompt(HashPrefix),
    /// No prompt has this hash.
    #[error("no prompt has the hash {0}")]
    NoSuchHash(ContentHash),
    /// The prompt was taken out.
    #[error("the prompt {prompt} was taken out at {at}")]
    RemovedPrompt {
        /// The prompt.
        prompt: ContentHash,
        /// When, RFC 3339.
        at: String,
    },
    /// A prompt that datasets hold cannot be taken out.
    #[error("the prompt {prompt} is in {}", .datasets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    PromptInUse {
        /// The prompt.
        prompt: ContentHash,
        /// The datasets that hold it, released ones too: their record stays.
        datasets: Vec<DatasetName>,
    },
    /// More than one prompt has.
    #[error("more than one prompt has a hash that begins with {prefix}")]
    AmbiguousPrefix {
        /// The prefix.
        prefix: HashPrefix,
        /// The first hashes that begin with it.
        matches: Vec<ContentHash>,
    },
    /// A dataset was recorded, but its file could not be put in its place.
    #[error("the dataset {dataset} is recorded, but its file is not written")]
    Undelivered {
        /// The dataset.
        dataset: DatasetName,
        /// What went wrong.
        source: Box<Error>,
    },
    /// A file held nothing that could be recorded.
    #[error("no record of {} can be taken", .0.display())]
    NothingRecorded(PathBuf),
    /// It was stopped before its end, and nothing was changed.
    #[error("interrupted, and nothing was changed")]
    Interrupted,
    /// A price that is not known, or a table of prices that cannot be used.
    #[error(transparent)]
    Price(#[from] crate::domain::price::PriceError),
    /// A teacher that cannot be asked as it was to be.
    #[error(transparent)]
    Teacher(#[from] crate::domain::teacher::TeacherError),
    /// A server that cannot be asked.
    #[cfg(feature = "distill")]
    #[error(transparent)]
    Endpoint(#[from] crate::teacher::EndpointError),
    /// A file that is no manifest of a training folder.
    #[error("{} is no manifest: {detail}", .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Something that a part of the program does which it was built without.
    #[error("this program was built without the feature `{0}`")]
    WithoutFeature(&'static str),
    /// A dataset that was put to no teacher.
    #[error("the dataset was put to no teacher")]
    NoAnswers,
    /// Another process asks teachers for this catalog.
    #[error("another process is asking teachers for the catalog at {}", .0.display())]
    Distilling(PathBuf),
    /// Nothing can be drawn.
    #[error("nothing can be drawn: {reason}")]
    EmptyPool {
        /// Why not.
        reason: &'static str,
        /// How many unused prompts the target leaves out.
        left_out: u64,
    },
    /// The targets cannot be met, and they had to be.
    #[error("the pool cannot meet the targets")]
    CannotMeet(Box<Plan>),
}

impl Error {
    /// Returns what wraps an input or output error on a file.
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull(path),
            _ => Self::Io { doing, path, source },
        }
    }
}
