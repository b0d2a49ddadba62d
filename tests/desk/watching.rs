//! The watcher on two nodes of one log, on a clock that the test moves: each missed date is noted once, none early.

use chrono::Duration;
use events::clock::{SimulatedClock, start_of};
use events::id::HouseholdId;
use events::log::StreamId;
use huean::access::Role;
use huean::desk::Desk;
use huean::watcher;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{World, person, to_assessed};

fn clock() -> SimulatedClock {
    SimulatedClock::starting(start_of("2026-01-05".parse().expect("a day")))
}

/// What was noted of a household, in order.
async fn noted(desk: &Desk, id: HouseholdId) -> Vec<String> {
    let events = desk.log().stream(&StreamId::new("household", id.to_string()), 0).await.expect("the household");
    let missed = events.iter().filter(|it| it.event_type.ends_with("Overdue") || it.event_type.ends_with("Missed"));
    missed.map(|it| format!("{} {}", it.event_type, text(&it.payload, &["by", "answer_by", "respond_by"]))).collect()
}

fn text(payload: &Value, names: &[&str]) -> String {
    names.iter().find_map(|name| payload[name].as_str()).unwrap_or_default().to_owned()
}

/// A household whose first visit, one that waits for help, a complaint and a request.
async fn begin(world: &World, desk: &Desk) -> (HouseholdId, HouseholdId) {
    let (found, helped) = (world.identified(desk, 0).await, world.identified(desk, 1).await);
    let agency = world.agency(desk).await;
    for (name, body) in to_assessed() {
        world.household(desk, helped, name, body).await.expect("the way to an assessment");
    }
    let (need, referral) = (Uuid::from_u128(8), Uuid::from_u128(9));
    for (name, body) in [
        ("record-need", json!({"need": need, "capital": "physical", "priority": 1})),
        (
            "make-referral",
            json!({"referral": referral, "need": need, "agency": agency, "service": "house_repair",
                "basis": "public_task"}),
        ),
        ("receive-complaint", json!({"about": {"what": "other"}, "words": {"text": "รอนาน"}})),
    ] {
        world.household(desk, helped, name, body).await.expect("help is asked for");
    }
    (found, helped)
}

async fn watched(world: &World, desk: &Desk) -> u32 {
    let read_model = world.read_model(desk).await;
    let noted = watcher::round(desk, &read_model).await.expect("a round");
    read_model.stop().await;
    noted
}

pub(crate) async fn two_watchers_note_each_missed_date_once(world: World, clock: SimulatedClock) {
    let (one, two) = (world.node().await, world.node().await);
    let (found, helped) = begin(&world, &one).await;
    clock.set(clock.now() + Duration::days(20));
    // Both look at what the read model knew before either noted anything.
    let read_model = world.read_model(&one).await;
    let (first, second) = tokio::join!(watcher::round(&one, &read_model), watcher::round(&two, &read_model));
    assert_eq!(first.expect("a round") + second.expect("a round"), 3, "the visit, the answer, the complaint");
    // And one after the other, on a read model that may lag.
    assert_eq!(watcher::round(&two, &read_model).await.expect("a round"), 0);
    read_model.stop().await;
    assert_eq!(noted(&two, found).await, ["ContactOverdue 2026-01-19"]);
    assert_eq!(noted(&one, helped).await, ["ResponseOverdue 2026-01-12", "ComplaintOverdue 2026-01-20"]);
    assert_eq!(watched(&world, &one).await, 0);
}

pub(crate) async fn after_months_away_everything_is_caught_up_with_and_nothing_is_early(
    world: World,
    clock: SimulatedClock,
) {
    let desk = world.node().await;
    let (found, helped) = begin(&world, &desk).await;
    let began = clock.now();
    // A clock that jumped back notes nothing, before and after.
    clock.set(began - Duration::days(400));
    assert_eq!(watched(&world, &desk).await, 0);
    clock.set(began + Duration::days(300));
    assert_eq!(watched(&world, &desk).await, 5, "two more of the one that is helped: follow-up and re-assessment");
    clock.set(began + Duration::days(3));
    assert_eq!(watched(&world, &desk).await, 0, "it jumped back");
    clock.set(began + Duration::days(301));
    assert_eq!(watched(&world, &desk).await, 0);
    assert_eq!(noted(&desk, found).await.len(), 1);
    let all = noted(&desk, helped).await;
    for missed in ["ContactOverdue 2026-04-05", "ContactOverdue 2026-07-04", "ResponseOverdue 2026-01-12"] {
        assert!(all.iter().any(|it| it == missed), "{missed} in {all:?}");
    }
    // What is noted on a date holds for that date: the next one is noted anew.
    world
        .household(&desk, helped, "follow-up-visit", json!({"help": "in_use", "evidence": "seen"}))
        .await
        .expect("a visit");
    clock.set(began + Duration::days(500));
    assert_eq!(watched(&world, &desk).await, 1);
}

