//! `catalog sample`.

use std::io::{BufWriter, IsTerminal as _, Write as _, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use prompt_catalog::Error;
use prompt_catalog::app::Catalog;
use prompt_catalog::app::catalog::Begin;
use prompt_catalog::app::export::{ExportFormat, ExportOptions, ExportOutcome, export};
use prompt_catalog::app::report::{Value, counted, grouped};
use prompt_catalog::app::sample::{MAX_SEED, OutputFile, SampleOutcome, SampleRequest, sample};
use prompt_catalog::domain::chatml::can_hold;
use prompt_catalog::domain::dataset::DatasetName;
use prompt_catalog::domain::prompt::{Axis, Source};
use prompt_catalog::domain::target::{Decimal, TargetSpec};

use crate::args::{Global, check_target, read_text};
use crate::error::Failure;
use crate::output::{Output, is_closed_pipe, table};
use crate::target::TargetArgs;

/// Draw prompts that meet a target and were never drawn before, as a new dataset
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  catalog sample --count 1000 --language python=60,rust=40 --seed 7 --output batch.jsonl"
)]
pub struct SampleArgs {
    /// How many prompts to draw
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    count: u64,
    /// The new dataset's name [default: one that is made up]
    #[arg(long, value_name = "NAME")]
    dataset: Option<DatasetName>,
    /// The share of existing prompts, 0 to 1; the rest is generated [default: 0.5, where there are generated ones]
    #[arg(long, value_name = "W")]
    existing_weight: Option<Decimal>,
    #[command(flatten)]
    target: TargetArgs,
    /// Draw only from this source: existing or generated
    #[arg(long, value_name = "SOURCE")]
    only_source: Option<Source>,
    /// The seed; the same catalog, options and seed give the same sample [default: one that is made up]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=MAX_SEED))]
    seed: Option<u64>,
    /// In how many datasets a prompt may be
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    max_uses: u32,
    /// Draw nothing where the targets cannot be met, and exit with code 3
    #[arg(long)]
    strict: bool,
    /// Show the plan, and record nothing
    #[arg(long)]
    dry_run: bool,
    /// Draw only what is stored; templates add nothing
    #[arg(long)]
    no_generate: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// Where and how prompts are written; `sample` and `dataset export` share it.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Write the prompts to this file, in place of stdout
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// jsonl, json, csv, txt, parquet, openai, chatml, sharegpt, alpaca, chatglm3 or glm4 [default: by the file's ending, else jsonl]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ExportFormat>,
    /// A file with a system message for the chat formats, or `default`
    #[arg(long, value_name = "FILE")]
    pub system: Option<PathBuf>,
    /// Put a `'` before CSV cells that a spreadsheet would run as a formula; they read back with it
    #[arg(long)]
    pub formula_safe: bool,
    /// Write over a file that exists
    #[arg(long, requires = "output")]
    pub force: bool,
}

impl OutputArgs {
    /// Returns the path asked for; `-` is stdout.
    pub fn path(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }

    /// Returns the format asked for.
    pub fn format(&self) -> ExportFormat {
        self.format.unwrap_or_else(|| format_by_ending(self.output.as_deref()))
    }

    /// Returns how to write.
    pub fn options(&self) -> Result<ExportOptions, Failure> {
        let format = self.format();
        if self.formula_safe && format != ExportFormat::Csv {
            return Err(Failure::usage(format!("`--formula-safe` is for csv, and the format is {}", format.name()))
                .hinted("add `--format csv`, or leave out `--formula-safe`"));
        }
        Ok(ExportOptions { format, system: self.system()?, formula_safe: self.formula_safe, responses: None })
    }

    /// Refuses a format that says nothing without an answer, where prompts are written alone.
    pub fn check_without_answers(&self, hint: &str) -> Result<(), Failure> {
        let format = self.format();
        if format.needs_response() {
            return Err(Failure::usage(format!("the format {} is of prompts with their answers", format.name()))
                .hinted(format!("{hint}, or `--format openai`")));
        }
        Ok(())
    }

