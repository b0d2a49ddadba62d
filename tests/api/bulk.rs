//! Many commands in one request: each is done or refused by itself, and none is lost, doubled or out of its turn.

use serde_json::{Value, json};
use uuid::Uuid;

use super::cases::Case;
use super::world::World;

const KEY: &str = "00000000-0000-4000-8000-0000000000b1";

fn remind(household: &str, referral: Uuid) -> Value {
    json!({"household": household, "command": "remind-agency", "body": {"referral": referral}})
}

/// What became of each: the status, and the code of a problem.
fn rows(body: &Value) -> Vec<(u64, &str)> {
    let rows = body["rows"].as_array().unwrap().iter();
    rows.map(|row| (row["status"].as_u64().unwrap(), row["problem"]["code"].as_str().unwrap_or_default())).collect()
}

async fn a_queue_is_cleared(world: World) {
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let case = Case::identified(&world).await;
        waiting.push((case.id.clone(), case.referred("caseworker", &["names"]).await));
    }
    let far = Case::identified_in(&world, "stranger", "460201", "สมชาย").await;
    let nobody = Uuid::from_u128(0xbad).to_string();
    let mut commands: Vec<_> = waiting.iter().map(|(household, referral)| remind(household, *referral)).collect();
    commands.insert(1, remind(&waiting[0].0, Uuid::from_u128(9)));
    commands.push(remind(&far.id, waiting[0].1));
    commands.push(remind(&nobody, waiting[0].1));
    commands.push(json!({"household": waiting[1].0, "command": "remind-agency", "body": {"referal": 1}}));
    let body = json!({"commands": commands});

    let headers = [("idempotency-key", KEY)];
    let before = world.log.head().await.unwrap().position;
    let first = world.post_with("caseworker", "/commands", &headers, body.clone()).await.ok();
    let expected = [
        (200, ""),
        (422, "unknown_reference"),
        (200, ""),
        (200, ""),
        (404, "no_such_household"),
        (404, "no_such_household"),
        (422, "invalid_fields"),
    ];
    assert_eq!(rows(&first.body), expected, "{}", first.text);
    assert_eq!((&first.body["done"], &first.body["refused"]), (&json!(3), &json!(4)));
    assert_eq!(first.body["rows"][6]["problem"]["errors"][0]["pointer"], "/referal", "as in the command's own body");
    let unknown = |nth: usize| first.body["rows"][nth]["problem"].to_string();
    assert_eq!(unknown(4), unknown(5), "outside the scope and unknown look the same");
    let head = world.log.head().await.unwrap().position;
    assert_eq!(head, before + 3);
    assert_eq!(first.header("huean-position"), head.to_string());
    let queue = world.get_fresh("caseworker", "/referrals").await.ok();
    let reminders = queue.body["items"].as_array().unwrap().iter().map(|it| it["reminders"].as_u64().unwrap());
    assert_eq!(reminders.sum::<u64>(), 3);

    let again = world.post_with("caseworker", "/commands", &headers, body).await.ok();
    assert_eq!((rows(&again.body), &again.body["rows"][0]), (rows(&first.body), &first.body["rows"][0]));
    assert_eq!(world.log.head().await.unwrap().position, head, "nothing was done twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_is_done_or_refused_by_itself_and_sent_again_does_nothing_twice() {
    a_queue_is_cleared(World::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_is_done_or_refused_by_itself_on_postgresql_too() {
    a_queue_is_cleared(World::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_to_one_household_are_done_in_their_order_beside_those_to_many_others() {
    let world = World::new().await;
    let mut households = Vec::new();
    for _ in 0..20 {
        households.push(Case::identified(&world).await.id);
    }
    let of = |household: &String, command: &str, body: Value| json!({"household": household, "command": command, "body": body});
    let step = |nth: usize, household: &String| match nth {
        0 => of(household, "visit-home", json!({"seen": "poor"})),
        1 => of(household, "hold-panel", json!({"attended": 5, "finding": "poor"})),
        _ => of(household, "verify", json!({})),
    };
    let commands: Vec<_> = (0..3).flat_map(|nth| households.iter().map(move |it| step(nth, it))).collect();
    let answer = world.post("caseworker", "/commands", json!({"commands": commands})).await.ok();
    assert_eq!((&answer.body["done"], &answer.body["refused"]), (&json!(60), &json!(0)), "{}", answer.text);
    assert_eq!(answer.body["rows"][59]["receipt"]["stage"], "verified");

    // Out of order each is judged as things stand then; and what was seen before is seen to be old.
    let case = Case::identified(&world).await;
    let mut stale = of(&case.id, "visit-home", json!({"seen": "poor"}));
    stale["seen"] = json!(1);
    let commands = [of(&case.id, "verify", json!({})), stale, of(&case.id, "visit-home", json!({"seen": "poor"}))];
    let answer = world.post("caseworker", "/commands", json!({"commands": commands})).await.ok();
    assert_eq!(rows(&answer.body), [(422, "not_visited"), (412, "stale"), (200, "")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_can_not_stand_does_nothing_and_a_role_does_what_it_may() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let visit = json!({"household": case.id, "command": "visit-home", "body": {"seen": "poor"}});
    let head = world.log.head().await.unwrap().position;
    let many = vec![visit.clone(); 1_001];
    let wrong = |field: &str, value: Value| {
        let mut command = visit.clone();
        command[field] = value;
        json!([visit, command])
    };
    let table = [
        (json!([]), "/commands", "wrong_count"),
        (json!(many), "/commands", "wrong_count"),
        (json!({}), "/commands", "wrong_type"),
        (wrong("command", json!("fly")), "/commands/1/command", "unknown_code"),
        (wrong("command", json!("identify")), "/commands/1/command", "unknown_code"),
        (wrong("household", json!(case.number)), "/commands/1/household", "not_a_uuid"),
        (wrong("body", json!([])), "/commands/1/body", "wrong_type"),
        (wrong("seen", json!(-1)), "/commands/1/seen", "invalid_value"),
        (wrong("who", json!("me")), "/commands/1/who", "unknown_field"),
    ];
    for (commands, pointer, code) in table {
        let answer = world.post("caseworker", "/commands", json!({"commands": commands})).await;
        assert_eq!(answer.problem(422), "invalid_fields", "{pointer}");
        assert_eq!(answer.fields(), [(pointer, code)]);
    }
    let body = json!({"commands": [visit]});
    let answer = world.post_with("caseworker", "/commands", &[("if-match", "\"3\"")], body.clone()).await;
    assert_eq!((answer.problem(422), answer.fields()), ("invalid_fields", vec![("/headers/if-match", "no_meaning")]));
    for role in ["auditor", "researcher", "administrator"] {
        let answer = world.post(role, "/commands", body.clone()).await.ok();
        assert_eq!(rows(&answer.body), [(403, "role_may_not")], "{role}");
    }
    assert_eq!(world.log.head().await.unwrap().position, head, "nothing was done");
}
