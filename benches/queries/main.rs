//! How quickly a service answers while people work on it, at whatever size its data directory has.
//!
//! ```text
//! huean demo --scale kalasin --no-serve --data DIR
//! HUEAN_BENCH_DATA=DIR cargo bench --bench queries
//! ```
//!
//! Eight readers ask one question after the other, each now and as of a past day where it can be asked, while notes are
//! written at a steady rate. A question goes through all layers of the service, without a socket. The directory's log
//! grows by the notes: give it a copy. `HUEAN_BENCH_SECONDS` is the length (20), `HUEAN_BENCH_WRITES` how many notes a
//! second are wanted (200), `HUEAN_BENCH_READERS` how many read (8). A page's p99 is wanted below 10 ms, a report's
//! below 50 ms.

mod ask;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use events::clock::Clock;
use huean::app::{House, Missing, Place};
use huean::import::kept::Imports;
use huean::signin::{Cost, SignIn};
use huean::web::{App, Tokens, router};
use projections::ReadModel;
use projections::read_model::OpenReadModel;

use ask::{Asked, Service};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[tokio::main]
async fn main() {
    // `cargo test` runs benches once to see that they build.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let data =
        PathBuf::from(std::env::var("HUEAN_BENCH_DATA").expect("HUEAN_BENCH_DATA names a filled data directory"));
    let place = Place { data, log: std::env::var("HUEAN_LOG").ok(), vault: std::env::var("HUEAN_VAULT").ok() };
    let began = Instant::now();
    let house = House::open(&place, Missing::Refuse, Clock::Real).await.expect("a log");
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let read_model = ReadModel::open(open).await.expect("a read model");
    read_model.caught_up(Duration::from_hours(1)).await.expect("caught up");
    let head = house.log.head().await.expect("a head").position;
    println!("{head} events, ready after {:.1} s, {} MB", began.elapsed().as_secs_f64(), resident());
    let issued = Tokens::read(&place.tokens()).expect("tokens");
    let tokens = Tokens::new(&issued).expect("tokens");
    let imports = Imports::open(&place.data, &house.desk, &read_model).expect("a folder of imports");
    let sign_in = SignIn::at(&house.desk, Cost::default());
    let service = Service {
        router: router(App {
            desk: house.desk,
            tokens,
            sign_in,
            read_model: read_model.clone(),
            imports,
            daily_rows: u32::MAX,
        }),
        issued: Arc::new(issued),
    };
    let (asked, written) = run(&service).await;
    tell(asked, written);
    println!("{} MB at the end", resident());
    read_model.stop().await;
}

/// Readers and one writer, side by side. Gives what each question took, and what each note took.
async fn run(service: &Service) -> (Vec<Asked>, Vec<Duration>) {
    let questions = Arc::new(ask::questions(service).await);
    let households = ask::households(service).await;
    let over = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    for reader in 0..number("HUEAN_BENCH_READERS", 8) {
        let (service, questions, over) = (service.clone(), Arc::clone(&questions), Arc::clone(&over));
        readers.push(tokio::spawn(async move {
            let mut asked = Vec::new();
            // Each begins elsewhere, so that not all ask the same at once.
            let mut turn = usize::try_from(reader).unwrap_or_default() * 3;
            while !over.load(Ordering::Relaxed) {
                let Some(question) = questions.get(turn % questions.len()) else { break };
                asked.push((turn % questions.len(), service.ask(question).await));
                turn += 1;
            }
            asked
        }));
    }
    let length = Duration::from_secs(number("HUEAN_BENCH_SECONDS", 20));
    let every = Duration::from_secs(1) / u32::try_from(number("HUEAN_BENCH_WRITES", 200)).unwrap_or(200);
    let mut ticks = tokio::time::interval(every);
    let mut notes = Vec::new();
    let began = Instant::now();
    let mut turn = 0;
    while began.elapsed() < length {
        ticks.tick().await;
        let Some(household) = households.get(turn % households.len()) else { break };
        let (service, household) = (service.clone(), household.clone());
        notes.push(tokio::spawn(async move { service.note(&household).await }));
        turn += 1;
    }
    over.store(true, Ordering::Relaxed);
    let mut asked: Vec<Asked> = questions.iter().map(|it| Asked::new(it.what)).collect();
    for reader in readers {
        for (question, took) in reader.await.expect("a reader") {
            if let Some(asked) = asked.get_mut(question) {
                asked.took.push(took);
            }
        }
    }
    let mut written = Vec::new();
    for note in notes {
        written.push(note.await.expect("a note"));
    }
    (asked, written)
}

fn tell(asked: Vec<Asked>, written: Vec<Duration>) {
    println!("\n| question | asked | median ms | 99 of 100 ms |\n|---|---|---|---|");
    for Asked { what, took } in asked {
        line(what, took);
    }
    line("a note written, answered when durable", written);
}

fn line(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default().as_secs_f64() * 1e3;
    println!("| {what} | {} | {:.1} | {:.1} |", took.len(), at(50), at(99));
}

/// Megabytes that this process has in memory, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|it| it.parse::<u64>().ok()).unwrap_or_default() / 1024
}
