//! The desk on two nodes of one log: what one did, the other must not deny, and capacity is never oversold.

mod erasing;
mod in_order;
mod left;
mod moving;
mod staff;
mod two_streams;
mod unknown;
mod watching;
mod world;

use std::sync::Arc;

use erasing::{
    a_vault_from_before_an_erasure_hears_of_it_before_it_is_opened, another_node_forgets_her_and_its_commands_go_on,
    nothing_of_her_is_left_and_the_history_is_the_same, of_an_erasure_and_a_command_at_once_both_are_whole,
};
use huean::access::Role;
use huean::desk::DeskError;
use huean::rules::Refusal;
use in_order::{
    a_place_goes_to_the_first_in_the_order_and_is_free_when_it_is_left,
    a_round_that_is_dropped_at_any_moment_leaves_the_first_so_many,
    commands_in_order_are_answered_as_they_are_one_by_one, what_another_node_did_meanwhile_is_not_denied,
};
use serde_json::json;
use staff::{
    a_role_ends_for_reads_too_on_every_node, a_stand_in_takes_newcomers_on_and_ends_nobodys_administration,
    of_two_administrators_who_revoke_each_other_one_is_left,
};
use unknown::no_command_takes_an_agency_that_there_is_not;
use world::World;

/// Runs a test on both databases.
macro_rules! on_both {
    ($name:ident) => {
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                super::$name(super::World::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                super::$name(super::World::postgres().await).await;
            }
        }
    };
}

/// Runs a test of commands that write two histories on both databases.
macro_rules! two_streams_on_both {
    ($name:ident) => {
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                crate::two_streams::$name(super::World::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                crate::two_streams::$name(super::World::postgres().await).await;
            }
        }
    };
}

/// Runs a test of people who move between histories on both databases.
macro_rules! moving_on_both {
    ($name:ident) => {
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                crate::moving::$name(super::World::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                crate::moving::$name(super::World::postgres().await).await;
            }
        }
    };
}

/// Runs a test of the watcher on both databases, on a clock that the test moves.
macro_rules! watched_on_both {
    ($name:ident) => {
        mod $name {
            use events::clock::Clock;

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                let clock = crate::watching::stopped();
                let world = super::World::sqlite_at(Clock::Simulated(clock.clone())).await;
                crate::watching::$name(world, clock).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                let clock = crate::watching::stopped();
                let world = super::World::postgres_at(Clock::Simulated(clock.clone())).await;
                crate::watching::$name(world, clock).await;
            }
        }
    };
}

watched_on_both!(two_watchers_note_each_missed_date_once);
watched_on_both!(after_months_away_everything_is_caught_up_with_and_nothing_is_early);
watched_on_both!(every_clock_is_noted_once_by_two_nodes_after_months_away_and_a_jump_back);
watched_on_both!(more_dates_than_one_page_holds_are_noted_page_by_page);

two_streams_on_both!(acceptances_from_two_nodes_never_take_more_places_than_there_are);
two_streams_on_both!(a_place_that_is_left_goes_to_one_other_whichever_node_asks);
two_streams_on_both!(of_two_splits_into_one_new_household_one_is_done_whole);

moving_on_both!(somebody_who_leaves_from_two_nodes_at_once_leaves_once);
moving_on_both!(a_household_that_is_split_and_merged_at_once_loses_nobody);
moving_on_both!(what_somebody_who_leaves_needs_is_open_in_one_household);
moving_on_both!(what_went_over_is_open_in_one_household_while_the_merge_is_undone);

on_both!(a_warm_node_does_not_refuse_what_another_node_made_possible);
on_both!(sixty_four_enrolments_on_ten_places_from_two_nodes);
on_both!(a_repeated_command_gives_the_first_answer_on_either_node);
on_both!(a_command_that_is_dropped_at_any_moment_is_done_whole_or_not_at_all);
on_both!(commands_in_order_are_answered_as_they_are_one_by_one);
on_both!(a_place_goes_to_the_first_in_the_order_and_is_free_when_it_is_left);
on_both!(what_another_node_did_meanwhile_is_not_denied);
on_both!(a_round_that_is_dropped_at_any_moment_leaves_the_first_so_many);
on_both!(of_two_merges_into_each_other_one_is_done_whole);
on_both!(a_merge_takes_over_what_another_node_recorded_and_is_undone_by_it);
on_both!(no_command_takes_an_agency_that_there_is_not);
on_both!(of_two_administrators_who_revoke_each_other_one_is_left);
on_both!(a_stand_in_takes_newcomers_on_and_ends_nobodys_administration);
on_both!(a_role_ends_for_reads_too_on_every_node);
on_both!(nothing_of_her_is_left_and_the_history_is_the_same);
on_both!(a_vault_from_before_an_erasure_hears_of_it_before_it_is_opened);
on_both!(another_node_forgets_her_and_its_commands_go_on);
on_both!(of_an_erasure_and_a_command_at_once_both_are_whole);

