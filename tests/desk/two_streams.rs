//! Commands that write two histories, asked of two nodes at once: places are never oversold, and nothing is half done.

use std::collections::BTreeSet;

use events::id::HouseholdId;
use events::log::StreamId;
use huean::access::Role;
use huean::desk::{Desk, DeskError, Receipt};
use huean::rules::Refusal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{World, person, to_assessed};

/// Asks until the answer is none of the moment.
pub(crate) async fn asked(
    world: &World,
    node: &Desk,
    id: HouseholdId,
    name: &str,
    body: &Value,
    command: u64,
) -> Result<Receipt, DeskError> {
    loop {
        match world.again(node, command, Role::Supervisor, id, name, body.clone()).await {
            Err(DeskError::Conflict) => {}
            answer => return answer,
        }
    }
}

/// How often a fact stands in a stream.
async fn count(desk: &Desk, stream: &StreamId, name: &str) -> usize {
    let events = desk.log().stream(stream, 0).await.expect("the stream");
    events.iter().filter(|it| it.event_type == name).count()
}

async fn assessed(world: &World, desk: &Desk, n: u64) -> HouseholdId {
    let id = world.identified(desk, n).await;
    for (name, body) in to_assessed() {
        world.household(desk, id, name, body).await.expect("the way to an assessment");
    }
    id
}

