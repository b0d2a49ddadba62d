//! A command is done once, however often it is sent; and who has seen an older state hears so.

use serde_json::json;
use uuid::Uuid;

use super::cases::{Case, found};
use super::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_again_gets_its_first_answer_also_after_a_restart() {
    let world = World::new().await;
    let key = Uuid::from_u128(77).to_string();
    let headers = [("idempotency-key", key.as_str())];
    let first = world.post_with("caseworker", "/households", &headers, found("460901", "หนึ่ง")).await.ok();
    let head = world.log.head().await.unwrap().position;
    let again = world.post_with("caseworker", "/households", &headers, found("460901", "หนึ่ง")).await.ok();
    assert_eq!((again.status.as_u16(), again.header("idempotent-replay")), (201, "true"));
    assert_eq!(again.body, first.body);
    // Whatever has happened since.
    let path = format!("/households/{}/visit-home", first.body["id"].as_str().unwrap());
    world.post("caseworker", &path, json!({"seen": "poor"})).await.ok();

    let world = world.restarted().await;
    let again = world.post_with("caseworker", "/households", &headers, found("460901", "หนึ่ง")).await.ok();
    assert_eq!((again.header("idempotent-replay"), &again.body), ("true", &first.body));
    assert_eq!(world.log.head().await.unwrap().position, head + 1, "nothing was done twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_another_body_is_refused_and_anothers_key_is_unknown() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/households/{}/visit-home", case.id);
    let key = Uuid::from_u128(78).to_string();
    let headers = [("idempotency-key", key.as_str())];
    world.post_with("caseworker", &path, &headers, json!({"seen": "poor"})).await.ok();
    let other = world.post_with("caseworker", &path, &headers, json!({"seen": "unclear"})).await;
    assert_eq!(other.problem(422), "key_reused");
    let stolen = world.post_with("colleague", &path, &headers, json!({"seen": "poor"})).await;
    assert_eq!(stolen.problem(404), "no_such_command");
    let elsewhere = format!("/households/{}/hold-panel", case.id);
    let other = world.post_with("caseworker", &elsewhere, &headers, json!({"attended": 3, "finding": "poor"})).await;
    assert_eq!(other.problem(422), "key_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_remembered_and_judged_anew() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let key = Uuid::from_u128(79).to_string();
    let path = format!("/households/{}/verify", case.id);
    let headers = [("idempotency-key", key.as_str())];
    let body = json!({"happened_on": "2025-03-12"});
    let refused = world.post_with("caseworker", &path, &headers, body.clone()).await;
    assert_eq!(refused.problem(422), "not_visited");
    case.give("caseworker", "visit-home", json!({"happened_on": "2025-03-10", "seen": "poor"})).await;
    case.give("caseworker", "hold-panel", json!({"happened_on": "2025-03-12", "attended": 9, "finding": "poor"})).await;
    world.post_with("caseworker", &path, &headers, body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_seen_an_older_state_hears_so_and_nothing_is_done() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let seen = world.get("caseworker", &format!("/households/{}", case.id)).await.ok().header("etag").to_owned();
    let path = format!("/households/{}/visit-home", case.id);
    let headers = [("if-match", seen.as_str())];
    world.post_with("caseworker", &path, &headers, json!({"seen": "poor"})).await.ok();
    let head = world.log.head().await.unwrap().position;
    let stale = world.post_with("caseworker", &path, &headers, json!({"seen": "poor"})).await;
    assert_eq!(stale.problem(412), "stale");
    assert_eq!(world.log.head().await.unwrap().position, head);
    world.post_with("caseworker", &path, &[("if-match", "*")], json!({"seen": "poor"})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_may_choose_an_id_once() {
    let world = World::new().await;
    let mut body = found("460901", "สอง");
    body["id"] = json!(Uuid::from_u128(0xfeed));
    let made = world.post("caseworker", "/households", body.clone()).await.ok();
    assert_eq!(made.body["id"], json!(Uuid::from_u128(0xfeed)));
    assert_eq!(made.header("location"), format!("/api/v1/households/{}", Uuid::from_u128(0xfeed)));
    assert_eq!(world.post("caseworker", "/households", body.clone()).await.problem(409), "id_taken");
    // In another district the id does not exist, and still can't be taken.
    body["tambon"] = json!("460201");
    assert_eq!(world.post("stranger", "/households", body).await.problem(404), "no_such_household");
}
