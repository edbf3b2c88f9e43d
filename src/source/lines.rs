//! Lines of any stream, each held only up to a limit.

use std::io::{self, BufRead};

use super::MAX_RECORD_BYTES;

/// Reads a stream line by line: lines end in LF or CRLF; in CR, where the first line end of the stream is a CR alone.
pub(super) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    /// What a line ends in, once the first line end is known.
    end: Option<u8>,
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
    /// Begins with the first line of a stream.
    pub fn new(input: &'a mut dyn BufRead) -> Self {
        Self { input, end: None, number: 0, buffer: Vec::new() }
    }

    /// Returns the next line.
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let mut length = 0;
        if self.input.fill_buf()?.is_empty() {
            return Ok(None);
        }
        loop {
            let available = self.input.fill_buf()?;
            let end = match self.end {
                Some(end) => memchr::memchr(end, available),
                None => memchr::memchr2(b'\n', b'\r', available),
            };
            let part = &available[..end.unwrap_or(available.len())];
            if self.buffer.len() + part.len() <= MAX_RECORD_BYTES {
                self.buffer.extend_from_slice(part);
            }
            length += part.len();
            let (used, found) = (end.map_or(available.len(), |at| at + 1), end.map(|at| available[at]));
            self.input.consume(used);
            if let Some(byte) = found {
                self.ended_in(byte)?;
                break;
            }
            if used == 0 {
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

    /// Learns from the first line end what the others are.
    fn ended_in(&mut self, byte: u8) -> io::Result<()> {
        if self.end.is_none() {
            let is_pair = byte == b'\r' && self.input.fill_buf()?.first() == Some(&b'\n');
            if is_pair {
                self.input.consume(1);
            }
            self.end = Some(if is_pair { b'\n' } else { byte });
        }
        Ok(())
    }
}
