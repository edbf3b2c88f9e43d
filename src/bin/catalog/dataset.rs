//! `catalog dataset`.

mod diff;
pub mod export;
mod record;
mod training;
mod verify;

use std::io::{self, BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use prompt_catalog::Error;
use prompt_catalog::app::dataset::{DatasetDetails, DatasetSummary, list_datasets, release_dataset, show_dataset};
use prompt_catalog::app::report::{Value, counted, grouped};

use crate::args::Global;
use crate::error::Failure;
use crate::output::{Output, table};

/// The ledger: list, show, export, compare, verify, record and release datasets
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog dataset list")]
pub struct DatasetArgs {
    #[command(subcommand)]
    command: DatasetCommand,
}

#[derive(Debug, Subcommand)]
enum DatasetCommand {
    /// List all datasets, oldest first
    #[command(after_help = "Example:\n  catalog dataset list --json")]
    List,
    /// Show what a dataset holds, and how it was drawn
    #[command(after_help = "Example:\n  catalog dataset show sample-1")]
    Show {
        /// The dataset's name
        name: String,
    },
    Export(Box<export::ExportArgs>),
    Diff(diff::DiffArgs),
    Verify(verify::VerifyArgs),
    Record(record::RecordArgs),
    /// Give the prompts of a dataset back to the pool; its record stays
    #[command(after_help = "Example:\n  catalog dataset release sample-1 --yes")]
    Release {
        /// The dataset's name
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

pub fn run(args: &DatasetArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    match &args.command {
        DatasetCommand::List => {
            let datasets = list_datasets(&global.read()?)?;
            output.result(&datasets, || list(&datasets))?;
        }
        DatasetCommand::Show { name } => {
            let details = show_dataset(&global.read()?, name)?;
            output.result(&details, || show(&details))?;
        }
        DatasetCommand::Export(args) => export::run(args, global, output)?,
        DatasetCommand::Diff(args) => diff::run(args, global, output)?,
        DatasetCommand::Verify(args) => return verify::run(args, global, output),
        DatasetCommand::Record(args) => record::run(args, global, output)?,
        DatasetCommand::Release { name, yes } => release(name, *yes, global, output)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn release(name: &str, yes: bool, global: &Global, output: &Output) -> Result<(), Failure> {
    let mut catalog = global.write()?;
    let details = show_dataset(&catalog, name)?;
    if details.released_at.is_some() {
        return Err(Error::AlreadyReleased(details.summary.name).into());
    }
    if !yes && !agreed(&details.summary)? {
        return Err(Failure::failed(format!("{name} was not released")));
    }
    let released = release_dataset(&mut catalog, name)?;
    output.result(&released, || {
        format!("{} is released: its {} can be drawn again\n", released.name, counted(released.size, "prompt"))
    })
}

fn agreed(dataset: &DatasetSummary) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(format!(
            "releasing {} needs a yes, and there is no terminal to ask on",
            dataset.name
        ))
        .hinted(format!("`catalog dataset release {} --yes`", dataset.name)));
    }
    let question =
        format!("Release {} and make its {} prompts free to be drawn again? [y/N] ", dataset.name, dataset.size);
    io::Write::write_all(&mut io::stderr(), question.as_bytes())?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

fn list(datasets: &[DatasetSummary]) -> String {
    if datasets.is_empty() {
        return "no datasets yet; `catalog sample --count N` makes one\n".to_owned();
    }
    let rows = datasets.iter().map(|dataset| {
        vec![
            dataset.name.as_str().into(),
            dataset.size.into(),
            dataset.state.name().into(),
            dataset.seed.map_or(Value::None, |seed| Value::Text(seed.to_string())),
            dataset.created_at.as_str().into(),
        ]
    });
    table(&["dataset", "prompts", "state", "seed", "created"], rows.collect())
}

fn show(details: &DatasetDetails) -> String {
    let DatasetDetails { summary, requested, axes, released_at, shortfalls, program, draw_version, .. } = details;
    let (name, size, state) = (&summary.name, grouped(summary.size), summary.state.name());
    let (requested, at) = (grouped(*requested), &summary.created_at);
    let mut text = match (summary.seed, details.import_run) {
        (Some(seed), _) => format!(
            "{name}: {size} of {requested} prompts, {state}, seed {seed}\n\
             drawn {at} by version {program}, rules {draw_version}\n"
        ),
        (None, run) => format!(
            "{name}: {size} prompts of {requested} records, {state}\nrecorded {at} by version {program}, import {}\n",
            run.unwrap_or_default()
        ),
    };
    if let Some(at) = released_at {
        text += &format!("released {at}\n");
    }
    for (axis, values) in axes {
        let rows = values.iter().map(|(value, count)| vec![value.as_str().into(), (*count).into()]);
        text += &table(&[axis.name(), "prompts"], rows.collect());
    }
    for short in shortfalls.as_array().into_iter().flatten() {
        let word = |name: &str| short[name].as_str().unwrap_or_default().to_owned();
        text += &format!(
            "short: {}={} has a quota of {}, and {} were drawn\n",
            word("axis"),
            word("value"),
            short["quota"],
            short["drawn"]
        );
    }
    text
}
