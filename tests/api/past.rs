//! A case as it stood, what was taken back, and what an old program wrote.

use events::log::{Append, CommandStamp, NewEvent, Pen, StreamId, StreamWrite};
use serde_json::{Value, json};
use uuid::Uuid;

use super::cases::Case;
use super::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_shows_as_it_stood_at_a_sequence_and_at_a_moment() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/households/{}", case.id);
    let before = world.get("caseworker", &path).await.ok();
    let sequence = before.body["sequence"].as_u64().unwrap();
    world.clock.set(world.clock.now() + chrono::Duration::days(10));
    case.verify("caseworker").await;
    let now = world.get("caseworker", &path).await.ok();
    assert_eq!(now.body["stage"], "verified");

    for query in
        [format!("?at={sequence}"), "?as_of=2026-06-05".to_owned(), "?as_of=2026-06-01T12:00:00%2B07:00".to_owned()]
    {
        let then = world.get("caseworker", &format!("{path}{query}")).await.ok();
        assert_eq!((&then.body["stage"], &then.body["sequence"]), (&json!("identified"), &json!(sequence)), "{query}");
        assert_eq!(then.body["actions"], json!([]), "nothing can be done in the past");
    }
    // Found in March 2025, so the first visit was due long before; seen from the day of entry it is overdue.
    assert_eq!(before.body["next_due"]["overdue"], true);
    let later = Case::identified(&world).await;
    let unknown = world.get("caseworker", &format!("/households/{}?as_of=2026-06-05", later.id)).await;
    assert_eq!(unknown.problem(404), "not_yet_known", "the log had begun, the household was not found yet");
    let both = world.get("caseworker", &format!("{path}?at=1&as_of=2026-06-05")).await;
    assert_eq!(both.fields(), [("/query/at", "two_moments")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_shows_what_was_taken_back_beside_what_took_it_back() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let note = world
        .post("caseworker", &format!("/households/{}/write-note", case.id), json!({"note": {"text": "ผิดบ้าน"}}))
        .await
        .ok();
    let sequence = note.body["sequence"].as_u64().unwrap();
    case.give("caseworker", "retract-fact", json!({"sequence": sequence, "reason": "mistake"})).await;
    let path = format!("/households/{}", case.id);
    assert_eq!(world.get("caseworker", &path).await.ok().body["notes"], json!([]));
    let then = world.get("caseworker", &format!("{path}?at={sequence}")).await.ok();
    assert_eq!(then.body["notes"][0]["text"]["value"], "ผิดบ้าน", "the past shows what was known then");

    let events = world.get("caseworker", &format!("{path}/events")).await.ok();
    let items = events.body["items"].as_array().unwrap();
    let wrong = items.iter().find(|it| it["sequence"] == sequence).unwrap();
    assert_eq!((&wrong["event"], &wrong["retracted_by"]), (&json!("NoteWritten"), &json!(sequence + 1)));
    assert_eq!(wrong["fact"]["text"], json!({"shown": "clear", "value": "ผิดบ้าน"}));
    assert_eq!((&wrong["role"], &wrong["channel"]), (&json!("caseworker"), &json!("api")));
    let sequences: Vec<_> = items.iter().map(|it| it["sequence"].as_u64().unwrap()).collect();
    assert_eq!(sequences, (1..=sequence + 1).collect::<Vec<_>>());

    let first = world.get("caseworker", &format!("{path}/events?limit=2")).await.ok();
    assert_eq!((&first.body["next"], &first.body["total"]), (&json!("2"), &json!(sequence + 1)));
    let second = world.get("caseworker", &format!("{path}/events?limit=2&cursor=2")).await.ok();
    assert_eq!(second.body["items"][0]["sequence"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn help_that_a_program_of_version_one_stored_shows_on_the_page_of_today() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    case.assessed("caseworker").await;
    let path = format!("/households/{}", case.id);
    let before = world.get("caseworker", &path).await.ok();
    let payload = json!({
        "type": "AssistanceDelivered", "assistance": Uuid::from_u128(0xe1), "happened_on": "2025-05-01",
        "kind": "rice", "capital": "economic", "dimension": "income", "baht": null, "in_kind": true,
        "after": {"stage": "assisted", "standing": "open", "episode": 1}
    });
    let metadata = json!({
        "command": Uuid::from_u128(0xe2), "actor": Uuid::from_u128(0xe3), "role": "caseworker", "channel": "import",
        "app": "0.0.1"
    });
    let Value::Object(metadata) = metadata else { unreachable!() };
    let stream = StreamId::new("household", &case.id);
    let old = NewEvent {
        event_type: "AssistanceDelivered".into(),
        event_version: "1".into(),
        payload: payload.into(),
        metadata,
    };
    let command = CommandStamp {
        command_id: Uuid::from_u128(0xe2),
        actor: Uuid::from_u128(0xe3).to_string(),
        name: "deliver-assistance".into(),
        target: stream.clone(),
        mac_key: "none".into(),
        body_mac: "none".into(),
    };
    let expected = before.body["sequence"].as_u64().unwrap();
    let write = StreamWrite { stream, expected, events: vec![old] };
    Pen::start(&world.log).append(Append { command, writes: vec![write], reads: Vec::new() }).await.unwrap();

    let view = world.get("caseworker", &path).await.ok();
    assert_eq!(view.body["stage"], "assisted");
    assert_eq!(view.body["help"][0]["worth"], json!({"form": "in_kind"}), "of unknown worth, not zero baht");
    let list = world.get_fresh("caseworker", "/households?stage=assisted").await.ok();
    assert_eq!(list.body["items"][0]["id"], case.id);
    let events = world.get("auditor", "/events?limit=200").await.ok();
    let stored = events.body["items"].as_array().unwrap().iter().find(|it| it["event"] == "AssistanceDelivered");
    assert_eq!(stored.unwrap()["version"], "1", "the stored row stays as it was");
    // And the next command goes on from there.
    case.give("caseworker", "write-note", json!({"note": {"text": "ได้รับข้าวแล้ว"}})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_waits_for_its_position_and_gives_up_after_two_seconds() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let position = world.log.head().await.unwrap().position;
    let list = world.get("caseworker", &format!("/households?after_position={position}")).await.ok();
    assert_eq!(list.body["items"][0]["id"], case.id, "who wrote it reads it");
    let behind = world.get("caseworker", &format!("/households?after_position={}", position + 1)).await;
    assert_eq!((behind.problem(503), behind.header("retry-after")), ("behind", "1"));
    let far = world.get("caseworker", &format!("/households/{}?after_position={}", case.id, position + 1)).await;
    assert_eq!(far.problem(503), "behind");
    // One that comes while the read waits is shown.
    let path = format!("/households?after_position={}", position + 1);
    let read = world.get("caseworker", &path);
    let write = case.give("caseworker", "visit-home", json!({"seen": "poor"}));
    let (read, _) = tokio::join!(read, write);
    read.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caseload_shows_as_it_was_and_names_are_of_today() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    world.clock.set(world.clock.now() + chrono::Duration::days(10));
    case.verify("caseworker").await;
    Case::identified(&world).await;
    let now = world.get_fresh("caseworker", "/households").await.ok();
    assert_eq!((&now.body["total"], &now.body["items"][0]["stage"]), (&json!(2), &json!("verified")));
    let path = "/households?as_of=2026-06-05";
    let then = world.get("caseworker", path).await.ok();
    let row = &then.body["items"][0];
    assert_eq!((&then.body["total"], &row["id"], &row["stage"]), (&json!(1), &json!(case.id), &json!("identified")));
    assert_eq!(row["name"], Value::Null, "names are known as they are now");
    assert_eq!(then.body["as_of"]["time"], "2026-06-05T16:59:59.999999Z");
    let filtered = world.get("caseworker", &format!("{path}&stage=verified")).await.ok();
    assert_eq!(filtered.body["total"], 0);
    assert_eq!(world.get("stranger", path).await.ok().body["items"], json!([]));
    case.give("caseworker", "write-note", json!({"note": {"text": "หลังจากนั้น"}})).await;
    assert_eq!(world.get_fresh("caseworker", path).await.ok().body["items"], then.body["items"]);
    let searched = world.get("caseworker", &format!("{path}&q=x")).await;
    assert_eq!(searched.fields(), [("/query/q", "only_now")]);
    for (moment, code) in [("2001-01-01", "before_the_log"), ("2099-01-01", "in_the_future"), ("soon", "not_a_moment")]
    {
        let refused = world.get("caseworker", &format!("/households?as_of={moment}")).await;
        assert_eq!(refused.fields(), [("/query/as_of", code)]);
    }
}
