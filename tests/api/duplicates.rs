//! People who may be here already: before a household is entered, in the queue, and after somebody looked.

use serde_json::{Value, json};

use super::cases::{Case, FAMILY_NAME, GIVEN_NAME};
use super::world::World;

fn body(tambon: &str, given_name: &str) -> Value {
    json!({"tambon": tambon, "members": [
        {"given_name": "ไม่เคยมีใคร", "birth": "2001"},
        {"given_name": given_name, "family_name": FAMILY_NAME, "birth": "1980"}
    ]})
}

async fn person(case: &Case<'_>) -> Value {
    let view = case.world.get("supervisor", &format!("/households/{}", case.id)).await.ok();
    view.body["members"][0]["person"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_enters_a_household_is_told_who_may_be_here_already_and_why() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    world.get_fresh("caseworker", "/households").await.ok();
    let before = world.log.head().await.unwrap().position;
    let found = world.post("caseworker", "/duplicates/candidates", body("460901", GIVEN_NAME)).await.ok();
    let expected = json!({
        "member": 1, "household": case.id, "case_no": case.number, "tambon": "460901", "person": person(&case).await,
        "name": format!("นาง{GIVEN_NAME} {FAMILY_NAME}"), "alike_in": ["name", "birth_may_agree", "tambon"]
    });
    assert_eq!(found.body["items"], json!([expected]));
    assert_eq!(world.log.head().await.unwrap().position, before, "nothing is recorded");
    let elsewhere = world.post("caseworker", "/duplicates/candidates", body("460902", GIVEN_NAME)).await.ok();
    assert_eq!(elsewhere.body["total"], 0, "a year of birth is too little in another tambon");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_candidate_lies_beyond_the_callers_areas() {
    let world = World::new().await;
    Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    world.get_fresh("caseworker", "/households").await.ok();
    let mut body = body("460901", GIVEN_NAME);
    body["members"][1]["birth"] = json!("1980-05-05");
    assert_eq!(world.post("colleague", "/duplicates/candidates", body.clone()).await.ok().body["total"], 1);
    for who in ["stranger", "strange_supervisor"] {
        let found = world.post(who, "/duplicates/candidates", body.clone()).await.ok();
        assert_eq!(found.body["items"], json!([]), "{who}");
    }
    for who in ["officer", "operations", "auditor", "researcher", "administrator"] {
        let denied = world.post(who, "/duplicates/candidates", body.clone()).await;
        assert_eq!(denied.problem(403), "role_may_not", "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_household_to_be_entered_that_cant_be_is_named() {
    let world = World::new().await;
    for (body, fields) in [
        (json!({"tambon": "460901"}), vec![("/members", "too_few")]),
        (json!({"members": []}), vec![("/tambon", "missing")]),
        (json!({"tambon": "46090"}), vec![("/tambon", "area_code_length")]),
        (json!({"tambon": "460901", "members": [{}]}), vec![("/members/0/given_name", "missing")]),
        (
            json!({"tambon": "460901", "members": [{"given_name": "ก", "age": 3}]}),
            vec![("/members/0/age", "unknown_field")],
        ),
        (
            json!({"tambon": "460901", "members": [{"given_name": " ", "birth": "2099"}]}),
            vec![("/members/0/given_name", "empty"), ("/members/0/birth", "in_the_future")],
        ),
    ] {
        let answer = world.post("caseworker", "/duplicates/candidates", body.clone()).await;
        assert_eq!(answer.status.as_u16(), 422, "{body}");
        assert_eq!(answer.fields(), fields, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_waits_in_the_queue_until_somebody_answers_or_merges_and_again_when_that_is_undone() {
    let world = World::new().await;
    let here = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    let there = Case::identified_in(&world, "caseworker", "460902", GIVEN_NAME).await;
    let (person, other) = (person(&here).await, person(&there).await);
    let same = json!({"person": person, "household": there.id, "other": other, "by": "name_and_birth"});
    here.give("operations", "note-same-person", same).await;
    let queue = world.get_fresh("supervisor", "/duplicates").await.ok();
    let row = &queue.body["items"][0];
    assert_eq!((&queue.body["total"], &row["household"], &row["other"]), (&json!(1), &json!(here.id), &other));
    let name = json!(format!("นาง{GIVEN_NAME} {FAMILY_NAME}"));
    assert_eq!((&row["name"], &row["other_name"]), (&name, &name));
    let masked = world.get("operations", "/duplicates").await.ok();
    assert_eq!((&masked.body["total"], &masked.body["items"][0]["name"]), (&json!(1), &Value::Null));
    assert!(!masked.text.contains(FAMILY_NAME));
    // Who sees one of the two households reads of neither here.
    for who in ["colleague", "stranger"] {
        assert_eq!(world.get(who, "/duplicates").await.ok().body["items"], json!([]), "{who}");
    }
    assert_eq!(world.get("auditor", "/duplicates").await.problem(403), "role_may_not");

    let before = world.clock.now().to_rfc3339().replace('+', "%2B");
    world.clock.set(world.clock.now() + chrono::Duration::hours(1));
    let merge = json!({"into": here.id, "because": "entered_twice"});
    there.give("supervisor", "merge-into", merge).await;
    let total = async |path: &str| world.get_fresh("supervisor", path).await.ok().body["total"].clone();
    assert_eq!(total("/duplicates").await, 0);
    assert_eq!(total(&format!("/duplicates?as_of={before}")).await, 1, "it waited then");
    let report = world.get("supervisor", "/reports/duplicates").await.ok();
    assert_eq!(report.body["rows"][0], json!([null, null, null, "name_and_birth", 1, 0, 1, 0]));
    there.give("supervisor", "undo-merge", json!({})).await;
    assert_eq!(total("/duplicates").await, 1);
    let no = json!({"person": person, "household": there.id, "other": other});
    here.give("caseworker", "reject-same-person", no).await;
    assert_eq!(total("/duplicates").await, 0);
}
