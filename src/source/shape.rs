//! Where a JSON record, or a row with a header, keeps its prompt and labels.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::record::{Reason, Record};
use crate::domain::chatml::turns;

/// The fields that can hold a prompt, the most telling first.
const PROMPT_FIELDS: [&str; 8] =
    ["prompt", "instruction", "question", "messages", "conversations", "turns", "text", "input"];

const CATEGORY_FIELDS: [&str; 2] = ["category", "task_type"];
const LANGUAGE_FIELDS: [&str; 3] = ["language", "lang", "programming_language"];

/// Fields that a person has named, in place of those that are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldMap {
    /// Where the prompt is: a name, or names joined by dots.
    pub prompt: Option<String>,
    /// Where the category is.
    pub category: Option<String>,
    /// Where the language is.
    pub language: Option<String>,
    /// Whether the first answer of a conversation is kept too, as the metadata `response`.
    pub answers: bool,
}

impl FieldMap {
    /// Tells whether an object with this field is a record, as far as one field can tell.
    pub(super) fn names_prompt(&self, field: &str) -> bool {
        match &self.prompt {
            Some(path) => path == field || path.split('.').next() == Some(field),
            None => PROMPT_FIELDS.contains(&field),
        }
    }

    /// Tells whether columns are named by their number, as in a file without a header: `#2` is the second.
    pub(super) fn numbers_columns(&self) -> bool {
        let is_number = |path: &str| path.strip_prefix('#').is_some_and(|number| number.parse::<u32>().is_ok());
        self.prompt.as_deref().is_some_and(is_number)
    }

    /// Makes a record of a JSON value: a string is a prompt, an object holds one.
    pub(super) fn record(&self, value: Value, line: u64, record: u64) -> Result<Record, Reason> {
        let fields = match value {
            Value::String(text) => return Ok(Record { line, record, text, ..Record::default() }),
            Value::Object(fields) => fields,
            other => return Err(Reason::PromptNotText("the record".to_owned(), kind(&other))),
        };
        self.record_of_fields(fields, line, record)
    }

    /// Makes a record of the fields of an object or row.
    pub(super) fn record_of_fields(
        &self,
        mut fields: Map<String, Value>,
        line: u64,
        record: u64,
    ) -> Result<Record, Reason> {
        let category = take_label(&mut fields, self.category.as_deref(), &CATEGORY_FIELDS);
        let language = take_label(&mut fields, self.language.as_deref(), &LANGUAGE_FIELDS);
        let text = self.take_prompt(&mut fields)?;
        Ok(Record { line, record, text, category, language, metadata: fields })
    }

    fn take_prompt(&self, fields: &mut Map<String, Value>) -> Result<String, Reason> {
        if let Some(path) = &self.prompt {
            let value = take(fields, path).ok_or_else(|| Reason::NoPromptField(names(fields)))?;
            return self.text_of(path, value, fields);
        }
        let held = |name: &&&str| fields.get(**name).is_some_and(|value| !value.is_null());
        let Some(name) = PROMPT_FIELDS.iter().find(held) else {
            return Err(Reason::NoPromptField(names(fields)));
        };
        // A lone `input` is a prompt where it is a conversation; as text it is what some other field speaks of.
        if *name == "input" && !fields["input"].is_array() {
            return Err(Reason::NoPromptField(names(fields)));
        }
        let value = fields.remove(*name).unwrap_or_default();
        let text = self.text_of(name, value, fields)?;
        if *name != "instruction" {
            return Ok(text);
        }
        Ok(match take_input(fields) {
            Some(input) if !input.trim().is_empty() => format!("{text}\n{input}"),
            _ => text,
        })
    }

    /// Returns the prompt of a conversation that is rendered as ChatML; `None` where the text is none, or has no user.
    fn text_of_rendered(&self, text: &str, fields: &mut Map<String, Value>) -> Option<String> {
        let turns = turns(text)?;
        let by = |speaker: &str| turns.iter().find(|(role, _)| *role == speaker).map(|(_, content)| *content);
        let user = by("user")?;
        if let Some(system) = by("system") {
            fields.entry("system").or_insert_with(|| system.into());
        }
        if let Some(answer) = by("assistant").filter(|_| self.answers) {
            fields.insert("response".to_owned(), answer.into());
        }
        Some(user.to_owned())
    }

