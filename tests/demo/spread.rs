//! The wider scales, in small: households of all twenty provinces, filled in rounds, on both databases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

use events::clock::{Clock, SimulatedClock, start_of};
use events::facts::household::HOUSEHOLD;
use events::log::{StoredEvent, setup_postgres};
use events::vault::{RootKey, setup_postgres_vault};
use huean::access::Role;
use huean::app::{House, Missing, Place, make_directory};
use huean::check::check;
use huean::demo::{Filled, Plan, Scale, fill};
use sqlx::Connection;
use tempfile::TempDir;

use crate::fixture::{start, until};
use crate::same_again::comparable;

const HOUSEHOLDS: u32 = 100;

struct Spread {
    house: House,
    dir: TempDir,
    filled: Filled,
    events: Vec<StoredEvent>,
}

async fn filled(place: Place, dir: TempDir, missing: Missing) -> Spread {
    let clock = SimulatedClock::starting(start_of(start()));
    let house = House::open(&place, missing, Clock::Simulated(clock.clone())).await.unwrap();
    let plan = Plan { seed: 5, start: start(), until: until(), scale: Scale::Spread { households: HOUSEHOLDS } };
    let filled = fill(&house.desk, &clock, plan, &mut |_| {}).await.unwrap();
    let mut events: Vec<StoredEvent> = Vec::new();
    loop {
        let more = house.log.read(events.last().map_or(0, |it| it.position), 5000).await.unwrap();
        if more.is_empty() {
            break;
        }
        events.extend(more);
    }
    Spread { house, dir, filled, events }
}

async fn on_sqlite() -> Spread {
    let dir = TempDir::new().unwrap();
    let place = Place { data: dir.path().join("data"), log: None, vault: None };
    filled(place, dir, Missing::Make).await
}

async fn on_postgres() -> Spread {
    let server = std::env::var("HUEAN_TEST_POSTGRES").expect("no PostgreSQL to test on: run tests/run");
    let (log, vault) = (database(&server).await, database(&server).await);
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    make_directory(&data).unwrap();
    let id = setup_postgres(&log, "demo_app", "demo_auditor").await.unwrap();
    let app = |url: &str| url.replace("//postgres@", "//demo_app@");
    let place = Place { data, log: Some(app(&log)), vault: Some(app(&vault)) };
    let root = RootKey::create(&place.root_key()).unwrap();
    setup_postgres_vault(&vault, "demo_app", None, id, &root).await.unwrap();
    filled(place, dir, Missing::Refuse).await
}

async fn database(server: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("demo_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
    sqlx::raw_sql(&create).execute(&mut connection).await.unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// Rounds and written stories depend on nothing but seed and start, and not on the database.
#[tokio::test(flavor = "multi_thread")]
async fn households_of_twenty_provinces_are_filled_alike_on_both_databases_and_pass_the_check() {
    let first = on_sqlite().await;
    let second = on_postgres().await;
    assert_eq!(first.filled, second.filled);
    assert_eq!(first.events.len(), second.events.len());
    for (ours, theirs) in first.events.iter().zip(&second.events) {
        assert_eq!(comparable(ours.clone()), comparable(theirs.clone()));
    }
    holds_what_it_should(&first);
    for spread in [first, second] {
        let report = check(&spread.house, spread.dir.path()).await.unwrap();
        assert!(report.is_sound(), "{:?}", report.looked);
    }
}

fn holds_what_it_should(spread: &Spread) {
    let Spread { filled, events, .. } = spread;
    assert_eq!(filled.households, HOUSEHOLDS);
    // A refusal ends a story's thread here, so few may be refused.
    assert!((1..filled.commands / 40).contains(&filled.refused), "{} of {}", filled.refused, filled.commands);
    assert!(events.is_sorted_by_key(|it| it.recorded_at));
    assert!(events.iter().all(|it| start_of(start()) <= it.recorded_at && it.recorded_at <= until()));
    let provinces: BTreeSet<_> = events
        .iter()
        .filter(|it| it.event_type == "HouseholdIdentified")
        .map(|it| it.payload["place"]["tambon"].as_str().unwrap()[..2].to_owned())
        .collect();
    assert_eq!(provinces.len(), 20);
    let people = |role| filled.people.iter().filter(|it| it.role == role).count();
    for role in [Role::Administrator, Role::Operations, Role::Auditor, Role::Researcher] {
        assert_eq!(people(role), 20, "{role}");
    }
    assert_eq!(people(Role::Supervisor), 40);
    assert_eq!(people_named(events), Scale::Spread { households: HOUSEHOLDS }.people().unwrap() as usize);
    // Several commands are recorded at one moment: they were one round.
    let mut commands: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for it in events.iter().filter(|it| it.stream.aggregate_type == HOUSEHOLD) {
        commands.entry(it.recorded_at).or_default().insert(it.metadata["command"].clone());
    }
    assert!(commands.values().filter(|it| it.len() > 1).count() > 30);
}

/// Everybody whom households name when they are found. Those that were entered twice name their head once more.
fn people_named(events: &[StoredEvent]) -> usize {
    let of_kind = |kind: &'static str| events.iter().filter(move |it| it.event_type == kind);
    let entered: BTreeSet<_> = of_kind("HouseholdIdentified").map(|it| it.metadata["command"].clone()).collect();
    let named = of_kind("MemberJoined").filter(|it| entered.contains(&it.metadata["command"].clone())).count();
    named - (entered.len() - HOUSEHOLDS as usize)
}
