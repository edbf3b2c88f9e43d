//! Parquet: a record a row, read page by page, so that memory does not grow with the file.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::file::reader::SerializedFileReader;
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use super::Emit;
use super::record::{Item, Reason, Reject};
use super::shape::FieldMap;

/// Reads the rows of a file; a row's line is its number from 1. What breaks the file is one reject, after the rows
/// before it.
pub(super) fn read(file: File, fields: &FieldMap, emit: &mut Emit<'_>) {
    let mut line = 0;
    // The reader of broken pages, as of its version 60, may panic where it should fail: that is a broken file as well.
    let result = catch_unwind(AssertUnwindSafe(|| rows(file, fields, emit, &mut line)));
    let detail = match result {
        Ok(Ok(())) => return,
        Ok(Err(error)) => format!("it is broken Parquet: {error}"),
        Err(_) => "it is broken Parquet".to_owned(),
    };
    let _ = emit(Item::Reject(Reject { line, reason: Reason::Unreadable(detail), raw: Vec::new() }));
}

fn rows(file: File, fields: &FieldMap, emit: &mut Emit<'_>, line: &mut u64) -> parquet::errors::Result<()> {
    let reader = SerializedFileReader::new(file)?;
    for row in RowIter::from_file_into(Box::new(reader)) {
        let row = row?;
        *line += 1;
        let item = match object(row, fields) {
            Ok(object) => fields.record_of_fields(object, *line, *line).map(Item::Record),
            Err(reason) => Err(reason),
        };
        let item = item.unwrap_or_else(|reason| Item::Reject(Reject { line: *line, reason, raw: Vec::new() }));
        if emit(item).is_break() {
            break;
        }
    }
    Ok(())
}

fn object(row: Row, fields: &FieldMap) -> Result<Map<String, Value>, Reason> {
    let mut object = Map::new();
    for (name, field) in row.into_columns() {
        // Bytes that are no text are no metadata either, but a prompt of such bytes is a reject.
        if let Field::Bytes(bytes) = &field
            && std::str::from_utf8(bytes.data()).is_err()
        {
            if fields.names_prompt(&name) {
                return Err(Reason::NotUtf8);
            }
            continue;
        }
        object.insert(name, value(field));
    }
    Ok(object)
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
        // Decimals, dates and times, as text.
        other => other.to_string().into(),
    }
}

fn key_of(key: &Field) -> String {
    match key {
        Field::Str(text) => text.clone(),
        other => other.to_string(),
    }
}
