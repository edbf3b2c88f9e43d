//! From a dataset with answers to a folder that a trainer reads: data files, what they hold, and where each row is from.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Catalog;
use super::dataset::find;
use super::export::{ExportFormat, ExportOptions, ExportOutcome, rules, sieve};
use super::output::NewFolder;
use crate::domain::answers::AnswerRules;
use crate::domain::dataset::{DatasetName, Delivered};
use crate::domain::hash::ContentHash;
use crate::domain::near::{Groups, Similarity};
use crate::domain::split::{Row, Splits};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::teacher::Answered;
use crate::error::{Error, Result};
use crate::export::Exporter;
use crate::export::card::{About, Card};
use crate::export::manifest::{ManifestRow, ManifestWriter};
use crate::export::trainer::dataset_info;
use crate::store::Session;

pub use crate::export::manifest::ManifestFile;

/// The name of the manifest in a training folder.
pub const MANIFEST: &str = "manifest.json";

/// A training folder to be written.
#[derive(Clone, Debug)]
pub struct TrainingRequest {
    /// The dataset.
    pub dataset: String,
    /// The folder, which is not there yet.
    pub folder: PathBuf,
    /// How the data files are written; the usual rules of answers hold where it has none.
    pub options: ExportOptions,
    /// The splits.
    pub splits: Splits,
    /// Which rows go into which split.
    pub seed: u64,
    /// The licence that the card names, as the Hugging Face Hub does: `apache-2.0`, or `other`.
    pub license: String,
    /// The human languages of the texts that the card names, by their ISO 639 codes, or `code`.
    pub languages: Vec<String>,
}

/// What a training folder holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrainingOutcome {
    /// The dataset.
    pub dataset: DatasetName,
    /// The format of the data files.
    pub format: ExportFormat,
    /// What was written, and what was not.
    #[serde(flatten)]
    pub rows: ExportOutcome,
    /// The data files, one a split. Where near prompts had to stay together, rows and quota may differ.
    pub files: Vec<ManifestFile>,
}

/// Writes the prompts of a dataset with their answers as a folder, which appears whole or not at all: a data file for
/// every split, `dataset_info.json`, a dataset card and a manifest.
///
/// # Errors
/// When there is no such dataset, it was put to no teacher, the folder exists, or the disk fails.
pub fn export_to_folder(catalog: &Catalog, request: &TrainingRequest) -> Result<TrainingOutcome> {
    let folder = NewFolder::new(&request.folder)?;
    let responses = request.options.responses.clone().unwrap_or_default();
    let options = ExportOptions { responses: Some(responses), ..request.options.clone() };
    let request = &TrainingRequest { options, ..request.clone() };
    let rules = rules(&request.options).unwrap_or_default();
    let outcome = catalog.store.read(|session| {
        let dataset = find(session, &request.dataset)?;
        let distillation = session.newest_distillation(dataset.id)?.ok_or(Error::NoAnswers)?;
        let answers = Answers { session, dataset: dataset.id, distillation };
        let (rows, places) = answers.place(request, &rules, &catalog.taxonomy)?;
        let files = answers.write(request, dataset.name.as_str(), folder.path(), &places)?;
        Ok(TrainingOutcome { dataset: dataset.name, format: request.options.format, rows, files })
    })?;
    folder.place()?;
    Ok(outcome)
}

struct Answers<'a> {
    session: &'a Session<'a>,
    dataset: i64,
    distillation: i64,
}

