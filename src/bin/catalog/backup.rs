//! `catalog backup`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::backup::backup;
use prompt_catalog::app::report::grouped;
use serde_json::json;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;

/// Write a consistent copy of the catalog, also while others use it
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog backup catalog-2026-11.db")]
pub struct BackupArgs {
    /// The new file
    file: PathBuf,
}

pub fn run(args: &BackupArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let bytes = backup(&global.read()?, &args.file)?;
    let file = args.file.display();
    let value = json!({ "file": file.to_string(), "bytes": bytes });
    output.result(&value, || format!("{file} holds a copy of {} bytes\n", grouped(bytes)))?;
    Ok(ExitCode::SUCCESS)
}
