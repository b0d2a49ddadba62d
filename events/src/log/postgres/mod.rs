//! The log in a PostgreSQL database: how it is reached, whose role serves it, what an error means.

mod batch;
mod read;
mod setup;
mod write;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use postgres_es::PostgresEventRepository;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Row};
use uuid::Uuid;

use super::error::LogError;
use crate::clock::Clock;

pub use setup::setup_postgres;
pub(crate) use write::Writer;

/// Connections for reading. The pen has one of its own besides.
const READERS: u32 = 8;
/// How long a reader waits for a connection. While the server is away the pool keeps trying until then.
const TURN: Duration = Duration::from_secs(3);
/// How long the pen's new connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// A log in a database.
pub(crate) struct PostgresLog {
    options: PgConnectOptions,
    pool: PgPool,
}

impl PostgresLog {
    /// Reaches the log that `setup_postgres` made.
    pub(crate) async fn open(url: &str, clock: &Clock) -> Result<(Arc<Self>, Uuid), LogError> {
        let options = options(url)?;
        // No read takes long; one that does waits for something that hangs.
        let reading = options.clone().application_name("huean log").options([("statement_timeout", "60s")]);
        let pool = PgPoolOptions::new().max_connections(READERS).acquire_timeout(TURN).connect_lazy_with(reading);
        let log = Self { options, pool };
        let id = log.recognise(clock.is_simulated()).await?;
        Ok((Arc::new(log), id))
    }

    /// The repository of postgres-es over the view that carries an event's place.
    pub(crate) fn repository(&self) -> PostgresEventRepository {
        PostgresEventRepository::new(self.pool.clone()).with_tables("stream", "none")
    }

    /// Checks that this program, with this kind of clock, may work on the log, and gives the log's id.
    async fn recognise(&self, simulated: bool) -> Result<Uuid, LogError> {
        let known = setup::FORMAT;
        let row = sqlx::query(
            "SELECT id::text, format, clock, to_regclass('public.log_copy') IS NOT NULL AS unfinished FROM log_meta",
        )
        .fetch_optional(&self.pool)
        .await;
        let row = row.map_err(|error| self.opening(error))?.ok_or_else(|| LogError::NotALog(self.shown()))?;
        let (id, found, clock): (String, i32, Option<String>) = (
            row.try_get("id").map_err(meaning)?,
            row.try_get("format").map_err(meaning)?,
            row.try_get("clock").map_err(meaning)?,
        );
        if found > known {
            return Err(LogError::Format { found: found.into(), known: known.into() });
        }
        if row.try_get("unfinished").map_err(meaning)? {
            return Err(LogError::Unfinished);
        }
        if simulated && clock.as_deref() == Some("real") {
            return Err(LogError::ClockRefused);
        }
        Uuid::parse_str(&id).map_err(|_| LogError::NotALog(self.shown()))
    }

    /// Checks that the role can append and read, and nothing more.
    pub(crate) async fn refuse_privileged_role(&self) -> Result<(), LogError> {
        let row = sqlx::query(
            "SELECT current_user::text AS role,
                    CASE WHEN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN 'is a superuser'
                         WHEN pg_has_role(current_user, c.relowner, 'MEMBER') THEN 'owns the log'
                         WHEN has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE')
                              OR has_any_column_privilege(c.oid, 'UPDATE') THEN 'may change what is written'
                         WHEN has_column_privilege(c.oid, 'position', 'INSERT') THEN 'may choose positions'
                         WHEN NOT has_any_column_privilege(c.oid, 'INSERT') THEN 'may not append'
                    END AS may
               FROM pg_class c WHERE c.oid = 'public.events'::regclass",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(meaning)?;
        match row.try_get::<Option<String>, _>("may").map_err(meaning)? {
            None => Ok(()),
            Some(may) => Err(LogError::WrongRole { role: row.try_get("role").map_err(meaning)?, may }),
        }
    }

    /// The address without its password.
    fn shown(&self) -> String {
        format!("{}/{}", self.options.get_host(), self.options.get_database().unwrap_or_default())
    }

    fn opening(&self, error: sqlx::Error) -> LogError {
        match code(&error).as_deref() {
            Some("3D000") => LogError::Missing(self.shown()),
            Some("42P01" | "42703") => LogError::NotALog(self.shown()),
            Some(_) | None => meaning(error),
        }
    }
}

/// The address, read.
fn options(url: &str) -> Result<PgConnectOptions, LogError> {
    // The parser's error may quote the address, and with it a password.
    PgConnectOptions::from_str(url).map_err(|_| LogError::Address("postgres, but not a sound address".to_owned()))
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned))
}

/// What an error of PostgreSQL means to a caller.
pub(crate) fn meaning(error: sqlx::Error) -> LogError {
    let passing = match code(&error).as_deref() {
        // Connection lost, no resources, cancelled or shutting down, no lock in time, a deadlock, a standby, the disk;
        // 55000 is a database that takes no connections at the moment.
        Some(code) => {
            ["08", "53", "57", "58", "40"].iter().any(|class| code.starts_with(class))
                || ["55P03", "25006", "25P03", "55000"].contains(&code)
        }
        None => !matches!(
            error,
            sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::ColumnNotFound(_)
                | sqlx::Error::Decode(_)
                | sqlx::Error::RowNotFound
                | sqlx::Error::Configuration(_)
                | sqlx::Error::TypeNotFound { .. }
        ),
    };
    if passing { LogError::unreachable(error) } else { LogError::sql(error) }
}
