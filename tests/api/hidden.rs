//! What of a case a reader inside its area still does not see: a complaint about herself, and who is beyond her scope.
//! And that a role which was revoked reads no more.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::cases::Case;
use crate::world::World;

/// The caseworker of the world, as its tokens name her.
const CASEWORKER: Uuid = Uuid::from_u128(0x5000);
/// Her colleague, who works in one tambon only.
const COLLEAGUE: Uuid = Uuid::from_u128(0x5001);

async fn joins(world: &World, staff: Uuid, role: &str, areas: &[&str]) {
    let join = json!({"id": staff, "details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}});
    world.post("administrator", "/staff", join).await.ok();
    let grant = json!({"role": role, "scope": {"areas": areas}});
    world.post("administrator", &format!("/staff/{staff}/grant-role"), grant).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_what_was_said_in_a_complaint_about_herself() {
    let world = World::new().await;
    joins(&world, CASEWORKER, "caseworker", &["4609"]).await;
    let case = Case::identified(&world).await;
    let member = &world.get("supervisor", &format!("/households/{}", case.id)).await.ok().body["members"][0]["person"];
    let about = json!({"what": "staff", "staff": CASEWORKER});
    let words = json!({"text": "มาสาย", "about": [member]});
    let complaint = Uuid::from_u128(0xAB);
    let body = json!({"complaint": complaint, "about": about, "words": words});
    case.give("supervisor", "receive-complaint", body).await;
    let answer = json!({"complaint": complaint, "outcome": "upheld", "words": {"text": "สายจริง", "about": [member]}});
    case.give("supervisor", "answer-complaint", answer).await;
    for path in [format!("/households/{}", case.id), format!("/households/{}/events", case.id)] {
        let hers = world.get("caseworker", &path).await.ok();
        assert!(!hers.text.contains("สาย"), "{path}: {}", hers.text);
        assert!(world.get("supervisor", &path).await.ok().text.contains("สาย"), "{path}");
        assert!(world.get("colleague", &path).await.ok().text.contains("สาย"), "{path}");
    }
    let view = world.get("caseworker", &format!("/households/{}", case.id)).await.ok().body;
    assert_eq!(view["complaints"][0]["words"], json!({"shown": "masked"}));
    let told = world.get("caseworker", &format!("/households/{}/events", case.id)).await.ok().body;
    let said: Vec<&Value> = told["items"].as_array().unwrap().iter().map(|it| &it["fact"]["words"]).collect();
    assert!(said.iter().any(|words| words["about"] == json!([]) && words["text"]["shown"] == "masked"), "{said:?}");
    let sequence = told["items"].as_array().unwrap().iter().find(|it| it["event"] == "ComplaintReceived").unwrap();
    let take_back = json!({"sequence": sequence["sequence"], "reason": "mistake"});
    let refused = world.post("caseworker", &format!("/households/{}/retract-fact", case.id), take_back).await;
    assert_eq!(refused.problem(422), "complaint_about_you");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_likeness_does_not_name_a_household_beyond_the_readers_scope() {
    let world = World::new().await;
    let here = Case::identified(&world).await;
    let there = Case::identified_in(&world, "caseworker", "460902", "กนกวรรณ").await;
    let of = |body: &Value| body["members"][0]["person"].clone();
    let person = of(&world.get("caseworker", &format!("/households/{}", here.id)).await.ok().body);
    let other = of(&world.get("caseworker", &format!("/households/{}", there.id)).await.ok().body);
    let same = json!({"person": person, "household": there.id, "other": other, "by": "citizen_id"});
    here.give("caseworker", "note-same-person", same).await;
    for path in [format!("/households/{}", here.id), format!("/households/{}/events", here.id)] {
        let near = world.get("colleague", &path).await.ok();
        for hidden in [there.id.as_str(), other.as_str().unwrap()] {
            assert!(!near.text.contains(hidden), "{path}: {}", near.text);
            assert!(world.get("caseworker", &path).await.ok().text.contains(hidden), "{path}");
        }
    }
    let view = world.get("colleague", &format!("/households/{}", here.id)).await.ok().body;
    let asked = &view["resemblances"][0];
    assert_eq!((&asked["person"], &asked["household"], &asked["other"]), (&person, &Value::Null, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_was_revoked_or_holds_elsewhere_reads_no_more() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/households/{}", case.id);
    world.get("colleague", &path).await.ok();
    joins(&world, COLLEAGUE, "caseworker", &["460901"]).await;
    world.get("colleague", &path).await.ok();
    let grant = json!({"role": "caseworker", "scope": {"areas": ["460902"]}});
    world.post("administrator", &format!("/staff/{COLLEAGUE}/grant-role"), grant).await.ok();
    let revoke = json!({"role": "caseworker", "scope": {"areas": ["460901"]}});
    world.post("administrator", &format!("/staff/{COLLEAGUE}/revoke-role"), revoke).await.ok();
    assert_eq!(world.get("colleague", &path).await.problem(404), "no_such_household");
    let note = json!({"note": {"text": "ฝนตก"}});
    assert_eq!(world.post("colleague", &format!("{path}/write-note"), note).await.problem(404), "no_such_household");
    world.post("administrator", &format!("/staff/{COLLEAGUE}/leave"), json!({})).await.ok();
    for path in [path.as_str(), "/households", "/tasks", "/agencies"] {
        assert_eq!(world.get("colleague", path).await.problem(403), "role_may_not", "{path}");
    }
}
