//! All that the catalog says of one prompt.

use serde::Serialize;
use serde_json::Value;

use super::Catalog;
use crate::domain::hash::{ContentHash, HashPrefix};
use crate::domain::prompt::Source;
use crate::error::{Error, Result};

/// One prompt, with its labels, origin and datasets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PromptDetails {
    /// Its content hash.
    pub id: ContentHash,
    /// Its text, in normal form.
    pub prompt: String,
    /// Its category.
    pub category: String,
    /// Its area.
    pub area: String,
    /// Its language.
    pub language: String,
    /// Who made it.
    pub source: Source,
    /// In how many datasets, not released, it is.
    pub uses: u32,
    /// What brought it first.
    pub origin: Option<Origin>,
    /// Everything else that its record said.
    pub metadata: Value,
    /// The datasets it is or was in, in the order in which they were made.
    pub datasets: Vec<Membership>,
}

/// Where a prompt came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Origin {
    /// A file that was imported.
    File {
        /// The import run.
        run: i64,
        /// When that began, RFC 3339.
        imported_at: String,
        /// The file.
        file: String,
        /// The SHA-256 of the whole file, where it was read to its end.
        sha256: Option<ContentHash>,
        /// The line on which the record begins.
        line: u64,
        /// The number of the record in the file.
        record: u64,
    },
    /// A template that made it.
    Template {
        /// The template.
        template: String,
        /// The SHA-256 of its file.
        version: ContentHash,
        /// The index in its space.
        index: u64,
    },
}

/// A prompt's place in a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// The dataset.
    pub dataset: String,
    /// The prompt's place in the order of the draw, from 1.
    pub position: u64,
    /// Which of the prompt's uses this is, from 1.
    pub use_number: u64,
    /// When the dataset was made.
    pub created_at: String,
    /// When the dataset was released, if it was.
    pub released_at: Option<String>,
    /// The category that the prompt had then.
    pub category: String,
    /// The language that the prompt had then.
    pub language: String,
}

/// Returns all that the catalog says of the prompt whose hash begins with a prefix.
///
/// # Errors
/// When no hash begins with it, or more than one.
pub fn show(catalog: &Catalog, prefix: &HashPrefix) -> Result<PromptDetails> {
    catalog.store.read(|session| {
        let id = session.resolve(prefix)?;
        let stored = session.prompt(&id)?.ok_or(Error::NoSuchHash(id))?;
        let origin = stored.origin.map(|origin| Origin::File {
            run: origin.run,
            imported_at: origin.imported_at,
            file: origin.path,
            sha256: origin.sha256.map(ContentHash),
            line: origin.line,
            record: origin.record,
        });
        let made = session.generated_origin(&id)?;
        let made =
            made.map(|made| Origin::Template { template: made.template, version: made.version, index: made.index });
        let datasets = session.usages_of(&id)?.into_iter().map(|usage| Membership {
            dataset: usage.dataset,
            position: usage.rank + 1,
            use_number: usage.use_number,
            created_at: usage.created_at,
            released_at: usage.released_at,
            category: usage.category,
            language: usage.language,
        });
        Ok(PromptDetails {
            id,
            prompt: stored.text,
            area: catalog.taxonomy.area_of(&stored.labels.category).to_owned(),
            category: stored.labels.category,
            language: stored.labels.language,
            source: stored.source,
            uses: stored.uses,
            origin: origin.or(made),
            metadata: stored.metadata.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap_or_default()),
            datasets: datasets.collect(),
        })
    })
}
