//! JSON: an array of records, an object that holds such arrays, records one after another; and JSON Lines.
//!
//! A scanner finds where each record ends, and the record alone is parsed. So one bad record is rejected by itself, as
//! long as brackets and quotes still match, and a document is not held whole; only of an object that holds arrays are those
//! kept that are small enough to be fields of a record, each and together, until its end tells whether they are.

use std::io::{self, BufRead, Read as _};
use std::ops::{ControlFlow, Range};

use serde_json::Value;

use super::lines::{Line, Lines};
use super::record::{Item, Reason, Reject};
use super::shape::FieldMap;
use super::{Emit, MAX_RECORD_BYTES};

/// Up to this size an array within an object is held, until the rest of the object tells whether it is one of the
/// record's own fields or holds the records.
const UNDECIDED_BYTES: usize = 1 << 20;

/// Reads JSON Lines; several values on one line are several records.
pub(super) fn read_lines(input: &mut dyn BufRead, fields: &FieldMap, emit: &mut Emit<'_>) -> io::Result<()> {
    let mut lines = Lines::new(input);
    let mut output = Output { fields, emit, records: 0, ended: false };
    while let Some(line) = lines.next()? {
        match line {
            Line::Whole(number, bytes) => output.line(number, bytes),
            Line::TooLong(number, length) => output.too_long(number, length),
        }
        if output.ended {
            break;
        }
    }
    Ok(())
}

/// Reads a JSON document.
pub(super) fn read(input: &mut dyn BufRead, fields: &FieldMap, emit: &mut Emit<'_>) -> io::Result<()> {
    let mut output = Output { fields, emit, records: 0, ended: false };
    let mut scanner = Scanner { input, line: 1 };
    while let Some(first) = scanner.peek_token()? {
        match first {
            b'[' => scanner.array(&mut output)?,
            b'{' => scanner.object(&mut output)?,
            b',' | b':' | b']' | b'}' => output.lost(scanner.line, expected("a record", Some(first))),
            _ => scanner.record(&mut output)?,
        }
        if output.ended {
            break;
        }
    }
    Ok(())
}

/// Where records go.
struct Output<'a, 'b> {
    fields: &'a FieldMap,
    emit: &'a mut Emit<'b>,
    records: u64,
    /// Nothing more is wanted, or can be made sense of.
    ended: bool,
}

impl Output<'_, '_> {
    fn item(&mut self, item: Item) {
        self.ended |= (self.emit)(item) == ControlFlow::Break(());
    }

    fn reject(&mut self, line: u64, reason: Reason, raw: &[u8]) {
        self.records += 1;
        self.item(Item::Reject(Reject { line, reason, raw: raw.to_vec() }));
    }

    fn too_long(&mut self, line: u64, length: u64) {
        self.reject(line, Reason::TooLong(length, MAX_RECORD_BYTES as u64), &[]);
    }

    /// Rejects what cannot be made sense of, and all that follows it.
    fn lost(&mut self, line: u64, detail: String) {
        self.reject(line, Reason::NotJson(detail), &[]);
        self.ended = true;
    }

    fn value(&mut self, line: u64, value: Value, raw: &[u8]) {
        match self.fields.record(value, line, self.records + 1) {
            Ok(record) => {
                self.records += 1;
                self.item(Item::Record(record));
            }
            Err(reason) => self.reject(line, reason, raw),
        }
    }

    /// Takes the values of one line, or of the bytes of one record.
    fn line(&mut self, line: u64, bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else { return self.reject(line, Reason::NotUtf8, bytes) };
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let mut start = 0;
        while let Some(value) = values.next() {
            match value {
                Ok(value) => self.value(line, value, &bytes[start..values.byte_offset()]),
                Err(error) => self.reject(line, reason(&error), &bytes[start..]),
            }
            if self.ended {
                return;
            }
            start = values.byte_offset();
        }
    }
}

fn reason(error: &serde_json::Error) -> Reason {
    let detail = error.to_string();
    if detail.starts_with("recursion limit exceeded") {
        return Reason::NestedTooDeep;
    }
    // The line is told beside the reason; the parser counts from the begin of the record.
    let what = detail.rsplit_once(" at line ").map_or(detail.as_str(), |(what, _)| what);
    Reason::NotJson(format!("{what}, at column {} of the record", error.column()))
}

