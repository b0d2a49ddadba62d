//! The rivals: cqrs-es with postgres-es and sqlite-es, unmodified, with their default pools.

use std::path::Path;
use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use postgres_es::PostgresCqrs;
use serde::{Deserialize, Serialize};
use sqlite_es::SqliteCqrs;
use sqlx::Connection;

use super::{Measured, PAYLOAD, STREAMS, callers};

/// A stream of notes: the least an aggregate can be.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Notes(u64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Written {
    text: String,
}

impl DomainEvent for Written {
    fn event_type(&self) -> String {
        "Written".to_owned()
    }
    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Notes {
    const TYPE: &'static str = "notes";
    type Command = String;
    type Event = Written;
    type Error = std::fmt::Error;
    type Services = ();

    async fn handle(&mut self, text: String, (): &(), sink: &EventSink<Self>) -> Result<(), std::fmt::Error> {
        sink.write(Written { text }, self).await;
        Ok(())
    }

    fn apply(&mut self, _: Written) {
        self.0 += 1;
    }
}

pub(crate) struct Postgres(Arc<PostgresCqrs<Notes>>);

impl Postgres {
    pub(crate) async fn new(server: &str) -> Self {
        let url = super::desk::database(server, "stock").await;
        let mut connection = sqlx::PgConnection::connect(&url).await.expect("the database answers");
        sqlx::raw_sql(
            "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL,
             sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL, event_version text NOT NULL,
             payload json NOT NULL, metadata json NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence))",
        )
        .execute(&mut connection)
        .await
        .expect("the stock table");
        let pool = postgres_es::default_postgress_pool(&url).await;
        Self(Arc::new(postgres_es::postgres_cqrs(pool, vec![], ())))
    }

    pub(crate) async fn round(&self, n: u64) -> Measured {
        let cqrs = Arc::clone(&self.0);
        callers(n, move |caller, turn| {
            let cqrs = Arc::clone(&cqrs);
            async move {
                let id = format!("{}", (caller + turn * 131) % STREAMS);
                cqrs.execute(&id, "x".repeat(PAYLOAD)).await.is_ok()
            }
        })
        .await
    }
}

pub(crate) struct Sqlite(Arc<SqliteCqrs<Notes>>);

impl Sqlite {
    pub(crate) async fn new(dir: &Path, n: u64) -> Self {
        use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
        let options = SqliteConnectOptions::new()
            .filename(dir.join(format!("stock-{n}.db")))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let pool = SqlitePoolOptions::new().max_connections(10).connect_with(options).await.expect("a file");
        sqlx::raw_sql(
            "CREATE TABLE events (aggregate_type TEXT NOT NULL, aggregate_id TEXT NOT NULL, sequence INTEGER NOT NULL,
             event_type TEXT NOT NULL, event_version TEXT NOT NULL, payload TEXT NOT NULL, metadata TEXT NOT NULL,
             PRIMARY KEY (aggregate_type, aggregate_id, sequence)) STRICT",
        )
        .execute(&pool)
        .await
        .expect("the stock table");
        Self(Arc::new(sqlite_es::sqlite_cqrs(pool, vec![], ())))
    }

    pub(crate) async fn round(&self, n: u64) -> Measured {
        let cqrs = Arc::clone(&self.0);
        callers(n, move |caller, turn| {
            let cqrs = Arc::clone(&cqrs);
            async move {
                let id = format!("{}", (caller + turn * 131) % STREAMS);
                cqrs.execute(&id, "x".repeat(PAYLOAD)).await.is_ok()
            }
        })
        .await
    }
}
