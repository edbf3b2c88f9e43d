//! `catalog import`.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use indicatif::ProgressBar;
use prompt_catalog::Error;
use prompt_catalog::app::catalog::Begin;
use prompt_catalog::app::import::{ImportEvent, ImportOutcome, ImportRequest, MAX_PROMPT_BYTES, import, shipped};
use prompt_catalog::app::report::{counted, grouped, visible};
use prompt_catalog::domain::taxonomy::Taxonomy;
use prompt_catalog::source::walk::PassedOver;
use prompt_catalog::source::{FieldMap, Format, Reason, Reject};
use serde_json::json;

use crate::args::{Global, check_target};
use crate::error::Failure;
use crate::output::Output;

/// How many rejects are named on the terminal.
const MOST_NAMED: u64 = 20;

/// Read prompts from files and folders, and keep what is new
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  catalog import prompts/ more.jsonl --exclude 'drafts/**' --rejects rejects.jsonl")]
pub struct ImportArgs {
    /// Files and folders; `-` is the standard input
    #[arg(required_unless_present = "shipped", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Bring in the prompts that ship in the program
    #[arg(long, conflicts_with = "paths")]
    shipped: bool,
    /// Read every file as this format: json, jsonl, csv, tsv, txt, curated
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Take the prompt, category or language from this field; `a.b` is a field within a field (can be repeated)
    #[arg(long, value_name = "ROLE=NAME", value_parser = field)]
    field: Vec<(Role, String)>,
    /// Give every prompt this category
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    /// Give every prompt this language
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Leave out the files of a folder that match (can be repeated)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Let the labels of a duplicate replace those that the catalog has
    #[arg(long)]
    update_labels: bool,
    /// Reject prompts longer than this
    #[arg(long, value_name = "BYTES", default_value_t = MAX_PROMPT_BYTES)]
    max_bytes: u64,
    /// Read at most this many records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Write every rejected record, with its reason, to this file as JSON Lines
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Write over a file of rejects that exists
    #[arg(long, requires = "rejects")]
    force: bool,
    /// Count only, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug)]
enum Role {
    Prompt,
    Category,
    Language,
}

fn field(text: &str) -> Result<(Role, String), String> {
    let (role, name) = text.split_once('=').ok_or("write `prompt=NAME`, `category=NAME` or `language=NAME`")?;
    let role = match role {
        "prompt" => Role::Prompt,
        "category" => Role::Category,
        "language" => Role::Language,
        other => return Err(format!("a field is given for prompt, category or language, not for `{other}`")),
    };
    if name.is_empty() { Err("the field has no name".to_owned()) } else { Ok((role, name.to_owned())) }
}

pub fn run(args: &ImportArgs, global: &Global, output: &Output) -> Result<ExitCode, Failure> {
    let taxonomy = global.load_taxonomy()?;
    check_labels(args, &taxonomy)?;
    if let Some(rejects) = &args.rejects {
        check_target(rejects, &global.db, &args.paths)?;
    }
    // A mistyped path makes no catalog.
    if !args.shipped && !global.db.exists() && !args.paths.iter().any(|path| path.as_os_str() == "-" || path.exists()) {
        let paths: Vec<String> = args.paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Failure::failed(format!("nothing could be read: there is no {}", paths.join(", ")))
            .hinted("look at the path; nothing was changed"));
    }
    let mut rejects = Rejects::new(args)?;
    let mut catalog = match args.dry_run && !global.db.exists() {
        true => prompt_catalog::app::Catalog::temporary(taxonomy)?,
        false => global.write_or_create(Begin::Empty)?,
    };
    let bar = output.progress("{wide_bar} {binary_bytes} of {binary_total_bytes}, {msg}, {eta} left", 0);
    let outcome = import(&mut catalog, &request(args), &stop_flag(), &mut |event| match event {
        ImportEvent::Progress { bytes, total, records } => {
            bar.set_length(total.max(bytes));
            bar.set_position(bytes);
            bar.set_message(counted(records, "record"));
        }
        ImportEvent::Reject { file, reject } => rejects.take(file, reject, &bar, output),
    });
    bar.finish_and_clear();
    let outcome = outcome?;
    rejects.end(output)?;
    output.result(&outcome, || summary(&outcome, args.dry_run))?;
    end(&outcome)
}

fn request(args: &ImportArgs) -> ImportRequest {
    let mut fields = FieldMap::default();
    for (role, name) in &args.field {
        let field = match role {
            Role::Prompt => &mut fields.prompt,
            Role::Category => &mut fields.category,
            Role::Language => &mut fields.language,
        };
        *field = Some(name.clone());
    }
    ImportRequest {
        paths: args.paths.clone(),
        inputs: args.shipped.then(shipped),
        exclude: args.exclude.clone(),
        format: args.format,
        fields,
        category: args.category.clone(),
        language: args.language.clone(),
        update_labels: args.update_labels,
        max_bytes: args.max_bytes,
        limit: args.limit,
        dry_run: args.dry_run,
    }
}

