//! `catalog report`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use prompt_catalog::app::report::{ReportFormat, coverage};

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;

/// Report what the catalog holds, against the default target
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog report coverage --format markdown")]
pub struct ReportArgs {
    /// Which report
    name: Name,
    /// table, csv, json or markdown [default: table; json with `--json`]
    #[arg(long, value_name = "FORMAT")]
    format: Option<ReportFormat>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// What there is of every area, category and language, and how long it lasts
    Coverage,
}

pub fn run(args: &ReportArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let catalog = global.read()?;
    let report = match args.name {
        Name::Coverage => coverage(&catalog, &global.load_templates(catalog.taxonomy())?)?,
    };
    let usual = if output.json { ReportFormat::Json } else { ReportFormat::Table };
    output.print(&report.render(args.format.unwrap_or(usual)))?;
    Ok(ExitCode::SUCCESS)
}
