//! What of a case a reader inside its area still does not see: a complaint about herself, and who is beyond her scope.
//! And that a role which was revoked reads no more.

use axum::body::Body;
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

/// Whether the answer of a path names the other household; whoever may look at both always reads it.
async fn named(world: &World, path: &str, other: &str) -> bool {
    assert!(world.get("caseworker", path).await.ok().text.contains(other), "{path}");
    world.get("colleague", path).await.ok().text.contains(other)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_or_split_does_not_name_a_household_beyond_the_readers_scope() {
    let world = World::new().await;
    let (here, there) =
        (Case::identified(&world).await, Case::identified_in(&world, "caseworker", "460902", "กนกวรรณ").await);
    let reads = |id: &str| [format!("/households/{id}"), format!("/households/{id}/events")];
    let into = json!({"into": here.id, "because": "other"});
    there.give("supervisor", "merge-into", into).await;
    for path in reads(&here.id) {
        assert!(!named(&world, &path, &there.id).await, "{path}");
    }
    let view = world.get("colleague", &format!("/households/{}", here.id)).await.ok().body;
    assert_eq!(view["related"], json!({"beyond": 1}));
    there.give("supervisor", "undo-merge", json!({})).await;
    assert!(!named(&world, &format!("/households/{}/events", here.id), &there.id).await);

    // The household that some of it have formed moves away from her.
    let child = json!({"sex": "female", "relation": "child", "residence": "registered_and_living", "details":
        {"given_name": "มะลิ", "birth": "2001", "health": "normal", "education": "primary", "work": "farmer"}});
    here.give("caseworker", "add-member", json!({"member": child})).await;
    let members = world.get("supervisor", &format!("/households/{}", here.id)).await.ok().body["members"].clone();
    let child = members.as_array().unwrap().iter().find(|it| it["relation"] == "child").unwrap();
    let formed = Uuid::from_u128(0x4777);
    let split = json!({"household": formed, "members": [{"person": child["person"], "relation": "head"}]});
    here.give("supervisor", "split-household", split).await;
    let path = format!("/households/{}/events", here.id);
    assert!(named(&world, &path, &formed.to_string()).await, "it lies in her tambon still");
    let away = json!({"place": {"tambon": "460902", "moo": 7}});
    world.post("caseworker", &format!("/households/{formed}/move-within-area"), away).await.ok();
    for path in reads(&here.id) {
        assert!(!named(&world, &path, &formed.to_string()).await, "{path}");
    }
    // And who lives over there does not read where it came from.
    let far = world.get("colleague", &format!("/households/{formed}")).await;
    assert_eq!(far.problem(404), "no_such_household");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_does_not_name_a_household_beyond_an_auditors_scope() {
    let world = World::new().await;
    let (here, there) =
        (Case::identified(&world).await, Case::identified_in(&world, "caseworker", "460902", "กนกวรรณ").await);
    there.give("supervisor", "merge-into", json!({"into": here.id, "because": "other"})).await;
    let log = "/events?limit=200";
    let (near, all) = (world.get("near_auditor", log).await.ok(), world.get("auditor", log).await.ok());
    assert!(near.text.contains("HouseholdAbsorbed") && !near.text.contains(&there.id), "{}", near.text);
    assert!(all.text.contains(&here.id) && all.text.contains(&there.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_areas_and_a_grant_of_organisations_alone_say_that_they_have_nothing_in_common() {
    let world = World::new().await;
    let join = json!({"id": COLLEAGUE, "details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}});
    world.post("administrator", "/staff", join).await.ok();
    let path = format!("/staff/{COLLEAGUE}/grant-role");
    let nowhere = json!({"role": "caseworker", "scope": {}});
    assert_eq!(world.post("administrator", &path, nowhere).await.fields(), [("/scope", "empty")]);
    let grant = json!({"role": "caseworker", "scope": {"laos": ["4690001"]}});
    world.post("administrator", &path, grant).await.ok();
    for read in ["/households", "/tasks"] {
        assert_eq!(world.get("colleague", read).await.problem(403), "nothing_in_common", "{read}");
    }
    let found = json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task"});
    assert_eq!(world.post("colleague", "/households", found).await.problem(403), "nothing_in_common");
    let both = json!({"role": "caseworker", "scope": {"areas": ["460901"], "laos": ["4690001"]}});
    world.post("administrator", &path, both).await.ok();
    world.get("colleague", "/households").await.ok();
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
    assert_eq!(world.get("colleague", &path).await.problem(403), "nothing_in_common");
    let note = json!({"note": {"text": "ฝนตก"}});
    assert_eq!(world.post("colleague", &format!("{path}/write-note"), note).await.problem(403), "nothing_in_common");
    world.post("administrator", &format!("/staff/{COLLEAGUE}/leave"), json!({})).await.ok();
    for path in [path.as_str(), "/households", "/tasks", "/agencies"] {
        assert_eq!(world.get("colleague", path).await.problem(403), "role_may_not", "{path}");
        // The length of an answer tells whom a search finds: headers alone are a read too.
        let headers = world.call("colleague", "HEAD", path, &[], Body::empty()).await;
        assert_eq!(headers.status.as_u16(), 403, "{path}");
    }
}
