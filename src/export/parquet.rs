//! Parquet: a column each of id, prompt, category, area, language and source, compressed with zstd.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::domain::dataset::Delivered;

/// How much a row group holds: this is what is kept in memory.
const GROUP_ROWS: usize = 20_000;
const GROUP_BYTES: usize = 32 << 20;

const SCHEMA: &str = "message prompts {
    required binary id (UTF8);
    required binary prompt (UTF8);
    required binary category (UTF8);
    required binary area (UTF8);
    required binary language (UTF8);
    required binary source (UTF8);
}";

pub(super) struct Table<'a> {
    out: &'a mut dyn Write,
    /// What was made and is not written yet: the writer asks for a stream that may go to another thread.
    made: Sink,
    writer: SerializedFileWriter<Sink>,
    columns: [Vec<ByteArray>; 6],
    bytes: usize,
}

impl<'a> Table<'a> {
    pub fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        let schema = Arc::new(parse_message_type(SCHEMA).map_err(failed)?);
        let zstd = Compression::ZSTD(ZstdLevel::default());
        let properties = Arc::new(WriterProperties::builder().set_compression(zstd).build());
        let made = Sink::default();
        let writer = SerializedFileWriter::new(made.clone(), schema, properties).map_err(failed)?;
        Ok(Self { out, made, writer, columns: Default::default(), bytes: 0 })
    }

    pub fn prompt(&mut self, prompt: &Delivered) -> io::Result<()> {
        let Delivered { id, prompt, category, area, language, source } = prompt;
        let id = id.to_string();
        self.bytes += prompt.len();
        for (column, text) in self.columns.iter_mut().zip([&id, prompt, category, area, language, source.name()]) {
            column.push(ByteArray::from(text));
        }
        if self.columns[0].len() >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.group() } else { Ok(()) }
    }

    pub fn end(mut self) -> io::Result<()> {
        if !self.columns[0].is_empty() {
            self.group()?;
        }
        self.writer.close().map_err(failed)?;
        self.made.pour(self.out)
    }

    /// Writes what was gathered as a row group.
    fn group(&mut self) -> io::Result<()> {
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for values in &mut self.columns {
            let column = group.next_column().map_err(failed)?;
            let mut column = column.ok_or_else(|| io::Error::other("the schema has a column less"))?;
            column.typed::<ByteArrayType>().write_batch(values, None, None).map_err(failed)?;
            column.close().map_err(failed)?;
            values.clear();
        }
        group.close().map_err(failed)?;
        self.bytes = 0;
        self.made.pour(self.out)
    }
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

/// Bytes in memory, which both the writer and this module hold.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn pour(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(&bytes)?;
        bytes.clear();
        Ok(())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
