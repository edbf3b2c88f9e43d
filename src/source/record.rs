//! What a reader makes of a record.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

/// A prompt as it stands in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its number among the records of the file, from 1.
    pub record: u64,
    /// The text of the prompt, as it stands there.
    pub text: String,
    /// What the file gives as its category.
    pub category: Option<String>,
    /// What the file gives as its language.
    pub language: Option<String>,
    /// Everything else that the record says.
    pub metadata: Map<String, Value>,
}

/// A record that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The line on which it begins, from 1; 0 where the whole file is meant.
    pub line: u64,
    /// Why.
    pub reason: Reason,
    /// The bytes of the record, as far as there are any.
    pub raw: Vec<u8>,
}

/// One record, taken or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Taken.
    Record(Record),
    /// Not taken.
    Reject(Reject),
}

/// Why a record cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// Text that is not JSON, with what the parser says.
    NotJson(String),
    /// No field that could hold a prompt, with the fields that are there.
    NoPromptField(Vec<String>),
    /// A prompt field that holds something else than text, with its name and what it holds.
    PromptNotText(String, &'static str),
    /// Nothing is left after normalising.
    Empty,
    /// The text holds U+0000.
    Nul,
    /// The text is longer than allowed: its bytes, the bytes allowed.
    TooLong(u64, u64),
    /// JSON within JSON, more than 128 levels deep.
    NestedTooDeep,
    /// A CSV row with another number of fields than the header: expected, found.
    FieldCount(u64, u64),
    /// A CSV row with fewer fields than the header, the last of which goes over line ends: expected, found.
    OpenQuote(u64, u64),
    /// A CSV row that is the header once more.
    HeaderAgain,
    /// A label that is too long or holds control characters: the field, what is wrong.
    BadLabel(&'static str, String),
    /// A head or delimiter that is not of the format, with what was expected.
    Malformed(String),
    /// The file could not be read, or not to its end.
    Unreadable(String),
}

impl Reason {
    /// Returns the short name under which the catalog counts this reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::NotJson(_) => "not_json",
            Self::NoPromptField(_) => "no_prompt_field",
            Self::PromptNotText(..) => "prompt_not_text",
            Self::Empty => "empty",
            Self::Nul => "nul",
            Self::TooLong(..) => "too_long",
            Self::NestedTooDeep => "nested_too_deep",
            Self::FieldCount(..) => "field_count",
            Self::OpenQuote(..) => "open_quote",
            Self::HeaderAgain => "header_again",
            Self::BadLabel(..) => "bad_label",
            Self::Malformed(_) => "malformed",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::NotJson(detail) => write!(f, "not JSON: {detail}"),
            Self::NoPromptField(found) if found.is_empty() => f.write_str("no prompt field; it has no fields"),
            Self::NoPromptField(found) => write!(f, "no prompt field; it has {}", quoted(found)),
            Self::PromptNotText(field, found) => write!(f, "`{field}` is {found}, and a prompt is text"),
            Self::Empty => f.write_str("empty after normalising"),
            Self::Nul => f.write_str("holds a NUL character"),
            Self::TooLong(found, most) => write!(f, "{found} bytes long, and at most {most} are taken"),
            Self::NestedTooDeep => f.write_str("nested more than 128 levels deep"),
            Self::FieldCount(expected, found) => write!(f, "the row has {found} fields, and the header {expected}"),
            Self::OpenQuote(expected, found) => write!(
                f,
                "the row has {found} fields, and the header {expected}; it goes over several lines: is a quote left open?"
            ),
            Self::HeaderAgain => f.write_str("the header stands here once more"),
            Self::BadLabel(field, problem) => write!(f, "its {field} {problem}"),
            Self::Malformed(detail) => f.write_str(detail),
            Self::Unreadable(detail) => write!(f, "cannot be read: {detail}"),
        }
    }
}

/// Returns names in quotes, short enough to be read: a lost header makes names of whole prompts.
fn quoted(names: &[String]) -> String {
    let quoted = |name: &String| {
        let begin: String = name.chars().take(30).collect();
        if begin.len() < name.len() { format!("`{begin}…`") } else { format!("`{begin}`") }
    };
    let shown: Vec<String> = names.iter().take(12).map(quoted).collect();
    let more = names.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}