    /// Returns the system message asked for.
    fn system(&self) -> Result<Option<String>, Failure> {
        let Some(path) = &self.system else { return Ok(None) };
        if !self.format().has_system() {
            let message = format!("the format {} has no place for a system message", self.format().name());
            return Err(Failure::usage(message)
                .hinted("add `--format openai`, `sharegpt` or `alpaca`, or leave out `--system`"));
        }
        let text = match path.as_os_str() == "default" {
            true => prompt_catalog::assets::SYSTEM_PROMPT.to_owned(),
            false => read_text(path)?,
        };
        if self.format() == ExportFormat::ChatMl && !can_hold(&text) {
            let message = format!("{} holds a marker that chatml has no escape for", path.display());
            return Err(Failure::usage(message).hinted("take `<|im_start|>` and `<|im_end|>` out of it"));
        }
        Ok(Some(text.trim_end().to_owned()))
    }

    /// Returns the file asked for.
    pub fn file(&self, global: &Global) -> Result<Option<OutputFile>, Failure> {
        match self.path() {
            Some(path) => check_target(path, &global.db, &[])?,
            None if self.format() == ExportFormat::Parquet && stdout().is_terminal() => {
                return Err(Failure::usage("a terminal cannot show Parquet").hinted("add `--output FILE`"));
            }
            None => {}
        }
        let options = self.options()?;
        Ok(self.path().map(|path| OutputFile { path: path.to_owned(), options, overwrite: self.force }))
    }
}

/// Returns the format that the ending of a file asks for.
pub fn format_by_ending(file: Option<&Path>) -> ExportFormat {
    let ending = file.and_then(Path::extension).and_then(|ending| ending.to_str());
    let by_ending = ending.and_then(|ending| match ending.to_ascii_lowercase().as_str() {
        ending @ ("json" | "csv" | "txt" | "parquet") => ending.parse().ok(),
        _ => None,
    });
    by_ending.unwrap_or(ExportFormat::Jsonl)
}

pub fn run(args: &SampleArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    args.output.check_without_answers("export the dataset after `catalog distill` with `--with responses`")?;
    let taxonomy = global.load_taxonomy()?;
    let templates = if args.no_generate { Vec::new() } else { global.load_templates(&taxonomy)? };
    let filter = args.target.filter(&taxonomy, args.only_source);
    let spec = args.target.spec(&taxonomy)?;
    let request = SampleRequest {
        count: args.count,
        dataset: args.dataset.clone(),
        targets: TargetSpec { existing_weight: args.existing_weight.or(spec.existing_weight), ..spec },
        filter,
        seed: args.seed,
        max_uses: args.max_uses,
        strict: args.strict,
        dry_run: args.dry_run,
        generate: !args.no_generate,
        output: args.output.file(global)?,
    };
    let mut catalog = global.write_or_create(Begin::Shipped)?;
    let outcome = sample(&mut catalog, &templates, &request)?;
    deliver(&catalog, args, &outcome, output)?;
    warn(&outcome, output);
    Ok(ExitCode::SUCCESS)
}

/// Prints the prompts, and the summary beside them; the summary alone where the prompts went to a file or nowhere.
fn deliver(catalog: &Catalog, args: &SampleArgs, outcome: &SampleOutcome, output: &Output) -> Result<(), Failure> {
    let Some(dataset) = outcome.dataset.as_ref().filter(|_| args.output.path().is_none()) else {
        return output.result(outcome, || summary(outcome));
    };
    let lost = |error: Error| Error::Undelivered { dataset: dataset.clone(), source: Box::new(error) };
    if output.json {
        let mut prompts = Vec::new();
        let plain = ExportOptions { format: ExportFormat::Json, system: None, formula_safe: false, responses: None };
        export(catalog, dataset.as_str(), &plain, &mut prompts)?;
        let mut value = serde_json::to_value(outcome).map_err(std::io::Error::from)?;
        value["prompts"] = serde_json::from_slice(&prompts).map_err(std::io::Error::from)?;
        return output.print(&format!("{value}\n"));
    }
    output.status(&summary(outcome));
    let written = write_dataset(catalog, dataset.as_str(), &args.output.options()?);
    written.map_err(lost)?;
    Ok(())
}

