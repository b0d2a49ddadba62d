//! Coming in, staying in and going out, as a browser meets it, on both databases.

use axum::body::Body;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::browser::{Browser, PASSWORD, Person};
use super::world::{Answer, World};

fn later(world: &World, by: TimeDelta) {
    world.clock.set(world.clock.now() + by);
}

/// What an answer says, without what names the request.
fn said(answer: &Answer) -> (u16, Value) {
    let mut body = answer.body.clone();
    for own in ["instance", "request"] {
        body[own] = Value::Null;
    }
    (answer.status.as_u16(), body)
}

/// From the password that is handed out to the sign-out.
async fn a_day(world: &World) {
    let (mut supervisor, handed_out) = Person::joins(world, 1, "supervisor", &["4609"]).await;
    let mut browser = Browser::at(world);
    assert_eq!(browser.get("/households").await.problem(401), "token_needed");
    assert_eq!(browser.get("/session").await.problem(401), "token_needed");
    let entered = browser.enter(&supervisor.login, &handed_out, None).await.ok();
    assert_eq!((&entered.body["missing"], &entered.body["role"]), (&json!("password"), &json!("supervisor")));
    assert!(entered.header("set-cookie").contains("; Secure; HttpOnly; SameSite=Strict"));
    assert!(!entered.text.contains(&browser.cookie), "a script reads no secret");
    assert_eq!(browser.get("/households").await.problem(403), "password_first");
    assert_eq!(browser.post("/session/offer-second-factor", json!({})).await.problem(403), "session_needed");

    for (new, code) in
        [("short", "password_short"), ("password1234", "password_common"), ("I am person1 here", "password_name")]
    {
        let refused = browser.post("/session/password", json!({"old": handed_out, "new": new})).await;
        refused.problem(422);
        assert_eq!(refused.fields(), [("/new", code)]);
    }
    let before = browser.clone();
    let changed = json!({"old": handed_out, "new": PASSWORD});
    let session = browser.post("/session/password", changed).await.ok();
    assert_eq!(session.body["missing"], "second_factor");
    assert_eq!(before.clone().get("/session").await.problem(401), "token_needed");
    assert_eq!(browser.get("/households").await.problem(403), "second_factor_first");
    assert_eq!(browser.post("/session/second-factor", json!({"code": "123456"})).await.problem(401), "sign_in_refused");

    supervisor.takes_a_phone(&mut browser).await;
    assert_eq!(browser.get("/households").await.ok().body["total"], 0);
    let again = browser.post("/session/offer-second-factor", json!({})).await;
    assert_eq!(again.problem(422), "has_second_factor");
    browser.post("/sign-out", json!({})).await.ok();
    assert_eq!(browser.cookie, "", "the browser forgets");

    later(world, TimeDelta::minutes(1));
    let mut browser = Browser::at(world);
    assert_eq!(browser.enter(&supervisor.login, PASSWORD, None).await.problem(401), "code_needed");
    let wrong = browser.enter(&supervisor.login, "wrong horse battery", None).await;
    assert_eq!(wrong.problem(401), "sign_in_refused", "no word of a second factor before the password is right");
    let (mut browser, entered) = supervisor.enters(world).await;
    entered.ok();
    let sessions = browser.get("/sessions").await.ok();
    assert_eq!((&sessions.body["total"], &sessions.body["items"][0]["device"]), (&json!(1), &json!("computer")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_begins_with_a_password_of_ones_own_and_a_code_and_ends_with_the_sign_out() {
    a_day(&World::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_postgresql_is_the_same() {
    a_day(&World::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_name_a_wrong_password_and_a_locked_account_get_one_answer() {
    let world = World::new().await;
    let (person, mut browser) = Person::hired(&world, 1, "caseworker", &["4609"]).await;
    let (locked, _) = Person::hired(&world, 2, "caseworker", &["4609"]).await;
    Browser::keeper(&world).await.post(&format!("/staff/{}/lock-account", locked.staff), json!({})).await.ok();
    let unknown = Browser::at(&world).enter("nobody", PASSWORD, None).await;
    assert_eq!(unknown.problem(401), "sign_in_refused");
    assert_eq!(unknown.header("set-cookie"), "");
    let long = "x".repeat(50_000);
    for (login, password) in [
        (person.login.as_str(), "wrong horse battery"),
        (&locked.login, PASSWORD),
        (&person.login, ""),
        (&person.login, &long),
        ("", ""),
        ("ไม่มี", PASSWORD),
        (&long, &long),
        ("a' OR '1'='1", PASSWORD),
    ] {
        let refused = Browser::at(&world).enter(login, password, None).await;
        assert_eq!(said(&refused), said(&unknown), "{login:.20}");
    }
    browser.get("/session").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_waits_longer_each_time_and_the_wait_ends() {
    let world = World::new().await;
    let (person, mut browser) = Person::hired(&world, 1, "caseworker", &["4609"]).await;
    for login in ["nobody", person.login.as_str()] {
        let mut waits = Vec::new();
        for _ in 0..12 {
            let refused = Browser::at(&world).enter(login, "wrong horse battery", None).await;
            if refused.status == 429 {
                assert_eq!(refused.problem(429), "too_many_tries");
                waits.push(refused.header("retry-after").parse::<i64>().unwrap());
                later(&world, TimeDelta::seconds(waits[waits.len() - 1]));
            } else {
                assert_eq!(refused.problem(401), "sign_in_refused");
            }
        }
        assert!(waits.len() >= 2 && waits.is_sorted() && waits.first() < waits.last(), "{login}: {waits:?}");
    }
    browser.get("/session").await.ok();
    let early = person.enters(&world).await.1;
    later(&world, TimeDelta::seconds(early.header("retry-after").parse().unwrap()));
    assert_eq!(early.problem(429), "too_many_tries", "the right password waits too");
    person.enters(&world).await.1.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_counts_once_whichever_node_it_is_sent_to() {
    let first = World::postgres().await;
    let second = first.second_node().await;
    let (person, _) = Person::hired(&first, 1, "auditor", &["46"]).await;
    assert_eq!(person.enters(&second).await.1.problem(401), "sign_in_refused", "its first code was shown already");
    for world in [&first, &second] {
        later(world, TimeDelta::minutes(2));
    }
    let ((_, one), (_, other)) = tokio::join!(person.enters(&first), person.enters(&second));
    let mut answers = [one.status.as_u16(), other.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [200, 401], "{} {}", one.text, other.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_is_over_here_at_once_and_soon_on_every_node() {
    let first = World::postgres().await;
    let second = first.second_node().await;
    let (person, mut here) = Person::hired(&first, 1, "caseworker", &["4609"]).await;
    let (lost, entered) = person.enters(&second).await;
    let lost_id = entered.ok().body["id"].as_str().unwrap().to_owned();
    let (mut lost, mut lost_here) = (lost.clone(), lost.moved_to(&first));
    lost.get("/session").await.ok();
    lost_here.get("/session").await.ok();
    assert_eq!(here.get("/sessions").await.ok().body["total"], 2);
    assert_eq!(here.post(&format!("/sessions/{lost_id}/end"), json!({})).await.ok().status, 204);
    assert_eq!(here.post(&format!("/sessions/{lost_id}/end"), json!({})).await.problem(404), "not_found");
    assert_eq!(lost_here.get("/session").await.problem(401), "token_needed");
    // What changes something is asked of the vault itself, whatever this node remembers.
    assert_eq!(lost.post("/households", json!({})).await.problem(401), "token_needed");
    while lost.get("/session").await.status == 200 {
        tokio::task::yield_now().await;
    }
    here.get("/session").await.ok();
    let (_, mut another) = Person::hired(&first, 2, "caseworker", &["4609"]).await;
    let hers = here.get("/session").await.ok().body["id"].as_str().unwrap().to_owned();
    assert_eq!(another.post(&format!("/sessions/{hers}/end"), json!({})).await.problem(404), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_nobodys_after_a_quarter_of_an_hour_and_no_session_lasts_longer_than_eight_hours() {
    let world = World::new().await;
    let (person, _) = Person::hired(&world, 1, "caseworker", &["4609"]).await;
    let on = async |device: &str| {
        let mut browser = Browser::at(&world);
        let body = json!({"login": person.login, "password": PASSWORD, "device": device});
        browser.post("/sign-in", body).await.ok();
        browser
    };
    let (mut used, mut idle, mut computer) = (on("phone").await, on("phone").await, on("computer").await);
    for _ in 0..2 {
        later(&world, TimeDelta::minutes(14));
        used.get("/households").await.ok();
    }
    assert_eq!(idle.get("/households").await.problem(401), "token_needed");
    later(&world, TimeDelta::minutes(8 * 60 - 29));
    computer.get("/households").await.ok();
    assert_eq!(used.get("/households").await.problem(401), "token_needed");
    later(&world, TimeDelta::minutes(1));
    assert_eq!(computer.get("/households").await.problem(401), "token_needed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_does_nothing_with_somebodys_cookie() {
    let world = World::new().await;
    let (person, mut browser) = Person::hired(&world, 1, "caseworker", &["4609"]).await;
    let json = ("content-type", "application/json");
    for headers in [
        &[json, ("sec-fetch-site", "cross-site")][..],
        &[json, ("sec-fetch-site", "same-site"), ("origin", "https://other.example")],
        &[json, ("sec-fetch-site", "cross-site"), ("huean-request", "1")],
        &[json, ("origin", "https://other.example")],
        &[json],
    ] {
        let asked = browser.clone().ask("POST", "/sign-out", headers, Body::from("{}")).await;
        assert_eq!(asked.problem(403), "foreign_page", "{headers:?}");
        let read = browser.clone().ask("GET", "/households", headers, Body::empty()).await;
        assert_eq!(read.problem(403), "foreign_page", "{headers:?}");
    }
    let entry = Body::from(json!({"login": person.login, "password": PASSWORD}).to_string());
    let enter = [json, ("sec-fetch-site", "cross-site")];
    assert_eq!(Browser::at(&world).ask("POST", "/sign-in", &enter, entry).await.problem(403), "foreign_page");
    let form = Body::from("login=a&password=b");
    let posted = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(Browser::at(&world).ask("POST", "/sign-in", &posted, form).await.problem(415), "not_json");
    let ours = [json, ("huean-request", "1")];
    browser.ask("GET", "/households", &ours, Body::empty()).await.ok();
}
