//! Who administers and who may act, on two nodes of one log.

use std::time::{Duration, Instant};

use events::id::StaffId;
use huean::access::{Caller, Denied, Role};
use huean::desk::{Desk, DeskError, Order, StaffCommand};
use huean::rules::Refusal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{World, caller};

/// Somebody whose token alone makes an administrator.
fn owner() -> StaffId {
    StaffId(Uuid::from_u128(0xF0))
}

fn order(id: StaffId, name: &str, body: Value) -> Order {
    let command = match name {
        "join" => StaffCommand::Join(serde_json::from_value(body).expect("a body")),
        "grant-role" => StaffCommand::GrantRole(serde_json::from_value(body).expect("a body")),
        "revoke-role" => StaffCommand::RevokeRole(serde_json::from_value(body).expect("a body")),
        _ => StaffCommand::Leave(serde_json::from_value(body).expect("a body")),
    };
    Order::Staff { id, command }
}

async fn hired(world: &World, desk: &Desk, id: StaffId, role: &str) {
    let join = json!({"details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}});
    let grant = json!({"role": role, "scope": {"areas": ["46"]}});
    for (name, body) in [("join", join), ("grant-role", grant)] {
        world.by(desk, owner(), Role::Administrator, order(id, name, body)).await.expect("the owner hires");
    }
}

/// Each takes the other's administration at the same moment from a node of her own: one of the two is done.
pub(crate) async fn of_two_administrators_who_revoke_each_other_one_is_left(world: World) {
    let (first, second) = (world.node().await, world.node().await);
    for round in 0..8 {
        let [anna, ben] = [1, 2].map(|n| StaffId(Uuid::from_u128(0xE00 + 16 * round + n)));
        hired(&world, &first, anna, "administrator").await;
        hired(&world, &first, ben, "administrator").await;
        let taken = |id| {
            let end = json!({"role": "administrator"});
            if round % 2 == 0 { order(id, "revoke-role", end) } else { order(id, "leave", json!({})) }
        };
        let (one, other) = tokio::join!(
            world.by(&first, anna, Role::Administrator, taken(ben)),
            world.by(&second, ben, Role::Administrator, taken(anna)),
        );
        assert!(one.is_ok() != other.is_ok(), "round {round}: {one:?} {other:?}");
        let refused = one.err().or(other.err()).expect("one is refused");
        assert!(matches!(refused, DeskError::Denied(Denied::Role)), "{refused:?}");
    }
    // Whoever is left does not end her own administration, not even by what she grants herself.
    let last = StaffId(Uuid::from_u128(0xD00));
    let join = json!({"details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}});
    world.by(&first, last, Role::Administrator, order(last, "join", join)).await.expect("she joins");
    let short = json!({"role": "administrator", "scope": {"areas": ["46"]}, "until": first.today()});
    let refused = world.by(&first, last, Role::Administrator, order(last, "grant-role", short)).await;
    assert!(matches!(refused, Err(DeskError::Refused(Refusal::OwnAdministration))), "{refused:?}");
}

/// Whoever administers for some days only takes newcomers on, but not the one she stands in for.
pub(crate) async fn a_stand_in_takes_newcomers_on_and_ends_nobodys_administration(world: World) {
    let desk = world.node().await;
    let [boss, stand_in, second, new] = [1, 2, 3, 4].map(|n| StaffId(Uuid::from_u128(0xA00 + n)));
    let join = || json!({"details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}});
    let short = || json!({"role": "administrator", "scope": {}, "until": desk.today()});
    let caseworker = || json!({"role": "caseworker", "scope": {"areas": ["4609"]}});
    let give = |who: StaffId, id: StaffId, name: &'static str, body: Value| {
        world.by(&desk, who, Role::Administrator, order(id, name, body))
    };
    // By her token alone she administers; her stand-in has one of her own.
    for id in [boss, stand_in, second, new] {
        give(boss, id, "join", join()).await.expect("she joins");
    }
    give(boss, stand_in, "grant-role", short()).await.expect("a stand-in");
    give(stand_in, second, "grant-role", short()).await.expect("a stand-in's stand-in");
    for who in [stand_in, second] {
        let refused = give(who, boss, "grant-role", caseworker()).await;
        assert!(matches!(refused, Err(DeskError::Refused(Refusal::AdministrationEnds))), "{refused:?}");
    }
    give(second, new, "grant-role", caseworker()).await.expect("somebody new");
    // Nor does she take away what has no end.
    give(boss, boss, "grant-role", json!({"role": "administrator", "scope": {}})).await.expect("it is written down");
    for (name, body) in [("revoke-role", json!({"role": "administrator"})), ("leave", json!({}))] {
        let refused = give(stand_in, boss, name, body).await;
        assert!(matches!(refused, Err(DeskError::Refused(Refusal::AdministrationEnds))), "{refused:?}");
    }
}

fn reads(staff: StaffId, role: Role) -> Caller {
    Caller { staff, ..caller(role) }
}

/// What is revoked here ends reads at once; on another node it ends them when that node looks again.
pub(crate) async fn a_role_ends_for_reads_too_on_every_node(world: World) {
    let (here, there) = (world.node().await, world.node().await);
    let clerk = StaffId(Uuid::from_u128(0xC00));
    let seen = reads(clerk, Role::Caseworker);
    here.reading(&seen).await.expect("the token alone says so");
    hired(&world, &here, clerk, "caseworker").await;
    for desk in [&here, &there] {
        desk.reading(&seen).await.expect("she is a caseworker");
    }
    let another = reads(clerk, Role::Supervisor);
    let refused = here.reading(&another).await;
    assert!(matches!(refused, Err(DeskError::Denied(Denied::Role))), "only what was granted counts");
    let narrower = json!({"role": "caseworker", "scope": {"areas": ["4609"]}});
    let revoke = json!({"role": "caseworker", "scope": {"areas": ["46"]}});
    for (name, body) in [("grant-role", narrower), ("revoke-role", revoke)] {
        world.by(&here, owner(), Role::Administrator, order(clerk, name, body)).await.expect("it is changed");
    }
    let areas = |caller: &Caller| caller.scope.areas.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(areas(&here.reading(&seen).await.expect("she still is")), ["4609"], "no further than the grant");
    let all = json!({"role": "caseworker"});
    world.by(&here, owner(), Role::Administrator, order(clerk, "revoke-role", all)).await.expect("it is revoked");
    let refused = here.reading(&seen).await;
    assert!(matches!(refused, Err(DeskError::Denied(Denied::Role))), "at once");
    let began = Instant::now();
    while there.reading(&seen).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(30), "the other node goes on letting her read");
        tokio::task::yield_now().await;
    }
}
