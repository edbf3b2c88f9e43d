//! The only place that names a database crate: connections, transactions, parameters and rows.

mod connect;
mod migrate;
mod value;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
#[cfg(test)]
use std::{cell::RefCell, collections::BTreeSet};

use rusqlite::{CachedStatement, Connection, ErrorCode, TransactionBehavior};

pub(super) use self::value::{Row, Value};
use crate::error::{Error, Result};

/// How long a connection waits for another process to let go of the catalog.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long it sleeps between two looks. SQLite's own pauses grow to 100 ms, at which a process that asks for the
/// catalog now and then hardly gets a turn beside an import that asks all the time.
const PAUSE: Duration = Duration::from_millis(5);

/// An open catalog file.
pub(super) struct Database {
    connection: Connection,
    path: PathBuf,
    /// The statements that were made ready, for tests that look at how each finds its rows.
    #[cfg(test)]
    asked: RefCell<BTreeSet<String>>,
}

/// A statement that was made ready.
pub(super) struct Prepared<'a> {
    statement: CachedStatement<'a>,
    database: &'a Database,
}

/// An insert that was made ready, of one row and of [`ROWS`] at once, which cost less together than one by one.
pub(super) struct Inserting<'a> {
    one: Prepared<'a>,
    many: Prepared<'a>,
}

/// How many rows one statement inserts: with more little is gained.
pub(super) const ROWS: usize = 16;

