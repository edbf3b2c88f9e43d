//! What went wrong, in words for people: message, causes, what to type next, and the exit code.

use std::error::Error as _;
use std::io;
use std::process::ExitCode;

use prompt_catalog::Error;
use prompt_catalog::domain::plan::Plan;
use prompt_catalog::domain::price::PriceError;
use prompt_catalog::domain::target::TargetError;
use prompt_catalog::domain::teacher::TeacherError;

use crate::output::{Output, is_closed_pipe};

/// It failed, and nothing was changed, or as the message says.
const FAILED: u8 = 1;
/// The command line is wrong.
const USAGE: u8 = 2;
/// `--strict`, and the targets cannot be met.
const NOT_MET: u8 = 3;

/// A command that failed.
#[derive(Debug)]
pub struct Failure {
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
    code: u8,
}

impl Failure {
    /// A failure of what was typed.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), causes: vec![], hints: vec![], code: USAGE }
    }

    /// A failure of what was tried.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { message: message.into(), causes: vec![], hints: vec![], code: FAILED }
    }

    /// Adds what to type next.
    pub fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Prints this, and returns the exit code.
    pub fn report(self, output: &Output) -> ExitCode {
        if self.code == 0 {
            return ExitCode::SUCCESS;
        }
        output.say("error", "1;31", &self.message);
        for cause in &self.causes {
            output.say("caused by", "1;31", cause);
        }
        for hint in &self.hints {
            output.say("hint", "1;32", hint);
        }
        ExitCode::from(self.code)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Error::Io { doing: "write", path: "the output".into(), source: error }.into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        match &error {
            Error::CannotMeet(plan) => causes.extend(unmet(plan)),
            Error::Templates(problems) => causes.extend(problems.iter().map(ToString::to_string)),
            Error::Reports(problems) => causes.extend(problems.iter().map(ToString::to_string)),
            _ => {}
        }
        // A reader that has seen enough closes the pipe: that is no failure.
        let code = if is_closed_pipe(&error) { 0 } else { code(&error) };
        Self { message: error.to_string(), causes, hints: hints(&error), code }
    }
}

fn code(error: &Error) -> u8 {
    match error {
        Error::CannotMeet(_) => NOT_MET,
        Error::Target(TargetError::File(_)) => FAILED,
        Error::Target(_) | Error::UnknownValue { .. } | Error::Pattern { .. } | Error::DatasetName(_) => USAGE,
        Error::Price(_) | Error::Teacher(_) => USAGE,
        #[cfg(feature = "distill")]
        Error::Endpoint(_) => USAGE,
        Error::NoSuchReport { .. } | Error::ReportNeedsDataset(_) | Error::ReportWithoutDataset { .. } => USAGE,
        _ => FAILED,
    }
}

fn unmet(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    if plan.drawn() < plan.requested {
        lines.push(format!("{} prompts were asked for, and {} can be drawn", plan.requested, plan.drawn()));
    }
    lines.extend(plan.shortfalls().iter().map(|short| {
        let (axis, value) = (short.axis, &short.value);
        format!("{axis}={value} has a quota of {}, and {} prompts can be drawn", short.quota, short.drawn)
    }));
    lines
}

