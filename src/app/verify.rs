//! Verifying a training file against the ledger, line by line.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;

use serde::Serialize;
use serde_json::Value;

use super::Catalog;
use super::dataset::find;
use super::import::read::{Chunk, Step};
use super::import::{ImportEvent, ImportRequest, while_reading};
use super::record::import_request;
use crate::domain::dataset::DatasetName;
use crate::domain::verify::{Findings, Ledger, Line, Verifier};
use crate::error::{Error, Result};
use crate::source::walk::{Exclude, walk};
use crate::source::{FieldMap, Format};
use crate::store::Incoming;

/// What to verify.
#[derive(Clone, Debug)]
pub struct VerifyRequest {
    /// The dataset.
    pub dataset: String,
    /// The file; `-` is the standard input.
    pub file: PathBuf,
    /// Its format, in place of what it tells.
    pub format: Option<Format>,
    /// Where the prompt is, in place of the usual fields.
    pub fields: FieldMap,
}

/// What a file is, held against a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyOutcome {
    /// The dataset.
    pub dataset: DatasetName,
    /// Records of the file.
    pub records: u64,
    /// Prompts of the dataset.
    pub size: u64,
    /// What was found.
    #[serde(flatten)]
    pub findings: Findings,
    /// Records that could not be read, each told through `observe`.
    pub rejected: u64,
}

impl VerifyOutcome {
    /// Tells whether the file holds what the dataset holds, and nothing else; their order may differ.
    pub fn is_faithful(&self) -> bool {
        self.findings.is_clean() && self.rejected == 0
    }
}

/// Holds every record of a file against a dataset: by the hash of its prompt, and the labels that it gives.
///
/// # Errors
/// When there is no such dataset, the file cannot be read at all, or the work was stopped.
pub fn verify(
    catalog: &Catalog,
    request: &VerifyRequest,
    stop: &AtomicBool,
    observe: &mut dyn FnMut(ImportEvent<'_>),
) -> Result<VerifyOutcome> {
    let import = import_request(&request.file, request.format, &request.fields);
    // A label that the path gives is none that the file gives.
    let import = ImportRequest { labels_of_path: false, ..import };
    let inputs = walk(&import.paths, &Exclude::default()).files;
    let Catalog { store, taxonomy, .. } = catalog;
    store.read(|session| {
        let dataset = find(session, &request.dataset)?;
        let mut ledger = Ledger::default();
        session.each_delivered(dataset.id, |prompt| {
            ledger.add(prompt);
            Ok(())
        })?;
        let mut verifier = Verifier::new(ledger);
        let (counts, read) = while_reading(&import, taxonomy, stop, &inputs, |receiver, total| {
            Ok(hold(&mut verifier, &receiver, total, observe))
        })?;
        if read.interrupted {
            return Err(Error::Interrupted);
        }
        let Held { records, rejected } = counts;
        Ok(VerifyOutcome { dataset: dataset.name, records, size: dataset.size, findings: verifier.end(), rejected })
    })
}

struct Held {
    records: u64,
    rejected: u64,
}

/// Gives the verifier all that is read.
fn hold(
    verifier: &mut Verifier,
    receiver: &Receiver<Chunk>,
    total: u64,
    observe: &mut dyn FnMut(ImportEvent<'_>),
) -> Held {
    let mut held = Held { records: 0, rejected: 0 };
    let mut file = String::new();
    for chunk in receiver {
        for step in &chunk.steps {
            match step {
                Step::Begin(path, _) => file.clone_from(path),
                Step::Keep(incoming) => {
                    held.records += 1;
                    verifier.take(line(incoming));
                }
                Step::Reject(reject) => {
                    held.records += 1;
                    held.rejected += 1;
                    verifier.pass_over();
                    observe(ImportEvent::Reject { file: &file, reject });
                }
                Step::End(..) => {}
            }
        }
        observe(ImportEvent::Progress { bytes: chunk.bytes, total, records: held.records });
    }
    held
}

fn line(incoming: &Incoming) -> Line {
    let metadata = incoming.metadata.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let field = |name: &str| metadata.as_ref()?.get(name)?.as_str();
    let id = field("id").and_then(|id| id.parse().ok());
    let labels = &incoming.labels;
    let labels = [
        field("area").map(str::to_owned),
        labels.category.clone(),
        labels.language.clone(),
        field("source").map(str::to_owned),
    ];
    Line { line: incoming.line, hash: incoming.hash, id, labels }
}
