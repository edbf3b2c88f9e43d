//! One object: sections by their ids, rows as objects; notes by the ids of their sections.

use serde_json::{Map, Value as Json, json};

use super::{Report, Section, Value};

pub(super) fn render(report: &Report) -> String {
    let sections: Map<String, Json> = report.sections.iter().map(|s| (s.id.clone(), rows(s))).collect();
    let note = |section: &Section| Some((section.id.clone(), Json::String(section.note.clone()?)));
    let notes: Map<String, Json> = report.sections.iter().filter_map(note).collect();
    let whole = json!({ "report": report.name, "title": report.title, "notes": notes, "sections": sections });
    let mut text = whole.to_string();
    text.push('\n');
    text
}

fn rows(section: &Section) -> Json {
    let object = |row: &Vec<Value>| {
        let fields = section.columns.iter().zip(row).map(|(column, value)| (column.clone(), value_of(value)));
        Json::Object(fields.collect())
    };
    section.rows.iter().map(object).collect()
}

fn value_of(value: &Value) -> Json {
    match value {
        Value::Text(text) | Value::Block(text) | Value::Time(text) => json!(text),
        Value::Count(number) | Value::Number(number) => json!(number),
        Value::Share(number) | Value::Gap(number) => json!(number),
        Value::None => Json::Null,
    }
}
