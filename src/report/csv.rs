//! One number a row, so that sections of different columns share a file.

use ::csv::Writer;

use super::{Report, Value};

pub(super) fn render(report: &Report) -> String {
    let mut rows = Writer::from_writer(Vec::new());
    let mut write = |row: [&str; 4]| rows.write_record(row).expect("a row of four goes into memory");
    write(["section", "row", "column", "value"]);
    for section in &report.sections {
        for row in &section.rows {
            let name = row.first().map(plain).unwrap_or_default();
            for (column, value) in section.columns.iter().zip(row).skip(1) {
                write([&section.id, &name, column, &plain(value)]);
            }
        }
    }
    let bytes = rows.into_inner().expect("what is in memory can be flushed");
    String::from_utf8(bytes).expect("text went in")
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Block(text) | Value::Time(text) => text.clone(),
        Value::Count(number) | Value::Number(number) => number.to_string(),
        Value::Share(number) | Value::Gap(number) => number.to_string(),
        Value::None => String::new(),
    }
}
