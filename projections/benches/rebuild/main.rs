//! How many events a second a rebuild folds, and how quickly the finished files answer.
//!
//! ```text
//! HUEAN_BENCH_HOUSEHOLDS=60000 cargo bench -p projections --bench rebuild
//! ```
//!
//! A log of invented households is written first: about 17 events each, in the order in which a province works. Then
//! the log is read in both ways that there are, both files are built, each alone and both at once, and each question is asked many times.

mod ask;
mod households;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use events::log::Log;
use events::recorded::{Occurrence, Recorded};
use projections::figures::Figures;
use projections::people::{CITIZEN_ID_KEY, Finder, People};
use projections::projector::{Source, build};

const ROUNDS: u8 = 3;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let number = std::env::var("HUEAN_BENCH_HOUSEHOLDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4_000);
    let dir = tempfile::tempdir().expect("a folder");
    let began = Instant::now();
    let (log, vault) = households::write(dir.path(), number).await;
    let events = log.head().await.expect("a head").position;
    println!("{number} households, {events} events, written in {:.1} s", began.elapsed().as_secs_f64());
    let key = vault.mac_key(CITIZEN_ID_KEY).await.expect("a key");
    let source = Source { log: log.clone(), vault: vault.clone(), runtime: tokio::runtime::Handle::current() };
    let finder = Arc::new(Finder::new(key));
    println!("| what | seconds (median of {ROUNDS}) | events/s | µs of CPU an event | MB |");
    println!("|---|---|---|---|---|");
    for what in ["reading every event as a tree", "reading every event from its text"] {
        let (began, cpu) = (Instant::now(), cpu_seconds());
        read(&log, what.ends_with("text")).await;
        tell(what, began.elapsed().as_secs_f64(), events, cpu_seconds() - cpu, 0);
    }
    for what in ["figures alone", "people alone", "both at once"] {
        let mut took = Vec::new();
        let cpu = cpu_seconds();
        for _ in 0..ROUNDS {
            let began = Instant::now();
            let mut building = Vec::new();
            if what != "people alone" {
                let (path, source) = (dir.path().join("figures.bench"), source.clone());
                building.push(tokio::task::spawn_blocking(move || {
                    let at = build::<Figures>(&path, &source, &(), 0, None, &|_| {}, &AtomicBool::new(false));
                    assert_eq!(at.expect("figures").position, events, "all of the log is in the file");
                }));
            }
            if what != "figures alone" {
                let (path, source, finder) = (dir.path().join("people.bench"), source.clone(), Arc::clone(&finder));
                building.push(tokio::task::spawn_blocking(move || {
                    let at = build::<People>(&path, &source, &finder, 0, None, &|_| {}, &AtomicBool::new(false));
                    assert_eq!(at.expect("people").position, events, "all of the log is in the file");
                }));
            }
            for task in building {
                task.await.expect("a build");
            }
            took.push(began.elapsed().as_secs_f64());
        }
        took.sort_unstable_by(f64::total_cmp);
        let seconds = took.get(usize::from(ROUNDS / 2)).copied().unwrap_or_default();
        tell(what, seconds, events, (cpu_seconds() - cpu) / f64::from(ROUNDS), megabytes(dir.path()));
    }
    ask::ask(dir.path(), log, vault).await;
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
fn tell(what: &str, seconds: f64, events: u64, cpu: f64, megabytes: u64) {
    let (rate, cost) = (events as f64 / seconds, cpu * 1e6 / events as f64);
    println!("| {what} | {seconds:.2} | {rate:.0} | {cost:.1} | {megabytes} |");
}

/// The whole log, event by event, without a fold: the two ways in which an event can be read.
async fn read(log: &Log, from_text: bool) {
    let mut feed = log.feed(0, 1024);
    loop {
        let read = if from_text {
            let raw = feed.raw_at_hand().await.expect("events");
            raw.into_iter().map(|it| Occurrence::read(it).expect("a fact").position).max()
        } else {
            let stored = feed.at_hand().await.expect("events");
            stored.into_iter().map(|it| Recorded::read(it).expect("a fact").position).max()
        };
        if read.is_none() {
            return;
        }
    }
}

fn megabytes(dir: &Path) -> u64 {
    let size = |name: &str| std::fs::metadata(dir.join(name)).map_or(0, |it| it.len() >> 20);
    size("figures.bench") + size("people.bench")
}

/// What this process has had of the processors so far, where the system tells: other work on the machine does not show.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<f64>().ok()).sum();
    ticks / 100.0
}
