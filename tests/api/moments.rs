//! What can't be asked about: moments that have not come, sequences that there are not, periods that end before they
//! start. Each is named with what could be asked.

use serde_json::json;

use super::cases::Case;
use super::world::World;

/// The one field that an answer names, with the words for it in both languages.
async fn refused(world: &World, who: &str, path: &str) -> (String, String, String, String) {
    let english = world.get(who, path).await;
    assert_eq!(english.problem(422), "invalid_fields", "{path}");
    let thai = [("accept-language", "th")];
    let thai = world.call(who, "GET", path, &thai, axum::body::Body::empty()).await;
    let error = &english.body["errors"][0];
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    (text(&error["pointer"]), text(&error["code"]), text(&error["detail"]), text(&thai.body["errors"][0]["detail"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_read_answers_about_a_moment_that_has_not_come_or_was_before_the_log() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let now = world.clock.now().with_timezone(&events::clock::bangkok()).to_rfc3339();
    for path in [
        format!("/households/{}", case.id),
        format!("/households/{}/events", case.id),
        "/referrals".to_owned(),
        "/backlog".to_owned(),
        "/reports/funnel".to_owned(),
        "/reports/backlog".to_owned(),
    ] {
        let who = if path.starts_with("/households") { "caseworker" } else { "supervisor" };
        for (moment, code) in [
            ("2030-01-01", "in_the_future"),
            ("2026-06-02T00:00:00Z", "in_the_future"),
            ("2020-01-01", "before_the_log"),
        ] {
            let (pointer, found, en, th) = refused(&world, who, &format!("{path}?as_of={moment}")).await;
            assert_eq!((pointer.as_str(), found.as_str()), ("/query/as_of", code), "{path} {moment}");
            let year = &now[..4];
            assert!(en.contains(year) && th.contains(year), "what can be asked is told: {en} {th}");
        }
        world.get(who, &format!("{path}?as_of=2026-06-01")).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequence_is_one_that_the_household_has() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/households/{}", case.id);
    let last = world.get("caseworker", &path).await.ok().body["sequence"].as_u64().unwrap();
    for tail in ["", "/events"] {
        for at in [0, last + 1, 1_000_000, u64::MAX] {
            let (pointer, code, en, th) = refused(&world, "caseworker", &format!("{path}{tail}?at={at}")).await;
            assert_eq!((pointer.as_str(), code.as_str()), ("/query/at", "out_of_range"), "{at}");
            assert!(en.contains(&format!("1 to {last}")) && th.contains(&format!("1–{last}")), "{en} {th}");
        }
        world.get("caseworker", &format!("{path}{tail}?at={last}")).await.ok();
        // To those who may not know of it, the household has no last sequence either.
        assert_eq!(world.get("stranger", &format!("{path}{tail}?at=99")).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reports_period_has_come_and_ends_after_it_starts() {
    let world = World::new().await;
    for report in ["funnel", "backlog_history"] {
        for (query, pointer, code) in [
            ("from=2026-06-02", "/query/from", "in_the_future"),
            ("to=2031-01-01", "/query/to", "in_the_future"),
            ("from=2026-05-02&to=2026-05-01", "/query/from", "ends_before_it_starts"),
            ("from=yesterday", "/query/from", "unknown_value"),
        ] {
            let (at, found, _, th) = refused(&world, "operations", &format!("/reports/{report}?{query}")).await;
            assert_eq!((at.as_str(), found.as_str()), (pointer, code), "{report} {query}");
            assert!(th.starts_with("ต้อง"), "{th}");
        }
        world.get("operations", &format!("/reports/{report}?from=2026-05-01&to=2026-06-01")).await.ok();
    }
    let long = refused(&world, "operations", "/reports/backlog_history?from=2001-01-01").await;
    assert_eq!(long.1, "out_of_range");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_researcher_asks_by_months_and_hears_counts_in_fives_only() {
    let world = World::new().await;
    for path in [
        "/reports/funnel?from=2026-05-01&to=2026-05-30",
        "/reports/funnel?from=2026-05-02",
        "/reports/backlog?as_of=2026-06-01",
        "/backlog?as_of=2026-06-01T10:00:00%2B07:00",
    ] {
        assert_eq!(refused(&world, "researcher", path).await.1, "not_a_month", "{path}");
        let path = path.replace("/reports/backlog?", "/backlog?");
        world.get("operations", &path).await.ok();
    }
    for n in 0..7 {
        let case = Case::identified_in(&world, "caseworker", "460901", "สมหญิง").await;
        if n < 6 {
            case.verify("caseworker").await;
        }
    }
    let mut last = None;
    for _ in 0..3 {
        let case = Case::identified_in(&world, "caseworker", "460901", "สมชาย").await;
        last = Some(case.referred("caseworker", &[]).await);
    }
    let case = Case::identified_in(&world, "caseworker", "460901", "สมศรี").await;
    let referral = case.referred("caseworker", &[]).await;
    case.give("officer", "accept-referral", json!({"referral": referral})).await;
    assert!(last.is_some());
    let funnel = |who: &'static str| {
        let world = &world;
        async move { world.get_fresh(who, "/reports/funnel").await.ok().body }
    };
    let (exact, told) = (funnel("operations").await, funnel("researcher").await);
    assert_eq!(json!(exact["rows"][0].as_array().unwrap()[3..]), json!([11, 11, 10, 4, 4, 0, 0, 0]));
    assert_eq!(json!(told["rows"][0].as_array().unwrap()[3..]), json!([10, 10, 10, null, null, 0, 0, 0]));
    assert_eq!((&exact["steps_of"], &told["steps_of"]), (&json!(null), &json!(5)));
    // How full a service is tells how many were referred: it is told like every other count.
    let taken =
        async |who: &str| world.get(who, "/agencies").await.ok().body["items"][0]["services"][0]["taken"].clone();
    assert_eq!((taken("operations").await, taken("researcher").await), (json!(1), json!(null)));
    let backlog = world.get("researcher", "/backlog").await.ok();
    assert_eq!(backlog.body["items"][0]["oldest_days"], json!(null), "one case's own figure");
}

#[tokio::test(flavor = "multi_thread")]
async fn agencies_models_and_policies_are_shown_as_they_were_known() {
    let world = World::new().await;
    Case::identified(&world).await;
    let agencies = world.get_fresh("supervisor", "/agencies").await.ok().body["items"].clone();
    let first = agencies[0]["id"].as_str().unwrap().to_owned();
    let day = world.clock.now();
    let position = world.log.head().await.unwrap().position;
    world.clock.set(day + chrono::Duration::days(10));
    let partner = uuid::Uuid::from_u128(77);
    let agency = json!({"id": partner, "name_th": "องค์กรใหม่", "name_en": "New", "kind": "private", "areas": ["46"]});
    world.post("administrator", "/agencies", agency).await.ok();
    let now = world.get_fresh("supervisor", "/agencies").await.ok().body["items"].clone();
    assert_eq!(now.as_array().unwrap().len(), agencies.as_array().unwrap().len() + 1);
    for moment in [day.to_rfc3339_opts(chrono::SecondsFormat::Micros, true), position.to_string()] {
        let then = world.get("supervisor", &format!("/agencies?as_of={moment}")).await.ok();
        assert_eq!(then.body["items"], agencies, "{moment}");
        world.get("supervisor", &format!("/agencies/{first}?as_of={moment}")).await.ok();
        let new = world.get("supervisor", &format!("/agencies/{partner}?as_of={moment}")).await;
        new.problem(404);
        let models = world.get("supervisor", &format!("/models?as_of={moment}")).await.ok();
        assert_eq!(models.body["as_of"]["time"], then.body["as_of"]["time"]);
    }
    let policies = async |tail: &str| {
        let found = world.get_fresh("supervisor", &format!("/policies?province=46{tail}")).await.ok();
        found.body["total"].as_u64().unwrap()
    };
    let before = policies("").await;
    let body = json!({"kind": "sla", "answer_days": 3, "deliver_days": 30});
    let effective = (world.clock.now() + chrono::Duration::days(5)).date_naive();
    let publish = json!({"province": "46", "effective_on": effective, "body": body});
    world.post("administrator", "/policies", publish).await.ok();
    assert_eq!((policies("").await, policies(&format!("&as_of={position}")).await), (before + 1, before));
    for path in ["/agencies", "/models", "/policies?province=46"] {
        let join = if path.contains('?') { '&' } else { '?' };
        for (moment, code) in [
            ("2030-01-01", "in_the_future"),
            ("2020-01-01", "before_the_log"),
            ("99999999", "not_a_moment"),
            ("0", "not_a_moment"),
        ] {
            let (_, found, ..) = refused(&world, "supervisor", &format!("{path}{join}as_of={moment}")).await;
            assert_eq!(found, code, "{path} {moment}");
        }
    }
}
