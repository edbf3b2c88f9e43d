//! Between reading and writing: a record becomes what the catalog keeps.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::ImportRequest;
use crate::domain::dataset::LabelChange;
use crate::domain::hash::ContentHash;
use crate::domain::normalise::normalised;
use crate::domain::prompt::{Axis, NONE};
use crate::domain::taxonomy::{LabelError, Taxonomy};
use crate::source::{Reason, Record, Reject};
use crate::store::Incoming;

/// How many labels are remembered and counted: a file may have one for every record.
const MOST_LABELS: usize = 1_000;

/// Makes records what the catalog keeps.
pub(super) struct Preparing<'a> {
    request: &'a ImportRequest,
    taxonomy: &'a Taxonomy,
    categories: Meanings,
    languages: Meanings,
}

/// What the labels in files mean, as far as they came up.
type Meanings = HashMap<String, Meaning>;

/// What a label means, and how many records have it.
struct Meaning {
    label: String,
    records: u64,
}

impl<'a> Preparing<'a> {
    pub fn new(request: &'a ImportRequest, taxonomy: &'a Taxonomy) -> Self {
        Self { request, taxonomy, categories: HashMap::new(), languages: HashMap::new() }
    }

    /// Makes a record what the catalog keeps, or says why it cannot.
    pub fn prepare(&mut self, mut record: Record, of_path: &LabelChange) -> Result<Incoming, Reject> {
        match self.kept(&mut record, of_path) {
            Ok(incoming) => Ok(incoming),
            Err(reason) => Err(Reject { line: record.line, reason, raw: raw(record) }),
        }
    }

    fn kept(&mut self, record: &mut Record, of_path: &LabelChange) -> Result<Incoming, Reason> {
        if memchr::memchr(0, record.text.as_bytes()).is_some() {
            return Err(Reason::Nul);
        }
        let text = normalised(&record.text);
        let most = self.request.max_bytes;
        if text.is_empty() {
            return Err(Reason::Empty);
        }
        if text.len() as u64 > most {
            return Err(Reason::TooLong(text.len() as u64, most));
        }
        let hash = ContentHash::of(&text);
        let labels = self.meant(record, of_path)?;
        let metadata = (!record.metadata.is_empty()).then(|| json(&record.metadata));
        let text = match text {
            Cow::Owned(text) => text,
            Cow::Borrowed(_) => std::mem::take(&mut record.text),
        };
        Ok(Incoming { hash, text, labels, metadata, line: record.line, record: record.record })
    }

    /// Returns the labels that a record gets.
    fn meant(&mut self, record: &Record, of_path: &LabelChange) -> Result<LabelChange, Reason> {
        let Self { request, taxonomy, categories, languages } = self;
        let bad = |field| move |error: LabelError| Reason::BadLabel(field, error.to_string());
        let category = request.category.as_ref().or(record.category.as_ref());
        let category = category.map(|label| remembered(categories, label, |label| taxonomy.category(label)));
        let language = request.language.as_ref().or(record.language.as_ref());
        let language = language.map(|label| remembered(languages, label, |label| taxonomy.language(label)));
        let (category, language) =
            (category.transpose().map_err(bad("category"))?, language.transpose().map_err(bad("language"))?);
        // A field without a label says as little as no field, unless the person who imports says so.
        let says = |label: &String, given: &Option<String>| given.is_some() || label != NONE;
        Ok(LabelChange {
            category: category.filter(|c| says(c, &request.category)).or_else(|| of_path.category.clone()),
            language: language.filter(|l| says(l, &request.language)).or_else(|| of_path.language.clone()),
        })
    }

    /// Returns how many records have each label, of the first labels of an axis.
    pub fn into_labels(self) -> BTreeMap<Axis, BTreeMap<String, u64>> {
        let mut labels = BTreeMap::<_, BTreeMap<_, _>>::new();
        for (axis, meanings) in [(Axis::Category, self.categories), (Axis::Language, self.languages)] {
            for Meaning { label, records } in meanings.into_values().filter(|meaning| meaning.label != NONE) {
                *labels.entry(axis).or_default().entry(label).or_default() += records;
            }
        }
        labels
    }
}

/// Returns what a label means, which is worked out once.
fn remembered(
    meanings: &mut Meanings,
    label: &str,
    meaning: impl FnOnce(&str) -> Result<String, LabelError>,
) -> Result<String, LabelError> {
    if let Some(known) = meanings.get_mut(label) {
        known.records += 1;
        return Ok(known.label.clone());
    }
    let found = meaning(label)?;
    if meanings.len() < MOST_LABELS {
        meanings.insert(label.to_owned(), Meaning { label: found.clone(), records: 1 });
    }
    Ok(found)
}

/// Returns a record as one JSON object, for those whose text was read before it was found wanting.
fn raw(record: Record) -> Vec<u8> {
    let mut fields = record.metadata;
    for (name, label) in [("category", record.category), ("language", record.language)] {
        if let Some(label) = label {
            fields.insert(name.to_owned(), label.into());
        }
    }
    fields.insert("prompt".to_owned(), record.text.into());
    json(&fields).into_bytes()
}

fn json(fields: &Map<String, Value>) -> String {
    serde_json::to_string(fields).expect("a JSON object has keys of text")
}
