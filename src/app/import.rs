//! Importing: files in, each prompt once.
//!
//! One thread reads, normalises and hashes; another writes, in the order of the files, whole batches at a time.

mod ahead;
mod prepare;
pub(super) mod read;
pub(super) mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use serde::Serialize;

use self::read::{Chunk, ReadOutcome, Reading, total_bytes};
use self::write::Writing;
use super::{Catalog, clock, joined};
use crate::domain::prompt::Axis;
use crate::domain::taxonomy::Taxonomy;
use crate::error::Result;
use crate::source::walk::{Exclude, Input, PassedOver, walk};
use crate::source::{FieldMap, Format, Reject};
use crate::store::Counts;

/// The longest prompt that is taken by default, in bytes.
pub const MAX_PROMPT_BYTES: u64 = 256 << 10;

/// Chunks that may wait for the writer: enough to read on while it writes a batch.
const WAITING_CHUNKS: usize = 24;

/// What to import, and how.
#[derive(Clone, Debug, Serialize)]
pub struct ImportRequest {
    /// Files and folders; `-` is the standard input.
    pub paths: Vec<PathBuf>,
    /// Inputs in place of what the paths stand for.
    #[serde(skip)]
    pub inputs: Option<Vec<Input>>,
    /// Patterns of files to leave out.
    pub exclude: Vec<String>,
    /// The format of all files, in place of what each tells.
    pub format: Option<Format>,
    /// Where the prompt and its labels are, in place of the usual fields.
    #[serde(skip)]
    pub fields: FieldMap,
    /// The category of all prompts, in place of what each says.
    pub category: Option<String>,
    /// The language of all prompts, in place of what each says.
    pub language: Option<String>,
    /// Whether a duplicate's labels replace those that the catalog has.
    pub update_labels: bool,
    /// The longest prompt that is taken, in bytes of its normal form.
    pub max_bytes: u64,
    /// How many records to read at most.
    pub limit: Option<u64>,
    /// Whether to count only, and change nothing.
    pub dry_run: bool,
    /// Whether a record without labels takes those that the path of its file gives.
    #[serde(skip)]
    pub labels_of_path: bool,
}

impl Default for ImportRequest {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            inputs: None,
            exclude: Vec::new(),
            format: None,
            fields: FieldMap::default(),
            category: None,
            language: None,
            update_labels: false,
            max_bytes: MAX_PROMPT_BYTES,
            limit: None,
            dry_run: false,
            labels_of_path: true,
        }
    }
}

/// What an import came to. `read = added + duplicates + rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportOutcome {
    /// Records that were read.
    pub read: u64,
    /// Prompts that are new.
    pub added: u64,
    /// Records whose prompt the catalog had.
    pub duplicates: u64,
    /// Records that could not be taken.
    pub rejected: u64,
    /// Duplicates that came with other labels.
    pub conflicts: u64,
    /// Files that were read.
    pub files: u64,
    /// Files that were passed over, by reason.
    pub passed_over: BTreeMap<PassedOver, u64>,
    /// Labels of records that seem to be misspelt; they are kept as they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misspelt: Vec<Misspelt>,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
}

/// A label that the taxonomy does not know, and that is a letter or two away from one that it knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Misspelt {
    /// Category or language.
    pub axis: Axis,
    /// The label.
    pub label: String,
    /// The label that seems to be meant.
    pub similar: String,
    /// How many records have it.
    pub records: u64,
}

/// What an import tells while it goes on.
#[derive(Debug)]
pub enum ImportEvent<'a> {
    /// How far it is.
    Progress {
        /// Bytes read.
        bytes: u64,
        /// Bytes of all files, as far as their sizes are known.
        total: u64,
        /// Records kept or rejected.
        records: u64,
    },
    /// All is read, and the indexes are built that were left out meanwhile.
    Indexing,
    /// A record that was rejected.
    Reject {
        /// Its file.
        file: &'a str,
        /// Where and why.
        reject: &'a Reject,
    },
}

