//! Durable commands a second: the desk beside stock cqrs-es and beside one INSERT and one commit per command.
//!
//! ```text
//! HUEAN_POSTGRES_DURABLE=on tests/postgres cargo bench --bench append
//! ```
//!
//! All rivals write to the same disk in one run, in rounds whose order is shuffled; the table gives the median of the
//! rounds and the ratio to the stock library. Shared machines are noisy: read the ratios.

mod desk;
mod insert;
mod stock;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand::seq::SliceRandom;

/// Streams that the commands are spread over: many, so that conflicts are rare, as they are in the field.
pub(crate) const STREAMS: u64 = 4_000;
/// The payload before sealing, in bytes, about.
pub(crate) const PAYLOAD: usize = 600;

const ROUNDS: usize = 5;

fn round_length() -> Duration {
    let seconds = std::env::var("HUEAN_BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    Duration::from_secs(seconds)
}

/// One caller's command after the other, until the round ends.
pub(crate) async fn callers<F, Fut>(callers: u64, command: F) -> Measured
where
    F: Fn(u64, u64) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = bool> + Send,
{
    let command = Arc::new(command);
    let over = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut tasks = Vec::new();
    for caller in 0..callers {
        let (command, over, done) = (Arc::clone(&command), Arc::clone(&over), Arc::clone(&done));
        tasks.push(tokio::spawn(async move {
            let mut waits = Vec::new();
            let mut n = 0;
            while !over.load(Ordering::Relaxed) {
                let sent = Instant::now();
                if command(caller, n).await {
                    done.fetch_add(1, Ordering::Relaxed);
                }
                waits.push(sent.elapsed());
                n += 1;
            }
            waits
        }));
    }
    tokio::time::sleep(round_length()).await;
    over.store(true, Ordering::Relaxed);
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.expect("a caller ends"));
    }
    let seconds = began.elapsed().as_secs_f64();
    waits.sort_unstable();
    let p99 = waits.get(waits.len() * 99 / 100).copied().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a round has far fewer commands than 2^52")]
    let done = done.load(Ordering::Relaxed) as f64;
    Measured { per_second: done / seconds, p99 }
}

/// What a round gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    pub(crate) p99: Duration,
}

/// Somebody who writes commands.
enum Rival {
    DeskNote(desk::Bench),
    DeskPlain(desk::Bench),
    StockPostgres(stock::Postgres),
    StockSqlite(stock::Sqlite),
    Insert(insert::Insert),
}

impl Rival {
    async fn round(&self, n: u64) -> Measured {
        match self {
            Self::DeskNote(it) => it.round(n, true).await,
            Self::DeskPlain(it) => it.round(n, false).await,
            Self::StockPostgres(it) => it.round(n).await,
            Self::StockSqlite(it) => it.round(n).await,
            Self::Insert(it) => it.round(n).await,
        }
    }
}

#[tokio::main]
async fn main() {
    // `cargo test` runs benches once to see that they build.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let postgres = std::env::var("HUEAN_TEST_POSTGRES")
        .expect("run it as: HUEAN_POSTGRES_DURABLE=on tests/postgres cargo bench --bench append");
    let dir = tempfile::tempdir().expect("a directory");
    let mut rng = rand::rng();
    for n in [1, 32, 128] {
        let rivals = [
            ("PostgreSQL: stock cqrs-es + postgres-es", Rival::StockPostgres(stock::Postgres::new(&postgres).await)),
            ("PostgreSQL: one INSERT, one commit", Rival::Insert(insert::Insert::new(&postgres).await)),
            ("PostgreSQL: desk, fact without personal value", Rival::DeskPlain(desk::Bench::postgres(&postgres).await)),
            ("PostgreSQL: desk, note (new key in the vault)", Rival::DeskNote(desk::Bench::postgres(&postgres).await)),
            ("SQLite FULL: stock cqrs-es + sqlite-es", Rival::StockSqlite(stock::Sqlite::new(dir.path(), n).await)),
            (
                "SQLite FULL: desk, fact without personal value",
                Rival::DeskPlain(desk::Bench::embedded(dir.path()).await),
            ),
            (
                "SQLite FULL: desk, note (new key in the vault)",
                Rival::DeskNote(desk::Bench::embedded(dir.path()).await),
            ),
        ];
        let mut measured: Vec<Vec<Measured>> = rivals.iter().map(|_| Vec::new()).collect();
        for _ in 0..ROUNDS {
            let mut order: Vec<usize> = (0..rivals.len()).collect();
            order.shuffle(&mut rng);
            for at in order {
                measured[at].push(rivals[at].1.round(n).await);
            }
        }
        print(n, &rivals.iter().map(|(name, _)| *name).collect::<Vec<_>>(), &mut measured);
    }
}

fn print(callers: u64, names: &[&str], measured: &mut [Vec<Measured>]) {
    println!("\n{callers} caller(s), {ROUNDS} rounds of {:?}, medians", round_length());
    println!("{:<50} {:>9} {:>17} {:>9} {:>8}", "", "per s", "min – max", "p99 ms", "ratio");
    let median = |rounds: &mut Vec<Measured>| {
        rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
        rounds[rounds.len() / 2]
    };
    let mut stock = 0.0;
    for (name, rounds) in names.iter().zip(measured) {
        let middle = median(rounds);
        if name.contains("stock") {
            stock = middle.per_second;
        }
        let span = format!("{:.0} – {:.0}", rounds[0].per_second, rounds[rounds.len() - 1].per_second);
        println!(
            "{name:<50} {:>9.0} {span:>17} {:>9.2} {:>7.2}×",
            middle.per_second,
            middle.p99.as_secs_f64() * 1_000.0,
            middle.per_second / stock
        );
    }
}
