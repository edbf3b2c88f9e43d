//! Writing a dataset's prompts, in the order of the draw.

use std::io::Write;

use super::Catalog;
use super::dataset::find;
use super::output::NewFile;
use super::sample::OutputFile;
use crate::error::{Error, Result};
use crate::export::Exporter;
use crate::store::Session;

pub use crate::export::{ExportFormat, ExportOptions};

/// Writes the prompts of a dataset to a stream.
///
/// # Errors
/// When there is no such dataset, or the stream fails.
pub fn export(catalog: &Catalog, name: &str, options: &ExportOptions, out: &mut dyn Write) -> Result<()> {
    catalog.store.read(|session| write_dataset(session, find(session, name)?.id, options, out))
}

/// Writes the prompts of a dataset to a file, which appears whole or not at all.
///
/// # Errors
/// When there is no such dataset, the file exists and is not to be overwritten, or the disk fails.
pub fn export_to_file(catalog: &Catalog, name: &str, output: &OutputFile) -> Result<()> {
    catalog.store.read(|session| {
        let dataset = find(session, name)?;
        let mut file = NewFile::new(&output.path, output.overwrite)?;
        file.fill(|out| write_dataset(session, dataset.id, &output.options, out))?;
        file.place()
    })
}

pub(super) fn write_dataset(
    session: &Session<'_>,
    dataset: i64,
    options: &ExportOptions,
    out: &mut dyn Write,
) -> Result<()> {
    let failed = |source| Error::Io { doing: "write", path: "the output".into(), source };
    let mut exporter = Exporter::begin(options, out).map_err(failed)?;
    session.each_delivered(dataset, |prompt| exporter.prompt(prompt).map_err(failed))?;
    exporter.end().map_err(failed)
}
