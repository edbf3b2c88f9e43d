//! `catalog distill --output`: from a dataset, or from nothing, to a training file.

use prompt_catalog::Error;
use prompt_catalog::app::Catalog;
use prompt_catalog::app::export::{ExportOptions, export_to_file};
use prompt_catalog::app::sample::OutputFile;
use prompt_catalog::domain::answers::AnswerRules;

use super::DistillArgs;
use crate::args::{Global, check_target};
use crate::dataset::export::{check_answers, left_out};
use crate::error::Failure;
use crate::output::Output;
use crate::sample::format_by_ending;

/// Returns the training file asked for. That it cannot be written is found out before anything is paid.
pub fn file(args: &DistillArgs, global: &Global) -> Result<Option<OutputFile>, Failure> {
    let Some(path) = &args.output else { return Ok(None) };
    check_target(path, &global.db, &[])?;
    if path.symlink_metadata().is_ok() {
        return Err(Error::FileExists(path.clone()).into());
    }
    let format = args.format.unwrap_or_else(|| format_by_ending(Some(path)));
    check_answers(format)?;
    let responses = Some(AnswerRules::default());
    let options = ExportOptions { format, system: None, formula_safe: false, responses };
    Ok(Some(OutputFile { path: path.clone(), options, overwrite: false }))
}

/// Writes it.
pub fn write(catalog: &Catalog, dataset: &str, file: &OutputFile, output: &Output) -> Result<(), Failure> {
    let outcome = export_to_file(catalog, dataset, file)?;
    output.note(&format!("{dataset} is written to {}", file.path.display()));
    left_out(&outcome, output);
    Ok(())
}
