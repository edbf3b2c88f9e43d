//! CSV and TSV: a header, then rows with as many fields; quoted fields may hold line ends.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use ::csv::{ByteRecord, ReaderBuilder};
use serde_json::{Map, Value};

use super::record::{Item, Reason, Reject};
use super::shape::FieldMap;
use super::{Emit, MAX_RECORD_BYTES};

/// Reads rows; the delimiter is looked for in the header where none is given.
pub(super) fn read(
    input: &mut dyn BufRead,
    delimiter: Option<u8>,
    fields: &FieldMap,
    emit: &mut Emit<'_>,
) -> io::Result<()> {
    let delimiter = match delimiter {
        Some(delimiter) => delimiter,
        None => delimiter_of(input.fill_buf()?),
    };
    let taken = Rc::new(Cell::new(0));
    let limited = Limited { input: LineFeeds { input, after_return: false }, taken: Rc::clone(&taken) };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(limited);
    let mut header: Option<ByteRecord> = None;
    let mut row = ByteRecord::new();
    let mut records = 0;
    loop {
        let line = reader.position().line();
        match reader.read_byte_record(&mut row) {
            Ok(true) => taken.set(0),
            Ok(false) => return Ok(()),
            Err(error) => {
                let reason = too_long(&error).unwrap_or_else(|| Reason::Unreadable(error.to_string()));
                let _ = emit(Item::Reject(Reject { line, reason, raw: Vec::new() }));
                return Ok(());
            }
        }
        let line = row.position().map_or(line, ::csv::Position::line);
        if header.is_none() {
            let has_header = !fields.numbers_columns();
            header = Some(if has_header { row.clone() } else { numbered(row.len()) });
            if has_header {
                continue;
            }
        }
        let Some(names) = &header else { continue };
        records += 1;
        let item = record(names, &row, fields, line, records)
            .unwrap_or_else(|reason| Item::Reject(Reject { line, reason, raw: joined(&row, delimiter) }));
        if emit(item).is_break() {
            return Ok(());
        }
    }
}

/// Returns names for the columns of a file without a header: `#1`, `#2` and so on.
fn numbered(columns: usize) -> ByteRecord {
    (1..=columns).map(|number| format!("#{number}").into_bytes()).collect::<Vec<_>>().into()
}

fn record(names: &ByteRecord, row: &ByteRecord, fields: &FieldMap, line: u64, record: u64) -> Result<Item, Reason> {
    if names == row {
        return Err(Reason::HeaderAgain);
    }
    if names.len() != row.len() {
        // What follows a quote that nothing closes is swallowed, line ends and all.
        let swallowed = row.iter().next_back().is_some_and(|field| field.contains(&b'\n'));
        let (expected, found) = (names.len() as u64, row.len() as u64);
        return Err(match swallowed && found < expected {
            true => Reason::OpenQuote(expected, found),
            false => Reason::FieldCount(expected, found),
        });
    }
    let mut values = Map::new();
    for (name, value) in names.iter().zip(row) {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Reason::NotUtf8);
        let name = text(name)?.trim().to_owned();
        // Columns without a name are what a spreadsheet leaves behind.
        if !name.is_empty() || !value.is_empty() {
            let value = Value::String(text(value)?);
            // Of columns of one name the first counts.
            values.entry(name).or_insert(value);
        }
    }
    fields.record_of_fields(values, line, record).map(Item::Record)
}

/// Returns the delimiter that stands most often in a header, outside of quotes; a comma where there is none.
fn delimiter_of(begin: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in begin {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => {
                if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    // Of equals the last would win; the comma comes last.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

fn joined(row: &ByteRecord, delimiter: u8) -> Vec<u8> {
    row.iter().collect::<Vec<_>>().join(&delimiter)
}

/// A stream that fails when one row takes more bytes than a record may have, as after a quote that is never closed.
struct Limited<'a> {
    input: LineFeeds<'a>,
    taken: Rc<Cell<usize>>,
}

impl Read for Limited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken.get() > MAX_RECORD_BYTES {
            return Err(io::Error::other(RowTooLong));
        }
        let count = self.input.read(buffer)?;
        self.taken.set(self.taken.get() + count);
        Ok(count)
    }
}

/// A stream whose line ends are all LF, as the normal form of what is in it has them: the parser counts lines by LF.
struct LineFeeds<'a> {
    input: &'a mut dyn BufRead,
    after_return: bool,
}

impl Read for LineFeeds<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let available = self.input.fill_buf()?;
            let taken = available.len().min(buffer.len());
            let mut kept = 0;
            for &byte in &available[..taken] {
                if byte != b'\n' || !self.after_return {
                    buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
                self.after_return = byte == b'\r';
            }
            self.input.consume(taken);
            // Nothing read means the end, so a buffer of a lone LF that belongs to a CR is not told.
            if kept > 0 || taken == 0 {
                return Ok(kept);
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the row does not end; is a quote left open?")]
struct RowTooLong;

fn too_long(error: &::csv::Error) -> Option<Reason> {
    let ::csv::ErrorKind::Io(error) = error.kind() else { return None };
    let own = error.get_ref()?.downcast_ref::<RowTooLong>()?;
    Some(Reason::Malformed(own.to_string()))
}