/// Finds the ends of values in a stream of JSON.
struct Scanner<'a> {
    input: &'a mut dyn BufRead,
    line: u64,
}

impl Scanner<'_> {
    /// Skips white space, and returns the next byte without taking it.
    fn peek_token(&mut self) -> io::Result<Option<u8>> {
        loop {
            let available = self.input.fill_buf()?;
            if available.is_empty() {
                return Ok(None);
            }
            let space = available.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
            self.line += line_ends(&available[..space]);
            let next = available.get(space).copied();
            self.input.consume(space);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Takes the bytes of one value up to its end, of which at most `most` are kept. Returns how many there are.
    fn value(&mut self, mut end: End, kept: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let mut length = 0;
        while !end.reached {
            let available = self.input.fill_buf()?;
            if available.is_empty() {
                break;
            }
            let used = end.advance(available);
            let part = &available[..used];
            let room = most.saturating_sub(kept.len());
            kept.extend_from_slice(&part[..used.min(room)]);
            self.line += line_ends(part);
            length += used;
            self.input.consume(used);
        }
        Ok(length)
    }

    /// Reads the next value as one record.
    fn record(&mut self, output: &mut Output<'_, '_>) -> io::Result<()> {
        let line = self.line;
        let mut bytes = Vec::new();
        let length = self.value(End::default(), &mut bytes, MAX_RECORD_BYTES)?;
        if length > MAX_RECORD_BYTES {
            output.too_long(line, length as u64);
        } else {
            output.line(line, &bytes);
        }
        Ok(())
    }

    /// Reads an array of records.
    fn array(&mut self, output: &mut Output<'_, '_>) -> io::Result<()> {
        let opened = self.line;
        self.input.consume(1);
        let mut after_value = false;
        loop {
            match self.peek_token()? {
                None => {
                    output.lost(self.line, format!("the file ends within the array opened on line {opened}"));
                    return Ok(());
                }
                Some(b']') => {
                    self.input.consume(1);
                    return Ok(());
                }
                Some(b',') if after_value => {
                    self.input.consume(1);
                    after_value = false;
                }
                Some(byte) if after_value || matches!(byte, b',' | b':' | b'}') => {
                    let wanted = if after_value { "`,` or `]`" } else { "a record" };
                    output.lost(self.line, format!("expected {wanted}, found `{}`", byte.escape_ascii()));
                    return Ok(());
                }
                Some(_) => {
                    self.record(output)?;
                    after_value = true;
                }
            }
            if output.ended {
                return Ok(());
            }
        }
    }

    /// Reads an object: a record, or one that holds arrays of records.
    fn object(&mut self, output: &mut Output<'_, '_>) -> io::Result<()> {
        let mut object = Object { opened: self.line, raw: vec![b'{'], undecided: Vec::new(), kind: Kind::Unknown };
        self.input.consume(1);
        loop {
            match self.peek_token()? {
                Some(b'}') => {
                    self.input.consume(1);
                    object.keep(b"}");
                    return object.end(output);
                }
                Some(b',') => {
                    self.input.consume(1);
                    object.keep(b",");
                }
                Some(b'"') => self.field(&mut object, output)?,
                found => output.lost(self.line, expected("a field or `}`", found)),
            }
            if output.ended {
                return Ok(());
            }
        }
    }

    /// Reads one field of an object.
    fn field(&mut self, object: &mut Object, output: &mut Output<'_, '_>) -> io::Result<()> {
        let start = object.raw.len();
        self.value(End::default(), &mut object.raw, MAX_RECORD_BYTES)?;
        let name: String = serde_json::from_slice(&object.raw[start..]).unwrap_or_default();
        let found = self.peek_token()?;
        if found != Some(b':') {
            output.lost(self.line, expected("`:`", found));
            return Ok(());
        }
        self.input.consume(1);
        object.keep(b":");
        if output.fields.names_prompt(&name) {
            object.kind = Kind::Record;
        }
        let (first, line) = (self.peek_token()?, self.line);
        if object.kind == Kind::Record || first != Some(b'[') {
            self.value(End::default(), &mut object.raw, MAX_RECORD_BYTES + 1)?;
            return Ok(());
        }
        let (array, end) = self.held_array()?;
        if !is_of_records(&array) {
            object.keep(&array);
            self.value(end, &mut object.raw, MAX_RECORD_BYTES + 1)?;
            return Ok(());
        }
        let fits = array.len() <= UNDECIDED_BYTES && object.raw.len() + array.len() <= MAX_RECORD_BYTES;
        if object.kind == Kind::Unknown && fits {
            let start = object.raw.len();
            object.keep(&array);
            object.undecided.push((line, start..object.raw.len()));
            return Ok(());
        }
        // Too large for fields of a record: the object holds the records.
        object.kind = Kind::Holder;
        object.give_undecided(output)?;
        object.keep(b"[]");
        if output.ended {
            return Ok(());
        }
        let mut whole = (&array[..]).chain(&mut *self.input);
        let mut scanner = Scanner { input: &mut whole, line };
        scanner.array(output)?;
        self.line = scanner.line;
        Ok(())
    }

    /// Takes the bytes of an array, and how far it was followed; of one that is too large to be held, those of its begin.
    fn held_array(&mut self) -> io::Result<(Vec<u8>, End)> {
        let mut end = End::default();
        let mut bytes = Vec::new();
        while !end.reached && bytes.len() <= UNDECIDED_BYTES {
            let available = self.input.fill_buf()?;
            if available.is_empty() {
                break;
            }
            let used = end.advance(available);
            bytes.extend_from_slice(&available[..used]);
            self.input.consume(used);
        }
        self.line += line_ends(&bytes);
        Ok((bytes, end))
    }
}

/// An object that is being read.
struct Object {
    /// The line on which it begins.
    opened: u64,
    /// Its bytes, but for arrays whose records were given.
    raw: Vec<u8>,
    /// Arrays that hold records, unless the object is one itself: their lines, and where they are in `raw`.
    undecided: Vec<(u64, Range<usize>)>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unknown,
    /// It has a field that holds a prompt.
    Record,
    /// It holds arrays of records.
    Holder,
}

impl Object {
    /// Keeps some of its bytes, as long as there are not more than a record may have, but for one that tells.
    fn keep(&mut self, bytes: &[u8]) {
        let room = (MAX_RECORD_BYTES + 1).saturating_sub(self.raw.len());
        self.raw.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Gives the records of its arrays.
    fn give_undecided(&mut self, output: &mut Output<'_, '_>) -> io::Result<()> {
        for (line, range) in std::mem::take(&mut self.undecided) {
            Scanner { input: &mut &self.raw[range], line }.array(output)?;
            if output.ended {
                break;
            }
        }
        Ok(())
    }

    /// Takes it as a record, or the arrays in it as records.
    fn end(mut self, output: &mut Output<'_, '_>) -> io::Result<()> {
        if self.kind == Kind::Holder || (self.kind == Kind::Unknown && !self.undecided.is_empty()) {
            return self.give_undecided(output);
        }
        if self.raw.len() > MAX_RECORD_BYTES {
            output.too_long(self.opened, self.raw.len() as u64);
        } else {
            output.line(self.opened, &self.raw);
        }
        Ok(())
    }
}

/// Tells whether an array begins as one of records does.
fn is_of_records(array: &[u8]) -> bool {
    let first = array.get(1..).unwrap_or_default().trim_ascii_start().first();
    matches!(first, Some(b'{' | b'"'))
}

fn expected(wanted: &str, found: Option<u8>) -> String {
    match found {
        Some(byte) => format!("expected {wanted}, found `{}`", byte.escape_ascii()),
        None => format!("expected {wanted}, found the end of the file"),
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// How far a value has been followed.
#[derive(Default)]
struct End {
    depth: usize,
    in_string: bool,
    escaped: bool,
    begun: bool,
    reached: bool,
}

impl End {
    /// Follows the value through some bytes, and returns how many of them belong to it.
    fn advance(&mut self, bytes: &[u8]) -> usize {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                } else if byte == b'\\' {
                    self.escaped = true;
                } else if byte == b'"' {
                    self.in_string = false;
                    if self.depth == 0 {
                        self.reached = true;
                        return at + 1;
                    }
                }
                continue;
            }
            match byte {
                b'"' if self.depth > 0 || !self.begun => self.in_string = true,
                b'{' | b'[' if self.depth > 0 || !self.begun => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.reached = true;
                        return at + 1;
                    }
                }
                // A number or a word ends before whatever cannot be part of it.
                b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                    self.reached = true;
                    return at;
                }
                _ => {}
            }
            self.begun = true;
        }
        bytes.len()
    }
}
