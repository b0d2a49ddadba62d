//! Tokens for programs, and the accounts that administrators keep: also the first one, and the last.

use chrono::TimeDelta;
use huean::signin::Fresh;
use serde_json::json;
use uuid::Uuid;

use super::browser::{Browser, PASSWORD, Person};
use super::cases::Case;
use super::world::World;

fn later(world: &World, by: TimeDelta) {
    world.clock.set(world.clock.now() + by);
}

/// What a program with this header hears.
async fn with(world: &World, authorization: &str, path: &str) -> super::world::Answer {
    world.call("", "GET", path, &[("authorization", authorization)], axum::body::Body::empty()).await
}

async fn a_program(world: &World) {
    let (_, mut browser) = Person::hired(world, 1, "caseworker", &["4609"]).await;
    let near = Case::identified(world).await;
    let wanted = json!({"name": "รายงานประจำคืน", "days": 30, "scope": {"areas": ["460902"]}});
    let issued = browser.post("/api-tokens", wanted).await.ok();
    let narrow = format!("Bearer {}", issued.body["token"].as_str().unwrap());
    let whole = browser.post("/api-tokens", json!({"name": "all", "days": 1, "scope": {"areas": ["46"]}})).await.ok();
    assert_eq!(whole.body["listed"]["scope"], json!({"areas": ["4609"]}), "no further than its owner");
    let whole = format!("Bearer {}", whole.body["token"].as_str().unwrap());
    let household = format!("/households/{}", near.id);
    with(world, &whole, &household).await.ok();
    assert_eq!(with(world, &narrow, &household).await.problem(404), "no_such_household");
    assert_eq!(with(world, &narrow, "/session").await.ok().body["id"], json!(null));
    assert_eq!(with(world, &narrow, "/sessions").await.problem(403), "session_needed");
    assert_eq!(with(world, &narrow, "/api-tokens").await.problem(403), "session_needed");

    let listed = browser.get("/api-tokens").await.ok();
    assert_eq!(listed.body["total"], 2);
    assert!(!listed.text.contains(narrow.rsplit_once('_').unwrap().1), "a token is shown once");
    for (wrong, field) in [
        (json!({"name": "", "days": 1}), "/name"),
        (json!({"name": "x", "days": 0}), "/days"),
        (json!({"name": "x", "days": 367}), "/days"),
    ] {
        let refused = browser.post("/api-tokens", wrong).await;
        refused.problem(422);
        assert_eq!(refused.fields()[0].0, field);
    }
    let id = issued.body["listed"]["id"].as_str().unwrap();
    let (_, mut another) = Person::hired(world, 2, "caseworker", &["4609"]).await;
    assert_eq!(another.post(&format!("/api-tokens/{id}/end"), json!({})).await.problem(404), "not_found");
    with(world, &narrow, "/households").await.ok();
    browser.post(&format!("/api-tokens/{id}/end"), json!({})).await.ok();
    assert_eq!(with(world, &narrow, "/households").await.problem(401), "token_needed");
    later(world, TimeDelta::days(1));
    assert_eq!(with(world, &whole, "/households").await.problem(401), "token_needed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_asks_within_its_owner_s_area_until_its_token_ends() {
    a_program(&World::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_on_postgresql_is_the_same() {
    a_program(&World::postgres().await).await;
}

/// Somebody leaves: what she had open here is over at once, and soon on the other node.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_has_no_session_and_no_token_any_more_on_any_node() {
    let first = World::postgres().await;
    let second = first.second_node().await;
    let (person, mut here) = Person::hired(&first, 1, "caseworker", &["4609"]).await;
    let mut there = here.moved_to(&second);
    let token = here.post("/api-tokens", json!({"name": "x", "days": 9})).await.ok().body["token"].clone();
    let program = format!("Bearer {}", token.as_str().unwrap());
    there.get("/session").await.ok();
    with(&second, &program, "/households").await.ok();
    first.post("administrator", &format!("/staff/{}/leave", person.staff), json!({})).await.ok();
    assert_eq!(here.get("/session").await.problem(401), "token_needed");
    assert_eq!(with(&first, &program, "/households").await.problem(401), "token_needed");
    assert_eq!(there.post("/sign-out", json!({})).await.problem(401), "token_needed");
    while there.get("/session").await.status == 200 || with(&second, &program, "/session").await.status == 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(person.enters(&second).await.1.problem(403), "no_role");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_outlives_a_session_takes_a_password_or_code_of_the_last_five_minutes() {
    let world = World::new().await;
    let (_, mut browser) = Person::hired(&world, 1, "caseworker", &["4609"]).await;
    let wanted = || json!({"name": "x", "days": 1});
    browser.post("/api-tokens", wanted()).await.ok();
    later(&world, TimeDelta::minutes(5));
    assert_eq!(browser.post("/api-tokens", wanted()).await.problem(403), "show_again");
    assert_eq!(browser.post("/session/offer-second-factor", json!({})).await.problem(403), "show_again");
    let wrong = browser.post("/session/show-password", json!({"password": "wrong horse battery"})).await;
    assert_eq!(wrong.problem(401), "sign_in_refused");
    let before = browser.clone();
    browser.post("/session/show-password", json!({"password": PASSWORD})).await.ok();
    assert_eq!(before.clone().get("/session").await.problem(401), "token_needed", "the secret is a new one");
    browser.post("/api-tokens", wanted()).await.ok();
    browser.post("/session/offer-second-factor", json!({})).await.ok();
    // Guessing there waits as it does at the door.
    let mut refused = Vec::new();
    for _ in 0..6 {
        let body = json!({"password": "wrong horse battery"});
        refused.push(browser.post("/session/show-password", body).await.status.as_u16());
    }
    assert!(refused.ends_with(&[429]), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_of_the_file_who_was_locked_out_is_out_whatever_she_holds() {
    let world = World::new().await;
    // The caseworker of the file, under her own id.
    let staff = world.get("caseworker", "/session").await.ok().body["staff"].as_str().unwrap().to_owned();
    let join = json!({"id": staff, "details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}});
    world.post("administrator", "/staff", join).await.ok();
    let grant = json!({"role": "caseworker", "scope": {"areas": ["4609"]}});
    world.post("administrator", &format!("/staff/{staff}/grant-role"), grant).await.ok();
    let mut keeper = Browser::keeper(&world).await;
    keeper.post(&format!("/staff/{staff}/make-account"), json!({"login": "somsri"})).await.ok();
    world.get("caseworker", "/households").await.ok();
    keeper.post(&format!("/staff/{staff}/lock-account"), json!({})).await.ok();
    assert_eq!(world.get("caseworker", "/households").await.problem(401), "token_needed");
    assert_eq!(world.post("caseworker", "/households", json!({})).await.problem(401), "token_needed");
    world.get("supervisor", "/households").await.ok();
    keeper.post(&format!("/staff/{staff}/unlock-account"), json!({})).await.ok();
    world.get("caseworker", "/households").await.ok();
    world.post("administrator", &format!("/staff/{staff}/leave"), json!({})).await.ok();
    assert_eq!(world.get("caseworker", "/households").await.problem(403), "role_may_not");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_expired_replayed_or_oversized_gets_one_answer() {
    let world = World::new().await;
    let (_, mut browser) = Person::hired(&world, 1, "caseworker", &["4609"]).await;
    let replayed = browser.cookie.clone();
    let token = browser.post("/api-tokens", json!({"name": "x", "days": 1})).await.ok().body["token"].clone();
    let token = token.as_str().unwrap();
    browser.post("/sign-out", json!({})).await.ok();
    let forged = format!("{}A", &replayed[..42]);
    let (long, longer) = ("A".repeat(43), "A".repeat(6_000));
    for cookie in [&replayed, &forged, "", "x", &long, &longer, &format!("{replayed}; __Host-huean={replayed}")] {
        let mut thief = Browser { world: &world, cookie: cookie.to_owned() };
        assert_eq!(thief.get("/households").await.problem(401), "token_needed", "{cookie:.50}");
        assert_eq!(thief.post("/sign-out", json!({})).await.problem(401), "token_needed", "{cookie:.50}");
    }
    let secret = &token["huean_".len()..];
    let upper = token.to_uppercase();
    let sent = ["", "Bearer", "Bearer ", secret, token, &upper, &longer];
    for sent in sent.into_iter().map(ToOwned::to_owned).chain([
        format!("Basic {token}"),
        format!("Bearer {secret}"),
        format!("Bearer {token}x"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer {replayed}"),
        format!("Bearer huean_{long}"),
        format!("Bearer {longer}"),
    ]) {
        assert_eq!(with(&world, &sent, "/households").await.problem(401), "token_needed", "{sent:.50}");
    }
    with(&world, &format!("bearer  {token} "), "/households").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_resets_locks_and_unlocks_and_nobody_else_does() {
    let world = World::new().await;
    let (person, mut browser) = Person::hired(&world, 1, "caseworker", &["4609"]).await;
    let token = browser.post("/api-tokens", json!({"name": "x", "days": 9})).await.ok().body["token"].clone();
    let program = format!("Bearer {}", token.as_str().unwrap());
    let path = |command: &str| format!("/staff/{}/{command}", person.staff);
    for command in ["make-account", "reset-account", "lock-account", "unlock-account"] {
        let refused = browser.post(&path(command), json!({"login": "x"})).await;
        assert_eq!(refused.problem(403), "role_may_not", "{command}");
        for who in ["caseworker", "supervisor", "auditor", "administrator"] {
            let refused = world.post(who, &path(command), json!({"login": "x"})).await;
            assert_eq!(refused.problem(403), "session_needed", "{who} {command}: a token opens nobody's account");
        }
    }
    assert_eq!(browser.get(&path("account")).await.problem(403), "role_may_not");
    assert_eq!(world.get("administrator", &path("account")).await.problem(403), "session_needed");
    let (_, mut half) = Person::hired(&world, 2, "caseworker", &["4609"]).await;
    assert_eq!(half.get(&path("account")).await.problem(403), "role_may_not");
    let state = Browser::keeper(&world).await.post(&path("lock-account"), json!({})).await.ok();
    assert_eq!((&state.body["locked"], &state.body["second_factor"]), (&json!(true), &json!(false)));
    assert_eq!(browser.get("/session").await.problem(401), "token_needed");
    assert_eq!(with(&world, &program, "/households").await.problem(401), "token_needed");
    assert_eq!(person.enters(&world).await.1.problem(401), "sign_in_refused");
    Browser::keeper(&world).await.post(&path("unlock-account"), json!({})).await.ok();
    assert_eq!(browser.get("/session").await.problem(401), "token_needed", "what was ended stays ended");
    person.enters(&world).await.1.ok();

    let handed_out = Browser::keeper(&world).await.post(&path("reset-account"), json!({})).await.ok();
    assert_eq!(person.enters(&world).await.1.problem(401), "sign_in_refused");
    let mut anew = Browser::at(&world);
    let password = handed_out.body["password"].as_str().unwrap();
    assert_eq!(anew.enter(&person.login, password, None).await.ok().body["missing"], "password");
    let again = Browser::keeper(&world).await.post(&path("make-account"), json!({"login": "another"})).await;
    assert_eq!(again.problem(409), "has_account");
    let nobody = Uuid::from_u128(0x404);
    for (id, command) in [(nobody.to_string(), "make-account"), (nobody.to_string(), "lock-account")] {
        let none =
            Browser::keeper(&world).await.post(&format!("/staff/{id}/{command}"), json!({"login": "ghost"})).await;
        assert_eq!(none.problem(404), "no_such_account", "{command}");
    }
    Browser::keeper(&world).await.get("/staff/x/account").await.problem(404);
}

/// Whatever two administrators do to each other, somebody administers in the end.
async fn quarrel(first: &World, second: &World) {
    for round in 0..6 {
        let (anna, mut hers) = Person::hired(first, 10 * round + 1, "administrator", &["46"]).await;
        let (ben, his) = Person::hired(first, 10 * round + 2, "administrator", &["46"]).await;
        for command in ["lock-account", "reset-account"] {
            let own = hers.post(&format!("/staff/{}/{command}", anna.staff), json!({})).await;
            assert_eq!(own.problem(422), "own_account");
        }
        let own = json!({"role": "administrator"});
        let last = hers.post(&format!("/staff/{}/revoke-role", anna.staff), own).await;
        assert_eq!(last.problem(422), "own_administration");
        let mut his = his.moved_to(second);
        let [of_ben, of_anna] = [&ben, &anna].map(|it| format!("/staff/{}/lock-account", it.staff));
        tokio::join!(hers.post(&of_ben, json!({})), his.post(&of_anna, json!({})));
        let mut locked = Vec::new();
        for person in [&anna, &ben] {
            let state = Browser::keeper(first).await.get(&format!("/staff/{}/account", person.staff)).await.ok();
            locked.push(state.body["locked"].as_bool().unwrap());
        }
        assert!(locked.contains(&false), "nobody is left to unlock in round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_lock_each_other_out_one_is_left_and_nobody_her_own() {
    let world = World::new().await;
    quarrel(&world, &world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_on_two_nodes_one_is_left() {
    let first = World::postgres().await;
    let second = first.second_node().await;
    quarrel(&first, &second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_comes_in_once_and_must_show_a_second_factor() {
    let world = World::new().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("first.token");
    let asked = |token: &str| json!({"token": token, "login": "admin", "password": PASSWORD});
    let first = "/sign-in/first-administrator";
    let mut browser = Browser::at(&world);
    assert_eq!(browser.post(first, asked("x")).await.problem(401), "sign_in_refused", "none is offered");
    let fresh = Fresh::drawn(&mut rand::rng());
    assert!(world.sign_in.offer_first(&path, "46".parse().unwrap(), &fresh).await.unwrap());
    let token = std::fs::read_to_string(&path).unwrap();
    assert_eq!(browser.post(first, asked(&token[1..])).await.problem(401), "sign_in_refused");
    let entered = browser.post(first, asked(&token)).await.ok();
    assert_eq!((&entered.body["role"], &entered.body["missing"]), (&json!("administrator"), &json!("second_factor")));
    assert!(!path.exists());
    assert_eq!(Browser::at(&world).post(first, asked(&token)).await.problem(401), "sign_in_refused", "it counts once");
    assert_eq!(browser.get("/policies?province=46").await.problem(403), "second_factor_first");
    let (mut nobody, _) = Person::joins(&world, 1, "caseworker", &["4609"]).await;
    nobody.takes_a_phone(&mut browser).await;
    browser.get("/policies?province=46").await.ok();
    let staff = json!({"details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}});
    assert_eq!(browser.post("/staff", staff).await.ok().status, 201);
}
