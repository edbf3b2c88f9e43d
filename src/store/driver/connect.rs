//! Opening a catalog file, and making a new one.

use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::migrate::{self, APPLICATION};
use super::{Database, PATIENCE, PAUSE, explain};
use crate::error::{Error, Result};

/// Pages of memory a connection may use, in KiB: larger than the index of hashes at a million prompts.
const CACHE_KIB: i64 = 128 * 1024;

/// The same while a catalog is filled or read from end to end: a page is not asked for again; and what is sorted for an
/// index is sorted quickest in parts that the processor's own cache holds.
const PASSING_CACHE_KIB: i64 = 8 * 1024;

/// Threads that sort beside the one that reads while an index is built.
const SORTING_THREADS: i64 = 2;

/// The size of a page of a new catalog, in bytes: about a dozen prompts, and fewer pages to write than of SQLite's 4,096.
const PAGE_BYTES: i64 = 8_192;

/// Pages of the write-ahead log after which it is worked into the file.
const CHECKPOINT_PAGES: i64 = 10_000;

impl Database {
    /// Makes a catalog in an empty file.
    pub fn create(path: &Path) -> Result<Self> {
        let mut database = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // Both are kept in the file; they cannot be set within a migration.
        let kept = format!("PRAGMA page_size = {PAGE_BYTES}; PRAGMA journal_mode = WAL");
        database.connection.execute_batch(&kept).map_err(|e| explain(e, path))?;
        migrate::up(&mut database.connection, path)?;
        Ok(database)
    }

    /// Makes a catalog that lives as long as this connection.
    pub fn temporary() -> Result<Self> {
        let path = Path::new("");
        let connection = Connection::open(path).map_err(|e| explain(e, path))?;
        let mut database = Self::configured(connection, path)?;
        migrate::up(&mut database.connection, path)?;
        Ok(database)
    }

    /// Opens a catalog, and brings one of an older version up to date.
    pub fn open(path: &Path) -> Result<Self> {
        let mut database = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        match database.version()? {
            version if version == migrate::NEWEST => {}
            version if version < migrate::NEWEST => migrate::up(&mut database.connection, path)?,
            found => return Err(Error::NewerCatalog { path: path.to_owned(), found, known: migrate::NEWEST }),
        }
        // A copy made by `VACUUM INTO` is without it; so is a catalog that another process fills, which is to stay so.
        if database.journal_mode()? != "wal" && database.has_all_indexes()? {
            database.log_ahead()?;
        }
        Ok(database)
    }