    /// Returns the prompt that a value holds: text; a conversation, as a list of messages or, in the field `text`, rendered
    /// as ChatML, of which the first message of the user counts; a list of turns, of which the first counts; typed parts. A
    /// system message becomes metadata.
    fn text_of(&self, field: &str, value: Value, fields: &mut Map<String, Value>) -> Result<String, Reason> {
        let wrong = |found| Reason::PromptNotText(field.to_owned(), found);
        match value {
            // In any other field it would be a prompt of its own, as a dataset's file may hold one.
            Value::String(text) if field == "text" => Ok(self.text_of_rendered(&text, fields).unwrap_or(text)),
            Value::String(text) => Ok(text),
            Value::Array(items) => match classify(items) {
                List::Empty => Err(wrong("an empty list")),
                List::Turns(first) => Ok(first),
                List::Nested(first) => self.text_of(field, first, fields),
                List::Objects(objects) => {
                    if let Some(system) = objects.iter().find(|o| role(o) == Some("system")).and_then(content) {
                        fields.entry("system").or_insert_with(|| system.into_owned().into());
                    }
                    if objects.iter().all(|object| role(object).is_none()) {
                        return parts(&objects).ok_or_else(|| wrong("a list of objects without a role"));
                    }
                    let by =
                        |roles: [&str; 2]| objects.iter().find(|o| role(o).is_some_and(|role| roles.contains(&role)));
                    let answer = by(["assistant", "gpt"]).filter(|_| self.answers).and_then(content);
                    if let Some(answer) = answer {
                        fields.insert("response".to_owned(), answer.into_owned().into());
                    }
                    let user = by(["user", "human"]);
                    let user = user.ok_or_else(|| wrong("a conversation without a turn of the user"))?;
                    content(user)
                        .map(Cow::into_owned)
                        .ok_or_else(|| wrong("a conversation whose first turn has no text"))
                }
                List::Mixed => Err(wrong("a list of other things than messages or turns")),
            },
            other => Err(wrong(kind(&other))),
        }
    }
}

/// Takes the text that an instruction is about: `input`, or the `input` of the first of `instances`.
fn take_input(fields: &mut Map<String, Value>) -> Option<String> {
    if fields.get("input").is_some_and(Value::is_string) {
        return take_string(fields, "input");
    }
    let first = fields.get_mut("instances")?.get_mut(0)?.as_object_mut()?;
    take_string(first, "input")
}

fn take_string(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    match fields.remove(name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Takes the value at a field name, or at a path of names joined by dots.
fn take(fields: &mut Map<String, Value>, path: &str) -> Option<Value> {
    if let Some(value) = fields.remove(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    take(fields.get_mut(first)?.as_object_mut()?, rest)
}

/// Takes a label; what is no text stays where it is.
fn take_label(fields: &mut Map<String, Value>, named: Option<&str>, usual: &[&str]) -> Option<String> {
    if let Some(path) = named {
        return match take(fields, path)? {
            Value::String(label) => Some(label),
            Value::Null => None,
            other => Some(other.to_string()),
        };
    }
    let name = usual.iter().find(|name| fields.get(**name).is_some_and(Value::is_string))?;
    take_string(fields, name)
}

fn names(fields: &Map<String, Value>) -> Vec<String> {
    fields.keys().cloned().collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What a list in a prompt field can be.
enum List {
    Empty,
    Turns(String),
    Nested(Value),
    Objects(Vec<Map<String, Value>>),
    Mixed,
}

fn classify(items: Vec<Value>) -> List {
    let mut items = items.into_iter().peekable();
    match items.peek() {
        None => List::Empty,
        Some(Value::Object(_)) => {
            let objects = items.map(|item| if let Value::Object(object) = item { Some(object) } else { None });
            objects.collect::<Option<Vec<_>>>().map_or(List::Mixed, List::Objects)
        }
        Some(_) => match items.next() {
            Some(Value::String(first)) => List::Turns(first),
            Some(first @ Value::Array(_)) => List::Nested(first),
            _ => List::Mixed,
        },
    }
}

fn role(message: &Map<String, Value>) -> Option<&str> {
    message.get("role").or_else(|| message.get("from"))?.as_str()
}

fn content(message: &Map<String, Value>) -> Option<Cow<'_, str>> {
    match message.get("content").or_else(|| message.get("value"))? {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Array(items) => {
            let objects: Option<Vec<_>> = items.iter().map(|item| item.as_object().cloned()).collect();
            parts(&objects?).map(Cow::Owned)
        }
        _ => None,
    }
}

/// Joins the text of typed parts; parts of other types, such as images, are no text.
fn parts(parts: &[Map<String, Value>]) -> Option<String> {
    let texts: Vec<&str> = parts.iter().filter_map(|part| part.get("text")?.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}
