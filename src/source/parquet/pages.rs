//! What the headers of pages claim, before anything is made room for: a broken page may claim two gigabytes.
//!
//! The headers are structs of Thrift's compact protocol: <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>.

use std::fs::File;
use std::io::Read;

use parquet::basic::Type;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;

use crate::source::MAX_RECORD_BYTES;

/// The largest page that is taken: writers aim at a megabyte, and end a page only after a whole value.
const MAX_PAGE_BYTES: i64 = 4 * MAX_RECORD_BYTES as i64;

/// Looks at the pages of a column before they are read.
///
/// # Errors
/// When one claims more than it can hold, or than is taken.
pub(super) fn check_pages(file: &File, column: &ColumnChunkMetaData) -> Result<()> {
    let (mut at, length) = column.byte_range();
    let end = at.saturating_add(length);
    while at < end {
        let mut header = Header::new(file.get_read(at)?.take(end - at));
        header.read()?;
        header.check(column)?;
        let size = u64::try_from(header.compressed).map_err(|_| broken())?;
        at = at.saturating_add(header.length).saturating_add(size);
    }
    Ok(())
}

fn broken() -> ParquetError {
    ParquetError::General("the header of a page makes no sense".to_owned())
}

/// The numbers of a page's header, read from a stream.
struct Header<R> {
    input: R,
    /// How many bytes it takes.
    length: u64,
    uncompressed: i64,
    compressed: i64,
    /// How many values a page of a dictionary holds.
    entries: i64,
}

/// How deep the structs of a header may be nested.
const MOST_NESTED: usize = 8;

impl<R: Read> Header<R> {
    fn new(input: R) -> Self {
        Self { input, length: 0, uncompressed: -1, compressed: -1, entries: 0 }
    }

    fn check(&self, column: &ColumnChunkMetaData) -> Result<()> {
        if self.uncompressed < 0 || self.compressed < 0 {
            return Err(broken());
        }
        if self.uncompressed > MAX_PAGE_BYTES {
            let text = format!("a page claims {} bytes, and at most {MAX_PAGE_BYTES} are taken", self.uncompressed);
            return Err(ParquetError::General(text));
        }
        let value_bytes = match column.column_type() {
            Type::FIXED_LEN_BYTE_ARRAY => i64::from(column.column_descr().type_length()).max(1),
            // Numbers, and texts with their lengths.
            _ => 4,
        };
        if self.entries.saturating_mul(value_bytes) > self.uncompressed {
            let text = format!("a dictionary claims {} values in {} bytes", self.entries, self.uncompressed);
            return Err(ParquetError::General(text));
        }
        Ok(())
    }

    /// Reads the header: field 2 is the page's size, field 3 its size in the file; field 7 is of a dictionary, and the
    /// first in it the number of its values.
    fn read(&mut self) -> Result<()> {
        let mut id = 0;
        while let Some(kind) = self.field(&mut id)? {
            match (id, kind) {
                (2, I32) => self.uncompressed = self.number()?,
                (3, I32) => self.compressed = self.number()?,
                (7, STRUCT) => self.dictionary()?,
                _ => self.skip(kind, MOST_NESTED)?,
            }
        }
        Ok(())
    }

    fn dictionary(&mut self) -> Result<()> {
        let mut id = 0;
        while let Some(kind) = self.field(&mut id)? {
            match (id, kind) {
                (1, I32) => self.entries = self.number()?,
                _ => self.skip(kind, MOST_NESTED)?,
            }
        }
        Ok(())
    }

    /// Reads the kind of the next field of a struct, and its number, which is told as the distance from the last.
    fn field(&mut self, id: &mut i64) -> Result<Option<u8>> {
        let byte = self.byte()?;
        if byte == STOP {
            return Ok(None);
        }
        *id = match byte >> 4 {
            0 => self.number()?,
            distance => id.saturating_add(i64::from(distance)),
        };
        Ok(Some(byte & 0x0f))
    }

    fn skip(&mut self, kind: u8, nested: usize) -> Result<()> {
        let nested = nested.checked_sub(1).ok_or_else(broken)?;
        match kind {
            TRUE | FALSE => Ok(()),
            BYTE => self.byte().map(|_| ()),
            I16..=I64 => self.varint().map(|_| ()),
            DOUBLE => self.skip_bytes(8),
            BINARY => {
                let length = self.varint()?;
                self.skip_bytes(length)
            }
            LIST | SET => {
                let byte = self.byte()?;
                let count = match byte >> 4 {
                    15 => self.varint()?,
                    count => u64::from(count),
                };
                for _ in 0..count {
                    match byte & 0x0f {
                        TRUE | FALSE => _ = self.byte()?,
                        kind => self.skip(kind, nested)?,
                    }
                }
                Ok(())
            }
            STRUCT => {
                let mut id = 0;
                while let Some(kind) = self.field(&mut id)? {
                    self.skip(kind, nested)?;
                }
                Ok(())
            }
            _ => Err(broken()),
        }
    }

    fn skip_bytes(&mut self, count: u64) -> Result<()> {
        let skipped = std::io::copy(&mut self.input.by_ref().take(count), &mut std::io::sink())?;
        self.length += skipped;
        if skipped == count { Ok(()) } else { Err(broken()) }
    }

    /// Reads a number whose sign is in its lowest bit.
    fn number(&mut self) -> Result<i64> {
        let number = self.varint()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn varint(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(broken())
    }

    fn byte(&mut self) -> Result<u8> {
        let mut byte = [0];
        self.input.read_exact(&mut byte).map_err(|_| broken())?;
        self.length += 1;
        Ok(byte[0])
    }
}

// The kinds of values, as the compact protocol numbers them.
const STOP: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const STRUCT: u8 = 12;
