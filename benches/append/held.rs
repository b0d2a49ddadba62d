//! The desk while somebody else looks at the database as it was long ago.
//!
//! ```text
//! HUEAN_BENCH_HELD_SECONDS=300 HUEAN_POSTGRES_DURABLE=on tests/postgres cargo bench --bench append
//! ```
//!
//! A session holds a REPEATABLE READ snapshot of the log and one of the vault from before the first command on, so
//! nothing that dies there can be cleaned away. A desk on another log and vault of the same server, that nobody holds,
//! takes turns with it, so both grow alike.

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};

use super::desk::Bench;

/// Rounds whose medians are told: the last ones, when the snapshot is oldest.
const LAST: usize = 7;

/// Sessions that look at the past.
struct Held(Vec<PgConnection>);

impl Held {
    async fn hold(urls: [&str; 2]) -> Self {
        let mut held = Vec::new();
        for (url, table) in urls.into_iter().zip(["events", "vault.keyrings"]) {
            let mut connection = PgConnection::connect(url).await.expect("the server answers");
            sqlx::raw_sql(&format!("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM {table};"))
                .execute(&mut connection)
                .await
                .expect("a snapshot");
            held.push(connection);
        }
        Self(held)
    }

    /// The snapshots were held to the end.
    async fn release(self) {
        for mut connection in self.0 {
            sqlx::raw_sql("COMMIT").execute(&mut connection).await.expect("still there");
        }
    }
}

pub(crate) async fn run(server: &str, length: Duration) {
    println!("{:<44} {:>12} {:>12} {:>7}", "32 callers, medians of the last rounds", "per s", "held, per s", "ratio");
    for (what, note) in [("fact without personal value", false), ("note (new key in the vault)", true)] {
        let (free, _) = Bench::postgres(server).await;
        let (watched, urls) = Bench::postgres(server).await;
        let held = Held::hold([&urls.log, &urls.vault]).await;
        let began = Instant::now();
        let (mut without, mut with) = (Vec::new(), Vec::new());
        while began.elapsed() < length {
            without.push(free.round(32, note).await.per_second);
            with.push(watched.round(32, note).await.per_second);
        }
        held.release().await;
        let median = |rounds: &[f64]| {
            let mut last = rounds[rounds.len().saturating_sub(LAST)..].to_vec();
            last.sort_by(f64::total_cmp);
            last[last.len() / 2]
        };
        let (without, with) = (median(&without), median(&with));
        println!("{what:<44} {without:>12.0} {with:>12.0} {:>6.2}×", with / without);
    }
}
