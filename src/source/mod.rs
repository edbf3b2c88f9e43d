//! Readers: one file a format, bytes to [`Record`] or [`Reject`]. None of them sees the catalog.
//!
//! A reader takes any stream and gives each record to a callback, so that memory does not grow with the file; a record
//! that is larger than [`MAX_RECORD_BYTES`] is rejected without being held. The callback ends the reading early by
//! returning [`ControlFlow::Break`].

pub mod walk;

mod csv;
mod curated;
mod decode;
mod detect;
mod json;
mod lines;
mod markdown;
#[cfg_attr(not(feature = "parquet"), path = "no_parquet.rs")]
mod parquet;
mod record;
mod shape;
mod text;

use std::fs::File;
use std::io::{self, BufRead, Read as _};
use std::ops::ControlFlow;

pub(crate) use self::decode::Broken;
pub use self::decode::{Decoded, decode};
pub use self::detect::{Format, SNIFF_BYTES, detect};
pub use self::parquet::panic_is_contained;
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
    // What the begin of a file tells (mark, line ends, delimiter) must not depend on how much of it comes at once.
    let mut begin = Vec::new();
    let failed = input.take(SNIFF_BYTES as u64).read_to_end(&mut begin).err();
    let without_mark = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&begin);
    let mut input = without_mark.chain(Broken(failed)).chain(input);
    match format {
        Format::Json => json::read(&mut input, fields, emit),
        Format::JsonLines => json::read_lines(&mut input, fields, emit),
        Format::Csv => csv::read(&mut input, None, fields, emit),
        Format::Tsv => csv::read(&mut input, Some(b'\t'), fields, emit),
        Format::Text => text::read(&mut input, emit),
        Format::Markdown => markdown::read(&mut input, emit),
        Format::Parquet => {
            // Its end tells where everything is, so it is read from a file, whatever it comes from.
            let mut file = tempfile::tempfile()?;
            io::copy(&mut input, &mut file)?;
            parquet::read(file, fields, emit);
            Ok(())
        }
        Format::Curated => curated::read(&mut input, emit),
    }
}

/// Reads a Parquet file where it lies.
pub fn read_parquet(file: File, fields: &FieldMap, emit: &mut Emit<'_>) {
    parquet::read(file, fields, emit);
}