/// A client may choose a referral's id, so two households may hold the same, and one that was taken back may come again.
/// The read model must bear whatever the desk accepts.
#[tokio::test(flavor = "multi_thread")]
async fn the_read_model_bears_a_referral_id_that_comes_again() {
    let world = World::sqlite().await;
    let desk = world.node().await;
    let agency = world.agency(&desk).await;
    for n in 0..2 {
        let id = world.identified(&desk, n).await;
        for (name, body) in world::to_assessed() {
            world.household(&desk, id, name, body).await.expect("the way to an assessment");
        }
        let need = json!({"need": uuid::Uuid::from_u128(8), "capital": "physical", "priority": 1});
        world.household(&desk, id, "record-need", need).await.expect("a need");
        let referral = json!({"referral": uuid::Uuid::from_u128(9), "need": uuid::Uuid::from_u128(8), "agency": agency,
            "service": "house_repair", "basis": "public_task"});
        let made = world.household(&desk, id, "make-referral", referral.clone()).await.expect("a referral");
        // The last fact of the two is the disclosure, which goes with its referral.
        let back = json!({"sequence": made.sequence - 1, "reason": "mistake"});
        world.household(&desk, id, "retract-fact", back).await.expect("it is taken back");
        world.household(&desk, id, "make-referral", referral).await.expect("it comes again");
    }
    assert_eq!(world.waiting(&desk).await, 2);
}

/// Node A has the household in its cache; node B moves it on; A must judge on what is so now.
async fn a_warm_node_does_not_refuse_what_another_node_made_possible(world: World) {
    let (a, b) = (world.node().await, world.node().await);
    let id = world.identified(&a, 1).await;
    world.household(&a, id, "visit-home", json!({"seen": "poor"})).await.expect("A is warm");
    world.household(&b, id, "hold-panel", json!({"attended": 9, "finding": "poor"})).await.expect("B moves it on");
    world.household(&b, id, "verify", json!({})).await.expect("B verifies");
    // On A's cache the household is neither heard nor verified.
    world.household(&a, id, "assess", world::assessment()).await.expect("A must not refuse");
    let stale = world.household_seen(&b, id, "write-note", json!({"note": {"text": "x"}}), Some(6)).await;
    assert!(matches!(stale, Err(DeskError::Stale { seen: 6, current: 7 })), "{stale:?}");
    let fresh = world.household_seen(&a, id, "write-note", json!({"note": {"text": "x"}}), Some(7)).await;
    fresh.expect("what was seen is so");
}

