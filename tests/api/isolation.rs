//! Nobody sees what is not theirs: a foreign household is the same as none, and no byte of it is in any answer.

use serde_json::json;
use uuid::Uuid;

use super::cases::{Case, FAMILY_NAME, GIVEN_NAME};
use super::world::{Answer, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_household_answers_like_one_that_does_not_exist() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    world.get_fresh("caseworker", "/households").await.ok();
    let nobody = Uuid::from_u128(0x404).to_string();
    for (method, tail) in [("GET", ""), ("GET", "/events"), ("GET", "?at=1"), ("GET", "?as_of=2026-06-01")] {
        for foreign in [&case.id, &case.number] {
            let ask = async |id: &str| {
                let path = format!("/households/{id}{tail}");
                let mut answer = world.call("stranger", method, &path, &[], axum::body::Body::empty()).await;
                answer.body["instance"] = json!(null);
                (answer.status, answer.body)
            };
            let (status, body) = ask(foreign).await;
            assert_eq!(status, 404);
            assert_eq!((status, body), ask(&nobody).await, "{tail}");
        }
    }
    for command in ["verify", "write-note", "visit-home"] {
        let body = json!({"seen": "poor"});
        let body = if command == "visit-home" { body } else { json!({}) };
        let body = if command == "write-note" { json!({"note": {"text": "x"}}) } else { body };
        let foreign = world.post("stranger", &format!("/households/{}/{command}", case.id), body.clone()).await;
        let none = world.post("stranger", &format!("/households/{nobody}/{command}"), body).await;
        assert_eq!((foreign.problem(404), none.problem(404)), ("no_such_household", "no_such_household"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_a_household_reaches_anybody_outside_its_area() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    let referral = case.referred("caseworker", &["names"]).await;
    world.get_fresh("caseworker", "/households").await.ok();
    let id = &case.id;
    let paths = [
        "/households".to_owned(),
        "/households?limit=200&sort=-recent".to_owned(),
        format!("/households?q={GIVEN_NAME}"),
        format!("/search?q={GIVEN_NAME}"),
        format!("/search?q={}", case.number),
        format!("/households/{id}"),
        format!("/households/{id}/events"),
        format!("/households/{id}/access-log"),
        "/broken-glass".to_owned(),
        "/referrals".to_owned(),
        format!("/referrals?household={}", case.number),
        "/backlog?by=agency,service,district,age".to_owned(),
        "/reports/backlog?by=district&format=csv".to_owned(),
        "/reports/backlog_history".to_owned(),
        "/events?limit=200".to_owned(),
        "/duplicates".to_owned(),
        "/agencies".to_owned(),
        "/models".to_owned(),
        "/policies?province=46".to_owned(),
    ];
    let of_reports = huean::reports::ReportName::ALL.into_iter().filter_map(|name| {
        let figure = name.sheet()?.counts().next()?;
        let name = name.as_str();
        Some([format!("/reports/{name}?by=tambon"), format!("/reports/{name}/cases?figure={figure}")])
    });
    let paths: Vec<_> = paths.into_iter().chain(of_reports.flatten()).collect();
    let canaries = [GIVEN_NAME, FAMILY_NAME, "คานารี", id, &case.number, &referral.to_string(), "460901"];
    for who in ["stranger", "strange_supervisor", "other_officer", "far_auditor", "administrator"] {
        for path in &paths {
            let path = path.replace(GIVEN_NAME, "%E0%B8%81%E0%B8%99%E0%B8%81%E0%B8%A7%E0%B8%A3%E0%B8%A3%E0%B8%93");
            let answer = world.get_fresh(who, &path).await;
            assert!(answer.status.as_u16() < 500, "{who} {path} {}", answer.text);
            for canary in canaries {
                assert!(!answer.text.contains(canary), "{who} reads {canary} at {path}: {}", answer.text);
            }
        }
    }
    // The same questions do find it for those whose household it is: the canaries sing.
    let own = world
        .get_fresh("caseworker", "/households?q=%E0%B8%81%E0%B8%99%E0%B8%81%E0%B8%A7%E0%B8%A3%E0%B8%A3%E0%B8%93")
        .await;
    assert!(own.text.contains(GIVEN_NAME) && own.text.contains(id.as_str()), "{}", own.text);
    assert!(world.get("auditor", "/events?limit=200").await.text.contains(id.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_sees_what_was_disclosed_and_only_while_the_referral_is_open() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    let path = format!("/households/{}", case.id);
    assert_eq!(world.get("officer", &path).await.problem(404), "no_such_household");
    let referral = case.referred("caseworker", &["names", "need_words"]).await;
    let view = world.get("officer", &path).await.ok();
    let details = &view.body["members"][0]["details"];
    assert_eq!(details["shown"], "disclosed");
    assert_eq!(details["value"], json!({"prefix": "นาง", "given_name": GIVEN_NAME, "family_name": FAMILY_NAME}));
    assert_eq!(view.body["address"], json!({"shown": "masked"}));
    assert_eq!(view.body["needs"][0]["words"]["value"], "หลังคารั่วคานารี");
    assert_eq!((&view.body["assessments"], &view.body["score"]), (&json!([]), &json!(null)));
    assert_eq!(world.get("officer", &format!("{path}/events")).await.problem(403), "role_may_not");
    assert_eq!(world.get("other_officer", &path).await.problem(404), "no_such_household");

    // What she had restricted is shown to no agency, whatever was disclosed, until the restriction is lifted.
    let she = view.body["members"][0]["person"].clone();
    let request = json!(Uuid::from_u128(0x7e57));
    case.give(
        "caseworker",
        "receive-rights-request",
        json!({"request": request, "right": "restriction", "person": she}),
    )
    .await;
    let named =
        |view: &Answer| view.text.contains(GIVEN_NAME) && view.body["members"][0]["details"]["shown"] == "disclosed";
    assert!(named(&world.get("officer", &path).await.ok()), "a request that waits restricts nothing");
    case.give("supervisor", "answer-rights-request", json!({"request": request, "answer": "granted"})).await;
    let held = world.get("officer", &path).await.ok();
    assert_eq!(held.body["members"][0]["details"], json!({"shown": "masked"}), "{}", held.text);
    assert!(!held.text.contains(GIVEN_NAME));
    let past = world.get("officer", &format!("{path}?at={}", view.body["sequence"])).await;
    assert!(!past.text.contains(GIVEN_NAME), "{}", past.text);
    let own = world.get("caseworker", &path).await.ok();
    assert_eq!(
        (&own.body["members"][0]["details"]["shown"], &own.body["rights_requests"][0]["restricts"]),
        (&json!("clear"), &json!(true))
    );
    case.give("supervisor", "lift-restriction", json!({"request": request, "because": "asked"})).await;
    assert!(named(&world.get("officer", &path).await.ok()));

    case.give("officer", "decline-referral", json!({"referral": referral, "reason": "no_capacity"})).await;
    assert_eq!(world.get("officer", &path).await.problem(404), "no_such_household");
    assert_eq!(world.get_fresh("officer", "/referrals").await.ok().body["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_or_audits_sees_the_case_and_no_name() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    case.referred("caseworker", &["names"]).await;
    world.get_fresh("caseworker", "/households").await.ok();
    for path in
        [format!("/households/{}", case.id), format!("/households/{}/events", case.id), "/households".to_owned()]
    {
        let answer = world.get("auditor", &path).await.ok();
        assert!(answer.text.contains(case.id.as_str()) || path.ends_with("events"));
        for canary in [GIVEN_NAME, FAMILY_NAME, "คานารี"] {
            assert!(!answer.text.contains(canary), "{path}: {}", answer.text);
        }
    }
    let view = world.get("operations", &format!("/households/{}", case.id)).await.ok();
    assert_eq!(view.body["members"][0]["details"], json!({"shown": "masked"}));
    let feed = world.get("auditor", "/events?limit=200").await.ok();
    assert!(!feed.text.contains(GIVEN_NAME) && !feed.text.contains("\"$s\"") && feed.text.contains("masked"));
    assert_eq!(world.get("auditor", "/search?q=somchai").await.problem(403), "names_masked");
    let by_number = world.get("auditor", &format!("/search?q={}", case.number)).await.ok();
    assert_eq!((&by_number.body["total"], &by_number.body["items"][0]["name"]), (&json!(1), &json!(null)));
    assert_eq!(world.get("researcher", &format!("/households/{}", case.id)).await.problem(403), "role_may_not");
    let backlog = world.get("researcher", "/backlog").await.ok();
    assert_eq!(backlog.body["items"][0]["waiting"], json!(null), "one is too few to be told");
}
