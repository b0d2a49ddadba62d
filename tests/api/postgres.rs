//! The same service on PostgreSQL, with two nodes that share one log and one vault.

use serde_json::json;
use uuid::Uuid;

use super::cases::{Case, found};
use super::life::graduates;
use super::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_household_lives_its_whole_life_on_postgresql() {
    graduates(&World::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_sent_to_another_node_is_the_same_command_and_each_sees_the_others_work() {
    let first = World::postgres().await;
    let second = first.second_node().await;
    let key = Uuid::from_u128(0x90).to_string();
    let headers = [("idempotency-key", key.as_str())];
    let made = first.post_with("caseworker", "/households", &headers, found("460901", "หนึ่ง")).await.ok();
    let again = second.post_with("caseworker", "/households", &headers, found("460901", "หนึ่ง")).await.ok();
    assert_eq!((again.header("idempotent-replay"), &again.body), ("true", &made.body));

    // Each node numbers from a block of its own, and finds the other's numbers.
    let there = Case::identified(&second).await;
    let ours = made.body["case_no"].as_str().unwrap();
    assert_ne!(there.number, ours);
    for (node, number) in [(&first, there.number.as_str()), (&second, ours)] {
        node.get_fresh("caseworker", &format!("/households/{number}")).await.ok();
    }

    // What one node remembers of a household does not make it refuse what the other has made possible.
    let path = |command: &str| format!("/households/{}/{command}", there.id);
    let seen = first.get("caseworker", &format!("/households/{}", there.id)).await.ok().header("etag").to_owned();
    assert_eq!(first.post("caseworker", &path("verify"), json!({})).await.problem(422), "not_visited");
    second.post("caseworker", &path("visit-home"), json!({"seen": "poor"})).await.ok();
    second.post("caseworker", &path("hold-panel"), json!({"attended": 5, "finding": "poor"})).await.ok();
    let stale = first.post_with("caseworker", &path("verify"), &[("if-match", &seen)], json!({})).await;
    assert_eq!(stale.problem(412), "stale");
    first.post("caseworker", &path("verify"), json!({})).await.ok();
    let view = second.get("caseworker", &format!("/households/{}", there.id)).await.ok();
    assert_eq!(view.body["stage"], "verified");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_place_in_a_model_is_given_to_one_household_whichever_node_is_asked() {
    let first = World::postgres().await;
    let second = first.second_node().await;
    let model = super::world::MODEL;
    first.post("administrator", &format!("/models/{model}/set-places"), json!({"places": 1})).await.ok();
    let mut cases = Vec::new();
    for _ in 0..4 {
        let case = Case::identified(&first).await;
        case.assessed("caseworker").await;
        cases.push(case.id);
    }
    let enrol = |node, id: &String| {
        let path = format!("/households/{id}/enrol-in-model");
        async move { World::post(node, "caseworker", &path, json!({"model": model})).await }
    };
    let (a, b, c, d) = tokio::join!(
        enrol(&first, &cases[0]),
        enrol(&second, &cases[1]),
        enrol(&first, &cases[2]),
        enrol(&second, &cases[3])
    );
    let answers = [a, b, c, d];
    let given = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(given, 1, "{answers:?}");
    let refused = answers.iter().filter(|answer| answer.status != 200);
    assert!(
        refused
            .into_iter()
            .all(|answer| ["no_place_left", "conflict"].contains(&answer.body["code"].as_str().unwrap()))
    );
}