/// Returns the prompts that ship in the program, as inputs.
pub fn shipped() -> Vec<Input> {
    crate::assets::CURATED.iter().map(|(name, text)| Input::Shipped(name, text)).collect()
}

/// Reads files and keeps the prompts that are new. What is wrong with a record or a file is told through `observe`,
/// counted and left out. It stops after a whole batch once `stop` is set; running it again finishes the work.
///
/// # Errors
/// When a pattern is none, a label of the request is none, or the catalog fails.
pub fn import(
    catalog: &mut Catalog,
    request: &ImportRequest,
    stop: &AtomicBool,
    observe: &mut dyn FnMut(ImportEvent<'_>),
) -> Result<ImportOutcome> {
    let found = match &request.inputs {
        Some(inputs) => crate::source::walk::Found { files: inputs.clone(), ..Default::default() },
        None => walk(&request.paths, &Exclude::new(&request.exclude)?),
    };
    let mut scratch = if request.dry_run { Some(Catalog::temporary(catalog.taxonomy.clone())?) } else { None };
    let Catalog { store, taxonomy, .. } = catalog;
    let (store, beside) = match &mut scratch {
        Some(scratch) => (&mut scratch.store, Some(&*store)),
        None => (store, None),
    };
    let options = serde_json::to_string(request).unwrap_or_default();
    let run = store.write(|session| session.begin_run(&clock::now(), env!("CARGO_PKG_VERSION"), &options))?;
    // Labels change place by place, which takes the indexes.
    let fill = if request.update_labels { None } else { store.begin_fill(total_bytes(&found.files))? };

    let (counts, read) = while_reading(request, taxonomy, stop, &found.files, |receiver, total| {
        Writing { store, beside, run, update_labels: request.update_labels, total, fill }.all(&receiver, observe)
    })?;
    let state = if read.interrupted { "interrupted" } else { "done" };
    store.write(|session| session.end_run(run, state, &clock::now()))?;

    let mut passed_over = found.passed_over;
    if read.of_unknown_format > 0 {
        passed_over.insert(PassedOver::UnknownFormat, read.of_unknown_format);
    }
    let Counts { read: records, added, duplicates, rejected, conflicts } = counts;
    let ReadOutcome { files, interrupted, labels, .. } = read;
    let misspelt = misspelt(labels, taxonomy);
    Ok(ImportOutcome {
        read: records,
        added,
        duplicates,
        rejected,
        conflicts,
        files,
        passed_over,
        misspelt,
        interrupted,
    })
}

/// Returns the labels that seem to be misspelt, of all that records have.
fn misspelt(labels: BTreeMap<Axis, BTreeMap<String, u64>>, taxonomy: &Taxonomy) -> Vec<Misspelt> {
    let pairs = labels.into_iter().flat_map(|(axis, labels)| labels.into_iter().map(move |pair| (axis, pair)));
    let misspelt = |(axis, (label, records)): (Axis, (String, u64))| {
        let similar = match axis {
            Axis::Language => taxonomy.misspelt_language(&label)?,
            _ => taxonomy.misspelt_category(&label)?,
        };
        Some(Misspelt { axis, label, similar, records })
    };
    pairs.filter_map(misspelt).collect()
}

/// Reads files in a thread of its own, and gives `take` what it reads, in the order of the files, and the bytes of all.
pub(super) fn while_reading<T>(
    request: &ImportRequest,
    taxonomy: &Taxonomy,
    stop: &AtomicBool,
    inputs: &[Input],
    take: impl FnOnce(Receiver<Chunk>, u64) -> Result<T>,
) -> Result<(T, ReadOutcome)> {
    let (sender, receiver) = mpsc::sync_channel(WAITING_CHUNKS);
    let mut reading = Reading::new(request, taxonomy, stop, sender);
    let total = total_bytes(inputs);
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            reading.files(inputs);
            reading.end()
        });
        // The receiver is gone when `take` is done, or has failed: a reader that waits for room then ends too.
        let taken = take(receiver, total);
        let read = joined(reader);
        Ok((taken?, read))
    })
}