/// Twelve agencies' officers say yes at once where three places are; then one gives its place back.
pub(crate) async fn acceptances_from_two_nodes_never_take_more_places_than_there_are(world: World) {
    let nodes = [world.node().await, world.node().await];
    let agency = world.agency(&nodes[0]).await;
    world.capacity(&nodes[0], agency, 3).await;
    let mut waiting = Vec::new();
    for n in 0..12u64 {
        let id = assessed(&world, &nodes[0], n).await;
        let (need, referral) = (Uuid::from_u128(100 + u128::from(n)), Uuid::from_u128(200 + u128::from(n)));
        let of_need = json!({"need": need, "capital": "physical", "priority": 1});
        world.household(&nodes[0], id, "record-need", of_need).await.expect("a need");
        let body = json!({"referral": referral, "need": need, "agency": agency, "service": "house_repair",
            "basis": "public_task"});
        world.household(&nodes[0], id, "make-referral", body).await.expect("a referral");
        waiting.push((id, json!({"referral": referral}), n));
    }
    let all = waiting.iter().map(|(id, body, n)| {
        let node = &nodes[usize::from(*n % 2 == 0)];
        asked(&world, node, *id, "accept-referral", body, 5_000 + n)
    });
    let answers = futures_of(all).await;
    let mut held = BTreeSet::new();
    for ((id, ..), answer) in waiting.iter().zip(answers) {
        match answer {
            Ok(receipt) => {
                assert_eq!(receipt.events.len(), 2, "both histories: {receipt:?}");
                held.insert(*id);
            }
            Err(DeskError::Refused(Refusal::NoCapacity { places: 3 })) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    let stream = StreamId::new("agency", agency.to_string());
    assert_eq!((held.len(), count(&nodes[0], &stream, "CapacityTaken").await), (3, 3));

    // The place that one gives back is taken by one of those who ask for it at once.
    let (giver, body, _) = waiting.iter().find(|(id, ..)| held.contains(id)).expect("somebody holds one");
    let back = json!({"referral": body["referral"], "reason": "no_capacity"});
    asked(&world, &nodes[1], *giver, "take-back-acceptance", &back, 6_000).await.expect("it is given back");
    let others: Vec<_> = waiting.iter().filter(|(id, ..)| !held.contains(id)).collect();
    let all = others
        .iter()
        .map(|(id, body, n)| asked(&world, &nodes[usize::from(*n % 2 == 0)], *id, "accept-referral", body, 7_000 + n));
    let taken = futures_of(all).await.into_iter().flatten().count();
    assert_eq!(taken, 1);
    assert_eq!(count(&nodes[1], &stream, "CapacityTaken").await - count(&nodes[1], &stream, "CapacityFreed").await, 3);
}

/// One household leaves a model that is full, in the moment in which others want its place.
pub(crate) async fn a_place_that_is_left_goes_to_one_other_whichever_node_asks(world: World) {
    let nodes = [world.node().await, world.node().await];
    let model = world.model(&nodes[0], 1).await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(assessed(&world, &nodes[0], n).await);
    }
    let (first, rest) = ids.split_first().expect("seven");
    let body = json!({"model": model});
    asked(&world, &nodes[0], *first, "enrol-in-model", &body, 5_000).await.expect("there is a place");
    let leave = json!({"model": model, "because": "finished"});
    let enrol = (0u64..)
        .zip(rest)
        .map(|(n, id)| asked(&world, &nodes[usize::from(n % 2 == 0)], *id, "enrol-in-model", &body, 5_100 + n));
    let (left, answers) =
        tokio::join!(asked(&world, &nodes[1], *first, "leave-model", &leave, 5_001), futures_of(enrol));
    assert_eq!(left.expect("it leaves").events.len(), 2, "both histories");
    let mut taken = answers.iter().filter(|it| it.is_ok()).count();
    if taken == 0 {
        // All asked before the place was free: it is there for who asks again.
        asked(&world, &nodes[0], rest[0], "enrol-in-model", &body, 5_200).await.expect("the place is free");
        taken = 1;
    }
    let stream = StreamId::new("model", model.to_string());
    assert_eq!((taken, count(&nodes[0], &stream, "PlaceTaken").await), (1, 2));
    assert_eq!(count(&nodes[0], &stream, "PlaceFreed").await, 1);
    // Closing gives back what is held in the same append, and once.
    let holder = {
        let mut found = None;
        for id in rest {
            if count(&nodes[1], &StreamId::new("household", id.to_string()), "ModelEnrolled").await == 1 {
                found = Some(*id);
            }
        }
        found.expect("somebody is enrolled")
    };
    let away = json!({});
    let (one, two) = tokio::join!(
        asked(&world, &nodes[0], holder, "move-away", &away, 5_300),
        asked(&world, &nodes[1], holder, "leave-model", &leave, 5_301)
    );
    assert!(one.is_ok(), "{one:?}");
    assert!(two.is_ok() || matches!(two, Err(DeskError::Refused(_))), "{two:?}");
    assert_eq!(count(&nodes[0], &stream, "PlaceFreed").await, 2);
}

/// Two households are split at once into a new one of the same id: one of them is, and the other loses nobody.
pub(crate) async fn of_two_splits_into_one_new_household_one_is_done_whole(world: World) {
    let nodes = [world.node().await, world.node().await];
    for round in 0..4u64 {
        let mut pair = Vec::new();
        for n in 0..2 {
            let id = world.identified(&nodes[0], 10 * round + n).await;
            let child = Uuid::from_u128(u128::from(1_000 + 10 * round + n));
            let mut member = person("ลูก", "child");
            member["person"] = json!(child);
            world.household(&nodes[0], id, "add-member", json!({"member": member})).await.expect("a child");
            pair.push((id, child));
        }
        let new = HouseholdId::derived(nodes[0].log().id(), &format!("split {round}"));
        let body = |child: Uuid| json!({"household": new, "members": [{"person": child, "relation": "head"}]});
        let (first, second) = (body(pair[0].1), body(pair[1].1));
        let (one, two) = tokio::join!(
            asked(&world, &nodes[0], pair[0].0, "split-household", &first, 8_000 + 2 * round),
            asked(&world, &nodes[1], pair[1].0, "split-household", &second, 8_001 + 2 * round)
        );
        let done = match (&one, &two) {
            (Ok(_), Err(DeskError::Refused(Refusal::IdTaken))) => 0,
            (Err(DeskError::Refused(Refusal::IdTaken)), Ok(_)) => 1,
            other => panic!("{other:?}"),
        };
        assert_eq!(world.members(pair[done].0).await, 1);
        assert_eq!((world.members(pair[1 - done].0).await, world.members(new).await), (2, 1));
    }
}

async fn futures_of<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    futures::future::join_all(all).await
}
