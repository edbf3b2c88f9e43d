//! Which format a file is of: its content decides, its name only where the content does not.

use std::path::Path;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use crate::domain::curated::MAGIC;

/// How much of a file is looked at.
pub const SNIFF_BYTES: usize = 64 << 10;

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A JSON document: an array of records, or an object that holds one.
    Json,
    /// One JSON value a line.
    #[serde(rename = "jsonl")]
    JsonLines,
    /// Comma-separated values with a header.
    Csv,
    /// The same, separated by tabs.
    Tsv,
    /// One prompt a file.
    #[serde(rename = "txt")]
    Text,
    /// One prompt a file, with labels in its front matter.
    #[serde(rename = "md")]
    Markdown,
    /// Rows of columns, in the format of Apache Parquet.
    Parquet,
    /// Our own format of many prompts a file.
    Curated,
}

impl Format {
    /// Every format, in the order in which help names them.
    pub const ALL: [Self; 8] =
        [Self::Json, Self::JsonLines, Self::Csv, Self::Tsv, Self::Text, Self::Markdown, Self::Parquet, Self::Curated];

    /// Returns the name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Parquet => "parquet",
            Self::Curated => "curated",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|format| format.name()).collect();
            format!("expected one of {}, found `{text}`", names.join(", "))
        })
    }
}

/// Returns the format of a file, by the first [`SNIFF_BYTES`] of its content and its name; `None` for one of no known
/// format.
pub fn detect(path: &Path, begin: &[u8]) -> Option<Format> {
    let begin = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin);
    let named = by_name(path);
    if begin.starts_with(MAGIC.as_bytes()) {
        return Some(Format::Curated);
    }
    if begin.starts_with(b"PAR1") {
        return Some(Format::Parquet);
    }
    if begin.iter().take(8 << 10).any(|byte| *byte == 0) {
        // Text with a NUL in it is a reject where the name says that it should be text.
        return named;
    }
    match begin.trim_ascii_start() {
        [b'{', ..] if named != Some(Format::Markdown) => object(begin, named),
        _ if named == Some(Format::Markdown) => named,
        [b'[', rest @ ..] if is_json_value(rest) && named != Some(Format::Text) => Some(Format::Json),
        [b'[', ..] if named == Some(Format::Text) && serde_json::from_slice::<Value>(begin).is_ok() => {
            Some(Format::Json)
        }
        [b'"', ..] if named != Some(Format::Csv) && lines(begin).take(2).all(is_string) => Some(Format::JsonLines),
        _ => named,
    }
}

/// What begins with `{`: JSON Lines where its first line, or the second after a broken one, is a value by itself.
fn object(begin: &[u8], named: Option<Format>) -> Option<Format> {
    let mut lines = lines(begin);
    let (first, second) = (lines.next().unwrap_or_default(), lines.next());
    let whole_line = first.len() < begin.trim_ascii().len();
    let is_object = |line: &[u8]| line.starts_with(b"{") && serde_json::from_slice::<Value>(line).is_ok();
    let document = if named == Some(Format::JsonLines) { Format::JsonLines } else { Format::Json };
    if is_object(first) {
        // One object and nothing else may be a document that holds the records.
        return Some(if whole_line { Format::JsonLines } else { document });
    }
    if second.is_some_and(is_object) {
        return Some(Format::JsonLines);
    }
    match first {
        [b'{', rest @ ..] if matches!(rest.trim_ascii_start().first(), None | Some(b'"' | b'}')) => Some(document),
        _ => named,
    }
}

/// Tells whether some bytes could go on inside a JSON array.
fn is_json_value(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), None | Some(b'{' | b'[' | b'"' | b']'))
}

fn is_string(line: &[u8]) -> bool {
    serde_json::from_slice::<String>(line).is_ok()
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

fn by_name(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "json" => Some(Format::Json),
        "jsonl" | "ndjson" => Some(Format::JsonLines),
        "csv" => Some(Format::Csv),
        "tsv" => Some(Format::Tsv),
        "txt" => Some(Format::Text),
        "md" | "markdown" => Some(Format::Markdown),
        "parquet" => Some(Format::Parquet),
        "prompts" => Some(Format::Curated),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, begin: &str, expected: Option<Format>) {
        assert_eq!(detect(Path::new(name), begin.as_bytes()), expected, "{name}: {begin:?}");
    }

    #[test]
    fn content_decides() {
        check("a.json", "{\"prompt\": \"x\"}\n{\"prompt\": \"y\"}\n", Some(Format::JsonLines));
        check("a.jsonl", "[\n  {\"prompt\": \"x\"}\n]", Some(Format::Json));
        check("a.txt", "{\"prompt\": \"x\"}\n{\"prompt\": \"y\"}\n", Some(Format::JsonLines));
        check("a", "{\n  \"data\": [", Some(Format::Json));
        check("a.dat", "\u{feff}[{\"prompt\": \"x\"}]", Some(Format::Json));
        check("a.md", "%catalog-prompts 1\n", Some(Format::Curated));
        check("a.jsonl", "{\"prompt\": \"broken\n{\"prompt\": \"y\"}\n", Some(Format::JsonLines));
        check("strings", "\"x\"\n\"y\"\n", Some(Format::JsonLines));
    }

    #[test]
    fn the_name_decides_where_the_content_does_not() {
        check("a.csv", "prompt\nx\n", Some(Format::Csv));
        check("a.csv", "\"prompt\"\n\"x\"\n", Some(Format::Csv));
        check("a.TSV", "prompt\tlanguage\n", Some(Format::Tsv));
        check("a.txt", "[x] is a list item", Some(Format::Text));
        check("a.txt", "{ braces } are text here", Some(Format::Text));
        check("a.json", "", Some(Format::Json));
        check("one.jsonl", "{\"prompt\": \"x\"}\n", Some(Format::JsonLines));
        check("one.json", "{\"prompt\": \"x\"}\n", Some(Format::Json));
        check("a.md", "[link](x)\n{}\n", Some(Format::Markdown));
        check("a.md", "{\"a\": 1}\n", Some(Format::Markdown));
        check("a.parquet", "", Some(Format::Parquet));
        check("a.dat", "PAR1\0\0", Some(Format::Parquet));
    }

    #[test]
    fn what_is_of_no_known_format_is_none() {
        check("notes", "plain text", None);
    }
}
