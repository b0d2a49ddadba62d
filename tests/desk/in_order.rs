//! Many commands handed in at once: the same answers and the same order as one by one, whatever comes between.

use events::id::{CommandId, HouseholdId};
use huean::access::Role;
use huean::desk::{Desk, DeskError, Receipt, Submission};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{World, caller, order, person, polled, to_assessed};

/// A command under an id of its own.
fn asks(command: u64, role: Role, id: HouseholdId, name: &str, body: &Value) -> Submission {
    let command = CommandId(Uuid::from_u128(0xf00_0000 + u128::from(command)));
    Submission { caller: caller(role), command, seen: None, order: order(id, name, body) }
}

fn household(n: u128) -> HouseholdId {
    HouseholdId(Uuid::from_u128(0xabc_0000 + n))
}

fn identify() -> Value {
    json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task", "members": [person("หัวหน้า", "head")]})
}

/// Three households from their beginning, with a merge, commands that are refused, and one that changes nothing.
fn story(of: u128) -> Vec<Submission> {
    let id = |n: u128| household(of * 10 + n);
    let mut all = Vec::new();
    let mut ask = |role, n: u128, name: &str, body: Value| {
        all.push(asks(u64::try_from(of).unwrap_or(0) * 100 + all.len() as u64, role, id(n), name, &body));
    };
    for n in 0..3 {
        ask(Role::Caseworker, n, "identify", identify());
    }
    ask(Role::Caseworker, 0, "verify", json!({}));
    for (name, body) in to_assessed() {
        for n in 0..2 {
            ask(Role::Caseworker, n, name, body.clone());
        }
    }
    ask(Role::Caseworker, 1, "verify", json!({}));
    ask(Role::AgencyOfficer, 0, "visit-home", json!({"seen": "poor"}));
    ask(Role::Supervisor, 2, "merge-into", json!({"into": id(0), "because": "entered_twice"}));
    ask(Role::Caseworker, 2, "visit-home", json!({"seen": "poor"}));
    ask(Role::Caseworker, 0, "write-note", json!({"note": {"text": "หลังรวม"}}));
    all
}

fn told(answer: &Result<Receipt, DeskError>) -> String {
    match answer {
        Ok(it) => format!("{} {:?} {:?} {}", it.sequence, it.stage, it.events, it.replayed),
        Err(DeskError::Refused(refusal)) => refusal.code().to_owned(),
        Err(error) => error.to_string(),
    }
}

fn positions(answers: &[Result<Receipt, DeskError>]) -> Vec<u64> {
    answers.iter().flatten().map(|it| it.position).collect()
}

async fn one_by_one(desk: &Desk, all: Vec<Submission>) -> Vec<Result<Receipt, DeskError>> {
    let mut answers = Vec::new();
    for it in all {
        answers.push(desk.submit(it).await);
    }
    answers
}

/// The same story one by one and at once: the same answers and the same facts, and a repeat changes nothing.
pub(crate) async fn commands_in_order_are_answered_as_they_are_one_by_one(world: World) {
    let desk = world.node().await;
    let alone = one_by_one(&desk, story(1)).await;
    let between = desk.log().head().await.expect("the log").position;
    let together = desk.submit_in_order(story(2)).await;
    let told_of = |answers: &[_]| answers.iter().map(told).collect::<Vec<_>>();
    assert_eq!(told_of(&alone), told_of(&together));
    assert_eq!(alone.iter().filter(|it| it.is_err()).count(), 4, "{alone:?}");
    assert!(positions(&together).is_sorted());
    let kinds = |events: Vec<events::log::StoredEvent>| {
        events.into_iter().map(|it| format!("{} {}", it.sequence, it.event_type)).collect::<Vec<_>>()
    };
    let first = desk.log().read(0, 1000).await.expect("the log");
    let (first, second): (Vec<_>, Vec<_>) = first.into_iter().partition(|it| it.position <= between);
    let first = kinds(first);
    let second = kinds(second);
    assert_eq!(first[first.len() - second.len()..], second);

    let head = desk.log().head().await.expect("the log");
    let again = world.node().await.submit_in_order(story(2)).await;
    assert_eq!(positions(&again), positions(&together));
    assert!(again.iter().flatten().all(|it| it.replayed), "{again:?}");
    assert_eq!(desk.log().head().await.expect("the log"), head);
}

