//! `catalog system-prompt`.

use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::system_prompt::system_prompt;
use prompt_catalog::domain::prompt::Axis;
use prompt_catalog::domain::target::label;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;

/// Print the teacher's system prompt, with what a category, area or language adds
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog system-prompt --category bug_fix --language rust > system.txt")]
pub struct SystemPromptArgs {
    /// Add what this category needs, and its area
    #[arg(long, value_name = "CATEGORY", conflicts_with = "area")]
    category: Option<String>,
    /// Add what this area needs
    #[arg(long, value_name = "AREA")]
    area: Option<String>,
    /// Add what this language needs
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

pub fn run(args: &SystemPromptArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let taxonomy = global.load_taxonomy()?;
    let named = |axis, value: &Option<String>| value.as_ref().map(|value| label(&taxonomy, axis, value));
    let (category, language) = (named(Axis::Category, &args.category), named(Axis::Language, &args.language));
    let known_area = |area: &String| taxonomy.areas().iter().any(|known| known.name == *area);
    if let Some(area) = args.area.as_ref().filter(|area| !known_area(area)) {
        let areas: Vec<&str> = taxonomy.areas().iter().map(|area| area.name.as_str()).collect();
        return Err(
            Failure::usage(format!("there is no area `{area}`")).hinted(format!("the areas are {}", areas.join(", ")))
        );
    }
    for (axis, value, known) in [
        (Axis::Category, &category, category.as_ref().is_none_or(|value| taxonomy.known_category(value).is_some())),
        (Axis::Language, &language, language.as_ref().is_none_or(|value| taxonomy.known_language(value).is_some())),
    ] {
        if let (Some(value), false) = (value, known) {
            return Err(Failure::usage(format!("there is no {axis} `{value}` in the taxonomy"))
                .hinted("`catalog templates` lists the categories, and the languages that have a target"));
        }
    }
    let prompt = system_prompt(category.as_deref(), args.area.as_deref(), language.as_deref(), &taxonomy)?;
    output.result(&prompt, || format!("{}\n", prompt.text))?;
    Ok(ExitCode::SUCCESS)
}
