//! Text: one prompt a file, with an optional head of labels closed by a line of `=` or `-`.

use std::io::{self, BufRead, Read as _};

use super::record::{Item, Reason, Record, Reject};
use super::{Emit, MAX_RECORD_BYTES};

/// Reads the one prompt of a text file.
pub(super) fn read(input: &mut dyn BufRead, emit: &mut Emit<'_>) -> io::Result<()> {
    read_whole(input, record, emit)
}

/// Reads a file that is one record, as `record` makes it of the text.
pub(super) fn read_whole(
    input: &mut dyn BufRead,
    record: impl FnOnce(&str) -> Record,
    emit: &mut Emit<'_>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    let length = input.take(MAX_RECORD_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let item = if length > MAX_RECORD_BYTES {
        let length = length as u64 + io::copy(input, &mut io::sink())?;
        reject(Reason::TooLong(length, MAX_RECORD_BYTES as u64), Vec::new())
    } else {
        match String::from_utf8(bytes) {
            Ok(text) => Item::Record(record(&text)),
            Err(error) => reject(Reason::NotUtf8, error.into_bytes()),
        }
    };
    let _ = emit(item);
    Ok(())
}

fn reject(reason: Reason, raw: Vec<u8>) -> Item {
    Item::Reject(Reject { line: 1, reason, raw })
}

fn record(text: &str) -> Record {
    let mut record = Record { line: 1, record: 1, ..Record::default() };
    match head(text) {
        Some((labels, body)) => {
            for (name, value) in labels {
                match name.to_ascii_lowercase().as_str() {
                    "category" => record.category = Some(value.to_owned()),
                    "language" => record.language = Some(value.to_owned()),
                    other => _ = record.metadata.insert(other.to_owned(), value.into()),
                }
            }
            record.text = body.to_owned();
        }
        None => record.text = text.to_owned(),
    }
    record
}

/// Splits a text into the labels of its head and the rest, if it has a head: `Name: value` lines, a category or a
/// language among them, and then a line of three or more `=` or `-`.
fn head(text: &str) -> Option<(Vec<(&str, &str)>, &str)> {
    let mut labels = Vec::new();
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n')?;
        rest = after;
        let line = line.trim();
        let rule = line.len() >= 3 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'));
        if rule {
            let known = |(name, _): &(&str, &str)| {
                name.eq_ignore_ascii_case("category") || name.eq_ignore_ascii_case("language")
            };
            return labels.iter().any(known).then_some((labels, rest));
        }
        if line.is_empty() {
            continue;
        }
        let (name, value) = line.split_once(':')?;
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-')) {
            return None;
        }
        labels.push((name, value.trim()));
    }
}