pub(crate) async fn more_dates_than_one_page_holds_are_noted_page_by_page(world: World, clock: SimulatedClock) {
    let desk = world.node().await;
    for n in 0..205 {
        world.identified(&desk, n).await;
    }
    clock.set(clock.now() + Duration::days(15));
    assert_eq!(watched(&world, &desk).await, 205);
    assert_eq!(watched(&world, &desk).await, 0);
}

/// One household for each way in which a clock can run, all begun today: found, verified, assessed, helped, supported.
async fn every_clock(world: &World, desk: &Desk) -> Vec<HouseholdId> {
    let mut all = Vec::new();
    for n in 0..4 {
        let id = world.identified(desk, n).await;
        let steps = [0, 3, 4, 4][all.len()];
        for (name, body) in to_assessed().into_iter().take(steps) {
            world.household(desk, id, name, body).await.expect("the way to an assessment");
        }
        all.push(id);
    }
    let (agency, helped) = (world.agency(desk).await, all[3]);
    for n in [1, 2] {
        let (need, referral) = (Uuid::from_u128(10 + n), Uuid::from_u128(20 + n));
        let of_need = json!({"need": need, "capital": "physical", "priority": 1});
        world.household(desk, helped, "record-need", of_need).await.expect("a need");
        let body = json!({"referral": referral, "need": need, "agency": agency, "service": "house_repair",
            "basis": "public_task"});
        world.household(desk, helped, "make-referral", body).await.expect("a referral");
    }
    let accept = json!({"referral": Uuid::from_u128(22)});
    world.again(desk, 900, Role::Supervisor, helped, "accept-referral", accept).await.expect("one is accepted");
    let (loaded, _) = desk.load_household(helped, true).await.expect("the household");
    let she = loaded.state.case().and_then(|case| case.members.keys().next().copied()).expect("a member");
    for (name, body) in [
        ("receive-complaint", json!({"about": {"what": "other"}, "words": {"text": "รอนาน"}})),
        ("receive-rights-request", json!({"right": "access", "person": she})),
    ] {
        world.household(desk, helped, name, body).await.expect("somebody waits for an answer");
    }
    all.push(supported(world, desk).await);
    all
}

/// A household in which nobody can work, supported from today.
async fn supported(world: &World, desk: &Desk) -> HouseholdId {
    let id = HouseholdId::derived(desk.log().id(), "supported");
    let mut ill = person("ผู้ป่วย", "head");
    ill["details"]["health"] = json!("bedridden");
    let found = json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task", "members": [ill]});
    world.household(desk, id, "identify", found).await.expect("a household");
    for (name, body) in to_assessed() {
        world.household(desk, id, name, body).await.expect("the way to an assessment");
    }
    let help = json!({"kind": "food", "capital": "human", "dimension": "health", "worth": {"form": "in_kind"}});
    world.household(desk, id, "deliver-assistance", help).await.expect("help");
    world.household(desk, id, "propose-sustained-support", json!({})).await.expect("proposed");
    world.again(desk, 901, Role::Supervisor, id, "enter-sustained-support", json!({})).await.expect("supported");
    id
}

pub(crate) async fn every_clock_is_noted_once_by_two_nodes_after_months_away_and_a_jump_back(
    world: World,
    clock: SimulatedClock,
) {
    let (one, two) = (world.node().await, world.node().await);
    let all = every_clock(&world, &one).await;
    let began = clock.now();
    let read_model = world.read_model(&one).await;
    for (days, expected) in [(-400, 0), (200, 10), (3, 0), (201, 0), (-1, 0)] {
        clock.set(began + Duration::days(days));
        read_model.caught_up(std::time::Duration::from_secs(20)).await.expect("it shows what was noted");
        // Both look at what the read model knew before either noted anything.
        let (first, second) = tokio::join!(watcher::round(&one, &read_model), watcher::round(&two, &read_model));
        assert_eq!(first.expect("a round") + second.expect("a round"), expected, "after {days} days");
    }
    read_model.stop().await;
    let mut found = Vec::new();
    for id in &all {
        let events = two.log().stream(&StreamId::new("household", id.to_string()), 0).await.expect("the household");
        for it in events.iter().filter(|it| it.event_type.ends_with("Overdue") || it.event_type.ends_with("Missed")) {
            let by = text(&it.payload, &["by", "answer_by", "respond_by", "deliver_by"]);
            found.push(format!("{} {} {by}", it.event_type, text(&it.payload, &["what"])).replace("  ", " "));
        }
    }
    found.sort();
    let expected = [
        "ComplaintOverdue 2026-01-20",
        "ContactOverdue assessment 2026-02-04",
        "ContactOverdue first_visit 2026-01-19",
        "ContactOverdue follow_up 2026-04-05",
        "ContactOverdue reassessment 2026-07-04",
        "ContactOverdue referral 2026-01-19",
        "DeliveryOverdue 2026-02-04",
        "PostExitCheckMissed 2026-07-05",
        "ResponseOverdue 2026-01-12",
        "RightsRequestOverdue 2026-02-04",
    ];
    assert_eq!(found, expected);
    assert_eq!(expected.len(), watcher::Missed::NOTED.len(), "one of every clock");
}

/// The clock of a test in this file.
pub(crate) fn stopped() -> SimulatedClock {
    clock()
}
