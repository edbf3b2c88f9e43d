//! Parquet: a column each of id, prompt, category, area, language and source, and of what there is to tell of an answer;
//! compressed with zstd.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;

use crate::domain::dataset::Delivered;
use crate::domain::teacher::Response;

/// How much a row group holds: this is what is kept in memory.
const GROUP_ROWS: usize = 20_000;
const GROUP_BYTES: usize = 32 << 20;

/// The columns of a prompt.
const PROMPT: &str = "
    required binary id (UTF8);
    required binary prompt (UTF8);
    required binary category (UTF8);
    required binary area (UTF8);
    required binary language (UTF8);
    required binary source (UTF8);";

/// The columns of an answer, as the fields of our JSON objects are.
const RESPONSE: &str = "
    required binary response (UTF8);
    required binary model (UTF8);
    required binary ending (UTF8);
    required group usage {
        required int64 input;
        required int64 cache_read;
        required int64 cache_write;
        required int64 output;
    }
    required int64 cost_nano_usd;";

pub(super) struct Table<'a> {
    out: &'a mut dyn Write,
    /// What was made and is not written yet: the writer asks for a stream that may go to another thread.
    made: Sink,
    writer: SerializedFileWriter<Sink>,
    /// The columns of text, and those of numbers, which come after them.
    texts: Vec<Vec<ByteArray>>,
    numbers: Vec<Vec<i64>>,
    bytes: usize,
}

impl<'a> Table<'a> {
    pub fn begin(out: &'a mut dyn Write, with_responses: bool) -> io::Result<Self> {
        let (response, texts, numbers) = if with_responses { (RESPONSE, 9, 5) } else { ("", 6, 0) };
        let schema = format!("message prompts {{{PROMPT}{response}\n}}");
        let schema = Arc::new(parse_message_type(&schema).map_err(failed)?);
        let zstd = Compression::ZSTD(ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(zstd);
        // Of these no two are alike: a dictionary of them is work for nothing, and nobody looks for the least or the greatest.
        let distinct = ["id", "prompt", "response"].map(ColumnPath::from);
        let properties = distinct.into_iter().fold(properties, |properties, column| {
            let properties = properties.set_column_dictionary_enabled(column.clone(), false);
            properties.set_column_statistics_enabled(column, EnabledStatistics::None)
        });
        let properties = Arc::new(properties.build());
        let made = Sink::default();
        let writer = SerializedFileWriter::new(made.clone(), schema, properties).map_err(failed)?;
        let (texts, numbers) = (vec![Vec::new(); texts], vec![Vec::new(); numbers]);
        Ok(Self { out, made, writer, texts, numbers, bytes: 0 })
    }

    pub fn prompt(&mut self, prompt: &Delivered, response: Option<&Response>) -> io::Result<()> {
        let Delivered { id, prompt, category, area, language, source } = prompt;
        let id = id.to_string();
        let of_prompt = [&id, prompt, category, area, language, source.name()];
        let of_response = response.map(|response| [&response.text, &response.model, response.ending.name()]);
        for (column, text) in self.texts.iter_mut().zip(of_prompt.into_iter().chain(of_response.into_iter().flatten()))
        {
            self.bytes += text.len();
            column.push(ByteArray::from(text));
        }
        let numbers = response.map(|Response { usage, cost, .. }| {
            [usage.input, usage.cache_read, usage.cache_write, usage.output, cost.0]
        });
        for (column, number) in self.numbers.iter_mut().zip(numbers.into_iter().flatten()) {
            column.push(number.try_into().map_err(io::Error::other)?);
        }
        if self.texts[0].len() >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.group() } else { Ok(()) }
    }

    pub fn end(mut self) -> io::Result<()> {
        if !self.texts[0].is_empty() {
            self.group()?;
        }
        self.writer.close().map_err(failed)?;
        self.made.pour(self.out)
    }

    /// Writes what was gathered as a row group.
    fn group(&mut self) -> io::Result<()> {
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for values in &mut self.texts {
            column::<ByteArrayType>(&mut group, values)?;
        }
        for values in &mut self.numbers {
            column::<Int64Type>(&mut group, values)?;
        }
        group.close().map_err(failed)?;
        self.bytes = 0;
        self.made.pour(self.out)
    }
}

/// Writes the next column of a row group.
fn column<T: DataType>(group: &mut SerializedRowGroupWriter<'_, Sink>, values: &mut Vec<T::T>) -> io::Result<()> {
    let column = group.next_column().map_err(failed)?;
    let mut column = column.ok_or_else(|| io::Error::other("the schema has a column less"))?;
    column.typed::<T>().write_batch(values, None, None).map_err(failed)?;
    column.close().map_err(failed)?;
    values.clear();
    Ok(())
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
