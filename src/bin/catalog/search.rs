//! `catalog search`.

use std::process::ExitCode;

use clap::Args;
use prompt_catalog::app::report::{counted, grouped, visible};
use prompt_catalog::app::search::{Hit, SearchRequest, search};
use prompt_catalog::domain::prompt::Source;
use prompt_catalog::domain::search::Query;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;
use crate::target::FilterArgs;

/// Find prompts by the words in them, the best match first
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog search 'race condition' sort* --only-language go,rust --unused\n\n\
                        Every word must be there. \"Words in quotes\" follow one another; `sort*` finds what begins so.")]
pub struct SearchArgs {
    /// What to find
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    #[command(flatten)]
    filter: FilterArgs,
    /// Search only this source: existing or generated
    #[arg(long, value_name = "SOURCE")]
    only_source: Option<Source>,
    /// Leave out the prompts that datasets hold
    #[arg(long)]
    unused: bool,
    /// Search only the prompts of this dataset
    #[arg(long = "in", value_name = "DATASET")]
    dataset: Option<String>,
    /// Show at most this many prompts
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    limit: u64,
}

pub fn run(args: &SearchArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let mut catalog = global.read()?;
    let query = Query::parse(&args.words.join(" "));
    let nothing = query.terms().is_empty();
    let request = SearchRequest {
        query,
        filter: args.filter.filter(catalog.taxonomy(), args.only_source),
        unused: args.unused,
        dataset: args.dataset.clone(),
        limit: args.limit,
    };
    let bar = output.progress("building the index {wide_bar} {human_pos} of {human_len}, {eta} left", 0);
    let outcome = search(&mut catalog, &request, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let outcome = outcome?;
    output.result(&outcome, || outcome.hits.iter().map(shown).collect())?;
    let (hits, ranked) = (outcome.hits.len() as u64, outcome.ranked);
    if nothing {
        output.note("there is neither a letter nor a digit to search for");
    } else if outcome.more {
        output
            .note(&format!("more than {} match; the best of the newest of them are shown", counted(ranked, "prompt")));
    } else if hits < ranked {
        output.note(&format!("{} of {} are shown; `--limit N` shows more", grouped(hits), counted(ranked, "prompt")));
    } else if hits == 0 {
        output.note("no prompt holds all of these words");
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(hit: &Hit) -> String {
    let id = &hit.id.to_string()[..12];
    let uses = if hit.uses == 0 { "unused".to_owned() } else { format!("in {}", counted(hit.uses.into(), "dataset")) };
    let labels = format!("{} · {} · {} · {uses}", visible(&hit.category), visible(&hit.language), hit.source);
    format!("{id}  {labels}\n    {}\n", visible(&hit.excerpt))
}
