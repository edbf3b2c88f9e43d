//! Reading files of prompts: what `import`, `dataset record` and `dataset verify` share.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use indicatif::{HumanDuration, ProgressBar};
use prompt_catalog::Error;
use prompt_catalog::app::import::ImportEvent;
use prompt_catalog::app::report::{counted, grouped, visible};
use prompt_catalog::source::{FieldMap, Format, Reason, Reject};
use serde_json::json;

use crate::error::Failure;
use crate::output::Output;

/// How many rejects are named on the terminal.
const MOST_NAMED: u64 = 20;

/// How files are read.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Read every file as this format: json, jsonl, csv, tsv, txt, md, parquet, curated
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Take the prompt, category or language from this field; `a.b` is a field within a field, `#2` the second
    /// column of a file without a header (can be repeated)
    #[arg(long, value_name = "ROLE=NAME", value_parser = field)]
    field: Vec<(Role, String)>,
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

impl ReadArgs {
    /// Returns the fields asked for.
    pub fn fields(&self) -> FieldMap {
        let mut fields = FieldMap::default();
        for (role, name) in &self.field {
            let field = match role {
                Role::Prompt => &mut fields.prompt,
                Role::Category => &mut fields.category,
                Role::Language => &mut fields.language,
            };
            *field = Some(name.clone());
        }
        fields
    }
}

/// Refuses a file that is not there, before anything is made; `-` is the standard input.
pub fn check_file(file: &Path) -> Result<(), Failure> {
    if file.as_os_str() == "-" || file.exists() {
        return Ok(());
    }
    Err(Failure::failed(format!("there is no file {}", file.display())).hinted("look at the path"))
}

/// Returns a flag that the first Ctrl-C sets; a second one ends the program at once.
pub fn stop_flag() -> Arc<AtomicBool> {
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

/// What is shown while files are read: a bar, and the first rejects; all of them go to a file where one was named.
pub struct Reading<'a> {
    output: &'a Output,
    bar: ProgressBar,
    file: Option<(&'a Path, BufWriter<std::fs::File>)>,
    rejected: u64,
    failed: Option<std::io::Error>,
    without_prompt_field: bool,
}

impl<'a> Reading<'a> {
    /// Begins, with a file for rejects, which may take the place of one that exists.
    pub fn new(output: &'a Output, rejects: Option<&'a Path>, force: bool) -> Result<Self, Failure> {
        let open = |path: &'a Path| {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).create_new(!force);
            let file = options.open(path).map_err(|source| match source.kind() {
                std::io::ErrorKind::AlreadyExists => Error::FileExists(path.to_owned()),
                _ => Error::Io { doing: "write", path: path.to_owned(), source },
            })?;
            Ok::<_, Failure>((path, BufWriter::new(file)))
        };
        let file = rejects.map(open).transpose()?;
        let bar = output.progress("{wide_bar} {percent}% of {binary_total_bytes}, {msg}", 0);
        Ok(Self { output, bar, file, rejected: 0, failed: None, without_prompt_field: false })
    }

    /// Shows what is told.
    pub fn observe(&mut self, event: &ImportEvent<'_>) {
        match event {
            ImportEvent::Progress { .. } | ImportEvent::Indexing if self.bar.is_hidden() => {}
            ImportEvent::Progress { bytes, total, records } => {
                self.bar.set_length(*total.max(bytes));
                self.bar.set_position(*bytes);
                let rate = *records as f64 / self.bar.elapsed().as_secs_f64().max(0.001);
                let (records, rate) = (counted(*records, "record"), grouped(rate as u64));
                self.bar.set_message(format!("{records}, {rate} a second, {} left", HumanDuration(self.bar.eta())));
            }
            ImportEvent::Indexing => self.bar.set_message("building the indexes"),
            ImportEvent::Reject { file, reject } => self.reject(file, reject),
        }
    }

    /// Takes the bar away.
    pub fn end_bar(&self) {
        self.bar.finish_and_clear();
    }

    /// Says where the rejects are that were not named.
    pub fn end(self) -> Result<(), Failure> {
        if self.rejected > MOST_NAMED {
            let more = grouped(self.rejected - MOST_NAMED);
            match &self.file {
                Some((path, _)) => self.output.note(&format!("{more} more are in {}", path.display())),
                None => {
                    self.output.note(&format!("{more} more were rejected; `import --rejects FILE` writes all of them"))
                }
            }
        }
        if self.without_prompt_field {
            self.output.note("`--field prompt=NAME` tells in which field the prompts are");
        }
        let Some((path, mut out)) = self.file else { return Ok(()) };
        let result = self.failed.map_or_else(|| out.flush(), Err);
        result.map_err(|source| Error::Io { doing: "write", path: path.to_owned(), source }.into())
    }

    fn reject(&mut self, file: &str, reject: &Reject) {
        self.rejected += 1;
        self.without_prompt_field |= matches!(reject.reason, Reason::NoPromptField(_));
        if self.rejected <= MOST_NAMED {
            let place = if reject.line == 0 { visible(file) } else { format!("{}:{}", visible(file), reject.line) };
            let text = format!("{place}: {}\n", visible(&reject.reason.to_string()));
            self.bar.suspend(|| self.output.status(&text));
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
}
