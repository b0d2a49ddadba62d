//! One database of a copy, whichever it is, on a connection of its own.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use rusqlite::Connection;
use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;

use super::error::{CopyError, Which};
use super::{MOST_ROWS, Row, Table, Value, postgres, sqlite};

/// Two who copy the same database would meet in a lock of this class.
const LOCK_CLASS: i32 = 7_165_002;

/// A database. When it is dropped, a transaction that is open is undone.
pub(crate) struct Side {
    which: Which,
    what: &'static str,
    at: At,
}

enum At {
    /// None while a thread works with it.
    Sqlite(PathBuf, Option<Connection>),
    Postgres(Box<PgConnection>),
}

/// An address, read.
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

impl Address {
    /// Reads it, without ever quoting it: it may hold a password.
    pub(crate) fn of(url: &str, which: Which) -> Result<Self, CopyError> {
        if let Some(file) = url.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            return if file.is_empty() { Err(CopyError::Address(which)) } else { Ok(Self::Sqlite(file.into())) };
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url).map_err(|_| CopyError::Address(which))?;
            return Ok(Self::Postgres(Box::new(options)));
        }
        Err(CopyError::Address(which))
    }
}

/// Refuses a source and a target that are the same database, under whatever names.
pub(crate) async fn apart(source: &mut Side, target: &mut Side) -> Result<(), CopyError> {
    let (source, target) = match (&mut source.at, &mut target.at) {
        (At::Sqlite(one, _), At::Sqlite(other, _)) => {
            let same = match (place(one), place(other)) {
                (Some(one), Some(other)) => one == other,
                _ => one == other,
            };
            return if same { Err(CopyError::SamePlace) } else { Ok(()) };
        }
        (At::Postgres(source), At::Postgres(target)) => (source, target),
        (At::Sqlite(..), At::Postgres(_)) | (At::Postgres(_), At::Sqlite(..)) => return Ok(()),
    };
    // A lock belongs to one database, whoever asks for it and by whichever name the server was reached.
    let number: i32 = rand::random();
    let taken = |which| move |error| failed(which, "read", error);
    sqlx::query("SELECT pg_advisory_lock($1, $2)")
        .bind(LOCK_CLASS)
        .bind(number)
        .execute(&mut **source)
        .await
        .map_err(taken(Which::Source))?;
    let free: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, $2)")
        .bind(LOCK_CLASS)
        .bind(number)
        .fetch_one(&mut **target)
        .await
        .map_err(taken(Which::Target))?;
    if free { Ok(()) } else { Err(CopyError::SamePlace) }
}

/// Device and inode of a file.
fn place(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|it| (it.dev(), it.ino()))
}

impl Side {
    /// Reaches the database of a log or a vault; a file must be there.
    pub(crate) async fn reach(address: Address, what: &'static str, which: Which) -> Result<Self, CopyError> {
        let at = match address {
            Address::Sqlite(path) => {
                if !path.exists() {
                    return Err(CopyError::Missing { what, which });
                }
                let (file, read_only) = (path.clone(), which != Which::Target);
                let opened = tokio::task::spawn_blocking(move || sqlite::connect(&file, read_only)).await;
                let opened = opened.map_err(|error| broken(which, "read", error))?;
                At::Sqlite(path, Some(opened.map_err(|error| file_failed(what, which, "read", error))?))
            }
            Address::Postgres(options) => {
                let connected = postgres::connect(&options).await;
                At::Postgres(Box::new(connected.map_err(|error| match code(&error).as_deref() {
                    Some("3D000") => CopyError::Missing { what, which },
                    Some(_) | None => failed(which, "read", error),
                })?))
            }
        };
        Ok(Self { which, what, at })
    }

