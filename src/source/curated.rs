//! Our own format: many prompts a file, their text as it is, so that code stays readable and a change shows as one.
//!
//! ```text
//! %catalog-prompts 1
//! category: bug_fix
//!
//! %prompt parcel-weight-band
//! language: python
//! tags: rounding, validation
//!
//! Customer support forwarded this: …
//! ```
//!
//! Fields before the first `%prompt` hold for the whole file. The text of a prompt begins after the first empty line
//! and ends at the next line that begins with `%prompt`. A line of the text that begins so itself (after any number of
//! `%`) carries one more `%` in front, which reading takes off.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::lines::{Line, Lines};
use super::record::{Item, Reason, Record, Reject};
use super::{Emit, MAX_RECORD_BYTES};
use crate::domain::curated::{MAGIC, PROMPT, unescaped};

/// Reads a file of prompts.
pub(super) fn read(input: &mut dyn BufRead, emit: &mut Emit<'_>) -> io::Result<()> {
    let mut lines = Lines::new(input);
    let mut reader = Reader { emit, defaults: Map::new(), current: None, records: 0 };
    let mut first = true;
    while let Some(line) = lines.next()? {
        let ended = match line {
            Line::Whole(_, bytes) if first && bytes == MAGIC.as_bytes() => ControlFlow::Continue(()),
            Line::Whole(number, bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => reader.line(number, text),
                Err(_) => reader.broken(number, Reason::NotUtf8, bytes),
            },
            Line::TooLong(number, length) => {
                reader.broken(number, Reason::TooLong(length, MAX_RECORD_BYTES as u64), &[])
            }
        };
        first = false;
        if ended.is_break() {
            return Ok(());
        }
    }
    let _ = reader.end();
    Ok(())
}

struct Reader<'a, 'b> {
    emit: &'a mut Emit<'b>,
    defaults: Map<String, Value>,
    current: Option<Current>,
    records: u64,
}

/// The prompt that is being read.
struct Current {
    line: u64,
    fields: Map<String, Value>,
    text: Option<String>,
    broken: Option<Reason>,
    raw: Vec<u8>,
}

impl Reader<'_, '_> {
    fn line(&mut self, number: u64, line: &str) -> ControlFlow<()> {
        if let Some(rest) = line.strip_prefix(PROMPT)
            && (rest.is_empty() || rest.starts_with(' '))
        {
            self.end()?;
            self.begin(number, rest.trim());
            return ControlFlow::Continue(());
        }
        let Some(current) = &mut self.current else {
            return match field(line) {
                _ if line.trim().is_empty() => ControlFlow::Continue(()),
                Some((name, value)) => {
                    self.defaults.insert(name, value);
                    ControlFlow::Continue(())
                }
                None => self.reject(number, Reason::Malformed(expected("a field or `%prompt`", line)), line.into()),
            };
        };
        current.keep(line.as_bytes());
        match &mut current.text {
            Some(text) => {
                text.push_str(unescaped(line));
                text.push('\n');
            }
            None if line.is_empty() => current.text = Some(String::new()),
            None => match field(line) {
                Some((name, value)) => _ = current.fields.insert(name, value),
                None => {
                    let reason = Reason::Malformed(expected("a field or an empty line", line));
                    current.broken.get_or_insert(reason);
                }
            },
        }
        ControlFlow::Continue(())
    }

    fn begin(&mut self, line: u64, id: &str) {
        self.records += 1;
        let mut fields = self.defaults.clone();
        if !id.is_empty() {
            fields.insert("id".to_owned(), id.into());
        }
        self.current = Some(Current { line, fields, text: None, broken: None, raw: Vec::new() });
    }

    /// Marks the current prompt as one that cannot be taken.
    fn broken(&mut self, number: u64, reason: Reason, raw: &[u8]) -> ControlFlow<()> {
        match &mut self.current {
            Some(current) => {
                current.keep(raw);
                current.broken.get_or_insert(reason);
                ControlFlow::Continue(())
            }
            None => self.reject(number, reason, raw.to_vec()),
        }
    }

    fn end(&mut self) -> ControlFlow<()> {
        let Some(mut current) = self.current.take() else { return ControlFlow::Continue(()) };
        if let Some(reason) = current.broken {
            return self.reject(current.line, reason, current.raw);
        }
        let mut label = |name| match current.fields.remove(name) {
            Some(Value::String(label)) => Some(label),
            _ => None,
        };
        let (category, language) = (label("category"), label("language"));
        (self.emit)(Item::Record(Record {
            line: current.line,
            record: self.records,
            text: current.text.unwrap_or_default(),
            category,
            language,
            metadata: current.fields,
        }))
    }

    fn reject(&mut self, line: u64, reason: Reason, raw: Vec<u8>) -> ControlFlow<()> {
        (self.emit)(Item::Reject(Reject { line, reason, raw }))
    }
}

impl Current {
    fn keep(&mut self, line: &[u8]) {
        let held = self.raw.len() + self.text.as_ref().map_or(0, String::len);
        if held + line.len() > MAX_RECORD_BYTES {
            self.broken.get_or_insert(Reason::TooLong((held + line.len()) as u64, MAX_RECORD_BYTES as u64));
            self.text = Some(String::new());
            self.raw.clear();
        }
        self.raw.extend_from_slice(line);
        self.raw.push(b'\n');
    }
}

fn field(line: &str) -> Option<(String, Value)> {
    let (name, value) = line.split_once(':')?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    plain.then(|| (name.to_owned(), value.trim().into()))
}

fn expected(what: &str, found: &str) -> String {
    let shown: String = found.chars().take(40).collect();
    format!("expected {what}, found {shown:?}")
}
