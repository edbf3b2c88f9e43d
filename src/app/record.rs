//! Recording a dataset from a training file that exists already: the past counts too.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;

use serde::Serialize;

use super::import::read::{Chunk, Step};
use super::import::write::{Current, Writer};
use super::import::{ImportEvent, ImportRequest, while_reading};
use super::{Catalog, clock};
use crate::domain::dataset::DatasetName;
use crate::domain::draw::Place;
use crate::domain::hash::ContentHash;
use crate::domain::plan::DRAW_VERSION;
use crate::error::{Error, Result};
use crate::source::walk::{Exclude, walk};
use crate::source::{FieldMap, Format, MAX_RECORD_BYTES};
use crate::store::{Counts, NewDataset, Session};

/// What to record.
#[derive(Clone, Debug)]
pub struct RecordRequest {
    /// The name of the new dataset.
    pub dataset: DatasetName,
    /// The training file; `-` is the standard input.
    pub file: PathBuf,
    /// Its format, in place of what it tells.
    pub format: Option<Format>,
    /// Where the prompt and its labels are, in place of the usual fields.
    pub fields: FieldMap,
}

/// What was recorded. `read = size + repeated + rejected`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordOutcome {
    /// The dataset.
    pub dataset: DatasetName,
    /// Records that were read.
    pub read: u64,
    /// Prompts of the dataset.
    pub size: u64,
    /// Those of them that are new in the catalog.
    pub added: u64,
    /// Records whose prompt stood in the file before: one usage holds for all of them.
    pub repeated: u64,
    /// Prompts that another dataset holds too: this is their second use, or a later one.
    pub used_before: u64,
    /// Records that could not be taken.
    pub rejected: u64,
}

/// Reads a training file and records its prompts, in the order of the file, as a dataset: new ones are imported, and all
/// are marked used. All of it is one write transaction.
///
/// # Errors
/// When the dataset exists, the file holds nothing that can be taken, or the work was stopped: nothing is changed then.
pub fn record(
    catalog: &mut Catalog,
    request: &RecordRequest,
    stop: &AtomicBool,
    observe: &mut dyn FnMut(ImportEvent<'_>),
) -> Result<RecordOutcome> {
    let import = import_request(&request.file, request.format, &request.fields);
    let inputs = walk(&import.paths, &Exclude::default()).files;
    let Catalog { store, taxonomy, .. } = catalog;
    store.write(|session| {
        if session.dataset(request.dataset.as_str())?.is_some() {
            return Err(Error::DatasetExists(request.dataset.clone()));
        }
        let at = clock::now();
        let options = serde_json::to_string(&import).map_err(|e| Error::Database(e.to_string()))?;
        let run = session.begin_run(&at, env!("CARGO_PKG_VERSION"), &options)?;
        let ((counts, prompts), read) = while_reading(&import, taxonomy, stop, &inputs, |receiver, total| {
            keep(session, run, &receiver, total, observe)
        })?;
        if read.interrupted {
            return Err(Error::Interrupted);
        }
        if prompts.is_empty() {
            return Err(Error::NothingRecorded(request.file.clone()));
        }
        session.end_run(run, "done", &at)?;
        let places = prompts.iter().map(|hash| place(session, hash)).collect::<Result<Vec<_>>>()?;
        let strata = session.strata()?;
        let is_used = |place: &&Place| strata.iter().any(|s| s.id == place.stratum && s.uses > 0);
        let used_before = places.iter().filter(is_used).count() as u64;
        let size = places.len() as u64;
        let dataset = NewDataset {
            name: &request.dataset,
            seed: 0,
            import_run: Some(run),
            requested: counts.read,
            size,
            options,
            targets: "{}".to_owned(),
            plan: "{}".to_owned(),
            shortfalls: "[]".to_owned(),
            program: env!("CARGO_PKG_VERSION"),
            draw_version: DRAW_VERSION,
            created_at: &at,
        };
        session.record_dataset(&dataset, &places, taxonomy)?;
        let Counts { read, added, rejected, .. } = counts;
        let repeated = read - rejected - size;
        Ok(RecordOutcome { dataset: request.dataset.clone(), read, size, added, repeated, used_before, rejected })
    })
}

/// Returns the request that reads a training file as it is: prompts of any length, which were used already.
pub(super) fn import_request(file: &Path, format: Option<Format>, fields: &FieldMap) -> ImportRequest {
    ImportRequest {
        paths: vec![file.to_owned()],
        format,
        fields: fields.clone(),
        max_bytes: MAX_RECORD_BYTES as u64,
        ..ImportRequest::default()
    }
}

/// Keeps what is read, and returns what became of it and the different prompts, in the order of the file.
fn keep(
    session: &Session<'_>,
    run: i64,
    receiver: &Receiver<Chunk>,
    total: u64,
    observe: &mut dyn FnMut(ImportEvent<'_>),
) -> Result<(Counts, Vec<ContentHash>)> {
    let mut current = Current::default();
    let mut writer = Writer::new(session, session.batch(false, None)?, None, run, &mut current);
    let (mut seen, mut prompts, mut records) = (HashSet::new(), Vec::new(), 0);
    for chunk in receiver {
        records += chunk.records();
        for step in chunk.steps {
            if let Step::Keep(incoming) = &step
                && seen.insert(incoming.hash)
            {
                prompts.push(incoming.hash);
            }
            writer.step(step, observe)?;
        }
        observe(ImportEvent::Progress { bytes: chunk.bytes, total, records });
    }
    Ok((writer.end()?, prompts))
}

fn place(session: &Session<'_>, hash: &ContentHash) -> Result<Place> {
    session.place_by_hash(hash)?.ok_or(Error::NoSuchHash(*hash))
}
