//! How quickly a file of households comes in, and what that costs as the log grows.
//!
//! ```text
//! cargo bench --bench import
//! HUEAN_POSTGRES_DURABLE=on tests/postgres cargo bench --bench import
//! ```
//!
//! For each number of households in `HUEAN_BENCH_HOUSEHOLDS` (`1000,4000,16000`) an invented file is judged without being
//! recorded, recorded into an empty log, and recorded once more, when everything in it is there already. Three rounds each,
//! medians. The embedded log always, PostgreSQL when there is one: there the rows that the import stored, in log and vault,
//! are copied into equal tables with `COPY`, and the share says how far from that the import is. Nothing is left behind.

use std::io::BufWriter;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use chrono::NaiveDate;
use events::clock::Clock;
use events::id::StaffId;
use events::log::{Log, OpenLog, setup_postgres};
use events::metadata::Channel;
use events::vault::{OpenVault, RootKey, Vault, setup_postgres_vault};
use futures::TryStreamExt;
use huean::access::Caller;
use huean::demo::household_file;
use huean::desk::Desk;
use huean::import::file::Book;
use huean::import::rejected::{Form, RejectedFile};
use huean::import::run::{self, Wish};
use sqlx::Connection;
use uuid::Uuid;

const ROUNDS: usize = 3;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where a round's households go.
struct Target {
    desk: Desk,
    vault: Vault,
    /// On PostgreSQL: where log and vault are.
    urls: Vec<String>,
}

impl Target {
    async fn embedded(dir: &Path) -> Self {
        let url = |name: &str| format!("sqlite:{}", dir.join(name).display());
        let log = Log::open(&url("log.db"), OpenLog { create: true, clock: Clock::Real }).await.expect("a log");
        let root = RootKey::create(&dir.join("root.key")).expect("a key");
        let vault = Vault::open(&url("vault.db"), &root, log.id(), OpenVault { create: true }).await.expect("a vault");
        Self { desk: Desk::open(&log, &vault).await.expect("a desk"), vault, urls: Vec::new() }
    }

    async fn postgres(server: &str) -> Self {
        let (log_url, vault_url) = (database(server).await, database(server).await);
        let id = setup_postgres(&log_url, "bench_app", "bench_auditor").await.expect("a log");
        let root = RootKey::from_bytes([7; 32]);
        setup_postgres_vault(&vault_url, "bench_app", None, id, &root).await.expect("a vault");
        let log = Log::open(&log_url, OpenLog { create: false, clock: Clock::Real }).await.expect("the log");
        let vault = Vault::open(&vault_url, &root, id, OpenVault { create: false }).await.expect("the vault");
        Self { desk: Desk::open(&log, &vault).await.expect("a desk"), vault, urls: vec![log_url, vault_url] }
    }

    /// How many seconds it takes to copy what is stored into equal tables, by the server's own means.
    async fn copied(&self) -> f64 {
        let mut seconds = 0.0;
        for url in &self.urls {
            let mut db = sqlx::PgConnection::connect(url).await.expect("the database");
            let tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
            let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut db).await.expect("tables");
            sqlx::raw_sql("CREATE SCHEMA copied").execute(&mut db).await.expect("a schema");
            for (nth, table) in tables.iter().enumerate() {
                let mut rows = Vec::new();
                let mut out = db.copy_out_raw(&format!("COPY {table} TO STDOUT")).await.expect("rows");
                while let Some(chunk) = out.try_next().await.expect("rows") {
                    rows.extend_from_slice(&chunk);
                }
                drop(out);
                let like = format!("CREATE TABLE copied.t{nth} (LIKE {table} INCLUDING ALL)");
                sqlx::raw_sql(&like).execute(&mut db).await.expect("an equal table");
                let began = Instant::now();
                let mut copy = db.copy_in_raw(&format!("COPY copied.t{nth} FROM STDIN")).await.expect("a copy");
                copy.send(rows).await.expect("sent");
                copy.finish().await.expect("copied");
                seconds += began.elapsed().as_secs_f64();
            }
        }
        seconds
    }

    /// Takes a file in, and gives rows a second.
    async fn take(&self, file: &Path, aside: &Path, dry_run: bool) -> f64 {
        let began = Instant::now();
        let book = Book::open(file).expect("a file");
        let wish = Wish {
            caller: Caller::system(StaffId(Uuid::from_u128(1)), Channel::Import),
            source: "bench".to_owned(),
            dry_run,
            first_policies: true,
            run: Uuid::from_u128(rand::random()),
        };
        let mut rejected = RejectedFile::new(&aside.join("rejected.csv"), Form::of(&book));
        let watch = &mut |_| true;
        let ready = run::prepare((&self.desk, &self.vault), wish, &book, None, aside, watch).await.expect("readable");
        let (summary, ended) = ready.record(&mut rejected, watch).await;
        ended.expect("recorded");
        assert!(summary.is_clean(), "{summary:?}");
        #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
        let rows = summary.rows as f64;
        rows / began.elapsed().as_secs_f64()
    }
}

/// A fresh database on the server, by its address.
async fn database(server: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("import_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the server answers");
    sqlx::raw_sql(&format!("CREATE DATABASE {name}")).execute(&mut connection).await.expect("a database");
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}

/// The most memory that this process has had, in megabytes.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default();
    (kilobytes / 1024).to_string()
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

#[tokio::main]
async fn main() {
    // `cargo test` runs benches once to see that they build.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let sizes = std::env::var("HUEAN_BENCH_HOUSEHOLDS").unwrap_or_else(|_| "1000,4000,16000".to_owned());
    let server = std::env::var("HUEAN_TEST_POSTGRES").ok();
    println!(
        "| log | households | rows | judged, rows/s | recorded, rows/s | least – most | once more, rows/s | share of COPY | MB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for households in sizes.split(',').filter_map(|size| size.trim().parse().ok()) {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("file.csv");
        let on = NaiveDate::from_ymd_opt(2025, 3, 1).expect("a day");
        let into = BufWriter::new(std::fs::File::create(&file).expect("a file"));
        let rows = household_file(into, 1, (households, None), on).expect("a file");
        for server in [None, server.as_deref()].into_iter().take(1 + usize::from(server.is_some())) {
            let (mut judged, mut recorded, mut again, mut shares) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                let place = tempfile::tempdir().expect("a directory");
                let target = match server {
                    Some(server) => Target::postgres(server).await,
                    None => Target::embedded(place.path()).await,
                };
                judged.push(target.take(&file, place.path(), true).await);
                recorded.push(target.take(&file, place.path(), false).await);
                #[expect(clippy::cast_precision_loss, reason = "a share for people to read")]
                let took = rows as f64 / recorded[recorded.len() - 1];
                shares.push(target.copied().await / took);
                again.push(target.take(&file, place.path(), false).await);
            }
            let middle = median(&mut recorded);
            println!(
                "| {} | {households} | {rows} | {:.0} | {middle:.0} | {:.0} – {:.0} | {:.0} | {} | {} |",
                if server.is_some() { "PostgreSQL" } else { "embedded" },
                median(&mut judged),
                recorded[0],
                recorded[ROUNDS - 1],
                median(&mut again),
                if server.is_some() { format!("{:.2}", median(&mut shares)) } else { String::new() },
                most_memory(),
            );
        }
    }
}
