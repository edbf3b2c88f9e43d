//! `catalog import`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::catalog::Begin;
use prompt_catalog::app::import::{ImportOutcome, ImportRequest, MAX_PROMPT_BYTES, Misspelt, import, shipped};
use prompt_catalog::app::report::{counted, grouped};
use prompt_catalog::domain::taxonomy::Taxonomy;
use prompt_catalog::source::walk::PassedOver;

use crate::args::{Global, check_target};
use crate::error::Failure;
use crate::output::Output;
use crate::reading::{ReadArgs, Reading, stop_flag};

/// Read prompts from files and folders, and keep what is new
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog import prompts/ more.jsonl --exclude 'drafts/**' --rejects rejects.jsonl")]
pub struct ImportArgs {
    /// Files and folders; `-` is the standard input
    #[arg(required_unless_present = "shipped", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Bring in the prompts that ship in the program
    #[arg(long, conflicts_with = "paths")]
    shipped: bool,
    #[command(flatten)]
    read: ReadArgs,
    /// Give every prompt this category
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    /// Give every prompt this language
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Leave out the files of a folder that match (can be repeated)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Let the labels of a duplicate replace those that the catalog has
    #[arg(long)]
    update_labels: bool,
    /// Reject prompts longer than this
    #[arg(long, value_name = "BYTES", default_value_t = MAX_PROMPT_BYTES)]
    max_bytes: u64,
    /// Read at most this many records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Write every rejected record, with its reason, to this file as JSON Lines
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Write over a file of rejects that exists
    #[arg(long, requires = "rejects")]
    force: bool,
    /// Count only, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: &ImportArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let taxonomy = global.load_taxonomy()?;
    check_labels(args, &taxonomy)?;
    if let Some(rejects) = &args.rejects {
        check_target(rejects, &global.db, &args.paths)?;
    }
    // A mistyped path makes no catalog.
    if !args.shipped && !global.db.exists() && !args.paths.iter().any(|path| path.as_os_str() == "-" || path.exists()) {
        let paths: Vec<String> = args.paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Failure::failed(format!("nothing could be read: there is no {}", paths.join(", ")))
            .hinted("look at the path; nothing was changed"));
    }
    let mut reading = Reading::new(output, args.rejects.as_deref(), args.force)?;
    let mut catalog = match args.dry_run && !global.db.exists() {
        true => prompt_catalog::app::Catalog::temporary(taxonomy)?,
        false => global.write_or_create(Begin::Empty)?,
    };
    let outcome = import(&mut catalog, &request(args), &stop_flag(), &mut |event| reading.observe(&event));
    reading.end_bar();
    let outcome = outcome?;
    reading.end()?;
    output.result(&outcome, || summary(&outcome, args.dry_run))?;
    for Misspelt { axis, label, similar, records } in &outcome.misspelt {
        let records = counted(*records, "record");
        output.note(&format!(
            "{records} with the {axis} `{label}`, which the taxonomy does not know; is `{similar}` meant?"
        ));
    }
    end(&outcome)
}

fn request(args: &ImportArgs) -> ImportRequest {
    ImportRequest {
        paths: args.paths.clone(),
        inputs: args.shipped.then(shipped),
        exclude: args.exclude.clone(),
        format: args.read.format,
        fields: args.read.fields(),
        category: args.category.clone(),
        language: args.language.clone(),
        update_labels: args.update_labels,
        max_bytes: args.max_bytes,
        limit: args.limit,
        dry_run: args.dry_run,
        labels_of_path: true,
    }
}

fn check_labels(args: &ImportArgs, taxonomy: &Taxonomy) -> Result<(), Failure> {
    for (flag, label) in [("--category", &args.category), ("--language", &args.language)] {
        if let Some(label) = label {
            taxonomy.category(label).map_err(|error| Failure::usage(format!("the label of {flag} {error}")))?;
        }
    }
    Ok(())
}

fn summary(outcome: &ImportOutcome, dry_run: bool) -> String {
    let ImportOutcome { read, added, duplicates, rejected, conflicts, files, .. } = outcome;
    let (read, files, duplicates) =
        (counted(*read, "record"), counted(*files, "file"), counted(*duplicates, "duplicate"));
    let [added, rejected, conflicts] = [added, rejected, conflicts].map(|count| grouped(*count));
    let would = if dry_run { " (nothing was changed)" } else { "" };
    let mut text = format!(
        "{read} read from {files}: {added} added, {duplicates} ({conflicts} with other labels), \
         {rejected} rejected{would}\n"
    );
    if !outcome.passed_over.is_empty() {
        text += &format!("passed over: {}\n", passed_over(&outcome.passed_over));
    }
    text
}

fn passed_over(counts: &BTreeMap<PassedOver, u64>) -> String {
    let name = |reason| match reason {
        PassedOver::Hidden => "hidden",
        PassedOver::SymbolicLink => "symbolic link",
        PassedOver::Documentation => "README and the like",
        PassedOver::Excluded => "excluded",
        PassedOver::UnknownFormat => "of no known format",
        PassedOver::Special => "no regular file",
    };
    counts.iter().map(|(reason, count)| format!("{} {}", grouped(*count), name(*reason))).collect::<Vec<_>>().join(", ")
}

fn end(outcome: &ImportOutcome) -> Result<ExitCode, Failure> {
    if outcome.interrupted {
        return Err(Failure::failed("interrupted; what was read until then is kept")
            .hinted("run the same command again to finish: what is there already counts as a duplicate"));
    }
    if outcome.files == 0 {
        return Err(Failure::failed("nothing could be read").hinted(
            "name files of json, jsonl, csv, tsv, txt, md or parquet, or a folder that holds some; `--format` tells what a file is",
        ));
    }
    Ok(ExitCode::SUCCESS)
}
