//! Verifying a training file against the ledger, line by line.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
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
use crate::domain::hash::ContentHash;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::verify::{Findings, Ledger, Line, Verifier};
use crate::error::{Error, Result};
use crate::export::manifest::Manifest;
use crate::source::walk::{Exclude, walk};
use crate::source::{FieldMap, Format};
use crate::store::Incoming;

/// The fields that can hold an answer: that of our own objects, and that of Alpaca's.
const ANSWER_FIELDS: [&str; 2] = ["response", "output"];

/// What to verify.
#[derive(Clone, Debug)]
pub struct VerifyRequest {
    /// The dataset, or the path of a manifest.
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
    catalog.store.read(|session| {
        let dataset = find(session, &request.dataset)?;
        let mut ledger = Ledger::default();
        session.each_delivered(dataset.id, |prompt| {
            ledger.add(&prompt);
            Ok(())
        })?;
        held_against(ledger, dataset.name, request, &catalog.taxonomy, stop, observe)
    })
}

/// Holds every record of a file against the manifest of a training folder, which needs no catalog: by the hashes of prompt
/// and answer, and the labels that it gives. A file that bears the name of a split's is held against that split, another
/// one against all rows. `request.dataset` is the path of the manifest.
///
/// # Errors
/// When the manifest is none, the file cannot be read at all, or the work was stopped.
pub fn verify_by_manifest(
    taxonomy: &Taxonomy,
    request: &VerifyRequest,
    stop: &AtomicBool,
    observe: &mut dyn FnMut(ImportEvent<'_>),
) -> Result<VerifyOutcome> {
    let path = Path::new(&request.dataset);
    let bad = |detail| Error::Manifest { path: path.to_owned(), detail };
    let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
    let manifest = Manifest::parse(&text).map_err(bad)?;
    let dataset = manifest.dataset.parse()?;
    let name = request.file.file_name().and_then(OsStr::to_str);
    let split = manifest.files.iter().find(|file| Some(file.file.as_str()) == name).map(|file| file.split.as_str());
    let mut ledger = Ledger::default();
    for row in manifest.rows.iter().filter(|row| split.is_none_or(|split| split == row.split)) {
        ledger.add_recorded(row.id, row.labels(), Some(row.answer_sha256));
    }
    held_against(ledger, dataset, request, taxonomy, stop, observe)
}

fn held_against(
    ledger: Ledger,
    dataset: DatasetName,
    request: &VerifyRequest,
    taxonomy: &Taxonomy,
    stop: &AtomicBool,
    observe: &mut dyn FnMut(ImportEvent<'_>),
) -> Result<VerifyOutcome> {
    let fields = FieldMap { answers: true, ..request.fields.clone() };
    let import = import_request(&request.file, request.format, &fields);
    // A label that the path gives is none that the file gives.
    let import = ImportRequest { labels_of_path: false, ..import };
    let inputs = walk(&import.paths, &Exclude::default()).files;
    let size = ledger.size();
    let mut verifier = Verifier::new(ledger);
    let (held, read) = while_reading(&import, taxonomy, stop, &inputs, |receiver, total| {
        Ok(hold(&mut verifier, &receiver, total, observe))
    })?;
    if read.interrupted {
        return Err(Error::Interrupted);
    }
    let Held { records, rejected } = held;
    Ok(VerifyOutcome { dataset, records, size, findings: verifier.end(), rejected })
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
    let answer = ANSWER_FIELDS.iter().find_map(|name| field(name)).map(ContentHash::of);
    Line { line: incoming.line, hash: incoming.hash, id, labels, answer }
}
