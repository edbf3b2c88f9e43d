//! `catalog dataset verify`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::import::ImportEvent;
use prompt_catalog::app::report::{counted, visible};
use prompt_catalog::app::verify::{VerifyOutcome, VerifyRequest, verify, verify_by_manifest};

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;
use crate::reading::{ReadArgs, Reading, check_file, stop_flag};

/// How many lines of each kind are named.
const MOST_NAMED: usize = 20;

/// Hold a training file against what the ledger, or a manifest, says that a dataset delivered
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog dataset verify sample-1 train.jsonl\n  \
                        catalog dataset verify train/manifest.json train/validation.json\n\n\
                        Exit code 1 where anything is missing, extra, altered, repeated or cannot be read.")]
pub struct VerifyArgs {
    /// The dataset's name, or the manifest.json of a training folder, which needs no catalog
    #[arg(value_name = "NAME|MANIFEST")]
    name: String,
    /// The file, of any format that `import` reads; `-` is the standard input
    file: PathBuf,
    #[command(flatten)]
    read: ReadArgs,
}

pub fn run(args: &VerifyArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    check_file(&args.file)?;
    let request = VerifyRequest {
        dataset: args.name.clone(),
        file: args.file.clone(),
        format: args.read.format,
        fields: args.read.fields(),
    };
    let mut reading = Reading::new(output, None, false)?;
    let mut observe = |event: ImportEvent<'_>| reading.observe(&event);
    let by_manifest = is_manifest(&args.name);
    let outcome = match by_manifest {
        true => verify_by_manifest(&global.load_taxonomy()?, &request, &stop_flag(), &mut observe),
        false => verify(&global.read()?, &request, &stop_flag(), &mut observe),
    };
    reading.end_bar();
    let outcome = outcome?;
    reading.end()?;
    output.result(&outcome, || shown(&outcome, &args.file.display().to_string()))?;
    if outcome.is_faithful() {
        return Ok(ExitCode::SUCCESS);
    }
    let what = format!("{} does not hold what {} delivered", args.file.display(), outcome.dataset);
    if by_manifest {
        let split = "a file of one split is held against it by its name, which has to be as it was written";
        return Err(Failure::failed(what).hinted(split));
    }
    Err(Failure::failed(what).hinted(format!("`catalog dataset export {}` writes it as it was", outcome.dataset)))
}

/// Tells whether a manifest is meant: a path that no dataset's name can be, or a file that ends as a manifest does.
fn is_manifest(name: &str) -> bool {
    let path = Path::new(name);
    path.components().count() > 1 || (path.extension().is_some_and(|ending| ending == "json") && path.is_file())
}

fn shown(outcome: &VerifyOutcome, file: &str) -> String {
    let (findings, file) = (&outcome.findings, visible(file));
    let mut text = String::new();
    let missing = findings.missing.iter().map(|m| format!("missing: prompt {} of the dataset, {}", m.position, m.id));
    let extra = findings.extra.iter().map(|extra| format!("{file}:{}: extra: {}", extra.line, extra.id));
    let altered =
        findings.altered.iter().map(|a| format!("{file}:{}: altered: {}: {}", a.line, a.id, visible(&a.what)));
    let repeated = findings
        .repeated
        .iter()
        .map(|r| format!("{file}:{}: repeated: {} stands on line {} already", r.line, r.id, r.first_line));
    for lines in [missing.collect::<Vec<_>>(), extra.collect(), altered.collect(), repeated.collect()] {
        text.extend(lines.iter().take(MOST_NAMED).map(|line| format!("{line}\n")));
        if lines.len() > MOST_NAMED {
            text += &format!("and {} more of these, which `--json` lists\n", lines.len() - MOST_NAMED);
        }
    }
    let order = if findings.in_order { "" } else { ", in another order" };
    let counts = [
        (findings.missing.len(), "missing"),
        (findings.extra.len(), "extra"),
        (findings.altered.len(), "altered"),
        (findings.repeated.len(), "repeated"),
    ];
    let counts: Vec<String> = counts.iter().map(|(count, what)| format!("{count} {what}")).collect();
    let faithful = counted(findings.faithful, "prompt");
    text + &format!("{faithful} as {} delivered them{order}; {}\n", outcome.dataset, counts.join(", "))
}