async fn sixty_four_enrolments_on_ten_places_from_two_nodes(world: World) {
    let nodes = [world.node().await, world.node().await];
    let model = world.model(&nodes[0], 10).await;
    let mut ids = Vec::new();
    for n in 0..64 {
        let id = world.identified(&nodes[0], n).await;
        for (name, body) in world::to_assessed() {
            world.household(&nodes[0], id, name, body).await.expect("the way to an assessment");
        }
        ids.push(id);
    }
    let world = Arc::new(world);
    let tasks: Vec<_> = ids
        .into_iter()
        .zip(nodes.iter().cycle())
        .map(|(id, node)| {
            let (world, node) = (Arc::clone(&world), node.clone());
            tokio::spawn(async move {
                // A conflict is no answer: whoever hears it asks again.
                loop {
                    let body = json!({"model": model});
                    match world.household(&node, id, "enrol-in-model", body).await {
                        Err(DeskError::Conflict) => {}
                        answer => return answer,
                    }
                }
            })
        })
        .collect();
    let (mut enrolled, mut refused) = (0, 0);
    for task in tasks {
        match task.await.expect("it ends") {
            Ok(_) => enrolled += 1,
            Err(DeskError::Refused(Refusal::NoPlaceLeft { places: 10 })) => refused += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((enrolled, refused), (10, 54));
    assert_eq!(world.places_taken(model).await, 10);
}

async fn a_repeated_command_gives_the_first_answer_on_either_node(world: World) {
    let (a, b) = (world.node().await, world.node().await);
    let id = world.identified(&a, 1).await;
    let visit = json!({"because": "nobody_home"});
    let first = world.again(&a, 77, Role::Caseworker, id, "attempt-visit", visit.clone()).await.expect("done");
    world.household(&b, id, "visit-home", json!({"seen": "poor"})).await.expect("life goes on");
    for node in [&a, &b] {
        let repeat = world.again(node, 77, Role::Caseworker, id, "attempt-visit", visit.clone()).await.expect("done");
        assert!(repeat.replayed);
        assert_eq!((repeat.sequence, repeat.position, &repeat.events), (first.sequence, first.position, &first.events));
    }
    let other = world.again(&b, 77, Role::Caseworker, id, "attempt-visit", json!({"because": "empty"})).await;
    assert!(matches!(other, Err(DeskError::KeyReused)), "{other:?}");
    let stranger = world.again(&b, 77, Role::Supervisor, id, "attempt-visit", visit).await;
    assert!(matches!(stranger, Err(DeskError::KeyOfAnother)), "{stranger:?}");
}

/// The caller goes away after every number of steps that the command's future can take.
async fn a_command_that_is_dropped_at_any_moment_is_done_whole_or_not_at_all(world: World) {
    let node = world.node().await;
    let id = world.identified(&node, 1).await;
    for polls in 1..40 {
        let body = json!({"member": world::person(&format!("คนที่{polls}"), "child")});
        let ended =
            world::polled(world.again(&node, 1_000 + polls, Role::Caseworker, id, "add-member", body.clone()), polls)
                .await;
        // Sent again, it is done once, whichever way it went.
        let receipt = world.again(&node, 1_000 + polls, Role::Caseworker, id, "add-member", body).await.expect("done");
        assert_eq!(receipt.events, ["MemberJoined"]);
        assert!(!ended || receipt.replayed, "an answered command is not done twice");
    }
    assert_eq!(world.members(id).await, 1 + 39);
}

/// Two nodes merge each of two households into the other one at the same moment: one survives with everybody.
async fn of_two_merges_into_each_other_one_is_done_whole(world: World) {
    let (a, b) = (world.node().await, world.node().await);
    for pair in 0..8 {
        let (one, two) = (world.identified(&a, 2 * pair).await, world.identified(&b, 2 * pair + 1).await);
        // Both nodes have both in their caches.
        for (desk, id) in [(&a, one), (&a, two), (&b, one), (&b, two)] {
            desk.load_household(id, true).await.expect("the household");
        }
        let into = |id: events::id::HouseholdId| json!({"into": id, "because": "moved_together"});
        let (first, second) = tokio::join!(
            world.again(&a, 2_000 + 2 * pair, Role::Supervisor, one, "merge-into", into(two)),
            world.again(&b, 2_001 + 2 * pair, Role::Supervisor, two, "merge-into", into(one)),
        );
        let (merged, survivor) = match (first, second) {
            (Ok(_), Err(DeskError::Refused(refusal))) | (Err(DeskError::Refused(refusal)), Ok(_))
                if ["case_closed", "survivor_closed"].contains(&refusal.code()) =>
            {
                if world.merged_into(one).await == Some(two) { (one, two) } else { (two, one) }
            }
            other => panic!("{other:?}"),
        };
        assert_eq!((world.merged_into(merged).await, world.merged_into(survivor).await), (Some(survivor), None));
        assert_eq!((world.members(merged).await, world.members(survivor).await), (0, 2));
    }
}

/// What one node records while another one merges goes over or stays, and is never lost between the two.
async fn a_merge_takes_over_what_another_node_recorded_and_is_undone_by_it(world: World) {
    let (a, b) = (world.node().await, world.node().await);
    let (one, two) = (world.identified(&a, 1).await, world.identified(&a, 2).await);
    b.load_household(one, true).await.expect("B is warm");
    for n in 0..3 {
        let need = json!({"need": uuid::Uuid::from_u128(100 + n), "capital": "physical", "priority": 1});
        world.household(&a, one, "record-need", need).await.expect("a need that B has not seen");
    }
    let into = json!({"into": two, "because": "entered_twice"});
    let merge = world.again(&b, 3_000, Role::Supervisor, one, "merge-into", into.clone()).await.expect("merged");
    let again = world.again(&a, 3_000, Role::Supervisor, one, "merge-into", into).await.expect("the first answer");
    assert!(again.replayed && again.position == merge.position && again.events.len() == merge.events.len());
    assert_eq!((world.open_needs(one).await, world.open_needs(two).await), (0, 3));
    world.household(&a, two, "write-note", json!({"note": {"text": "ย้ายมาอยู่ด้วยกัน"}})).await.expect("work goes on");
    world.again(&a, 3_001, Role::Supervisor, one, "undo-merge", json!({})).await.expect("undone");
    assert_eq!((world.open_needs(one).await, world.open_needs(two).await), (3, 0));
    assert_eq!((world.members(one).await, world.members(two).await), (1, 1));
}
