//! Parameters and columns of the four types that every database has.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};

use crate::error::{Error, Result};

/// A parameter of a statement.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        // Counts, positions and seeds stay below 2^63; a larger one would wrap, not panic.
        Self::Integer(number as i64)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of a result.
pub(in crate::store) struct Row<'a>(&'a rusqlite::Row<'a>);

impl<'a> Row<'a> {
    pub(super) fn new(row: &'a rusqlite::Row<'a>) -> Self {
        Self(row)
    }

    fn column<T: FromSql>(&self, index: usize) -> Result<T> {
        self.0.get(index).map_err(|e| Error::Database(e.to_string()))
    }

    /// Returns a column of whole numbers.
    pub fn integer(&self, index: usize) -> Result<i64> {
        self.column(index)
    }

    /// Returns a column of counts or positions, which are never negative.
    pub fn count(&self, index: usize) -> Result<u64> {
        Ok(self.integer(index)?.unsigned_abs())
    }

    /// Returns a column of text.
    pub fn text(&self, index: usize) -> Result<&'a str> {
        let value = self.0.get_ref(index).map_err(|e| Error::Database(e.to_string()))?;
        value.as_str().map_err(|e| Error::Database(e.to_string()))
    }

    /// Returns a column of text that may be null.
    pub fn optional_text(&self, index: usize) -> Result<Option<String>> {
        self.column(index)
    }

    /// Tells whether a column is null.
    pub fn is_null(&self, index: usize) -> Result<bool> {
        let value = self.0.get_ref(index).map_err(|e| Error::Database(e.to_string()))?;
        Ok(matches!(value, ValueRef::Null))
    }

    /// Returns a column that holds a SHA-256.
    pub fn hash(&self, index: usize) -> Result<[u8; 32]> {
        self.column(index)
    }
}
