//! Markdown: one prompt a file, with what its front matter says as labels and metadata.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::Emit;
use super::record::Record;
use super::text;

/// Reads the one prompt of a Markdown file.
pub(super) fn read(input: &mut dyn BufRead, emit: &mut Emit<'_>) -> io::Result<()> {
    text::read_whole(input, record, emit)
}

fn record(text: &str) -> Record {
    let mut record = Record { line: 1, record: 1, ..Record::default() };
    let Some((front, body)) = front_matter(text) else { return Record { text: text.to_owned(), ..record } };
    record.text = body.to_owned();
    record.metadata = fields(front);
    let mut label = |name: &str| match record.metadata.remove(name) {
        Some(Value::String(label)) => Some(label),
        Some(other) => {
            record.metadata.insert(name.to_owned(), other);
            None
        }
        None => None,
    };
    record.category = label("category");
    record.language = label("language");
    record
}

/// Splits a text into its front matter, which stands between two lines of `---` at its begin, and the rest.
fn front_matter(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.split_once('\n')?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((&rest[..at], &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

/// Reads `name: value` lines, with lists in brackets or on lines that begin with `-`. Front matter may hold any YAML;
/// where it holds more than this, all of it is kept as it stands, under `front_matter`: it says something about the
/// prompt, and is not the prompt.
fn fields(front: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut name: Option<String> = None;
    for line in front.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        let item = line.trim_start().strip_prefix("- ");
        let understood = match (item, &name, line.split_once(':')) {
            (Some(item), Some(name), _) => push(&mut fields, name, item),
            (None, _, Some((key, value))) if is_name(key) => {
                fields.insert(key.to_owned(), value_of(value.trim()));
                name = Some(key.to_owned());
                !matches!(value.trim(), "|" | ">" | "|-" | ">-")
            }
            _ => false,
        };
        if !understood {
            return Map::from_iter([("front_matter".to_owned(), front.trim_end().into())]);
        }
    }
    fields
}

/// Adds an item to the list under a name that has no value yet, or is a list.
fn push(fields: &mut Map<String, Value>, name: &str, item: &str) -> bool {
    let value = fields.entry(name).or_insert(Value::Null);
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
    let Value::Array(items) = value else { return false };
    items.push(scalar(item.trim()));
    true
}

fn is_name(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

fn value_of(text: &str) -> Value {
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(items) => items.split(',').map(str::trim).filter(|item| !item.is_empty()).map(scalar).collect(),
        None if text.is_empty() => Value::Null,
        None => scalar(text),
    }
}

fn scalar(text: &str) -> Value {
    let quoted = |mark| text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    if let Some(inner) = quoted('\'') {
        return inner.replace("''", "'").into();
    }
    // A double-quoted scalar of YAML is, but for rare escapes, a string of JSON.
    let parsed = quoted('"').and_then(|_| serde_json::from_str(text).ok());
    parsed.unwrap_or_else(|| text.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn front_matter_gives_labels_and_metadata() {
        let text = "---\r\ncategory: bug_fix\nlanguage: \"c++\"\n# a comment\ntags: [a, 'b c']\nmodes:\n  - x\n  - y\n\
                    note: 'it''s: here'\n---\n\n# Why?\n\n---\nbody\n";
        let record = record(text);
        assert_eq!((record.category.as_deref(), record.language.as_deref()), (Some("bug_fix"), Some("c++")));
        assert_eq!(record.text, "\n# Why?\n\n---\nbody\n");
        let expected = json!({ "tags": ["a", "b c"], "modes": ["x", "y"], "note": "it's: here" });
        assert_eq!(Value::Object(record.metadata), expected);
    }

    #[test]
    fn other_yaml_is_kept_as_it_stands_and_the_prompt_is_not_lost() {
        let record = record("---\na:\n  b: {c: 1}\ntext: |\n  x\n---\nThe prompt\n");
        assert_eq!(record.text, "The prompt\n");
        assert_eq!(record.metadata["front_matter"], "a:\n  b: {c: 1}\ntext: |\n  x");
    }

    #[test]
    fn a_line_that_nothing_closes_opens_no_front_matter() {
        for text in ["---\nname: x\n", "# Title\n---\nx\n---\n", "", "---"] {
            assert_eq!(record(text), Record { line: 1, record: 1, text: text.to_owned(), ..Record::default() });
        }
    }
}
