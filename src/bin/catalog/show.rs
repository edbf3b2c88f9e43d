//! `catalog show`.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::report::visible;
use prompt_catalog::app::show::{Origin, PromptDetails, show};
use prompt_catalog::domain::hash::HashPrefix;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;

/// Show one prompt: its text, labels, origin, and every dataset it is in
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog show 1f0c2a9e")]
pub struct ShowArgs {
    /// The prompt's content hash, or its first 8 digits or more
    hash: HashPrefix,
}

pub fn run(args: &ShowArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let details = show(&global.read()?, &args.hash)?;
    output.result(&details, || text(&details))?;
    Ok(ExitCode::SUCCESS)
}

fn text(details: &PromptDetails) -> String {
    let PromptDetails { id, category, area, language, source, .. } = details;
    let mut text = format!("id        {id}\ncategory  {}\narea      {area}\n", visible(category));
    text += &format!("language  {}\nsource    {source}\n", visible(language));
    text += &details.origin.as_ref().map_or_else(String::new, origin);
    if !details.metadata.is_null() {
        text += &format!("metadata  {}\n", visible(&details.metadata.to_string()));
    }
    for place in &details.datasets {
        let released = place.released_at.as_ref().map_or_else(String::new, |at| format!(", released {at}"));
        text += &format!(
            "dataset   {}, number {} of it, use {}, {}{released}\n",
            place.dataset, place.position, place.use_number, place.created_at
        );
    }
    if details.datasets.is_empty() {
        text += "dataset   none: it can be drawn\n";
    }
    format!("{text}\n{}\n", prompt(&details.prompt))
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::File { run, imported_at, file, sha256, line, record } => {
            let file = visible(file);
            let whole = sha256.map_or_else(String::new, |sha256| format!("file      SHA-256 {sha256}\n"));
            format!("origin    {file}:{line} (record {record}), import {run}, {imported_at}\n{whole}")
        }
        Origin::Template { template, version, index } => {
            format!("origin    template {template}, index {index}\nversion   {version}\n")
        }
    }
}

/// Returns a prompt as it is, or, for a terminal, without what a terminal would obey.
fn prompt(text: &str) -> String {
    if !io::stdout().is_terminal() {
        return text.to_owned();
    }
    let line = |line: &str| line.split('\t').map(visible).collect::<Vec<_>>().join("\t");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}
