//! `catalog dataset diff`.

use clap::Args;
use prompt_catalog::app::diff::{DatasetDiff, diff_datasets};
use prompt_catalog::app::report::counted;
use prompt_catalog::domain::hash::ContentHash;

use crate::args::Global;
use crate::error::Failure;
use crate::output::{Output, table};

/// How many prompts of each kind are named.
const MOST_NAMED: usize = 10;

/// Compare two datasets: what only one has, what both have, and with other labels
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog dataset diff sample-1 sample-2")]
pub struct DiffArgs {
    /// The first dataset's name
    a: String,
    /// The second dataset's name
    b: String,
}

pub fn run(args: &DiffArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let diff = diff_datasets(&global.read()?, &args.a, &args.b)?;
    output.result(&diff, || shown(&diff))
}

fn shown(diff: &DatasetDiff) -> String {
    let DatasetDiff { a, b, in_both, only_in_a, only_in_b, relabelled, axes } = diff;
    let mut text = format!("{} in both\n", counted(*in_both, "prompt"));
    for (what, prompts) in [
        (format!("only in {a}"), only_in_a),
        (format!("only in {b}"), only_in_b),
        ("in both, with other labels".to_owned(), relabelled),
    ] {
        text += &named(&what, prompts);
    }
    for (axis, values) in axes {
        let rows = values.iter().map(|(value, [a, b])| vec![value.as_str().into(), (*a).into(), (*b).into()]);
        text += &table(&[axis.name(), a.as_str(), b.as_str()], rows.collect());
    }
    text
}

fn named(what: &str, prompts: &[ContentHash]) -> String {
    let mut text = format!("{} {what}\n", counted(prompts.len() as u64, "prompt"));
    text.extend(prompts.iter().take(MOST_NAMED).map(|id| format!("  {id}\n")));
    if prompts.len() > MOST_NAMED {
        text += &format!("  and {} more, which `--json` lists\n", prompts.len() - MOST_NAMED);
    }
    text
}
