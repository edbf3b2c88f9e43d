//! Bringing a catalog to the newest version.

use std::path::Path;

use rusqlite::Connection;

use super::explain;
use crate::error::{Error, Result};

mod embedded {
    refinery::embed_migrations!("migrations/sqlite");
}

/// What marks an SQLite file as a catalog: "catl".
pub(super) const APPLICATION: i64 = 1_667_331_180;

/// The newest version that this program knows. It is asked at every start, and to look through the migrations would take
/// half of that.
pub(super) const NEWEST: i64 = 4;

/// Runs the migrations that are missing, all in one transaction.
///
/// Foreign keys are off meanwhile: a migration that rebuilds a table would otherwise delete what refers to it, and
/// within a transaction they cannot be switched. What it leaves is checked before they are on again.
pub(super) fn up(connection: &mut Connection, path: &Path) -> Result<()> {
    let failed = |e| explain(e, path);
    connection.pragma_update(None, "foreign_keys", 0).map_err(failed)?;
    let run = |connection: &mut Connection| embedded::migrations::runner().set_grouped(true).run(connection);
    // Of two programs that start at once, the second may find the first one's work half seen: it looks again.
    let result = run(connection).or_else(|_| run(connection));
    result.map_err(|e| Error::Migration { known: NEWEST, detail: full(&e) })?;
    let broken: i64 =
        connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).map_err(failed)?;
    if broken > 0 {
        let detail = format!("{broken} rows refer to rows that are not there");
        return Err(Error::Damaged { path: path.to_owned(), detail });
    }
    connection.pragma_update(None, "foreign_keys", 1).map_err(failed)
}

fn full(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", full(source)),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A migration that was applied somewhere must stay as it is to the last character, or that catalog is refused.
    #[test]
    fn migrations_that_were_released_stay_as_they_are() {
        let found: Vec<(i64, String, u64)> = embedded::migrations::runner()
            .get_migrations()
            .iter()
            .map(|m| (i64::from(m.version()), m.name().to_owned(), m.checksum()))
            .collect();
        assert_eq!(
            found,
            [
                (1, "catalog".to_owned(), 16_212_827_062_389_281_018),
                (2, "templates".to_owned(), 15_555_273_394_353_356_571),
                (3, "ledger".to_owned(), 9_389_596_825_028_337_149),
                (4, "teachers".to_owned(), 15_404_902_770_097_152_271)
            ]
        );
    }

    #[test]
    fn every_file_of_the_folder_is_a_migration() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
        let files = std::fs::read_dir(folder).expect("the folder is there").count();
        assert_eq!(files, embedded::migrations::runner().get_migrations().len());
        let versions = embedded::migrations::runner().get_migrations().iter().map(|m| i64::from(m.version())).max();
        assert_eq!(versions, Some(NEWEST));
    }

    /// A catalog of every older version comes up to date with its rows.
    #[test]
    fn an_older_catalog_keeps_its_rows() {
        for version in 1..NEWEST {
            let mut connection = Connection::open_in_memory().expect("a database in memory");
            let to = refinery::Target::Version(version as i32);
            embedded::migrations::runner().set_target(to).run(&mut connection).expect("the older migrations run");
            let prompt = "INSERT INTO import_run (started_at, program, options, state) VALUES ('t', 'p', '{}', 'done');
                          INSERT INTO import_file (import_run_id, path, format) VALUES (1, 'f', 'txt');
                          INSERT INTO prompt (hash, normal_form, import_file_id, line, record, text)
                          VALUES (zeroblob(32), 1, 1, 1, 1, 'kept');
                          INSERT INTO stratum (category, language, source, uses, size) VALUES ('c', 'l', 'existing', 0, 1);
                          INSERT INTO place (stratum_id, position, prompt_id) VALUES (1, 0, 1);";
            connection.execute_batch(prompt).expect("rows of the older version");
            up(&mut connection, Path::new("")).expect("the newer migrations run");
            let kept: String = connection
                .query_row("SELECT text FROM prompt JOIN place ON place.prompt_id = prompt.id", [], |row| row.get(0))
                .expect("the row is there");
            assert_eq!(kept, "kept", "from version {version}");
        }
    }

    #[test]
    fn the_version_of_a_catalog_is_its_newest_migration() {
        let mut connection = Connection::open_in_memory().expect("a database in memory");
        up(&mut connection, Path::new("")).expect("the migrations run");
        let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).expect(name);
        assert_eq!((pragma("user_version"), pragma("application_id")), (NEWEST, APPLICATION));
        assert_eq!(pragma("foreign_keys"), 1);
    }
}
