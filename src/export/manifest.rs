//! The manifest of a training folder: for every row, in the order of the draw, which prompt and which answer it is.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::domain::dataset::Delivered;
use crate::domain::hash::ContentHash;
use crate::domain::money::Money;
use crate::domain::teacher::Response;

/// The version of the shape.
const VERSION: u32 = 1;

/// What a manifest says before its rows.
#[derive(Serialize)]
struct Head<'a> {
    /// The version of the shape.
    manifest: u32,
    dataset: &'a str,
    /// The version of the program that wrote it.
    program: &'a str,
    /// The format of the data files.
    format: &'a str,
    /// The seed of the splits.
    seed: u64,
}

/// One row of a data file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestRow {
    /// The prompt's content hash.
    pub id: ContentHash,
    /// The SHA-256 of the answer's UTF-8 bytes, as the catalog keeps it.
    pub answer_sha256: ContentHash,
    /// The split that it is in.
    pub split: String,
    /// The prompt's category.
    pub category: String,
    /// The prompt's area.
    pub area: String,
    /// The prompt's language.
    pub language: String,
    /// Who made the prompt.
    pub source: String,
    /// The interface through which the teacher was asked.
    pub provider: String,
    /// The model that was asked.
    pub teacher: String,
    /// The exact model that answered.
    pub model: String,
    /// What was declared of the teacher's terms.
    pub terms: Option<String>,
    /// What the answer cost, in nano-dollars.
    pub cost_nano_usd: u64,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// When it was answered, RFC 3339.
    pub answered_at: String,
}

impl ManifestRow {
    /// Returns the row of a prompt and its answer.
    pub fn new(prompt: &Delivered, response: &Response, split: &str) -> Self {
        let Delivered { id, category, area, language, source, .. } = prompt;
        let Response { text, provider, teacher, model, cost: Money(cost), request_id, answered_at, terms, .. } =
            response;
        Self {
            id: *id,
            answer_sha256: ContentHash::of(text),
            split: split.to_owned(),
            category: category.clone(),
            area: area.clone(),
            language: language.clone(),
            source: source.name().to_owned(),
            provider: provider.name().to_owned(),
            teacher: teacher.model.clone(),
            model: model.clone(),
            terms: terms.clone(),
            cost_nano_usd: *cost,
            request_id: request_id.clone(),
            answered_at: answered_at.clone(),
        }
    }

    /// Returns what the prompt had on every axis, in the order of [`Axis::ALL`](crate::domain::prompt::Axis::ALL).
    pub fn labels(&self) -> [String; 4] {
        [&self.area, &self.category, &self.language, &self.source].map(Clone::clone)
    }
}

/// One data file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// The split.
    pub split: String,
    /// The file's name, in the folder of the manifest.
    pub file: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many its share gives it.
    pub quota: u64,
    /// Its size.
    pub bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: ContentHash,
}

/// A manifest that was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Manifest {
    /// The dataset.
    pub dataset: String,
    /// The rows, in the order of the draw.
    pub rows: Vec<ManifestRow>,
    /// The data files.
    pub files: Vec<ManifestFile>,
}

/// All that a manifest of another version is read for.
#[derive(Deserialize)]
struct Version {
    manifest: u32,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// When the text is not one, or of another version, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = |error: serde_json::Error| error.to_string();
        match serde_json::from_str::<Version>(text).map_err(words)?.manifest {
            VERSION => serde_json::from_str(text).map_err(words),
            other => Err(format!("it is of version {other}, and this program knows version {VERSION}")),
        }
    }
}

/// A manifest that is being written, one line a row.
pub(crate) struct ManifestWriter<W> {
    out: W,
    first: bool,
}

impl<W: Write> ManifestWriter<W> {
    pub fn begin(mut out: W, dataset: &str, format: &str, seed: u64) -> io::Result<Self> {
        let program = env!("CARGO_PKG_VERSION");
        let head = serde_json::to_string(&Head { manifest: VERSION, dataset, program, format, seed })?;
        write!(out, "{},\n\"rows\":[", head.trim_end_matches('}'))?;
        Ok(Self { out, first: true })
    }

    pub fn row(&mut self, row: &ManifestRow) -> io::Result<()> {
        self.out.write_all(if self.first { b"\n" } else { b",\n" })?;
        self.first = false;
        serde_json::to_writer(&mut self.out, row).map_err(io::Error::from)
    }

    pub fn end(mut self, files: &[ManifestFile]) -> io::Result<W> {
        writeln!(self.out, "\n],\n\"files\":{}}}", serde_json::to_string(files)?)?;
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_back() {
        let hash = ContentHash::of("x");
        let row = ManifestRow {
            id: hash,
            answer_sha256: ContentHash::of("y"),
            split: "train".to_owned(),
            category: "c".to_owned(),
            area: "a".to_owned(),
            language: "l".to_owned(),
            source: "existing".to_owned(),
            provider: "openai".to_owned(),
            teacher: "t".to_owned(),
            model: "m}".to_owned(),
            terms: Some("\"quoted\"\n".to_owned()),
            cost_nano_usd: 7,
            request_id: None,
            answered_at: String::new(),
        };
        let (split, file) = ("train".to_owned(), "train.json".to_owned());
        let file = ManifestFile { split, file, rows: 2, quota: 2, bytes: 9, sha256: hash };
        for rows in [vec![], vec![row.clone(), row]] {
            let mut writer = ManifestWriter::begin(Vec::new(), "d}", "openai", 3).expect("memory");
            rows.iter().for_each(|row| writer.row(row).expect("memory"));
            let bytes = writer.end(std::slice::from_ref(&file)).expect("memory");
            let text = String::from_utf8(bytes).expect("UTF-8");
            let read = Manifest::parse(&text).expect("a manifest");
            assert_eq!(read.dataset, "d}");
            assert_eq!((read.rows, read.files), (rows, vec![file.clone()]));
            let newer = text.replacen("\"manifest\":1", "\"manifest\":2", 1);
            let problem = "it is of version 2, and this program knows version 1".to_owned();
            assert_eq!(Manifest::parse(&newer), Err(problem));
        }
    }
}
