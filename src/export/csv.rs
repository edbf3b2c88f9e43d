//! Rows with a header.

use std::io::{self, Write};

use csv::Writer;

use crate::domain::dataset::Delivered;

pub(super) struct Rows<'a>(Writer<&'a mut dyn Write>);

impl<'a> Rows<'a> {
    pub fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        let mut rows = Writer::from_writer(out);
        rows.write_record(["id", "prompt", "category", "area", "language", "source"])?;
        Ok(Self(rows))
    }

    pub fn prompt(&mut self, prompt: &Delivered) -> io::Result<()> {
        let Delivered { id, prompt, category, area, language, source } = prompt;
        self.0.write_record([&id.to_string(), prompt, category, area, language, source.name()])?;
        Ok(())
    }

    pub fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}
