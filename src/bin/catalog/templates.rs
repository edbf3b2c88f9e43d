//! `catalog templates`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use prompt_catalog::app::report::{Value, counted};
use prompt_catalog::app::templates::{TemplateSummary, list_templates, render};
use prompt_catalog::domain::taxonomy::Taxonomy;

use crate::args::Global;
use crate::error::Failure;
use crate::output::{Output, table};

/// List the templates with the sizes of their spaces, or render one of their prompts
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog templates")]
pub struct TemplatesArgs {
    #[command(subcommand)]
    command: Option<TemplatesCommand>,
}

#[derive(Debug, Subcommand)]
enum TemplatesCommand {
    /// Render the prompt at an index of a template's space
    #[command(after_help = "Example:\n  catalog templates show bug_fix --index 7")]
    Show {
        /// The template's name
        name: String,
        /// The index, from 0
        #[arg(long, value_name = "I")]
        index: u64,
    },
}

pub fn run(args: &TemplatesArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let taxonomy = global.load_taxonomy()?;
    let templates = global.load_templates(&taxonomy)?;
    match &args.command {
        None => {
            let list = list_templates(&templates, &taxonomy);
            output.result(&list, || shown(&list, &taxonomy))?;
        }
        Some(TemplatesCommand::Show { name, index }) => {
            let prompt = render(&templates, name, *index)?;
            output.result(&prompt, || format!("{}\n", prompt.prompt))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(list: &[TemplateSummary], taxonomy: &Taxonomy) -> String {
    let languages = taxonomy.languages().iter().filter(|language| language.target.is_some());
    let languages: Vec<&str> = languages.map(|language| language.name.as_str()).collect();
    let rows = list.iter().map(|template| {
        let sizes = languages.iter().map(|language| template.languages.get(*language).copied().unwrap_or(0).into());
        let names = [template.area.as_str().into(), template.name.as_str().into(), template.size.into()];
        names.into_iter().chain(sizes).collect::<Vec<Value>>()
    });
    let columns: Vec<&str> = ["area", "template", "prompts"].into_iter().chain(languages.iter().copied()).collect();
    let rows = table(&columns, rows.collect());
    let total = list.iter().map(|template| template.size).sum();
    let templates = counted(list.len() as u64, "template");
    format!("{rows}{templates} can make {}\n", counted(total, "prompt"))
}
