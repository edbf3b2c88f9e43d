//! `catalog report`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::report::{Definition, ReportFormat, ReportRequest, find_report, load_reports, report};

use crate::args::Global;
use crate::error::Failure;
use crate::output::{Output, table};
use crate::target::TargetArgs;

/// Report what the catalog holds, what it was used for, and where it came from
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog report coverage --format markdown\n  catalog report dataset sample-1")]
pub struct ReportArgs {
    /// Which report: coverage, dataset, datasets, imports, runway, usage, or one of `--reports`; none lists them
    name: Option<String>,
    /// The dataset that the report is about, where it is about one
    dataset: Option<String>,
    /// table, csv, json or markdown [default: table; json with `--json`]
    #[arg(long, value_name = "FORMAT")]
    format: Option<ReportFormat>,
    /// The sizes of the samples whose runway is told
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    counts: Vec<u64>,
    /// A folder of definitions that add to the program's own, or take their place by name
    #[arg(long, value_name = "DIR", env = "CATALOG_REPORTS")]
    reports: Option<PathBuf>,
    #[command(flatten)]
    targets: TargetArgs,
}

pub fn run(args: &ReportArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let reports = load_reports(args.reports.as_deref())?;
    let Some(name) = &args.name else { return list(&reports, output) };
    let definition = find_report(&reports, name)?;
    let catalog = global.read()?;
    let taxonomy = catalog.taxonomy();
    let request = ReportRequest {
        dataset: args.dataset.clone(),
        targets: args.targets.spec(taxonomy)?,
        filter: args.targets.filter(taxonomy),
        counts: args.counts.clone(),
        details: false,
    };
    let report = report(&catalog, &global.load_templates(taxonomy)?, definition, &request)?;
    let usual = if output.json { ReportFormat::Json } else { ReportFormat::Table };
    output.print(&report.render(args.format.unwrap_or(usual)))?;
    Ok(ExitCode::SUCCESS)
}

fn list(reports: &[Definition], output: &Output) -> Result<ExitCode, Failure> {
    let about = |report: &Definition| report.about.clone().unwrap_or_else(|| report.title.clone());
    let names: Vec<_> =
        reports.iter().map(|report| serde_json::json!({ "name": report.name, "about": about(report) })).collect();
    output.result(&names, || {
        let rows = reports.iter().map(|report| vec![report.name.as_str().into(), about(report).into()]);
        table(&["report", "what it tells"], rows.collect())
    })?;
    Ok(ExitCode::SUCCESS)
}