/// A model with one place: who is first in the order gets it, and it is free for the next one once it is left.
pub(crate) async fn a_place_goes_to_the_first_in_the_order_and_is_free_when_it_is_left(world: World) {
    let desk = world.node().await;
    let model = world.model(&desk, 1).await;
    let (one, two) = (world.identified(&desk, 1).await, world.identified(&desk, 2).await);
    let enrol = json!({"model": model});
    let mut all = Vec::new();
    for (name, body) in to_assessed() {
        for id in [one, two] {
            all.push(asks(all.len() as u64, Role::Caseworker, id, name, &body));
        }
    }
    all.push(asks(20, Role::Caseworker, one, "enrol-in-model", &enrol));
    all.push(asks(21, Role::Caseworker, two, "enrol-in-model", &enrol));
    let leave = json!({"model": model, "because": "other_work"});
    all.push(asks(22, Role::Caseworker, one, "leave-model", &leave));
    all.push(asks(23, Role::Caseworker, two, "enrol-in-model", &enrol));
    let answers: Vec<_> = desk.submit_in_order(all).await.iter().map(told).collect();
    assert!(answers[..9].iter().chain(&answers[10..]).all(|it| it.contains("Some(")), "{answers:?}");
    assert_eq!(answers[9], "no_place_left");
    assert_eq!(world.places_taken(model).await, 2);
}

/// Another node has moved a household on: what rests on the old state is asked again, and nothing is lost or done twice.
pub(crate) async fn what_another_node_did_meanwhile_is_not_denied(world: World) {
    let (a, b) = (world.node().await, world.node().await);
    let (one, two) = (world.identified(&a, 1).await, world.identified(&a, 2).await);
    for (name, body) in &to_assessed()[..2] {
        world.household(&b, one, name, body.clone()).await.expect("B moves it on");
    }
    // A still sees two households that nobody has visited.
    let all = vec![
        asks(1, Role::Caseworker, one, "attempt-visit", &json!({"because": "nobody_home"})),
        asks(2, Role::Caseworker, two, "attempt-visit", &json!({"because": "nobody_home"})),
        asks(3, Role::Caseworker, one, "verify", &json!({})),
        asks(4, Role::Caseworker, two, "verify", &json!({})),
        asks(5, Role::Caseworker, one, "write-note", &json!({"note": {"text": "x"}})),
    ];
    let answers: Vec<_> = a.submit_in_order(all).await.iter().map(told).collect();
    let (loaded, _) = world.node().await.load_household(one, true).await.expect("the household");
    assert_eq!(loaded.sequence, 8, "{answers:?}");
    assert_eq!(answers.iter().filter(|it| it.contains("Some(")).count(), 4, "{answers:?}");
    assert_eq!(answers[3], "not_visited", "{answers:?}");
}

/// The caller goes away after every number of steps: the first so many commands are done, and none of the others.
pub(crate) async fn a_round_that_is_dropped_at_any_moment_leaves_the_first_so_many(world: World) {
    let desk = world.node().await;
    let mut ids = Vec::new();
    for n in 0..6 {
        ids.push(world.identified(&desk, n).await);
    }
    let mut counts = std::collections::BTreeSet::new();
    for polls in 1..40 {
        let note = json!({"note": {"text": "จดไว้"}});
        let all = || -> Vec<_> {
            let of = ids.iter().chain(&ids).zip(polls * 100..);
            of.map(|(id, command)| asks(command, Role::Caseworker, *id, "write-note", &note)).collect()
        };
        let ended = polled(desk.submit_in_order(all()), polls).await;
        // What the pen has by now is stored before this is.
        let marker = json!({"because": "nobody_home"});
        let marker = asks(polls * 100 + 99, Role::Caseworker, ids[0], "attempt-visit", &marker);
        world.node().await.submit(marker.clone()).await.expect("a marker on another node");
        desk.submit(Submission { command: CommandId(Uuid::from_u128(u128::from(polls))), ..marker })
            .await
            .expect("a marker behind the round");
        let mut done = Vec::new();
        for it in all() {
            done.push(desk.log().command(it.command.0).await.expect("the log").is_some());
        }
        let count = done.iter().filter(|it| **it).count();
        assert!(done.is_sorted_by(|earlier, later| earlier >= later), "{done:?}");
        assert!(!ended || count == done.len(), "an answered round is whole");
        counts.insert(count);
        let again = desk.submit_in_order(all()).await;
        assert_eq!(again.iter().flatten().filter(|it| it.replayed).count(), count);
        assert!(positions(&again[count..]).is_sorted() && again.iter().all(Result::is_ok), "{again:?}");
    }
    assert!(counts.contains(&0) && counts.len() > 1, "{counts:?}");
}