fn check_labels(args: &ImportArgs, taxonomy: &Taxonomy) -> Result<(), Failure> {
    for (flag, label) in [("--category", &args.category), ("--language", &args.language)] {
        if let Some(label) = label {
            taxonomy.category(label).map_err(|error| Failure::usage(format!("the label of {flag} is {error}")))?;
        }
    }
    Ok(())
}

/// Returns a flag that the first Ctrl-C sets; a second one ends the program at once.
fn stop_flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    // Without a handler Ctrl-C still leaves whole batches, only without a summary.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    stop
}

/// Where rejected records go: the first few to stderr, all to a file where one was named.
struct Rejects<'a> {
    file: Option<(&'a Path, BufWriter<std::fs::File>)>,
    count: u64,
    failed: Option<std::io::Error>,
    without_prompt_field: bool,
}

impl<'a> Rejects<'a> {
    fn new(args: &'a ImportArgs) -> Result<Self, Failure> {
        let open = |path: &'a PathBuf| {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).create_new(!args.force);
            let file = options.open(path).map_err(|source| match source.kind() {
                std::io::ErrorKind::AlreadyExists => Error::FileExists(path.clone()),
                _ => Error::Io { doing: "write", path: path.clone(), source },
            })?;
            Ok::<_, Failure>((path.as_path(), BufWriter::new(file)))
        };
        Ok(Self {
            file: args.rejects.as_ref().map(open).transpose()?,
            count: 0,
            failed: None,
            without_prompt_field: false,
        })
    }

    fn take(&mut self, file: &str, reject: &Reject, bar: &ProgressBar, output: &Output) {
        self.count += 1;
        self.without_prompt_field |= matches!(reject.reason, Reason::NoPromptField(_));
        if self.count <= MOST_NAMED {
            let place = if reject.line == 0 { visible(file) } else { format!("{}:{}", visible(file), reject.line) };
            bar.suspend(|| output.status(&format!("{place}: {}\n", visible(&reject.reason.to_string()))));
        }
        if let Some((_, out)) = &mut self.file {
            let mut row = json!({
                "file": file,
                "line": reject.line,
                "reason": reject.reason.code(),
                "detail": reject.reason.to_string(),
                "raw": String::from_utf8_lossy(&reject.raw),
            });
            if std::str::from_utf8(&reject.raw).is_err() {
                row["raw_hex"] = reject.raw.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
            }
            if let Err(error) = writeln!(out, "{row}") {
                self.failed.get_or_insert(error);
            }
        }
    }

    fn end(self, output: &Output) -> Result<(), Failure> {
        if self.count > MOST_NAMED {
            let more = grouped(self.count - MOST_NAMED);
            match &self.file {
                Some((path, _)) => output.note(&format!("{more} more are in {}", path.display())),
                None => output.note(&format!("{more} more were rejected; `--rejects FILE` writes all of them")),
            }
        }
        if self.without_prompt_field {
            output.note("`--field prompt=NAME` tells in which field the prompts are");
        }
        let Some((path, mut out)) = self.file else { return Ok(()) };
        let result = self.failed.map_or_else(|| out.flush(), Err);
        result.map_err(|source| Error::Io { doing: "write", path: path.to_owned(), source }.into())
    }
}

fn summary(outcome: &ImportOutcome, dry_run: bool) -> String {
    let ImportOutcome { read, added, duplicates, rejected, conflicts, files, .. } = outcome;
    let (read, files, duplicates) =
        (counted(*read, "record"), counted(*files, "file"), counted(*duplicates, "duplicate"));
    let [added, rejected, conflicts] = [added, rejected, conflicts].map(|count| grouped(*count));
    let would = if dry_run { " (nothing was changed)" } else { "" };
    let mut text = format!(
        "{read} read from {files}: {added} added, {duplicates} ({conflicts} with other labels), \
         {rejected} rejected{would}\n"
    );
    if !outcome.passed_over.is_empty() {
        text += &format!("passed over: {}\n", passed_over(&outcome.passed_over));
    }
    text
}

fn passed_over(counts: &BTreeMap<PassedOver, u64>) -> String {
    let name = |reason| match reason {
        PassedOver::Hidden => "hidden",
        PassedOver::SymbolicLink => "symbolic link",
        PassedOver::Documentation => "README and the like",
        PassedOver::Excluded => "excluded",
        PassedOver::UnknownFormat => "of no known format",
        PassedOver::Special => "no regular file",
    };
    counts.iter().map(|(reason, count)| format!("{} {}", grouped(*count), name(*reason))).collect::<Vec<_>>().join(", ")
}

fn end(outcome: &ImportOutcome) -> Result<ExitCode, Failure> {
    if outcome.interrupted {
        return Err(Failure::failed("interrupted; what was read until then is kept")
            .hinted("run the same command again to finish: what is there already counts as a duplicate"));
    }
    if outcome.files == 0 {
        return Err(Failure::failed("nothing could be read").hinted(
            "name files of json, jsonl, csv, tsv or txt, or a folder that holds some; `--format` tells what a file is",
        ));
    }
    Ok(ExitCode::SUCCESS)
}
