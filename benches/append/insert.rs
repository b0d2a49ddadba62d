//! The floor of any design without group commit: one INSERT and one commit per command.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgPool};

use super::{Measured, PAYLOAD, callers};

pub(crate) struct Insert {
    pool: PgPool,
    next: Arc<AtomicI64>,
}

impl Insert {
    pub(crate) async fn new(server: &str) -> Self {
        let url = super::desk::database(server, "insert").await;
        let mut connection = sqlx::PgConnection::connect(&url).await.expect("the database answers");
        sqlx::raw_sql("CREATE TABLE events (id bigint PRIMARY KEY, payload json NOT NULL)")
            .execute(&mut connection)
            .await
            .expect("a table");
        let pool =
            PgPoolOptions::new().max_connections(32).test_before_acquire(false).connect(&url).await.expect("a pool");
        Self { pool, next: Arc::new(AtomicI64::new(0)) }
    }

    pub(crate) async fn round(&self, n: u64) -> Measured {
        let (pool, next) = (self.pool.clone(), Arc::clone(&self.next));
        callers(n, move |_, _| {
            let (pool, next) = (pool.clone(), Arc::clone(&next));
            async move {
                let payload = format!("{{\"text\":\"{}\"}}", "x".repeat(PAYLOAD));
                sqlx::query("INSERT INTO events VALUES ($1, $2::json)")
                    .bind(next.fetch_add(1, Ordering::Relaxed))
                    .bind(payload)
                    .execute(&pool)
                    .await
                    .is_ok()
            }
        })
        .await
    }
}
