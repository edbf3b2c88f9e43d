//! `catalog remove`.

use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::remove::remove;
use prompt_catalog::domain::hash::HashPrefix;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;

/// Take prompts out of the catalog; refused where a dataset holds one
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog remove 1f0c2a9e\n\n\
                        No template makes such a prompt again; importing a file that holds it brings it back.")]
pub struct RemoveArgs {
    /// The prompts' content hashes, or their first 8 digits or more
    #[arg(required = true, value_name = "HASH")]
    prompts: Vec<HashPrefix>,
}

pub fn run(args: &RemoveArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let outcome = remove(&mut global.write()?, &args.prompts)?;
    output.result(&outcome, || outcome.removed.iter().map(|id| format!("{id} is taken out\n")).collect())?;
    Ok(ExitCode::SUCCESS)
}
