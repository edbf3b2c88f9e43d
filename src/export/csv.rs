//! Rows with a header.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::Writer;

use crate::domain::dataset::Delivered;

pub(super) struct Rows<'a> {
    rows: Writer<&'a mut dyn Write>,
    formula_safe: bool,
}

impl<'a> Rows<'a> {
    pub fn begin(out: &'a mut dyn Write, formula_safe: bool) -> io::Result<Self> {
        let mut rows = Writer::from_writer(out);
        rows.write_record(["id", "prompt", "category", "area", "language", "source"])?;
        Ok(Self { rows, formula_safe })
    }

    pub fn prompt(&mut self, prompt: &Delivered) -> io::Result<()> {
        let Delivered { id, prompt, category, area, language, source } = prompt;
        let id = id.to_string();
        let cells = [&id, prompt, category, area, language, source.name()];
        match self.formula_safe {
            true => self.rows.write_record(cells.map(|cell| safe(cell).into_owned()))?,
            false => self.rows.write_record(cells)?,
        }
        Ok(())
    }

    pub fn end(mut self) -> io::Result<()> {
        self.rows.flush()
    }
}

/// Returns a cell as a spreadsheet shows it and does not run it: with a `'` in front where it begins as a formula does
/// (OWASP, "CSV Injection").
fn safe(cell: &str) -> Cow<'_, str> {
    let begins_formula = |c| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    if cell.starts_with(begins_formula) { format!("'{cell}").into() } else { cell.into() }
}
