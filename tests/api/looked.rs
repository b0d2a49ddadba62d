//! Who looked is recorded before anything is shown, and a household elsewhere is read only by breaking the glass.

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::cases::{Case, GIVEN_NAME};
use super::world::World;

fn later(world: &World, by: TimeDelta) {
    world.clock.set(world.clock.now() + by);
}

/// Manner, role and reason of each look, the newest first.
async fn looks(world: &World, case: &Case<'_>) -> Vec<(String, String, Value)> {
    let answer = world.get("auditor", &format!("/households/{}/access-log?limit=200", case.id)).await.ok();
    let items = answer.body["items"].as_array().unwrap();
    assert_eq!((&answer.body["total"], &answer.body["next"]), (&json!(items.len()), &json!(null)));
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    items.iter().map(|it| (text(it, "manner"), text(it, "role"), it["reason"].clone())).collect()
}

async fn is_noted(world: &World) {
    let case = Case::identified_in(world, "caseworker", "460901", GIVEN_NAME).await;
    case.referred("caseworker", &["names"]).await;
    assert_eq!(looks(world, &case).await, [], "who enters a case looks at nothing");
    let path = format!("/households/{}", case.id);
    let opened = world.get("caseworker", &path).await.ok();
    world.get("caseworker", &format!("/households/{}/events", case.number)).await.ok();
    world.get("officer", &path).await.ok();
    for masked in ["auditor", "operations"] {
        world.get(masked, &path).await.ok();
    }
    world.get("stranger", &path).await.problem(404);
    let who: Vec<_> = looks(world, &case).await.into_iter().map(|(manner, role, _)| (manner, role)).collect();
    let expected = ["agency_officer", "caseworker", "caseworker"].map(|role| ("opened".to_owned(), role.to_owned()));
    assert_eq!(who, expected, "who sees no name is not noted, nor who is told that there is nothing");

    let log = format!("{path}/access-log");
    let page = world.get("supervisor", &format!("{log}?limit=2")).await.ok();
    assert_eq!((page.body["items"].as_array().unwrap().len(), &page.body["total"]), (2, &json!(3)));
    let next = page.body["next"].as_str().unwrap();
    let rest = world.get("supervisor", &format!("{log}?limit=2&cursor={next}")).await.ok();
    assert_eq!((rest.body["items"].as_array().unwrap().len(), &rest.body["next"]), (1, &json!(null)));
    let first = &rest.body["items"][0];
    assert_eq!(first["request"], opened.header("x-request-id"), "{first}");
    assert_eq!(first["staff"], json!(Uuid::from_u128(0x5000)));

    for (who, status) in [
        ("strange_supervisor", 404),
        ("far_auditor", 404),
        ("caseworker", 403),
        ("officer", 403),
        ("operations", 403),
        ("researcher", 403),
        ("administrator", 403),
    ] {
        world.get(who, &log).await.problem(status);
    }
    world.get("auditor", &format!("/households/{}/access-log", Uuid::from_u128(0x404))).await.problem(404);
    assert_eq!(world.get("auditor", &format!("{log}?limit=0&cursor=x")).await.fields().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_opens_a_case_and_sees_a_name_is_shown_to_supervisor_and_auditor() {
    is_noted(&World::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_opens_a_case_on_postgresql_is_shown_too() {
    is_noted(&World::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_a_list_is_noted_once_a_day_for_each_reader() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    for path in ["/households", "/households?limit=1", "/tasks"] {
        world.get_fresh("caseworker", path).await.ok();
    }
    let search = format!("/search?q={}", case.number);
    for who in ["caseworker", "auditor", "supervisor", "supervisor"] {
        assert_eq!(world.get(who, &search).await.ok().body["total"], 1);
    }
    world.get("operations", "/households").await.ok();
    let listed = |role: &str| ("listed".to_owned(), role.to_owned(), json!(null));
    assert_eq!(looks(&world, &case).await, [listed("supervisor"), listed("caseworker")]);
    later(&world, TimeDelta::days(1));
    world.get("caseworker", "/households").await.ok();
    assert_eq!(looks(&world, &case).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_at_once_is_all_recorded() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/households/{}", case.id);
    let reads = (0..60).map(|_| world.get("caseworker", &path));
    for answer in futures::future::join_all(reads).await {
        answer.ok();
    }
    assert_eq!(looks(&world, &case).await.len(), 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_recorded_is_not_shown() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    world.get_fresh("auditor", "/households").await.ok();
    let holder = rusqlite::Connection::open(world.vault_file()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    for path in [format!("/households/{}", case.id), "/households".to_owned()] {
        let refused = world.get("caseworker", &path).await;
        assert_eq!(refused.problem(503), "unavailable");
        assert!(!refused.text.contains(GIVEN_NAME) && !refused.header("retry-after").is_empty());
    }
    world.get("auditor", &format!("/households/{}", case.id)).await.ok();
    holder.execute_batch("ROLLBACK").unwrap();
    world.get("caseworker", &format!("/households/{}", case.id)).await.ok();
    assert!(world.get("caseworker", "/households").await.ok().text.contains(GIVEN_NAME));
    assert_eq!(looks(&world, &case).await.len(), 2);
}

async fn breaks_glass(world: &World, other: &World) {
    let case = Case::identified_in(world, "caseworker", "460901", GIVEN_NAME).await;
    let path = format!("/households/{}", case.id);
    let glass = format!("{path}/break-glass");
    let reason = json!({"reason": "เด็กถูกส่งโรงพยาบาลในเขตของเรา"});
    assert_eq!(world.get("stranger", &path).await.problem(404), "no_such_household");
    for short in ["", "ด่วน", "          ด่วน          ", &"x".repeat(501), "line\nbreak and more"] {
        let refused = world.post("stranger", &glass, json!({"reason": short})).await;
        refused.problem(422);
        assert_eq!(refused.fields(), [("/reason", "reason")]);
    }
    for who in ["officer", "operations", "auditor", "researcher", "administrator"] {
        assert_eq!(world.post(who, &glass, reason.clone()).await.problem(403), "role_may_not", "{who}");
    }
    assert_eq!(world.post("caseworker", &glass, reason.clone()).await.problem(422), "in_your_area");
    let nobody = format!("/households/{}/break-glass", Uuid::from_u128(0x404));
    assert_eq!(world.post("stranger", &nobody, reason.clone()).await.problem(404), "no_such_household");
    assert_eq!(looks(world, &case).await, [], "nothing of this opened anything");

    let broken = world.post("stranger", &glass, reason.clone()).await.ok();
    assert_eq!((&broken.body["household"], &broken.body["until"]), (&json!(case.id), &json!("2026-06-01T06:00:00Z")));
    for node in [world, other] {
        assert!(node.get("stranger", &path).await.ok().text.contains(GIVEN_NAME));
        node.get("stranger", &format!("{path}/events")).await.ok();
    }
    assert_eq!(world.post("stranger", &format!("{path}/verify"), json!({})).await.problem(404), "no_such_household");
    assert_eq!(world.get("strange_supervisor", &path).await.problem(404), "no_such_household", "only who asked");
    assert!(!world.get_fresh("stranger", "/households").await.ok().text.contains(&case.id), "and no list");
    let last = looks(world, &case).await.pop().unwrap();
    assert_eq!(last, ("broke_glass".to_owned(), "caseworker".to_owned(), reason["reason"].clone()));
    for (who, shown) in [("supervisor", 1), ("auditor", 1), ("strange_supervisor", 0), ("far_auditor", 0)] {
        let notice = other.get(who, "/broken-glass").await.ok();
        assert_eq!(notice.body["total"], shown, "{who}");
        let names = [&case.id, reason["reason"].as_str().unwrap()];
        assert!(names.iter().all(|it| notice.text.contains(*it) == (shown == 1)), "{who}: {}", notice.text);
    }
    assert_eq!(world.get("caseworker", "/broken-glass").await.problem(403), "role_may_not");

    later(world, TimeDelta::hours(3));
    assert_eq!(world.get("stranger", &path).await.problem(404), "no_such_household", "three hours are over");
    for _ in 0..4 {
        world.post("stranger", &glass, reason.clone()).await.ok();
    }
    let often = world.post("stranger", &glass, reason.clone()).await;
    assert_eq!(often.problem(429), "too_much_glass");
    world.post("strange_supervisor", &glass, reason.clone()).await.ok();
    later(world, TimeDelta::days(1));
    world.post("stranger", &glass, reason).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_breaks_the_glass_reads_for_three_hours_and_is_seen() {
    let world = World::new().await;
    breaks_glass(&world, &world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn glass_that_is_broken_on_one_node_is_broken_on_the_other() {
    let first = World::postgres().await;
    let second = first.second_node().await;
    breaks_glass(&first, &second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_so_many_rows_of_names_and_whoever_has_read_them_waits_for_the_next() {
    let world = World::frugal(7).await;
    for _ in 0..3 {
        Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    }
    let list = async |who: &str| world.get_fresh(who, "/households").await;
    assert_eq!(list("caseworker").await.ok().body["total"], 3);
    list("caseworker").await.ok();
    let refused = list("caseworker").await;
    assert_eq!(refused.problem(429), "daily_rows", "who scrolls through the same again spends again");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 24 * 3_600);
    assert!(!refused.text.contains(GIVEN_NAME));
    list("caseworker").await.problem(429);
    // Everybody has rows of their own; who sees no names spends none; one at a time is still shown.
    list("supervisor").await.ok();
    for _ in 0..9 {
        list("auditor").await.ok();
    }
    world.get_fresh("caseworker", "/households?limit=1").await.ok();
    let vault = world.desk.vault();
    let noted = vault.accesses(0, 1_000).await.unwrap();
    let noted: Vec<_> = noted.into_iter().filter(|it| it.access.what == "daily-rows").collect();
    assert_eq!((noted.len(), noted[0].access.why.as_deref()), (1, Some("7")), "{noted:?}");
    assert_eq!(noted[0].access.actor, Uuid::from_u128(0x5000).to_string());
    later(&world, TimeDelta::days(1));
    list("caseworker").await.ok();
}
