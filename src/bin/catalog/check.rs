//! `catalog check`.

use std::process::ExitCode;

use prompt_catalog::app::check::{CheckOutcome, check};
use prompt_catalog::app::report::counted;

use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;

pub fn run(global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let catalog = global.read()?;
    let bar = output.progress("{wide_bar} {human_pos} of {human_len} prompts, {eta} left", 0);
    let outcome = check(&catalog, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let outcome = outcome?;
    output.result(&outcome, || text(&outcome))?;
    if outcome.problems.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failure::failed(format!("the check found {}", counted(outcome.problems.len() as u64, "problem")))
        .hinted("restore a copy made with `catalog backup FILE`"))
}

fn text(outcome: &CheckOutcome) -> String {
    let CheckOutcome { prompts, datasets, problems } = outcome;
    let mut text: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
    if problems.is_empty() {
        let (prompts, datasets) = (counted(*prompts, "prompt"), counted(*datasets, "dataset"));
        text += &format!("{prompts} and {datasets} checked: all is well\n");
    }
    text
}
