//! People who go from one history to another while another node has to do with them: nobody is lost, nobody is doubled,
//! and neither is what they need.

use events::id::HouseholdId;
use huean::desk::{Desk, DeskError, Receipt};
use serde_json::{Value, json};
use uuid::Uuid;

use super::two_streams::asked;
use super::world::{World, person};

const ROUNDS: u64 = 6;

/// A household of a head and a child, whom both nodes know.
async fn with_a_child(world: &World, nodes: &[Desk; 2], n: u64) -> (HouseholdId, Uuid) {
    let id = world.identified(&nodes[0], n).await;
    let child = Uuid::from_u128(u128::from(1_000 + n));
    let mut member = person("ลูก", "child");
    member["person"] = json!(child);
    world.household(&nodes[0], id, "add-member", json!({"member": member})).await.expect("a child");
    nodes[1].load_household(id, true).await.expect("the other node is warm");
    (id, child)
}

fn leaves(nodes: &[Desk; 2], child: Uuid, n: u64) -> (HouseholdId, Value) {
    let new = HouseholdId::derived(nodes[0].log().id(), &format!("formed {n}"));
    (new, json!({"household": new, "members": [{"person": child, "relation": "head"}]}))
}

/// Whether it was done; else a rule said no.
#[track_caller]
fn done(answer: &Result<Receipt, DeskError>) -> bool {
    assert!(matches!(answer, Ok(_) | Err(DeskError::Refused(_))), "{answer:?}");
    answer.is_ok()
}

/// One node lets a child leave for a household of her own, and the other notes that she has married away.
pub(crate) async fn somebody_who_leaves_from_two_nodes_at_once_leaves_once(world: World) {
    let nodes = [world.node().await, world.node().await];
    for n in 0..ROUNDS {
        let (id, child) = with_a_child(&world, &nodes, n).await;
        let (new, split) = leaves(&nodes, child, n);
        let married = json!({"person": child, "because": "married"});
        let (one, two) = tokio::join!(
            asked(&world, &nodes[0], id, "split-household", &split, 8_000 + n),
            asked(&world, &nodes[1], id, "remove-member", &married, 9_000 + n)
        );
        let (split, removed) = (done(&one), done(&two));
        assert!(split != removed, "{one:?} {two:?}");
        assert_eq!((world.members(id).await, world.members(new).await), (1, usize::from(split)));
    }
}

/// One node splits a household, and the other lets it go on as its neighbour.
pub(crate) async fn a_household_that_is_split_and_merged_at_once_loses_nobody(world: World) {
    let nodes = [world.node().await, world.node().await];
    for n in 0..ROUNDS {
        let (id, child) = with_a_child(&world, &nodes, 2 * n).await;
        let into = world.identified(&nodes[1], 2 * n + 1).await;
        let (new, split) = leaves(&nodes, child, n);
        let merge = json!({"into": into, "because": "moved_together"});
        let (one, two) = tokio::join!(
            asked(&world, &nodes[0], id, "split-household", &split, 8_000 + n),
            asked(&world, &nodes[1], id, "merge-into", &merge, 9_000 + n)
        );
        assert!(done(&two), "{two:?}");
        let left = usize::from(done(&one));
        assert_eq!((world.members(id).await, world.members(into).await, world.members(new).await), (0, 3 - left, left));
    }
}

/// One node notes what a child needs, while the other lets her leave: it goes with her, or nobody could note it here.
pub(crate) async fn what_somebody_who_leaves_needs_is_open_in_one_household(world: World) {
    let nodes = [world.node().await, world.node().await];
    for n in 0..ROUNDS {
        let (id, child) = with_a_child(&world, &nodes, n).await;
        let (new, split) = leaves(&nodes, child, n);
        let need = json!({"need": Uuid::from_u128(u128::from(7_000 + n)), "capital": "human", "priority": 1,
            "person": child});
        let (one, two) = tokio::join!(
            asked(&world, &nodes[0], id, "split-household", &split, 8_000 + n),
            asked(&world, &nodes[1], id, "record-need", &need, 9_000 + n)
        );
        assert!(done(&one), "{one:?}");
        let noted = usize::from(done(&two));
        assert_eq!((world.open_needs(id).await, world.open_needs(new).await), (0, noted));
    }
}

/// One node undoes a merge, while the other works with what went over.
pub(crate) async fn what_went_over_is_open_in_one_household_while_the_merge_is_undone(world: World) {
    let nodes = [world.node().await, world.node().await];
    for n in 0..ROUNDS {
        let (id, _) = with_a_child(&world, &nodes, 2 * n).await;
        let into = world.identified(&nodes[1], 2 * n + 1).await;
        let need = Uuid::from_u128(u128::from(7_000 + n));
        let noted = json!({"need": need, "capital": "physical", "priority": 3});
        world.household(&nodes[0], id, "record-need", noted).await.expect("a need");
        let merge = json!({"into": into, "because": "moved_together"});
        asked(&world, &nodes[0], id, "merge-into", &merge, 8_000 + n).await.expect("merged");
        let urgent = json!({"need": need, "priority": 1, "by": "household"});
        let undo = json!({});
        let (one, two) = tokio::join!(
            asked(&world, &nodes[0], id, "undo-merge", &undo, 8_500 + n),
            asked(&world, &nodes[1], into, "prioritise-need", &urgent, 9_000 + n)
        );
        let (undone, worked) = (done(&one), done(&two));
        assert!(undone || worked, "{one:?} {two:?}");
        let expected = if undone { ((2, 1), (1, 0)) } else { ((0, 3), (0, 1)) };
        let members = (world.members(id).await, world.members(into).await);
        assert_eq!((members, (world.open_needs(id).await, world.open_needs(into).await)), expected);
    }
}
