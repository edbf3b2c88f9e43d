//! The command line of the catalog.

mod args;
mod backup;
mod check;
mod dataset;
#[cfg(feature = "distill")]
mod distill;
mod error;
mod generate;
mod import;
mod label;
mod output;
mod reading;
mod remove;
mod report;
mod sample;
mod search;
mod show;
mod system_prompt;
mod target;
mod templates;

use std::process::ExitCode;

use clap::Parser as _;

use self::args::{Cli, Command};
use self::output::Output;

/// What one thread reads another writes and gives back, which the system's own allocator makes each wait for the other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !prompt_catalog::source::panic_is_contained() {
            usual(panic);
        }
    }));
    let cli = Cli::parse();
    let output = Output::new(&cli.global);
    let result = match &cli.command {
        Command::Import(args) => import::run(args, &cli.global, &output),
        Command::Sample(args) => sample::run(args, &cli.global, &output),
        Command::Generate(args) => generate::run(args, &cli.global, &output),
        Command::Dataset(args) => dataset::run(args, &cli.global, &output),
        #[cfg(feature = "distill")]
        Command::Distill(args) => distill::run(args, &cli.global, &output),
        Command::Show(args) => show::run(args, &cli.global, &output),
        Command::Search(args) => search::run(args, &cli.global, &output),
        Command::Label(args) => label::run(args, &cli.global, &output),
        Command::Remove(args) => remove::run(args, &cli.global, &output),
        Command::Report(args) => report::run(args, &cli.global, &output),
        Command::Templates(args) => templates::run(args, &cli.global, &output),
        Command::SystemPrompt(args) => system_prompt::run(args, &cli.global, &output),
        Command::Check => check::run(&cli.global, &output),
        Command::Backup(args) => backup::run(args, &cli.global, &output),
    };
    result.unwrap_or_else(|failure| failure.report(&output))
}
