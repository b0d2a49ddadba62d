//! A new log with its vault, filled by the demo.

use chrono::{DateTime, NaiveDate, Utc};
use events::clock::{Clock, SimulatedClock, start_of};
use events::log::{Log, OpenLog, StoredEvent};
use events::vault::{OpenVault, RootKey, Vault};
use huean::demo::{Filled, Plan, Scale, fill};
use huean::desk::Desk;
use tempfile::TempDir;

/// A filled demo.
pub struct Demo {
    pub desk: Desk,
    pub filled: Filled,
    pub days_told: Vec<NaiveDate>,
    /// Goes with the files.
    _folder: TempDir,
}

/// The first day of every test's demo.
pub fn start() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 11, 22).unwrap()
}

/// The end: two years later, in the middle of a day.
pub fn until() -> DateTime<Utc> {
    start_of(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()) + chrono::Duration::hours(13)
}

pub async fn empty_desk(clock: &SimulatedClock) -> (Desk, TempDir) {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let open = OpenLog { create: true, clock: Clock::Simulated(clock.clone()) };
    let log = Log::open(&at("log.db"), open).await.unwrap();
    let root = RootKey::from_bytes([7; 32]);
    let vault = Vault::open(&at("vault.db"), &root, log.id(), OpenVault { create: true }).await.unwrap();
    (Desk::open(&log, &vault).await.unwrap(), folder)
}

pub fn plan(seed: u64, households: u32) -> Plan {
    Plan { seed, start: start(), until: until(), scale: Scale::Sample { households } }
}

pub async fn demo(seed: u64, households: u32) -> Demo {
    let clock = SimulatedClock::starting(start_of(start()));
    let (desk, folder) = empty_desk(&clock).await;
    let mut days_told = Vec::new();
    let filled = fill(&desk, &clock, plan(seed, households), &mut |it| days_told.push(it.day)).await.unwrap();
    assert_eq!(clock.now(), until());
    Demo { desk, filled, days_told, _folder: folder }
}

impl Demo {
    /// Every event, in order.
    pub async fn events(&self) -> Vec<StoredEvent> {
        let mut all: Vec<StoredEvent> = Vec::new();
        loop {
            let more = self.desk.log().read(all.last().map_or(0, |it| it.position), 1000).await.unwrap();
            if more.is_empty() {
                return all;
            }
            all.extend(more);
        }
    }
}