impl Inserting<'_> {
    /// Inserts rows, in their order.
    pub fn insert<const N: usize>(&mut self, rows: &[[Value<'_>; N]]) -> Result<()> {
        let (many, rest) = rows.as_chunks::<ROWS>();
        many.iter().try_for_each(|rows| self.many.execute(rows.as_flattened()))?;
        rest.iter().try_for_each(|row| self.one.execute(row))
    }
}

impl Prepared<'_> {
    fn execute(&mut self, values: &[Value<'_>]) -> Result<()> {
        self.statement.execute(rusqlite::params_from_iter(values)).map(|_| ()).map_err(|e| self.database.error(e))
    }

    /// Runs it for one row, and returns what `map` makes of it.
    pub fn load<T, const N: usize>(
        &mut self,
        values: [Value<'_>; N],
        map: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let Self { statement, database } = self;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(|e| database.error(e))?;
        rows.next().map_err(|e| database.error(e))?.map(|row| map(&Row::new(row))).transpose()
    }
}

impl Database {
    /// Runs a statement once, and returns how many rows it changed.
    pub fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize> {
        let mut statement = self.statement(sql)?;
        statement.execute(rusqlite::params_from_iter(values)).map_err(|e| self.error(e))
    }

    /// Makes a statement ready that is run very often.
    pub fn prepare(&self, sql: &str) -> Result<Prepared<'_>> {
        Ok(Prepared { statement: self.statement(sql)?, database: self })
    }

    /// Makes an insert ready that is run very often; it ends in the parameters of one row.
    pub fn prepare_insert(&self, sql: &str) -> Result<Inserting<'_>> {
        let (_, row) = sql.trim_end().rsplit_once("VALUES ").unwrap_or_default();
        let many = format!("{}{}", sql.trim_end(), format!(", {row}").repeat(ROWS - 1));
        Ok(Inserting { one: self.prepare(sql)?, many: self.prepare(&many)? })
    }

    fn statement(&self, sql: &str) -> Result<CachedStatement<'_>> {
        #[cfg(test)]
        self.asked.borrow_mut().insert(sql.to_owned());
        self.connection.prepare_cached(sql).map_err(|e| self.error(e))
    }

    /// Returns a number that changes when another connection has changed the catalog.
    pub fn changes_by_others(&self) -> Result<i64> {
        Ok(self.load("PRAGMA data_version", &[], |row| row.integer(0))?.unwrap_or(0))
    }

    /// Returns how large the catalog's file is, in bytes.
    pub fn bytes(&self) -> Result<u64> {
        let number = |sql| -> Result<u64> { Ok(self.load(sql, &[], |row| row.count(0))?.unwrap_or(0)) };
        Ok(number("PRAGMA page_count")? * number("PRAGMA page_size")?)
    }

    /// Runs a query, and gives each row to `visit`.
    pub fn each(&self, sql: &str, values: &[Value<'_>], mut visit: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(|e| self.error(e))?;
        while let Some(row) = rows.next().map_err(|e| self.error(e))? {
            visit(&Row::new(row))?;
        }
        Ok(())
    }

    /// Runs a query, and returns what `map` makes of each row.
    pub fn list<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.each(sql, values, |row| {
            rows.push(map(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Runs a query for one row, and returns what `map` makes of it.
    pub fn load<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.list(sql, values, map)?.into_iter().next())
    }

    /// Does some work in one write transaction: all of it, or, when it fails, nothing.
    pub fn write<T>(&mut self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.begin()?;
        let result = work(self);
        match result {
            Ok(value) => self.commit().map(|()| value),
            Err(error) => {
                // What failed is the news; a failed rollback is undone when the connection closes.
                let _ = self.connection.execute_batch("ROLLBACK");
                Err(error)
            }
        }
    }

    /// Does some work in a write transaction, and takes all of it back.
    pub fn rehearse<T>(&mut self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.begin()?;
        let result = work(self);
        self.connection.execute_batch("ROLLBACK").map_err(|e| self.error(e))?;
        result
    }

    /// Does some reading on one state of the catalog, whatever others write meanwhile.
    pub fn read<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let transaction = rusqlite::Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)
            .map_err(|e| self.error(e))?;
        let value = work(self)?;
        transaction.commit().map_err(|e| self.error(e))?;
        Ok(value)
    }

    /// Begins a write transaction: from here on no other process writes.
    fn begin(&self) -> Result<()> {
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(|e| self.error(e))
    }

    fn commit(&self) -> Result<()> {
        self.connection.execute_batch("COMMIT").map_err(|e| {
            let error = self.error(e);
            let _ = self.connection.execute_batch("ROLLBACK");
            error
        })
    }

    /// Returns what the database finds wrong with its own file, with indexes and with references between rows; of the
    /// tables `but` only what is wrong with the file and with single rows.
    pub fn problems(&self, but: &[&str]) -> Result<Vec<String>> {
        let words = |row: &Row<'_>| row.text(0).map(str::to_owned);
        let mut problems = self.list("PRAGMA quick_check(20)", &[], words)?;
        let tables = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'";
        for table in self.list(tables, &[], words)?.iter().filter(|name| !but.contains(&name.as_str())) {
            let table = [table.as_str().into()];
            problems.extend(self.list("SELECT integrity_check FROM pragma_integrity_check(?1)", &table, words)?);
            self.each("SELECT \"table\", parent FROM pragma_foreign_key_check(?1)", &table, |row| {
                let (from, to) = (row.text(0)?, row.text(1)?);
                problems.push(format!("a row of {from} refers to a row of {to} that is not there"));
                Ok(())
            })?;
        }
        problems.retain(|problem| problem != "ok");
        let mut told = HashSet::new();
        problems.retain(|problem| told.insert(problem.clone()));
        Ok(problems)
    }

    /// Writes a copy of the catalog as it is at one moment to a new file.
    pub fn copy_to(&self, path: &Path) -> Result<()> {
        self.execute("VACUUM INTO ?1", &[path.to_string_lossy().as_ref().into()]).map(|_| ())
    }

    /// Says an error of the database in the library's words.
    fn error(&self, error: rusqlite::Error) -> Error {
        explain(error, &self.path)
    }
}

fn explain(error: rusqlite::Error, path: &Path) -> Error {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy { path, seconds: PATIENCE.as_secs() },
        // The file is open by now: what cannot be opened is its log, in a folder that cannot be written.
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => Error::ReadOnly(path),
        Some(ErrorCode::DiskFull) => Error::DiskFull(path),
        Some(ErrorCode::NotADatabase) => Error::NotACatalog { path, found: "it is not an SQLite file".to_owned() },
        Some(ErrorCode::DatabaseCorrupt) => Error::Damaged { path, detail: error.to_string() },
        _ => Error::Database(error.to_string()),
    }
}

#[cfg(test)]
impl Database {
    /// Returns each statement that was made ready, with every step by which it finds its rows.
    pub fn query_plans(&self) -> Vec<(String, String)> {
        let asked = self.asked.take();
        let mut plans = Vec::new();
        for sql in asked.iter().filter(|sql| !sql.starts_with("PRAGMA")) {
            let mut explained = self.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
            let nulls = vec![rusqlite::types::Null; explained.parameter_count()];
            let steps = explained.query_map(rusqlite::params_from_iter(nulls), |row| row.get(3)).expect("a plan");
            plans.extend(steps.map(|step| (sql.clone(), step.expect("a step"))));
        }
        plans
    }
}
