//! Durable commands a second: the desk beside stock cqrs-es and beside one INSERT and one commit per command.
//!
//! ```text
//! HUEAN_POSTGRES_DURABLE=on tests/postgres cargo bench --bench append
//! ```
//!
//! All rivals write to the same disk in one run, in rounds whose order is shuffled; the table gives the median of the
//! rounds, the ratio to the stock library, and the processor time of a command in this process and in the server.
//! Shared machines are noisy: read the ratios.
//!
//! `HUEAN_BENCH_SECONDS` is the length of a round, `HUEAN_BENCH_CALLERS` how many call at once (`1,32,128`),
//! `HUEAN_BENCH_ONLY` a word of the rivals' names. `HUEAN_BENCH_HELD_SECONDS` runs what `held` says instead.

mod cpu;
mod desk;
mod held;
mod insert;
mod stock;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand::seq::SliceRandom;

use cpu::{Cpu, Server};

/// Streams that the commands are spread over: many, so that conflicts are rare, as they are in the field.
pub(crate) const STREAMS: u64 = 4_000;
/// The payload before sealing, in bytes, about.
pub(crate) const PAYLOAD: usize = 600;

const ROUNDS: usize = 5;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn round_length() -> Duration {
    Duration::from_secs(number("HUEAN_BENCH_SECONDS").unwrap_or(3))
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
    Measured { per_second: done / seconds, done, p99, cpu: Cpu::default() }
}

/// What a round gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    done: f64,
    p99: Duration,
    cpu: Cpu,
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
    if let Some(seconds) = number("HUEAN_BENCH_HELD_SECONDS") {
        return held::run(&postgres, Duration::from_secs(seconds)).await;
    }
    let server = Server::find(&postgres).await;
    let dir = tempfile::tempdir().expect("a directory");
    let mut rng = rand::rng();
    let callers = std::env::var("HUEAN_BENCH_CALLERS").unwrap_or_else(|_| "1,32,128".to_owned());
    let only = std::env::var("HUEAN_BENCH_ONLY").unwrap_or_default();
    for n in callers.split(',').filter_map(|text| text.parse().ok()) {
        let mut rivals = Vec::new();
        for name in NAMES.into_iter().filter(|name| name.contains(&only)) {
            rivals.push((name, rival(name, &postgres, dir.path(), n).await));
        }
        let mut measured: Vec<Vec<Measured>> = rivals.iter().map(|_| Vec::new()).collect();
        for _ in 0..ROUNDS {
            let mut order: Vec<usize> = (0..rivals.len()).collect();
            order.shuffle(&mut rng);
            for at in order {
                let before = server.cpu();
                let round = rivals[at].1.round(n).await;
                measured[at].push(Measured { cpu: server.cpu().since(before), ..round });
            }
        }
        print(n, &rivals.iter().map(|(name, _)| *name).collect::<Vec<_>>(), &mut measured);
    }
}

const NAMES: [&str; 7] = [
    "PostgreSQL: stock cqrs-es + postgres-es",
    "PostgreSQL: one INSERT, one commit",
    "PostgreSQL: desk, fact without personal value",
    "PostgreSQL: desk, note (new key in the vault)",
    "SQLite FULL: stock cqrs-es + sqlite-es",
    "SQLite FULL: desk, fact without personal value",
    "SQLite FULL: desk, note (new key in the vault)",
];

async fn rival(name: &str, server: &str, dir: &Path, callers: u64) -> Rival {
    let postgres = name.starts_with("PostgreSQL");
    if name.contains("INSERT") {
        return Rival::Insert(insert::Insert::new(server).await);
    }
    if name.contains("stock") {
        return if postgres {
            Rival::StockPostgres(stock::Postgres::new(server).await)
        } else {
            Rival::StockSqlite(stock::Sqlite::new(dir, callers).await)
        };
    }
    let bench = if postgres { desk::Bench::postgres(server).await.0 } else { desk::Bench::embedded(dir).await };
    if name.contains("note") { Rival::DeskNote(bench) } else { Rival::DeskPlain(bench) }
}

fn print(callers: u64, names: &[&str], measured: &mut [Vec<Measured>]) {
    println!("\n{callers} caller(s), {ROUNDS} rounds of {:?}, medians; processor time in µs a command", round_length());
    println!(
        "{:<50} {:>9} {:>17} {:>9} {:>8} {:>7} {:>7}",
        "", "per s", "min – max", "p99 ms", "ratio", "here", "server"
    );
    let mut stock = f64::NAN;
    for (name, rounds) in names.iter().zip(measured) {
        rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
        let middle = rounds[rounds.len() / 2];
        if name.contains("stock") {
            stock = middle.per_second;
        }
        let span = format!("{:.0} – {:.0}", rounds[0].per_second, rounds[rounds.len() - 1].per_second);
        let done: f64 = rounds.iter().map(|round| round.done).sum();
        let each = |of: fn(&Cpu) -> Duration| {
            rounds.iter().map(|round| of(&round.cpu).as_secs_f64()).sum::<f64>() * 1e6 / done.max(1.0)
        };
        println!(
            "{name:<50} {:>9.0} {span:>17} {:>9.2} {:>7.2}× {:>7.0} {:>7.0}",
            middle.per_second,
            middle.p99.as_secs_f64() * 1_000.0,
            middle.per_second / stock,
            each(|cpu| cpu.client),
            each(|cpu| cpu.server)
        );
    }
}
