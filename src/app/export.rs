//! Writing a dataset's prompts, in the order of the draw.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use serde::Serialize;

use super::dataset::find;
use super::output::NewFile;
use super::sample::OutputFile;
use super::{Catalog, joined};
use crate::domain::answers::{AnswerRules, Flaw, Sieve};
use crate::domain::dataset::Delivered;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::teacher::{Answered, Response};
use crate::error::{Error, Result};
use crate::export::Exporter;
use crate::grammar;
use crate::store::Session;

pub use crate::export::{ExportFormat, ExportOptions};

/// How much is handed to the writer at once, and how often that may be done before it takes any.
const PROMPTS_AT_ONCE: usize = 500;
const BYTES_AT_ONCE: usize = 1 << 20;
const WAITING: usize = 4;

/// What was written of a dataset, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ExportOutcome {
    /// Prompts, each with its answer where those were asked for.
    #[serde(rename = "rows")]
    pub written: u64,
    /// Prompts left out since no teacher has answered them.
    pub without_answer: u64,
    /// Prompts left out since their answer is not what was asked for.
    pub left_out: BTreeMap<Flaw, u64>,
}

impl ExportOutcome {
    /// Counts a prompt, and tells whether it is written: whether it has an answer that passes.
    pub(super) fn sift(&mut self, sieve: &mut Sieve<'_>, prompt: &Delivered, response: Option<&Response>) -> bool {
        let Some(response) = response else {
            self.without_answer += 1;
            return false;
        };
        let flaw = sieve.flaw(prompt, response);
        match flaw {
            Some(flaw) => *self.left_out.entry(flaw).or_default() += 1,
            None => self.written += 1,
        }
        flaw.is_none()
    }
}

/// Writes the prompts of a dataset to a stream.
///
/// # Errors
/// When there is no such dataset, or the stream fails.
pub fn export(
    catalog: &Catalog,
    name: &str,
    options: &ExportOptions,
    out: &mut (dyn Write + Send),
) -> Result<ExportOutcome> {
    catalog.store.read(|session| write_dataset(session, find(session, name)?.id, &catalog.taxonomy, options, out))
}

/// Writes the prompts of a dataset to a file, which appears whole or not at all.
///
/// # Errors
/// When there is no such dataset, the file exists and is not to be overwritten, or the disk fails.
pub fn export_to_file(catalog: &Catalog, name: &str, output: &OutputFile) -> Result<ExportOutcome> {
    catalog.store.read(|session| {
        let dataset = find(session, name)?;
        let mut file = NewFile::new(&output.path, output.overwrite)?;
        let outcome = file.fill(|out| write_dataset(session, dataset.id, &catalog.taxonomy, &output.options, out))?;
        file.place().map(|()| outcome)
    })
}

/// Returns the rules that answers are to meet, with what the format asks for, where any are written.
pub(super) fn rules(options: &ExportOptions) -> Option<AnswerRules> {
    let rules = options.responses.clone()?;
    Some(AnswerRules { chat_markers: rules.chat_markers && options.format != ExportFormat::ChatMl, ..rules })
}

/// Returns what answers go through.
///
/// # Errors
/// When code is to parse, and this program has no grammars.
pub(super) fn sieve<'a>(rules: &'a AnswerRules, taxonomy: &'a Taxonomy) -> Result<Sieve<'a>> {
    if rules.require_parsing && !grammar::IS_HERE {
        return Err(Error::WithoutFeature("parse"));
    }
    Ok(Sieve::new(rules, taxonomy, grammar::parses))
}

pub(super) fn write_dataset(
    session: &Session<'_>,
    dataset: i64,
    taxonomy: &Taxonomy,
    options: &ExportOptions,
    out: &mut (dyn Write + Send),
) -> Result<ExportOutcome> {
    let Some(rules) = rules(options) else { return write_prompts(session, dataset, options, out) };
    let mut exporter = Exporter::begin(options, out).map_err(failed)?;
    let mut outcome = ExportOutcome::default();
    let distillation = session.newest_distillation(dataset)?.ok_or(Error::NoAnswers)?;
    let mut sieve = sieve(&rules, taxonomy)?;
    session.each_answered(dataset, distillation, |Answered { prompt, response }| {
        if outcome.sift(&mut sieve, prompt, response.as_ref()) {
            exporter.prompt(prompt, response.as_ref()).map_err(failed)?;
        }
        Ok(())
    })?;
    exporter.end().map_err(failed).map(|()| outcome)
}

/// Writes prompts alone: one thread reads them and another writes them, since each takes about as long.
fn write_prompts(
    session: &Session<'_>,
    dataset: i64,
    options: &ExportOptions,
    out: &mut (dyn Write + Send),
) -> Result<ExportOutcome> {
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        let writer = scope.spawn(move || write_each(options, &receiver, out));
        let (mut some, mut bytes) = (Vec::new(), 0);
        let read = session.each_delivered(dataset, |prompt| {
            bytes += prompt.prompt.len();
            some.push(prompt);
            if some.len() < PROMPTS_AT_ONCE && bytes < BYTES_AT_ONCE {
                return Ok(());
            }
            bytes = 0;
            sender.send(Some(std::mem::take(&mut some))).map_err(|_| failed(io::ErrorKind::BrokenPipe.into()))
        });
        if read.is_ok() {
            // A writer that is gone has failed, and tells of it.
            _ = sender.send(Some(some)).and_then(|()| sender.send(None));
        }
        drop(sender);
        let written = joined(writer).map_err(failed)?;
        read.map(|()| ExportOutcome { written, ..ExportOutcome::default() })
    })
}

/// Writes the prompts that are handed over, and ends the file once told that there are no more, by `None`.
fn write_each(
    options: &ExportOptions,
    receiver: &Receiver<Option<Vec<Delivered>>>,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let mut exporter = Exporter::begin(options, out)?;
    let mut written = 0;
    for some in receiver {
        let Some(some) = some else { return exporter.end().map(|()| written) };
        for prompt in &some {
            exporter.prompt(prompt, None)?;
        }
        written += some.len() as u64;
    }
    Ok(written)
}

fn failed(source: io::Error) -> Error {
    Error::Io { doing: "write", path: "the output".into(), source }
}
