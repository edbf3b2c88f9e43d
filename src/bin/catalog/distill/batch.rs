//! `catalog distill --batch` and `--resume`.

use std::process::ExitCode;
use std::time::Duration;

use prompt_catalog::Error;
use prompt_catalog::app::Catalog;
use prompt_catalog::app::distill::{
    Collected, DistillRequest, Estimate, Stopped, Submitted, collect_batches, submit_batches,
};
use prompt_catalog::app::report::{counted, grouped};
use prompt_catalog::domain::teacher::Provider;
use prompt_catalog::teacher::Endpoint;
use serde_json::json;

use super::{DistillArgs, again, endings_and_faults, key};
use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;
use crate::reading::stop_flag;

/// What to type to take the answers in later.
const LATER: &str = "`catalog distill --resume` takes the answers in, on this terminal or another";

/// Hands the questions over, and waits for the answers.
pub fn run(
    args: &DistillArgs,
    request: &DistillRequest,
    told: &Estimate,
    catalog: &mut Catalog,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let submitted = submit_batches(catalog, request, told)?;
    if !output.json {
        output.status(&handed_over(&submitted));
    }
    let collected = collect(args, catalog, output)?;
    let both = json!({ "submitted": submitted, "collected": collected });
    output.result(&both, || account(&collected))?;
    let dataset = submitted.dataset.as_str();
    match &submitted.stopped {
        Some(Stopped::Budget) => {
            Err(Failure::failed("the next question could have cost more than `--max-cost` allows")
                .hinted(format!("{} hands over the rest", again(args, dataset, Some("a larger `--max-cost`")))))
        }
        Some(Stopped::Teacher { model, message }) => {
            Err(Failure::failed(format!("a batch for {model} was not taken: {message}"))
                .hinted(format!("{} hands over what is missing", again(args, dataset, None))))
        }
        Some(Stopped::Interrupted) | None => {
            let command = match args.count {
                None => "the command that handed them over, typed again,".to_owned(),
                Some(_) => again(args, dataset, None),
            };
            end(&collected, &command)
        }
    }
}

/// Takes in the answers of every open batch.
pub fn resume(args: &DistillArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let mut catalog = global.write()?;
    let collected = collect(args, &mut catalog, output)?;
    output.result(&collected, || account(&collected))?;
    end(&collected, "`catalog distill DATASET --batch`, with the options that they had,")
}

fn collect(args: &DistillArgs, catalog: &mut Catalog, output: &Output) -> Result<Collected, Failure> {
    // The address was looked at when the batch was handed over.
    let endpoint = |provider: Provider, base_url: &str| -> Result<Endpoint, Error> {
        Ok(Endpoint { provider, base_url: Some(base_url.to_owned()), key: key(provider)?, insecure: true })
    };
    let bar = output.progress("{spinner} {msg}", 0);
    let pause = Duration::from_secs(args.poll);
    let collected = collect_batches(catalog, &endpoint, pause, &stop_flag(), &mut |collected| {
        let open = collected.batches.iter().filter(|batch| !batch.ended).count() as u64;
        bar.set_message(format!("{} open, {} answered", number_of(open), grouped(collected.answered)));
    });
    bar.finish_and_clear();
    Ok(collected?)
}

fn handed_over(submitted: &Submitted) -> String {
    let Submitted { dataset, prompts, known, waiting, submitted: now, left, lost, batches, .. } = submitted;
    let mut text = format!(
        "{dataset}: {} of {} handed over in {}; {} answered, {} handed over before, {} not\n",
        grouped(*now),
        counted(*prompts, "prompt"),
        number_of(batches.len() as u64),
        grouped(*known),
        grouped(*waiting),
        grouped(*left),
    );
    if *lost > 0 {
        let lost = counted(*lost, "request");
        text += &format!("{lost} of a run that was killed may have been paid for without an answer\n");
    }
    text
}

fn account(collected: &Collected) -> String {
    let Collected { batches, answered, failed, endings, faults, cost, .. } = collected;
    let mut text = String::new();
    for batch in batches {
        let state = if batch.ended { format!("{}, taken in", batch.state) } else { batch.state.clone() };
        text += &format!("batch {} of {}: {state}\n", batch.remote_id, batch.provider);
    }
    if batches.is_empty() {
        return "no batch is open\n".to_owned();
    }
    text += &format!("{} answered, {} without an answer\n", counted(*answered, "prompt"), grouped(*failed));
    text + &endings_and_faults(endings, faults) + &format!("cost: {cost}\n")
}

/// Tells how it ended; `command` hands over what is missing.
fn end(collected: &Collected, command: &str) -> Result<ExitCode, Failure> {
    let open = collected.batches.iter().filter(|batch| !batch.ended).count() as u64;
    if open > 0 {
        return Err(Failure::failed(format!("{} not ended", number_of(open))).hinted(LATER));
    }
    if collected.failed > 0 {
        let failed = counted(collected.failed, "prompt");
        return Err(
            Failure::failed(format!("{failed} got no answer")).hinted(format!("{command} hands over what is missing"))
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn number_of(batches: u64) -> String {
    if batches == 1 { "1 batch".to_owned() } else { format!("{} batches", grouped(batches)) }
}
