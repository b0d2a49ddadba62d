//! My tasks, and the questions that wait for an answer: who sees which, today and on a past day.

use chrono::Duration;
use serde_json::{Value, json};

use super::cases::{Case, answers};
use super::world::World;

fn clocks(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|it| it["clock"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caseworker_sees_what_is_due_in_the_own_tambons_today_and_what_was_due_then() {
    let world = World::new().await;
    let began = world.clock.now();
    let case = Case::identified(&world).await;
    for (command, body) in [
        ("visit-home", json!({"seen": "poor"})),
        ("hold-panel", json!({"attended": 9, "finding": "poor"})),
        ("verify", json!({})),
    ] {
        case.give("caseworker", command, body).await;
    }
    assert_eq!(world.get_fresh("caseworker", "/tasks?due=week").await.ok().body["total"], 0);
    world.clock.set(began + Duration::days(30));
    let today = world.get("caseworker", "/tasks?due=today").await.ok();
    assert_eq!(clocks(&today.body), ["assessment"]);
    let task = &today.body["items"][0];
    assert_eq!((&task["household"], &task["overdue"]), (&json!(case.id), &json!(false)));
    assert!(task["name"].is_string(), "{}", today.text);
    world.clock.set(began + Duration::days(31));
    assert_eq!(clocks(&world.get("caseworker", "/tasks?due=overdue&noted=false").await.ok().body), ["assessment"]);
    let assess = json!({"instrument": "pppconnext-37@1", "answers": answers("fair"), "income_evidence": "told"});
    case.give("caseworker", "assess", assess).await;
    let left = world.get_fresh("caseworker", "/tasks").await.ok();
    assert_eq!(clocks(&left.body), ["referral"], "it is done, and the next is due");
    let day = events::clock::day_of(began + Duration::days(30));
    let then = world.get("auditor", &format!("/tasks?due=today&as_of={day}")).await.ok();
    assert_eq!(clocks(&then.body), ["assessment"]);
    assert_eq!(then.body["items"][0]["name"], Value::Null);
    for role in ["stranger", "far_auditor"] {
        let list = world.get(role, &format!("/tasks?as_of={day}")).await.ok();
        assert_eq!(list.body["total"], 0, "{role}");
        assert!(!list.text.contains(&case.id));
    }
    for role in ["officer", "researcher", "administrator"] {
        assert_eq!(world.get(role, "/tasks").await.status, 403, "{role}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_see_the_complaints_and_requests_that_wait_without_their_words() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let complaint = uuid::Uuid::from_u128(0xC0);
    let body = json!({"complaint": complaint, "about": {"what": "other"}, "words": {"text": "รอนานมาก"}});
    case.give("caseworker", "receive-complaint", body).await;
    let list = world.get_fresh("operations", "/complaints").await.ok();
    let item = &list.body["items"][0];
    assert_eq!(
        (&item["clock"], &item["about"], &item["subject"]),
        (&json!("complaint"), &json!("other"), &json!(complaint))
    );
    assert!(!list.text.contains("รอนาน") && item["name"].is_null());
    assert_eq!(world.get("caseworker", "/complaints").await.status, 403);
    let answer = json!({"complaint": complaint, "outcome": "upheld", "words": {"text": "นัดแล้ว"}});
    case.give("operations", "answer-complaint", answer).await;
    assert_eq!(world.get_fresh("operations", "/complaints").await.ok().body["total"], 0);
    for path in ["/tasks?due=never", "/tasks?clock=coffee", "/complaints?clock=first_visit", "/tasks?cursor=zz"] {
        assert_eq!(world.get("operations", path).await.status, 422, "{path}");
    }
}
