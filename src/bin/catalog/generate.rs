//! `catalog generate`.

use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::catalog::Begin;
use prompt_catalog::app::generate::{GenerateRequest, generate};
use prompt_catalog::app::report::{counted, grouped};
use prompt_catalog::app::sample::MAX_SEED;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;
use crate::target::TargetArgs;

/// Make new prompts from the templates, ahead of sampling
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog generate --count 500 --only-language rust,go")]
pub struct GenerateArgs {
    /// How many prompts to make
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    count: u64,
    #[command(flatten)]
    target: TargetArgs,
    /// The seed; the same catalog, options and seed make the same prompts [default: one that is made up]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=MAX_SEED))]
    seed: Option<u64>,
}

pub fn run(args: &GenerateArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let taxonomy = global.load_taxonomy()?;
    let templates = global.load_templates(&taxonomy)?;
    let request = GenerateRequest {
        count: args.count,
        targets: args.target.spec(&taxonomy)?,
        filter: args.target.filter(&taxonomy, None),
        seed: args.seed,
    };
    let mut catalog = global.write_or_create(Begin::Shipped)?;
    let outcome = generate(&mut catalog, &templates, &request)?;
    output.result(&outcome, || format!("{} made and kept\n", counted(outcome.added, "prompt")))?;
    if outcome.added < outcome.requested {
        let (requested, added) = (grouped(outcome.requested), grouped(outcome.added));
        output.warning(&format!("{requested} prompts were asked for, and the templates had {added} left"));
    }
    Ok(ExitCode::SUCCESS)
}
