//! Lines of any stream, each held only up to a limit.

use std::io::{self, BufRead};

use super::MAX_RECORD_BYTES;

/// Reads a stream line by line.
pub(super) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    end: u8,
    number: u64,
    buffer: Vec<u8>,
}

/// One line.
pub(super) enum Line<'a> {
    /// Its number from 1, and its bytes without the line end.
    Whole(u64, &'a [u8]),
    /// The number of a line that is longer than a record may be, and its length.
    TooLong(u64, u64),
}

impl<'a> Lines<'a> {
    /// Reads lines that end in LF or CRLF; in CR, where the first line end of the stream is a CR alone.
    pub fn new(input: &'a mut dyn BufRead) -> io::Result<Self> {
        let seen = input.fill_buf()?;
        let first = seen.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let end = match first.map(|at| &seen[at..]) {
            Some([b'\r', next, ..]) if *next != b'\n' => b'\r',
            _ => b'\n',
        };
        Ok(Self { input, end, number: 0, buffer: Vec::new() })
    }

    /// Returns the next line.
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let mut length = 0;
        loop {
            let available = self.input.fill_buf()?;
            if available.is_empty() && length == 0 {
                return Ok(None);
            }
            let end = memchr::memchr(self.end, available);
            let part = &available[..end.unwrap_or(available.len())];
            if self.buffer.len() + part.len() <= MAX_RECORD_BYTES {
                self.buffer.extend_from_slice(part);
            }
            length += part.len();
            let done = end.is_some() || available.is_empty();
            let used = end.map_or(available.len(), |at| at + 1);
            self.input.consume(used);
            if done || (end.is_none() && self.input.fill_buf()?.is_empty()) {
                break;
            }
        }
        self.number += 1;
        if length > MAX_RECORD_BYTES {
            return Ok(Some(Line::TooLong(self.number, length as u64)));
        }
        let line = self.buffer.strip_suffix(b"\r").unwrap_or(&self.buffer);
        Ok(Some(Line::Whole(self.number, line)))
    }
}
