//! The vault on a server, shared by all nodes of a log.
//!
//! Putting keys and erasing are one call each of a function in the database, in autocommit: no lock is held across a
//! round trip, so a node that hangs holds up nobody. Reads are single statements.

mod attachments;
mod records;
mod rings;
mod signing_in;

use std::fmt;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection, Row};

use super::error::VaultError;
use super::store::Meta;

/// What `put_rings` and `erase` raise when a ring has another version.
const LOST: &str = "HV001";
const DEADLOCK: &str = "40P01";

pub(super) struct PostgresStore {
    pool: PgPool,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹postgres vault›")
    }
}

impl PostgresStore {
    pub(super) async fn connect(options: PgConnectOptions) -> Result<Self, VaultError> {
        // The functions rest on read committed and on commits that wait for the disk, whatever the server's defaults.
        let options = options.application_name("huean vault").options([
            ("default_transaction_isolation", r"read\ committed"),
            ("synchronous_commit", "on"),
            // Every statement finds its rows by a key. Plans are made once, while the tables are small, and must still be
            // right when they are large.
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("jit", "off"),
            ("lock_timeout", "5s"),
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "5s"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(5))
            // A connection in use needs no ping; one that idled may have lost its server.
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > Duration::from_secs(1) {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self { pool })
    }

    pub(super) async fn is_unused(&self) -> Result<bool, VaultError> {
        let sql = "SELECT NOT EXISTS (SELECT FROM vault.keyrings) AND NOT EXISTS (SELECT FROM vault.secrets)";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.pool).await?)
    }

    pub(super) async fn meta(&self) -> Result<Meta, VaultError> {
        let row = sqlx::query("SELECT log_id, root, format FROM vault.meta").fetch_one(&self.pool).await;
        match row {
            Ok(row) => Meta::new(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?),
            // Undefined table or schema: somebody else's database, or one that was not set up.
            Err(error) if has_code(&error, &["42P01", "3F000"]) => Err(VaultError::Missing),
            Err(error) => Err(error.into()),
        }
    }
}

fn has_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| codes.contains(&code.as_ref()))
}