fn hints(error: &Error) -> Vec<String> {
    let did_you_mean =
        |similar: &Option<String>| similar.iter().map(|name| format!("did you mean `{name}`?")).collect();
    let hint = |text: &str| vec![text.to_owned()];
    match error {
        Error::NoCatalog(_) => hint(
            "`catalog import PATH` and `catalog sample` make one here; `--db PATH` or CATALOG_DB names one elsewhere",
        ),
        Error::NotACatalog { .. } => hint("name another file with `--db PATH`"),
        Error::NewerCatalog { .. } => hint("use the newer program; an older one would misread the catalog"),
        Error::ReadOnly(_) => hint("copy it to a place where it can be written, or give the file write permission"),
        Error::DiskFull(_) => hint("free some space and run the command again; the catalog holds whole batches only"),
        Error::Busy { .. } => hint("wait for the other process to end, and run the command again"),
        Error::Damaged { .. } => hint("restore a copy made with `catalog backup FILE`"),
        Error::FileExists(_) => hint("name another file, or add `--force` where the command has it"),
        Error::UnknownValue { similar, axis, .. } => match similar {
            Some(_) => did_you_mean(similar),
            None => vec![format!("`catalog report coverage` lists every {axis} that there is")],
        },
        Error::NoSuchDataset { similar: similar @ Some(_), .. } => did_you_mean(similar),
        Error::NoSuchDataset { .. } => hint("`catalog dataset list` names them all"),
        Error::NoSuchTemplate { similar: similar @ Some(_), .. } => did_you_mean(similar),
        Error::NoSuchTemplate { .. } => hint("`catalog templates` names them all"),
        Error::DatasetExists(_) => hint("choose another name; `catalog sample` without `--dataset` makes one up"),
        Error::NoSuchHash(_) | Error::NoSuchPrompt(_) => hint("a prompt's hash is the `id` of a sample's lines"),
        Error::RemovedPrompt { .. } => hint("importing a file that holds it brings it back"),
        Error::PromptInUse { .. } => {
            hint("what a dataset delivered stays provable; `catalog label` corrects its labels")
        }
        Error::NothingRecorded(_) => {
            hint("`--format` tells what a file is, and `--field prompt=NAME` where its prompts are")
        }
        Error::Interrupted => hint("run the same command again"),
        Error::Reports(_) => hint("mend the lines that are named, or leave out `--reports`"),
        Error::NoSuchReport { similar: similar @ Some(_), .. } => did_you_mean(similar),
        Error::NoSuchReport { known, .. } => vec![format!("there are {}", known.join(", "))],
        Error::ReportNeedsDataset(name) => {
            vec![format!("`catalog report {name} NAME`; `catalog dataset list` names them all")]
        }
        Error::ReportWithoutDataset { name, .. } => vec![format!("`catalog report {name}`")],
        Error::AmbiguousPrefix { matches, .. } => {
            vec![format!(
                "type more digits: {}",
                matches.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            )]
        }
        Error::Undelivered { dataset, .. } => {
            vec![format!("write it with `catalog dataset export {dataset} --output FILE`")]
        }
        Error::EmptyPool { left_out: 1.., .. } => hint(
            "`--area any` and `--language any` draw without a target; `catalog report coverage` shows what is left out",
        ),
        Error::EmptyPool { .. } => {
            hint("`catalog import PATH` brings prompts in; `catalog report coverage` shows what there is")
        }
        Error::CannotMeet(_) => {
            hint("import more with `catalog import PATH`, or leave out `--strict` for the best that can be had")
        }
        Error::Price(PriceError::UnknownModel { similar, .. }) => did_you_mean(similar)
            .into_iter()
            .chain([
                "`--price-in USD --price-out USD` give it, per million tokens; 0 for a model of your own".to_owned()
            ])
            .collect(),
        Error::Teacher(TeacherError::NoTemperature(_)) => hint("leave out `--temperature`"),
        Error::Teacher(TeacherError::TooLong { most, .. }) => vec![format!("`--max-tokens {most}`")],
        #[cfg(feature = "distill")]
        Error::Endpoint(prompt_catalog::teacher::EndpointError::Insecure(_)) => {
            hint("use https, or add `--insecure` where you know the way")
        }
        Error::Manifest { .. } => hint("`dataset export NAME --with responses --output-dir DIR` writes one"),
        Error::WithoutFeature(feature) => {
            vec![format!("`cargo install --path . --features {feature}` builds one with it")]
        }
        Error::NoAnswers => hint("`catalog distill NAME --provider PROVIDER --model MODEL` asks one"),
        Error::Distilling(_) => hint("wait for it to end, or stop it: it keeps every answer"),
        Error::Target(TargetError::AreaAndCategory) => hint("leave out `--area` or `--category`"),
        _ => Vec::new(),
    }
}