impl Answers<'_> {
    fn each(&self, visit: impl FnMut(&Answered) -> Result<()>) -> Result<()> {
        self.session.each_answered(self.dataset, self.distillation, visit)
    }

    /// Returns the split of every prompt of the dataset, in the order of the draw; `None` for one that is left out.
    fn place(
        &self,
        request: &TrainingRequest,
        rules: &AnswerRules,
        taxonomy: &Taxonomy,
    ) -> Result<(ExportOutcome, Vec<Option<usize>>)> {
        let mut outcome = ExportOutcome::default();
        let mut sieve = sieve(rules, taxonomy)?;
        let mut passed = Vec::new();
        let mut rows = Rows::new(&request.splits);
        self.each(|Answered { prompt, response }| {
            let passes = outcome.sift(&mut sieve, prompt, response.as_ref());
            passed.push(passes);
            if passes {
                rows.add(prompt);
            }
            Ok(())
        })?;
        let mut splits = rows.end(&request.splits, request.seed).into_iter();
        let places = passed.into_iter().map(|passes| if passes { splits.next() } else { None });
        Ok((outcome, places.collect()))
    }

    /// Writes the files of the folder, and returns what the data files are.
    fn write(
        &self,
        request: &TrainingRequest,
        dataset: &str,
        folder: &Path,
        places: &[Option<usize>],
    ) -> Result<Vec<ManifestFile>> {
        let TrainingRequest { options, splits, seed, license, languages, .. } = request;
        let system = options.system.is_some();
        let failed = |path: &Path| Error::io("write", path.to_owned());
        let format = options.format;
        let names: Vec<String> =
            splits.names().iter().map(|split| format!("{split}.{}", format.file_ending())).collect();
        let mut outs = names.iter().map(|name| Counted::create(&folder.join(name))).collect::<Result<Vec<_>>>()?;
        let mut exporters = outs
            .iter_mut()
            .map(|out| Exporter::begin(options, out).map_err(failed(folder)))
            .collect::<Result<Vec<_>>>()?;
        let path = folder.join(MANIFEST);
        let manifest = BufWriter::new(File::create_new(&path).map_err(failed(&path))?);
        let mut manifest = ManifestWriter::begin(manifest, dataset, format.name(), *seed).map_err(failed(&path))?;
        let mut card = Card::new(About { dataset, format, system, license, languages });
        let mut rows = vec![0; names.len()];
        let mut places = places.iter();
        self.each(|Answered { prompt, response }| {
            let (Some(Some(split)), Some(response)) = (places.next(), response) else { return Ok(()) };
            let row = ManifestRow::new(prompt, response, &splits.names()[*split]);
            rows[*split] += 1;
            card.count(&row);
            manifest.row(&row).map_err(failed(&path))?;
            exporters[*split].prompt(prompt, Some(response)).map_err(failed(folder))
        })?;
        exporters.into_iter().try_for_each(|exporter| exporter.end().map_err(failed(folder)))?;
        let files = data_files(splits, outs, names, &rows, folder)?;
        let manifest = manifest.end(&files).map_err(failed(&path))?;
        let manifest = manifest.into_inner().map_err(|error| failed(&path)(error.into_error()))?;
        manifest.sync_all().map_err(failed(&path))?;
        write_text(&folder.join("README.md"), &card.text(&files))?;
        let info = dataset_info(dataset, format, system, &files);
        write_text(&folder.join("dataset_info.json"), &info)?;
        Ok(files)
    }
}

/// Ends the data files, and returns what they are.
fn data_files(
    splits: &Splits,
    outs: Vec<Counted>,
    names: Vec<String>,
    rows: &[u64],
    folder: &Path,
) -> Result<Vec<ManifestFile>> {
    let quotas = splits.quotas(rows.iter().sum());
    let files = outs.into_iter().zip(names).zip(splits.names().iter().zip(rows.iter().zip(quotas)));
    let files = files.map(|((out, file), (split, (rows, quota)))| {
        let (bytes, sha256) = out.end(&folder.join(&file))?;
        Ok(ManifestFile { split: split.clone(), file, rows: *rows, quota, bytes, sha256 })
    });
    files.collect()
}

fn write_text(path: &Path, text: &str) -> Result<()> {
    let written = File::create_new(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(Error::io("write", path))
}

/// What the splits are made of; nothing where there is one only.
struct Rows {
    count: usize,
    cells: Vec<[String; 3]>,
    groups: Option<Groups>,
}

impl Rows {
    fn new(splits: &Splits) -> Self {
        let groups = (splits.names().len() > 1).then(|| Groups::new(Similarity::USUAL));
        Self { count: 0, cells: Vec::new(), groups }
    }

    fn add(&mut self, prompt: &Delivered) {
        self.count += 1;
        if let Some(groups) = &mut self.groups {
            let Delivered { area, language, source, .. } = prompt;
            self.cells.push([area.clone(), language.clone(), source.name().to_owned()]);
            groups.add(&prompt.prompt);
        }
    }

    /// Returns the split of every row.
    fn end(self, splits: &Splits, seed: u64) -> Vec<usize> {
        let Some(groups) = self.groups else { return vec![0; self.count] };
        let rows = self.cells.into_iter().zip(groups.end()).map(|(cell, group)| Row { cell, group });
        splits.assign(&rows.collect::<Vec<_>>(), seed)
    }
}

/// A new file whose bytes are counted and hashed on their way.
struct Counted {
    file: BufWriter<File>,
    bytes: u64,
    sha256: Sha256,
}

impl Counted {
    fn create(path: &Path) -> Result<Self> {
        let file = File::create_new(path).map_err(Error::io("write", path))?;
        Ok(Self { file: BufWriter::with_capacity(256 << 10, file), bytes: 0, sha256: Sha256::new() })
    }

    /// Syncs the file, and returns how many bytes it has and their SHA-256.
    fn end(self, path: &Path) -> Result<(u64, ContentHash)> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error);
        file.and_then(|file| file.sync_all()).map_err(Error::io("write", path))?;
        Ok((self.bytes, ContentHash(self.sha256.finalize().into())))
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        self.sha256.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