/// Writes a dataset's prompts to stdout; a reader that has seen enough is no error, and leaves nothing to be said.
pub fn write_dataset(catalog: &Catalog, name: &str, options: &ExportOptions) -> Result<Option<ExportOutcome>, Error> {
    let mut out = BufWriter::with_capacity(256 << 10, stdout());
    let flushed = |source| Error::Io { doing: "write", path: "the output".into(), source };
    let written =
        export(catalog, name, options, &mut out).and_then(|outcome| out.flush().map_err(flushed).map(|()| outcome));
    // What is left in the buffer would be tried again, and fail again, when it is dropped.
    let _ = out.into_parts();
    match written {
        Err(error) if is_closed_pipe(&error) => Ok(None),
        written => written.map(Some),
    }
}

fn summary(outcome: &SampleOutcome) -> String {
    let name = outcome.dataset.as_ref().map_or("dry run", |name| name.as_str());
    let (drawn, requested) = (grouped(outcome.drawn), grouped(outcome.requested));
    let mut text = format!("{name}: {drawn} of {requested} prompts, seed {}\n", outcome.seed);
    for (axis, values) in &outcome.axes {
        let rows = values.iter().map(|(value, count)| {
            let gap = count.drawn.cast_signed() - count.quota.cast_signed();
            let gap = if gap == 0 { Value::None } else { Value::Text(format!("{gap:+}")) };
            vec![Value::Text(value.clone()), count.quota.into(), count.drawn.into(), gap]
        });
        text += &table(&[axis.name(), "quota", "drawn", ""], rows.collect());
    }
    if let Some(cells) = &outcome.cells {
        let name = |name: &Option<String>| Value::Text(name.clone().unwrap_or_else(|| "any".to_owned()));
        let rows = cells.iter().filter(|cell| cell.drawn > 0).map(|cell| {
            let source = Value::Text(cell.cell.source.map_or("any", |source| source.name()).to_owned());
            vec![name(&cell.cell.topic), name(&cell.cell.language), source, cell.available.into(), cell.drawn.into()]
        });
        text += &table(&["cell", "", "", "available", "drawn"], rows.collect());
    }
    text
}

/// Tells what falls short of what was asked for.
pub fn warn(outcome: &SampleOutcome, output: &Output) {
    if outcome.drawn < outcome.requested {
        output.warning(&format!(
            "{} prompts were asked for, and the pool holds {}",
            grouped(outcome.requested),
            grouped(outcome.drawn)
        ));
    }
    for short in &outcome.shortfalls {
        output.warning(&format!(
            "{}={} has a quota of {}, and {} were drawn",
            short.axis, short.value, short.quota, short.drawn
        ));
    }
    let sources = outcome.axes.get(&Axis::Source);
    let generated = sources.and_then(|sources| sources.get(Source::Generated.name()));
    if let Some(count) = generated.filter(|count| count.drawn > count.quota) {
        output.note(&format!(
            "templates made up for {} that existing prompts lack",
            counted(count.drawn - count.quota, "prompt")
        ));
    }
    if !outcome.proven {
        output.note("the spread over the cells is the best that was found; the search for a better one was ended");
    }
    let left_out: u64 = outcome.left_out.iter().map(|left_out| left_out.prompts).sum();
    if left_out > 0 {
        let values = outcome.left_out.iter().map(|l| format!("{}={} {}", l.axis, l.value, grouped(l.prompts)));
        let values: Vec<_> = values.collect();
        let shown = values[..values.len().min(6)].join(", ");
        let more = if values.len() > 6 { format!(", and {} values more", values.len() - 6) } else { String::new() };
        output.note(&format!("{} prompts have no target share and stay out: {shown}{more}", grouped(left_out)));
    }
}