    /// Whether it is a SQLite file.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.at, At::Sqlite(..))
    }

    /// Whether it has a table.
    pub(crate) async fn has(&mut self, table: &Table) -> Result<bool, CopyError> {
        let (sqlite, postgres) = (table.sqlite, table.postgres);
        let there = self
            .number(
                &format!("SELECT count(*) FROM sqlite_schema WHERE name = '{sqlite}'"),
                &format!("SELECT (to_regclass('{postgres}') IS NOT NULL)::int::bigint"),
            )
            .await?;
        Ok(there == Some(1))
    }

    /// At most `most` rows behind a key, in the order of the keys; from the first one where there is no key.
    pub(crate) async fn batch(
        &mut self,
        table: &'static Table,
        after: Option<Vec<Value>>,
        most: usize,
    ) -> Result<Vec<Row>, CopyError> {
        let which = self.which;
        match &mut self.at {
            At::Sqlite(..) => self.in_file("read", move |file| sqlite::batch(file, table, after, most)).await,
            At::Postgres(connection) => {
                postgres::batch(connection, table, after, most).await.map_err(|error| failed(which, "read", error))
            }
        }
    }

    /// The rows behind a key, as many as a batch holds.
    pub(crate) async fn next(
        &mut self,
        table: &'static Table,
        after: Option<Vec<Value>>,
    ) -> Result<Vec<Row>, CopyError> {
        self.batch(table, after, MOST_ROWS).await
    }

    /// Writes rows in the transaction that is open; says how many were new or newer.
    pub(crate) async fn put(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<u64, CopyError> {
        let key = rows.first().map_or_else(String::new, |row| row.shown(table));
        let which = self.which;
        let named = |error: CopyError| {
            if let CopyError::Refused { source, .. } = error {
                return CopyError::Refused { what: table.what, key, source };
            }
            error
        };
        match &mut self.at {
            At::Sqlite(..) => self.in_file("written", move |file| sqlite::put(file, table, &rows)).await,
            At::Postgres(connection) => {
                postgres::put(connection, table, rows).await.map_err(|error| failed(which, "written", error))
            }
        }
        .map_err(named)
    }

    /// A number, asked for in the database's own words; none for no row or null.
    pub(crate) async fn number(&mut self, sqlite: &str, postgres: &str) -> Result<Option<i64>, CopyError> {
        let which = self.which;
        match &mut self.at {
            At::Sqlite(..) => {
                let sql = sqlite.to_owned();
                self.in_file("read", move |file| {
                    use rusqlite::OptionalExtension;
                    Ok(file.query_row(&sql, [], |row| row.get(0)).optional()?.flatten())
                })
                .await
            }
            At::Postgres(connection) => {
                let asked = sqlx::query_scalar::<_, Option<i64>>(postgres).fetch_optional(&mut **connection).await;
                Ok(asked.map_err(|error| failed(which, "read", error))?.flatten())
            }
        }
    }

    /// Statements without an answer, in the database's own words.
    pub(crate) async fn run(&mut self, sqlite: &str, postgres: &str) -> Result<(), CopyError> {
        let verb = if self.which == Which::Target { "written" } else { "read" };
        let which = self.which;
        match &mut self.at {
            At::Sqlite(..) => {
                let sql = sqlite.to_owned();
                self.in_file(verb, move |file| file.execute_batch(&sql)).await
            }
            At::Postgres(connection) => {
                let run = sqlx::raw_sql(postgres).execute(&mut **connection).await;
                run.map(drop).map_err(|error| failed(which, verb, error))
            }
        }
    }

    /// Keeps everything that is read from now on as it stands now.
    pub(crate) async fn stand_still(&mut self) -> Result<(), CopyError> {
        self.run("BEGIN; SELECT count(*) FROM sqlite_schema;", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// Refuses a role that may not fill the tables. A file has no roles.
    pub(crate) async fn refuse_all_but_the_owner(&mut self, table: &Table) -> Result<(), CopyError> {
        let which = self.which;
        let At::Postgres(connection) = &mut self.at else { return Ok(()) };
        let stranger: Option<String> = sqlx::query_scalar(
            "SELECT current_user::text FROM pg_class AS c
              WHERE c.oid = $1::regclass AND NOT pg_has_role(current_user, c.relowner, 'USAGE')",
        )
        .bind(table.postgres)
        .fetch_optional(&mut **connection)
        .await
        .map_err(|error| failed(which, "read", error))?;
        stranger.map_or(Ok(()), |role| Err(CopyError::NotOwner { role }))
    }

    /// Moves a file's journal into it, flushed.
    pub(crate) async fn settle(&mut self) -> Result<(), CopyError> {
        if self.is_file() {
            self.in_file("written", |file| file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))).await?;
        }
        Ok(())
    }

    /// Works with the file on a thread that may wait for the disk.
    async fn in_file<T: Send + 'static>(
        &mut self,
        verb: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, CopyError> {
        let (which, what) = (self.which, self.what);
        let gone = || broken(which, verb, std::io::Error::other("an earlier call was given up"));
        let At::Sqlite(_, connection) = &mut self.at else { return Err(gone()) };
        let taken = connection.take().ok_or_else(gone)?;
        let worked = tokio::task::spawn_blocking(move || {
            let answer = work(&taken);
            (taken, answer)
        });
        let (taken, answer) = worked.await.map_err(|error| broken(which, verb, error))?;
        *connection = Some(taken);
        answer.map_err(|error| file_failed(what, which, verb, error))
    }
}

fn broken(which: Which, verb: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> CopyError {
    CopyError::Database { which, verb, source: Box::new(source) }
}

fn file_failed(what: &'static str, which: Which, verb: &'static str, error: rusqlite::Error) -> CopyError {
    use rusqlite::ErrorCode::{ConstraintViolation, DatabaseCorrupt, NotADatabase, TooBig, TypeMismatch};
    match error.sqlite_error_code() {
        Some(NotADatabase) => CopyError::Other { what, which },
        Some(DatabaseCorrupt) => CopyError::Damaged { which, what: "the file is corrupt".to_owned() },
        Some(ConstraintViolation | TooBig | TypeMismatch) => refused(error),
        Some(_) => broken(which, verb, error),
        // A value that is no text, or not of its column's kind.
        None => CopyError::Damaged { which, what: error.to_string() },
    }
}

fn failed(which: Which, verb: &'static str, error: sqlx::Error) -> CopyError {
    match code(&error).as_deref() {
        Some("XX001" | "XX002") => CopyError::Damaged { which, what: error.to_string() },
        // A value that its column does not take, or a key that is there already.
        Some(code) if code.starts_with("22") || code.starts_with("23") => refused(error),
        Some(_) | None => broken(which, verb, error),
    }
}

/// The caller says what the rows are.
fn refused(error: impl std::error::Error + Send + Sync + 'static) -> CopyError {
    CopyError::Refused { what: "rows", key: String::new(), source: Box::new(error) }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned))
}
