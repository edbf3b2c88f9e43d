//! `catalog dataset export --output-dir`.

use std::path::PathBuf;

use clap::Args;
use prompt_catalog::app::export::ExportOptions;
use prompt_catalog::app::training::{TrainingOutcome, TrainingRequest, export_to_folder};
use prompt_catalog::domain::split::Splits;

use super::export::left_out;
use crate::args::{Global, check_target};
use crate::error::Failure;
use crate::output::{Output, table};

/// The whole of what a trainer reads, as a folder.
#[derive(Debug, Args)]
pub struct FolderArgs {
    /// Write data files, dataset_info.json, a dataset card and a manifest to this new folder
    #[arg(long, value_name = "DIR", requires = "with", conflicts_with_all = ["output", "force"])]
    pub output_dir: Option<PathBuf>,
    /// Divide the rows by these shares, each area, language and source alike; near prompts stay together [default: train=1]
    #[arg(long, value_name = "NAME=SHARE,…", requires = "output_dir")]
    split: Option<Splits>,
    /// The seed of the division
    #[arg(long, value_name = "N", default_value_t = 0, requires = "output_dir")]
    seed: u64,
    /// The licence that the dataset card names, by the Hugging Face Hub's word for it
    #[arg(long, value_name = "LICENSE", default_value = "other", requires = "output_dir")]
    license: String,
    /// A human language of the texts that the dataset card names, by its ISO 639 code (can be repeated)
    #[arg(long, value_name = "CODE", default_value = "code", requires = "output_dir")]
    text_language: Vec<String>,
}

/// Writes the folder.
pub fn run(
    name: &str,
    args: &FolderArgs,
    folder: PathBuf,
    options: ExportOptions,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    check_target(&folder, &global.db, &[])?;
    let format = options.format;
    let splits = args.split.clone().unwrap_or_default();
    let (path, one) = (folder.display().to_string(), splits.names().len() == 1);
    let request = TrainingRequest {
        dataset: name.to_owned(),
        folder,
        options,
        splits,
        seed: args.seed,
        license: args.license.clone(),
        languages: args.text_language.clone(),
    };
    let outcome = export_to_folder(&global.read()?, &request)?;
    output.note(&format!("{name} is written to {path}"));
    left_out(&outcome.rows, output);
    if one && format.wants_validation() {
        output.note(&format!(
            "what trains on {} asks for a file to validate with too: `--split train=0.9,validation=0.1`",
            format.name()
        ));
    }
    if outcome.files.iter().any(|file| file.rows != file.quota) {
        output.warning("prompts that are nearly the same stay in one split, so the shares are not met to the row");
    }
    for file in outcome.files.iter().filter(|file| file.rows == 0) {
        output.warning(&format!("the split {} has no row, and some loaders refuse an empty file", file.split));
    }
    output.result(&outcome, || shown(&outcome))
}

fn shown(outcome: &TrainingOutcome) -> String {
    let rows = outcome.files.iter().map(|file| {
        vec![
            file.split.as_str().into(),
            file.file.as_str().into(),
            file.rows.into(),
            file.quota.into(),
            file.bytes.into(),
        ]
    });
    table(&["split", "file", "rows", "quota", "bytes"], rows.collect())
}
