//! `catalog dataset export`.

use clap::Args;
use prompt_catalog::app::export::{ExportFormat, ExportOptions, ExportOutcome, export_to_file};
use prompt_catalog::app::report::counted;
use prompt_catalog::app::sample::OutputFile;
use prompt_catalog::domain::answers::{AnswerRules, Flaw};
use prompt_catalog::domain::near::Similarity;
use prompt_catalog::domain::teacher::Ending;
use serde_json::json;

use super::training::{self, FolderArgs};
use crate::args::Global;
use crate::error::Failure;
use crate::output::Output;
use crate::sample::{OutputArgs, write_dataset};

/// Write the prompts of a dataset, in the order of the draw
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  catalog dataset export sample-1 --format openai --system default --output train.jsonl\n  \
                  catalog dataset export sample-1 --with responses --min-chars 40 --require-code --output train.jsonl\n  \
                  catalog dataset export sample-1 --with responses --format chatglm3 --split train=0.9,validation=0.1 \
                  --output-dir train/"
)]
pub struct ExportArgs {
    /// The dataset's name
    name: String,
    /// Write each prompt with its teacher's answer, and none without: responses
    #[arg(long, value_name = "WHAT", value_parser = ["responses"])]
    with: Option<String>,
    #[command(flatten)]
    answers: AnswerArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    folder: FolderArgs,
}

/// Which answers are written; empty ones never are.
#[derive(Debug, Args)]
struct AnswerArgs {
    /// Write answers too that ended like this: cut_off, refused, other (can be repeated)
    #[arg(long, value_name = "ENDING", requires = "with")]
    include: Vec<Ending>,
    /// Leave out answers of fewer characters
    #[arg(long, value_name = "N", requires = "with")]
    min_chars: Option<u64>,
    /// Leave out answers of more characters
    #[arg(long, value_name = "N", requires = "with")]
    max_chars: Option<u64>,
    /// Leave out answers without a fenced code block to prompts that have a language, or are of an area of code
    #[arg(long, requires = "with")]
    require_code: bool,
    /// Leave out answers with a code block in the prompt's language that does not parse; needs the feature `parse`
    #[arg(long, requires = "with")]
    require_parsing: bool,
    /// From which share of common word 3-grams on an answer is a repeat, of which the first is written
    #[arg(long, value_name = "SIMILARITY", default_value_t = Similarity::USUAL, requires = "with")]
    repeat_above: Similarity,
    /// Write answers too that repeat one before
    #[arg(long, requires = "with", conflicts_with = "repeat_above")]
    keep_repeats: bool,
}

impl AnswerArgs {
    fn rules(&self) -> AnswerRules {
        AnswerRules {
            endings: self.include.iter().copied().chain([Ending::Complete]).collect(),
            min_chars: self.min_chars,
            max_chars: self.max_chars,
            require_code: self.require_code,
            require_parsing: self.require_parsing,
            repeats: (!self.keep_repeats).then_some(self.repeat_above),
            ..AnswerRules::default()
        }
    }
}

pub fn run(args: &ExportArgs, global: &Global, output: &Output) -> Result<(), Failure> {
    let (name, file) = (args.name.as_str(), &args.output);
    let responses = args.with.as_ref().map(|_| args.answers.rules());
    let format = file.format();
    if responses.is_some() {
        check_answers(format)?;
    }
    if responses.is_none() {
        file.check_without_answers("add `--with responses`")?;
    }
    if let Some(folder) = &args.folder.output_dir {
        let options = ExportOptions { responses, ..file.options()? };
        return training::run(name, &args.folder, folder.clone(), options, global, output);
    }
    let catalog = global.read()?;
    let Some(target) = file.file(global)? else {
        let options = ExportOptions { responses, ..file.options()? };
        let outcome = write_dataset(&catalog, name, &options)?;
        outcome.iter().for_each(|outcome| left_out(outcome, output));
        return Ok(());
    };
    let target = OutputFile { options: ExportOptions { responses, ..target.options }, ..target };
    let path = target.path.display();
    if let Some(ending) = format.ending().filter(|ending| target.path.extension().is_none_or(|e| e != *ending)) {
        output.warning(&format!("what trains on {} asks for a file that ends in .{ending}", format.name()));
    }
    let outcome = export_to_file(&catalog, name, &target)?;
    output.note(&format!("{name} is written to {path}"));
    left_out(&outcome, output);
    let mut written = json!({ "dataset": name, "file": path.to_string(), "format": format });
    if target.options.responses.is_some() {
        written["rows"] = outcome.written.into();
        written["without_answer"] = outcome.without_answer.into();
        written["left_out"] = json!(outcome.left_out);
    }
    if output.json { output.print(&format!("{written}\n")) } else { Ok(()) }
}

/// Makes sure that a format has a place for answers.
pub fn check_answers(format: ExportFormat) -> Result<(), Failure> {
    if format.has_response() {
        return Ok(());
    }
    Err(Failure::usage(format!("the format {} has no place for an answer", format.name())).hinted(
        "add `--format openai`, `chatml`, `sharegpt`, `alpaca`, `chatglm3`, `glm4`, `jsonl`, `json` or `parquet`",
    ))
}

/// Says which prompts are not written.
pub fn left_out(outcome: &ExportOutcome, output: &Output) {
    if outcome.without_answer > 0 {
        output.warning(&format!("{} without an answer left out", counted(outcome.without_answer, "prompt")));
    }
    for (flaw, count) in &outcome.left_out {
        let (what, more) = match flaw {
            Flaw::CutOff => ("ended cut_off", "; `--include cut_off` writes them too"),
            Flaw::EndedOtherwise => ("ended other", "; `--include other` writes them too"),
            Flaw::Refusal => ("refuse", "; `--include refused` writes them too"),
            Flaw::Empty => ("say nothing", ""),
            Flaw::TooShort => ("are shorter than `--min-chars` allows", ""),
            Flaw::TooLong => ("are longer than `--max-chars` allows", ""),
            Flaw::NoCode => ("have no code block where the prompt asks for code", ""),
            Flaw::Unparsed => ("have code in the prompt's language that does not parse", ""),
            Flaw::ChatMarker => ("hold a marker that chatml has no escape for, or their prompts do", ""),
            Flaw::Repeat => ("repeat one before", "; `--keep-repeats` writes them too"),
            Flaw::NearRepeat => ("nearly repeat one before", "; `--keep-repeats` writes them too"),
        };
        output.note(&format!("{} left out that {what}{more}", counted(*count, "answer")));
    }
}
