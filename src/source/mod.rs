//! Readers: one file a format, bytes to [`Record`] or [`Reject`]. None of them sees the catalog.
//!
//! A reader takes any stream and gives each record to a callback, so that memory does not grow with the file; a record
//! that is larger than [`MAX_RECORD_BYTES`] is rejected without being held. The callback ends the reading early by
//! returning [`ControlFlow::Break`].

pub mod walk;

mod csv;
mod curated;
mod detect;
mod json;
mod lines;
mod record;
mod shape;
mod text;

use std::io::{self, BufRead};
use std::ops::ControlFlow;

pub use self::detect::{Format, SNIFF_BYTES, detect};
pub use self::record::{Item, Reason, Record, Reject};
pub use self::shape::FieldMap;

/// The most bytes of a file that are held at once for one record.
pub const MAX_RECORD_BYTES: usize = 64 << 20;

/// What a reader gives its items to.
pub type Emit<'a> = dyn FnMut(Item) -> ControlFlow<()> + 'a;

/// Reads a stream of a known format.
///
/// # Errors
/// When the stream itself fails; what is wrong with a record is a [`Reject`].
pub fn read(input: &mut dyn BufRead, format: Format, fields: &FieldMap, emit: &mut Emit<'_>) -> io::Result<()> {
    let mut input = WithoutMark::new(input)?;
    match format {
        Format::Json => json::read(&mut input, fields, emit),
        Format::JsonLines => json::read_lines(&mut input, fields, emit),
        Format::Csv => csv::read(&mut input, None, fields, emit),
        Format::Tsv => csv::read(&mut input, Some(b'\t'), fields, emit),
        Format::Text => text::read(&mut input, emit),
        Format::Curated => curated::read(&mut input, emit),
    }
}

/// A stream without the byte-order mark that it may begin with.
struct WithoutMark<'a>(&'a mut dyn BufRead);

impl<'a> WithoutMark<'a> {
    fn new(input: &'a mut dyn BufRead) -> io::Result<Self> {
        if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            input.consume(3);
        }
        Ok(Self(input))
    }
}

impl io::Read for WithoutMark<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl BufRead for WithoutMark<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.0.consume(count);
    }
}

#[cfg(test)]
mod tests;
