//! Parquet: a record a row, read page by page, so that memory does not grow with the file.

mod pages;

use std::cell::Cell;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use self::pages::check_pages;
use super::Emit;
use super::record::{Item, Reason, Reject};
use super::shape::FieldMap;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Tells whether this thread is where a panic is caught and told as a broken file; a panic hook need not speak of it.
pub fn panic_is_contained() -> bool {
    CONTAINED.get()
}

/// Reads the rows of a file; a row's line is its number from 1. What breaks the file is one reject, after the rows
/// before it.
pub(super) fn read(file: File, fields: &FieldMap, emit: &mut Emit<'_>) {
    let mut line = 0;
    if let Err(detail) = rows(file, fields, emit, &mut line) {
        let reason = Reason::Unreadable(format!("it is broken Parquet: {detail}"));
        let _ = emit(Item::Reject(Reject { line, reason, raw: Vec::new() }));
    }
}

fn rows(file: File, fields: &FieldMap, emit: &mut Emit<'_>, line: &mut u64) -> Result<(), String> {
    let pages = contained(|| Ok(file.try_clone()?))?;
    let reader = contained(|| SerializedFileReader::new(file))?;
    for group in 0..reader.num_row_groups() {
        let group = contained(|| reader.get_row_group(group))?;
        contained(|| group.metadata().columns().iter().try_for_each(|column| check_pages(&pages, column)))?;
        let mut rows = contained(|| group.get_row_iter(None))?;
        while let Some(row) = contained(|| rows.next().transpose())? {
            *line += 1;
            if emit(item(row, fields, *line)).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn item(row: Row, fields: &FieldMap, line: u64) -> Item {
    let (object, spoilt) = object(row, fields);
    let record = match spoilt {
        Some(reason) => Err(reason),
        None => fields.record_of_fields(object.clone(), line, line),
    };
    match record {
        Ok(record) => Item::Record(record),
        Err(reason) => Item::Reject(Reject { line, reason, raw: Value::Object(object).to_string().into_bytes() }),
    }
}

/// Does some reading that, as of version 60 of the crate, may panic on broken pages where it should fail.
fn contained<T>(work: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T, String> {
    CONTAINED.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(false);
    match result {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("its pages make no sense".to_owned()),
    }
}

/// Returns a row as an object, and why it cannot be taken where its prompt is no text.
fn object(row: Row, fields: &FieldMap) -> (Map<String, Value>, Option<Reason>) {
    let (mut object, mut spoilt) = (Map::new(), None);
    for (name, field) in row.into_columns() {
        // Bytes that are no text are no metadata either, but a prompt of such bytes is a reject.
        if let Field::Bytes(bytes) = &field
            && std::str::from_utf8(bytes.data()).is_err()
        {
            if fields.names_prompt(&name) {
                spoilt = Some(Reason::NotUtf8);
                object.insert(name, String::from_utf8_lossy(bytes.data()).into());
            }
            continue;
        }
        object.insert(name, value(field));
    }
    (object, spoilt)
}

fn value(field: Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => value.into(),
        Field::Byte(number) => number.into(),
        Field::Short(number) => number.into(),
        Field::Int(number) => number.into(),
        Field::Long(number) => number.into(),
        Field::UByte(number) => number.into(),
        Field::UShort(number) => number.into(),
        Field::UInt(number) => number.into(),
        Field::ULong(number) => number.into(),
        Field::Float(number) => number.into(),
        Field::Double(number) => number.into(),
        Field::Str(text) => text.into(),
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).map_or(Value::Null, Value::from),
        Field::Group(row) => row.into_columns().into_iter().map(|(name, field)| (name, value(field))).collect(),
        Field::ListInternal(list) => list.elements().iter().cloned().map(value).collect(),
        Field::MapInternal(map) => map.entries().iter().map(|(key, of)| (key_of(key), value(of.clone()))).collect(),
        other => shown(&other),
    }
}

fn key_of(key: &Field) -> String {
    match key {
        Field::Str(text) => text.clone(),
        other => shown(other).as_str().unwrap_or_default().to_owned(),
    }
}

/// Returns a decimal, a date or a time as text; nothing for one that no calendar has.
fn shown(field: &Field) -> Value {
    contained(|| Ok(field.to_string())).map_or(Value::Null, Value::from)
}
