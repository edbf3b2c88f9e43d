//! `catalog report`.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::report::{Definition, Look, ReportFormat, ReportRequest, find_report, load_reports, report};

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
    /// table, csv, json, markdown or html [default: table; json with `--json`]
    #[arg(long, value_name = "FORMAT")]
    format: Option<ReportFormat>,
    /// Count what takes longer too, such as lengths, for which every prompt is read; json and html do so by themselves
    #[arg(long, overrides_with = "no_details")]
    details: bool,
    /// Leave out what takes longer
    #[arg(long, overrides_with = "details")]
    no_details: bool,
    /// Draw with ASCII alone; so it is too where the locale has no UTF-8
    #[arg(long)]
    ascii: bool,
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
    let usual = if output.json { ReportFormat::Json } else { ReportFormat::Table };
    let format = args.format.unwrap_or(usual);
    let catalog = global.read()?;
    let taxonomy = catalog.taxonomy();
    let request = ReportRequest {
        dataset: args.dataset.clone(),
        targets: args.targets.spec(taxonomy)?,
        filter: args.targets.filter(taxonomy, None),
        counts: args.counts.clone(),
        details: args.details || (!args.no_details && matches!(format, ReportFormat::Json | ReportFormat::Html)),
    };
    let report = report(&catalog, &global.load_templates(taxonomy)?, definition, &request)?;
    output.print(&report.render(format, &look(args.ascii, output)))?;
    Ok(ExitCode::SUCCESS)
}

/// Finds out what the terminal can show. Where stdout is none, COLUMNS says how wide a table may be, else it is 80.
fn look(ascii: bool, output: &Output) -> Look {
    let terminal = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let named = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = terminal.or_else(named).unwrap_or(Look::default().width);
    Look { width, ascii: ascii || !shows_unicode(), color: output.colored }
}

/// Tells whether the locale is one of UTF-8; where none is named, nothing speaks against it.
fn shows_unicode() -> bool {
    let named = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(named);
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
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
