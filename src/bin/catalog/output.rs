//! What goes to the terminal: results to stdout, all else to stderr.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use prompt_catalog::Error;
use prompt_catalog::app::report::{Section, Value, visible};
use serde::Serialize;

use crate::args::{Color, Global};
use crate::error::Failure;

/// How to speak.
pub struct Output {
    pub json: bool,
    pub quiet: bool,
    color: bool,
    /// Whether a result has colour.
    pub colored: bool,
}

impl Output {
    pub fn new(global: &Global) -> Self {
        let unset = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let allowed = unset && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb");
        let color = |terminal: bool| match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && allowed,
        };
        let (json, quiet) = (global.json, global.quiet);
        Self { json, quiet, color: color(io::stderr().is_terminal()), colored: color(io::stdout().is_terminal()) }
    }

    /// Prints a result: a JSON value where that was asked for, else text.
    pub fn result(&self, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        let text = if self.json { serde_json::to_string(value).map_err(io::Error::from)? + "\n" } else { text() };
        self.print(&text)
    }

    /// Prints text to stdout.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::from)
    }

    /// Says something beside the result, unless nothing is to be said.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.say("note", "1;36", text);
        }
    }

    /// Says what is not as it was asked for, unless nothing is to be said.
    pub fn warning(&self, text: &str) {
        if !self.quiet {
            self.say("warning", "1;33", text);
        }
    }

    /// Says text as it is, unless nothing is to be said.
    pub fn status(&self, text: &str) {
        if !self.quiet {
            let _ = io::stderr().write_all(text.as_bytes());
        }
    }

    /// Says a line under a word that tells what kind of line it is.
    pub fn say(&self, kind: &str, style: &str, text: &str) {
        let line = match self.color {
            true => format!("\u{1b}[{style}m{kind}:\u{1b}[0m {}\n", visible(text)),
            false => format!("{kind}: {}\n", visible(text)),
        };
        // There is nobody to tell that stderr is closed.
        let _ = io::stderr().write_all(line.as_bytes());
    }

    /// Returns a bar on stderr, which shows on a terminal alone.
    pub fn progress(&self, template: &str, total: u64) -> ProgressBar {
        let hidden = self.quiet || !io::stderr().is_terminal();
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(10) };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(total), target).with_style(style);
        if !hidden {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        bar
    }
}

/// Returns rows under the names of their columns, as lines of text.
pub fn table(columns: &[&str], rows: Vec<Vec<Value>>) -> String {
    Section::new(columns, rows).table()
}

/// Returns the input or output error at the bottom of an error of the library, if it is one of a closed pipe.
pub fn is_closed_pipe(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}
