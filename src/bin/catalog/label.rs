//! `catalog label`.

use std::process::ExitCode;

use clap::{ArgGroup, Args};
use prompt_catalog::app::label::{Relabelled, label};
use prompt_catalog::app::report::visible;
use prompt_catalog::domain::dataset::LabelChange;
use prompt_catalog::domain::hash::HashPrefix;
use prompt_catalog::domain::taxonomy::Taxonomy;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;

/// Correct the category or language of prompts; what datasets say of them stays
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("labels").args(["category", "language"]).required(true).multiple(true)))]
#[command(after_help = "Example:\n  catalog label 1f0c2a9e 77d01b3c --category bug_fix --language rust")]
pub struct LabelArgs {
    /// The prompts' content hashes, or their first 8 digits or more
    #[arg(required = true, value_name = "HASH")]
    prompts: Vec<HashPrefix>,
    /// The new category
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    /// The new language; `none` where it is about no single one
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

pub fn run(args: &LabelArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let taxonomy = global.load_taxonomy()?;
    let change = change(args, &taxonomy)?;
    let relabelled = label(&mut global.write()?, &args.prompts, &change)?;
    output.result(&relabelled, || relabelled.iter().map(line).collect())?;
    if let Some(category) = change.category.filter(|category| taxonomy.known_category(category).is_none()) {
        output.note(&format!("the taxonomy has no category {}: it belongs to the area other", visible(&category)));
    }
    Ok(ExitCode::SUCCESS)
}

fn change(args: &LabelArgs, taxonomy: &Taxonomy) -> Result<LabelChange, Failure> {
    let bad = |flag: &'static str| {
        move |error: prompt_catalog::domain::taxonomy::LabelError| {
            Failure::usage(format!("the label of {flag} {error}"))
        }
    };
    let category = args.category.as_ref().map(|label| taxonomy.category(label).map_err(bad("--category")));
    let language = args.language.as_ref().map(|label| taxonomy.language(label).map_err(bad("--language")));
    Ok(LabelChange { category: category.transpose()?, language: language.transpose()? })
}

fn line(relabelled: &Relabelled) -> String {
    let Relabelled { id, before, after } = relabelled;
    let change = |name: &str, before: &String, after: &String| {
        (before != after).then(|| format!("{name} {} is now {}", visible(before), visible(after)))
    };
    let changes =
        [change("category", &before.category, &after.category), change("language", &before.language, &after.language)];
    let changes: Vec<String> = changes.into_iter().flatten().collect();
    let what = if changes.is_empty() { "has these labels already".to_owned() } else { changes.join(", ") };
    format!("{id}: {what}\n")
}