    /// Opens a catalog that is only to be read: as [`open`](Self::open) where that works, else without writing at all.
    pub fn open_to_read(path: &Path) -> Result<Self> {
        let error = match Self::open(path) {
            Ok(database) => return Ok(database),
            Err(error @ (Error::ReadOnly(_) | Error::Io { .. })) => error,
            Err(error) => return Err(error),
        };
        // A file that nobody can write does not change; without a log of what is not yet in it, or of what is not to stay
        // in it, it can be read as it stands.
        let beside =
            |ending| path.with_file_name(format!("{}{ending}", path.file_name().unwrap_or_default().to_string_lossy()));
        if beside("-wal").exists() || beside("-journal").metadata().is_ok_and(|journal| journal.len() > 0) {
            return Err(error);
        }
        let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let uri = format!("file:{name}?immutable=1");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let database = Self::connect(Path::new(&uri), flags).map_err(|_| error)?;
        match database.version()? {
            version if version == migrate::NEWEST => Ok(database),
            version if version < migrate::NEWEST => Err(Error::ReadOnly(path.to_owned())),
            found => Err(Error::NewerCatalog { path: path.to_owned(), found, known: migrate::NEWEST }),
        }
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| {
            if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) {
                let source = std::io::Error::other(error.to_string());
                return Error::Io { doing: "open", path: path.to_owned(), source };
            }
            explain(error, path)
        })?;
        Self::configured(connection, path)
    }

    fn configured(mut connection: Connection, path: &Path) -> Result<Self> {
        connection.busy_handler(Some(wait)).map_err(|e| explain(e, path))?;
        connection.set_prepared_statement_cache_capacity(64);
        for (name, value) in [
            ("foreign_keys", 1),
            ("synchronous", 2),
            ("cache_size", -CACHE_KIB),
            ("wal_autocheckpoint", CHECKPOINT_PAGES),
            ("threads", SORTING_THREADS),
        ] {
            connection.pragma_update(None, name, value).map_err(|e| explain(e, path))?;
        }
        Ok(Self {
            connection,
            path: path.to_owned(),
            #[cfg(test)]
            asked: Default::default(),
        })
    }

    /// Says whether a catalog is being filled. The references of what is written are not looked up meanwhile: it refers
    /// to rows that the same transaction has written or read.
    pub fn set_filling(&self, filling: bool) -> Result<()> {
        let cache = if filling { PASSING_CACHE_KIB } else { CACHE_KIB };
        for (name, value) in [("foreign_keys", i64::from(!filling)), ("cache_size", -cache)] {
            self.connection.pragma_update(None, name, value).map_err(|e| explain(e, &self.path))?;
        }
        Ok(())
    }

    /// Lets every transaction be written to a log ahead of the file, so that one process can write while others read;
    /// where another process is at it just now, that one or whoever opens the catalog next does.
    pub fn log_ahead(&mut self) -> Result<()> {
        self.set_journal("PRAGMA journal_mode = WAL")
    }

    /// Lets every transaction be written to the file itself, and what it overwrites to a journal, where no other process
    /// has the catalog open. What is appended overwrites nothing, and is written once in place of twice.
    pub fn journal_behind(&mut self) -> Result<()> {
        self.set_journal("PRAGMA journal_mode = TRUNCATE")
    }

    /// Changes where transactions are written, or leaves it as it is where another process is in the way: SQLite does not
    /// wait in every such case, and nothing depends on it.
    fn set_journal(&mut self, pragma: &str) -> Result<()> {
        self.connection.busy_timeout(Duration::ZERO).map_err(|e| explain(e, &self.path))?;
        let result = self.connection.execute_batch(pragma);
        self.connection.busy_handler(Some(wait)).map_err(|e| explain(e, &self.path))?;
        let in_the_way = |code| matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        match result {
            Err(error) if in_the_way(error.sqlite_error_code()) => Ok(()),
            result => result.map_err(|error| explain(error, &self.path)),
        }
    }

    /// Holds few pages from here on: none is to be asked for again.
    pub fn hold_few_pages(&self) -> Result<()> {
        self.connection.pragma_update(None, "cache_size", -PASSING_CACHE_KIB).map_err(|e| explain(e, &self.path))
    }

    /// Lets a process that waits have its turn between two transactions: it looks again after every [`PAUSE`].
    pub fn give_way(&self) {
        thread::sleep(PAUSE + PAUSE / 5);
    }

    fn journal_mode(&self) -> Result<String> {
        let mode = self.load("PRAGMA journal_mode", &[], |row| row.text(0).map(str::to_owned))?;
        Ok(mode.unwrap_or_default())
    }

    fn has_all_indexes(&self) -> Result<bool> {
        let sql = "SELECT count(*) FROM sqlite_schema WHERE name IN ('prompt_hash', 'place_prompt')";
        Ok(self.load(sql, &[], |row| row.integer(0))? == Some(2))
    }

    /// Returns the version of the catalog in this file, 0 for an empty one.
    fn version(&self) -> Result<i64> {
        let number = |sql| -> Result<i64> { Ok(self.load(sql, &[], |row| row.integer(0))?.unwrap_or(0)) };
        let (application, version) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
        let tables = number("SELECT count(*) FROM sqlite_schema")?;
        if application == APPLICATION || (application == 0 && version == 0 && tables == 0) {
            return Ok(version);
        }
        Err(Error::NotACatalog { path: self.path.clone(), found: "it is another program's SQLite file".to_owned() })
    }
}

/// Waits a little, and gives up after [`PATIENCE`].
fn wait(times: i32) -> bool {
    thread::sleep(PAUSE);
    (times as u128) < PATIENCE.as_millis() / PAUSE.as_millis()
}
