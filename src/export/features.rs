//! The columns of a data file, as the head of a dataset card names them for the Hugging Face Hub.

use std::fmt::Write as _;

use super::ExportFormat;

/// A column.
enum Feature {
    Text(&'static str),
    Number(&'static str),
    /// A list of objects with these texts.
    List(&'static str, [&'static str; 2]),
    /// An object with these numbers.
    Object(&'static str, [&'static str; 4]),
}

/// Returns the columns as the lines of a YAML list, each after an indent.
pub(super) fn features(format: ExportFormat, system: bool, indent: &str) -> String {
    let mut lines = String::new();
    for feature in columns(format, system) {
        let _ = match feature {
            Feature::Text(name) => scalar(&mut lines, indent, name, "string"),
            Feature::Number(name) => scalar(&mut lines, indent, name, "int64"),
            Feature::List(name, fields) => nested(&mut lines, indent, name, "list", &fields, "string"),
            Feature::Object(name, fields) => nested(&mut lines, indent, name, "struct", &fields, "int64"),
        };
    }
    lines
}

fn scalar(lines: &mut String, indent: &str, name: &str, dtype: &str) -> std::fmt::Result {
    writeln!(lines, "{indent}- name: {name}\n{indent}  dtype: {dtype}")
}

fn nested(lines: &mut String, indent: &str, name: &str, kind: &str, fields: &[&str], dtype: &str) -> std::fmt::Result {
    writeln!(lines, "{indent}- name: {name}\n{indent}  {kind}:")?;
    fields.iter().try_for_each(|field| scalar(lines, &format!("{indent}  "), field, dtype))
}

fn columns(format: ExportFormat, system: bool) -> Vec<Feature> {
    use Feature::{List, Number, Object, Text};
    let of_system = system.then_some(Text("system"));
    match format {
        ExportFormat::OpenAi | ExportFormat::Glm4 => vec![List("messages", ["role", "content"])],
        ExportFormat::ChatGlm3 => vec![List("conversations", ["role", "content"])],
        ExportFormat::ChatMl => vec![Text("text")],
        ExportFormat::ShareGpt => [List("conversations", ["from", "value"])].into_iter().chain(of_system).collect(),
        ExportFormat::Alpaca => {
            [Text("instruction"), Text("input"), Text("output")].into_iter().chain(of_system).collect()
        }
        ExportFormat::Jsonl | ExportFormat::Json | ExportFormat::Csv | ExportFormat::Txt | ExportFormat::Parquet => {
            let texts = ["id", "prompt", "category", "area", "language", "source", "response", "model", "ending"];
            let usage = Object("usage", ["input", "cache_read", "cache_write", "output"]);
            texts.into_iter().map(Text).chain([usage, Number("cost_nano_usd")]).collect()
        }
    }
}
