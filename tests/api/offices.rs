//! Agencies, models, staff and policies as pages, the forms of their commands, files that are handed in, a case on paper
//! and two moments beside each other.

use axum::http::StatusCode;

use super::cases::Case;
use super::pages::{english, get, post};
use super::world::{AGENCY, MODEL, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_is_registered_with_a_form_and_what_is_wrong_is_said_beside_its_field() {
    let world = World::new().await;
    let path = "/agencies/do/register";
    let form = get(&world, "administrator", path).await;
    let mut fields = vec![
        ("_token", form.token()),
        ("_command", form.after("name=\"_command\" value=\"")),
        ("name_th", "โรงพยาบาล <b>ตัวอย่าง</b>"),
        ("name_en", "Example Hospital"),
        ("kind", "state"),
    ];
    let head = world.log.head().await.unwrap().position;
    let refused = post(&world, "administrator", path, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.text.contains("data-focus") && refused.text.contains("Example Hospital"), "{}", refused.text);
    assert!(!refused.text.contains("<b>ตัวอย่าง"), "what was typed is no element");
    assert_eq!(world.log.head().await.unwrap().position, head);
    fields.extend([("areas", "4609"), ("areas", "4602")]);
    let done = post(&world, "administrator", path, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let again = post(&world, "administrator", path, &fields).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "a second sending is the same command");
    assert_eq!(world.log.head().await.unwrap().position, head + 1);
    let list = english(&world, "administrator", done.header("location")).await;
    assert!(list.text.contains("Example Hospital") && list.text.contains("Done: Register"), "{}", list.text);
    for who in ["caseworker", "supervisor", "auditor", "researcher", "officer"] {
        assert_eq!(get(&world, who, path).await.status, StatusCode::FORBIDDEN, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_the_office_opens_for_those_who_may() {
    let world = World::new().await;
    let staff = "00000000-0000-0000-0000-000000005000";
    let (agency, model) = (format!("/agencies/{AGENCY}/do"), format!("/models/{MODEL}/do"));
    let mut paths: Vec<String> = ["/models/do/open", "/staff/do/join"].map(ToOwned::to_owned).into();
    for (place, commands) in [
        (&agency, &["offer-service", "change-service", "pause-service", "resume-service", "set-capacity"][..]),
        (
            &model,
            &["approve", "open-approved", "set-places", "join-partner", "remove-partner", "start-cycle", "end-cycle"],
        ),
        (&model, &["share-payment", "review", "scale", "close", "draft"]),
        (&format!("/staff/{staff}/do"), &["grant-role", "revoke-role", "leave"]),
    ] {
        paths.extend(commands.iter().map(|it| format!("{place}/{it}")));
    }
    for path in paths {
        let page = get(&world, "administrator", &path).await;
        assert!(page.status == StatusCode::OK && page.text.contains("name=\"_command\""), "{path} {}", page.text);
        assert_eq!(get(&world, "caseworker", &path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["/agencies/do/dissolve", "/policies/do/publish", "/agencies/x/do/register", "/cases/do/open"] {
        assert_eq!(get(&world, "administrator", path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let nobody = post(&world, "administrator", &format!("{agency}/set-capacity"), &[("service", "x")]).await;
    assert_eq!(nobody.status, StatusCode::FORBIDDEN, "a form without its token");
    for (who, path) in [
        ("caseworker", "/models"),
        ("operations", "/agencies"),
        ("administrator", "/policies"),
        ("researcher", "/models"),
    ] {
        assert_eq!(english(&world, who, path).await.status, StatusCode::OK, "{who} {path}");
    }
    assert_eq!(get(&world, "supervisor", "/staff").await.status, StatusCode::FORBIDDEN);
    for id in ["x", "%3Cb%3E", staff] {
        let page = english(&world, "administrator", &format!("/staff?q={id}")).await;
        assert!(page.status == StatusCode::OK && page.text.contains("Nobody of this name or id"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_moments_stand_beside_each_other_and_a_history_is_narrowed() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    case.referred("caseworker", &["names"]).await;
    let path = format!("/cases/{}", case.id);
    let page = english(&world, "auditor", &format!("{path}?at=1")).await;
    assert!(page.text.contains("class=\"differs\"") && page.text.contains("Identified"), "{}", page.text);
    let all = page.text.matches("class=\"mark-of\"").count();
    let only = english(&world, "auditor", &format!("{path}?at=1&only=different")).await;
    let shown = only.text.matches("class=\"mark-of\"").count();
    assert!(shown < all && shown == page.text.matches("class=\"differs\"").count());
    let same = english(&world, "auditor", &format!("{path}?at=2&with=2")).await;
    assert_eq!(same.text.matches("class=\"differs\"").count(), 0);
    let told = english(&world, "auditor", &format!("{path}?kind=HomeVisited")).await;
    assert_eq!(told.text.matches("<li id=\"fact-").count(), 1);
    let none = english(&world, "auditor", &format!("{path}?teller=system")).await;
    assert!(none.text.contains("Nothing matches these filters"));
    // A day before it was found is said, and the present shown; what is no day too.
    for asked in ["as_of.d=1&as_of.m=1&as_of.y=2020", "as_of.y=x", "as_of=2099-01-01"] {
        let page = english(&world, "auditor", &format!("{path}?{asked}")).await;
        assert!(
            page.status == StatusCode::OK && page.text.contains("aria-invalid"),
            "{asked} {} {}",
            page.status,
            page.text
        );
    }
    for asked in ["at=99", "at=x", "at=1&with=0", "at=1&with=x"] {
        let page = english(&world, "auditor", &format!("{path}?{asked}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_is_offered_to_be_taken_back_by_a_role_that_could_have_recorded_it() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let referral = case.referred("caseworker", &["names"]).await;
    case.give("officer", "accept-referral", serde_json::json!({"happened_on": "2026-05-25", "referral": referral}))
        .await;
    let page = english(&world, "caseworker", &format!("/cases/{}", case.id)).await;
    let fact = |event: &str| {
        let at = page.text.find(event).unwrap_or_else(|| panic!("no {event} in {}", page.text));
        page.text[at..].split("</li>").next().unwrap().contains("/do/retract-fact")
    };
    let history = world.get("auditor", &format!("/households/{}/events", case.id)).await.ok().body;
    let says = |event: &str| {
        let items = history["items"].as_array().unwrap();
        let it = items.iter().find(|it| it["event"] == event).unwrap();
        format!("<li id=\"fact-{}\"", it["sequence"])
    };
    assert!(fact(&says("HomeVisited")));
    assert!(!fact(&says("ReferralAccepted")), "an agency's answer is not a caseworker's to take back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_on_paper_names_the_log_s_position_and_a_hash_of_what_it_shows() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/cases/{}/print", case.id);
    let page = english(&world, "supervisor", &path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains(&case.number) && page.text.contains("SHA-256"), "{}", page.text);
    let hash = |text: &str| text.split("class=\"hash\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(hash(&page.text), hash(&english(&world, "supervisor", &path).await.text));
    case.give("caseworker", "visit-home", serde_json::json!({"happened_on": "2026-05-10", "seen": "poor"})).await;
    assert_ne!(hash(&page.text), hash(&english(&world, "supervisor", &path).await.text));
    assert_eq!(english(&world, "stranger", &path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_for_those_who_may_import_and_an_unknown_one_is_not_there() {
    let world = World::new().await;
    assert!(english(&world, "caseworker", "/imports").await.text.contains("No files yet"));
    for who in ["operations", "auditor", "officer", "administrator"] {
        assert_eq!(get(&world, who, "/imports").await.status, StatusCode::FORBIDDEN, "{who}");
    }
    let token = english(&world, "caseworker", "/imports").await;
    for path in ["/imports/x", "/imports/00000000-0000-4000-8000-000000000001"] {
        assert_eq!(get(&world, "caseworker", path).await.status, StatusCode::NOT_FOUND, "{path}");
        let fields = [("_token", token.token())];
        for act in ["commit", "destroy"] {
            let page = post(&world, "caseworker", &format!("{path}/{act}"), &fields).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}/{act}");
        }
    }
}
