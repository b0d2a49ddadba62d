//! Every way in which a request can be wrong gets its status, its code and its words, and nothing is stored.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use super::cases::{Case, found};
use super::world::World;

const JSON: [(&str, &str); 2] = [("content-type", "application/json"), ("accept-language", "en")];

#[tokio::test(flavor = "multi_thread")]
async fn without_a_known_token_nobody_comes_in() {
    let world = World::new().await;
    for path in ["/households", "/households/46-0000001-0", "/referrals", "/events", "/reports", "/policies"] {
        let answer = world.get("nobody", path).await;
        assert_eq!(answer.problem(401), "token_needed");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
    }
    for sent in ["Bearer", "Bearer ", "Bearer wrong", "Basic d3Jvbmc6d3Jvbmc=", "Bearer \u{e01}"] {
        let request = Request::get("/api/v1/households").header("authorization", sent.as_bytes());
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.problem(401), "token_needed", "{sent}");
    }
    let post = world.post("nobody", "/households", found("460901", "หนึ่ง")).await;
    assert_eq!(post.problem(401), "token_needed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_gets_its_own_status() {
    let world = World::new().await;
    let head = world.log.head().await.unwrap();
    let send = async |headers: &[(&str, &str)], body: Vec<u8>| {
        world.call("caseworker", "POST", "/households", headers, Body::from(body)).await
    };
    for broken in [&b"{"[..], b"{\"a\":}", b"nonsense", b"\xff\xfe", b"[1,2"] {
        assert_eq!(send(&JSON, broken.to_vec()).await.problem(400), "broken_json", "{broken:?}");
    }
    assert!(send(&JSON, b"{\"a\":\"\\ud800\"}".to_vec()).await.status.is_client_error());
    for no_object in [&b"[]"[..], b"null", b"7", b" \"text\""] {
        let answer = send(&JSON, no_object.to_vec()).await;
        assert_eq!((answer.problem(422), answer.fields()), ("invalid_fields", vec![("", "wrong_type")]));
    }
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    assert!(send(&JSON, deep).await.status.is_client_error());
    assert_eq!(send(&JSON, vec![b' '; (1 << 20) + 1]).await.problem(413), "too_large");
    let form = [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];
    assert_eq!(send(&form, b"tambon=460901".to_vec()).await.problem(415), "not_json");
    assert_eq!(send(&[], b"{}".to_vec()).await.problem(415), "not_json");
    assert_eq!(send(&[], Vec::new()).await.problem(422), "invalid_fields");
    assert_eq!(world.log.head().await.unwrap(), head, "nothing is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_that_cannot_stand_is_named_and_nothing_sent_is_quoted() {
    let world = World::new().await;
    // A first household, so that this node has its block of case numbers.
    Case::identified(&world).await;
    let head = world.log.head().await.unwrap();
    let mut wrong = found("460901", "หนึ่ง");
    wrong["happened_on"] = json!("2027-01-01");
    wrong["members"][0]["details"]["given_name"] = json!(" ");
    wrong["address"]["lat"] = json!("ลับมาก");
    let answer = world.post("caseworker", "/households", wrong).await;
    assert_eq!(answer.problem(422), "invalid_fields");
    let mut fields = answer.fields();
    fields.sort_unstable();
    let expected = [
        ("/address/lat", "out_of_range"),
        ("/happened_on", "in_the_future"),
        ("/members/0/details/given_name", "empty"),
    ];
    assert_eq!(fields, expected);
    assert!(!answer.text.contains("ลับมาก"));

    let change = |pointer: &str, value: Value| {
        let mut body = found("460901", "หนึ่ง");
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    for (pointer, value, code) in [
        ("/tambon", json!("460977"), "area_unknown"),
        ("/tambon", json!("4609"), "place_not_a_tambon"),
        ("/tambon", json!(460_901), "not_a_string"),
        ("/moo", json!(-1), "invalid_value"),
        ("/moo", json!("3"), "wrong_type"),
        ("/sources", json!([]), "too_few"),
        ("/basis", json!("because"), "unknown_code"),
        ("/members/0/sex", json!(null), "wrong_type"),
        ("/members/0/details/birth", json!("2568-01"), "date_year_out_of_range"),
        ("/members/0/details/given_name", json!("ก".repeat(201)), "too_long"),
        ("/members/0/details/given_name", json!("ก\u{0}ข"), "control_character"),
        ("/happened_on", json!("1999-12-31"), "too_early"),
    ] {
        let answer = world.post("caseworker", "/households", change(pointer, value.clone())).await;
        answer.problem(422);
        let found = answer.fields();
        assert!(found.iter().any(|(at, _)| *at == pointer), "{pointer} {value}: {}", answer.text);
        assert!(found.iter().any(|(_, it)| *it == code), "{pointer}: {}", answer.text);
    }
    assert_eq!(world.log.head().await.unwrap(), head, "nothing is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unknown_or_impossible_says_so() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = |command: &str| format!("/households/{}/{command}", case.id);
    assert_eq!(world.post("caseworker", &path("fly"), json!({})).await.problem(404), "not_found");
    assert_eq!(world.get("caseworker", "/nothing").await.problem(404), "not_found");
    let method = world.get("caseworker", &path("verify")).await;
    assert_eq!((method.problem(405), method.header("allow")), ("method_not_allowed", "POST"));
    let early = world.post("caseworker", &path("assess"), json!({})).await;
    assert_eq!(early.problem(422), "invalid_fields", "fields come before rules");
    assert_eq!(world.post("caseworker", &path("propose-graduation"), json!({})).await.problem(422), "not_assisted");
    assert_eq!(world.post("auditor", &path("verify"), json!({})).await.problem(403), "role_may_not");
    assert_eq!(world.post("caseworker", "/policies", json!({})).await.problem(403), "role_may_not");
    let unknown = format!("/households/{}/verify", Uuid::from_u128(9));
    assert_eq!(world.post("caseworker", &unknown, json!({})).await.problem(404), "no_such_household");
    for id in ["46-0099999-0", "nobody", "%FF", "46-0000001-9"] {
        world.get("caseworker", &format!("/households/{id}")).await.problem(404);
    }
    let agency = format!("/agencies/{}/set-capacity", Uuid::from_u128(9));
    let nobody = world.post("administrator", &agency, json!({"service": "x", "places": 1})).await;
    assert_eq!(nobody.problem(404), "unknown_reference");
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_and_parameters_are_judged_like_fields() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/households/{}/visit-home", case.id);
    for (name, value) in [
        ("idempotency-key", "not a uuid"),
        ("if-match", "12"),
        ("if-match", "\"-1\""),
        ("if-match", "W/\"1\""),
        ("if-match", "\"99999999999999999999\""),
    ] {
        let answer = world.post_with("caseworker", &path, &[(name, value)], json!({"seen": "poor"})).await;
        assert_eq!(answer.problem(422), "invalid_fields");
        assert_eq!(answer.fields()[0].0, format!("/headers/{name}"), "{value}");
    }
    for (query, pointer) in [
        ("/households?stage=flying", "/query/stage"),
        ("/households?limit=0", "/query/limit"),
        ("/households?limit=201", "/query/limit"),
        ("/households?nothing=1", "/query/nothing"),
        ("/households?cursor=abc", "/query/cursor"),
        ("/households?district=460901", "/query/district"),
        ("/households?district=4609&tambon=460201", "/query/tambon"),
        ("/households?caseworker=x", "/query/caseworker"),
        ("/households?due=never", "/query/due"),
        ("/households?level=9", "/query/level"),
        ("/households?sort=size", "/query/sort"),
        ("/households?stage=verified&stage=assessed", "/query/stage"),
        ("/referrals?state=lost", "/query/state"),
        ("/referrals?as_of=0001-01-01", "/query/as_of"),
        ("/referrals?overdue=perhaps", "/query/overdue"),
        ("/search", "/query/q"),
        ("/households?after_position=-1", "/query/after_position"),
    ] {
        let answer = world.get("caseworker", query).await;
        assert_eq!(answer.problem(422), "invalid_fields", "{query}");
        assert_eq!(answer.fields()[0].0, pointer, "{query}");
    }
    assert_eq!(world.get("caseworker", "/households?q=%FF").await.status, 200, "no name reads like this");
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_speak_the_language_of_the_reader() {
    let world = World::new().await;
    let ask = async |language: &str| {
        let headers = [("accept-language", language)];
        world.call("caseworker", "GET", "/households?limit=0", &headers, Body::empty()).await
    };
    let thai = ask("").await;
    assert_eq!((thai.header("content-language"), &thai.body["title"]), ("th", &json!("มีช่องที่ต้องแก้ไข")));
    let english = ask("en-GB;q=0.9, th;q=0.1").await;
    assert_eq!(english.header("content-language"), "en");
    assert_eq!(english.body["errors"][0]["detail"], "must be 1 to 200");
    assert_eq!(english.body["instance"], format!("urn:uuid:{}", english.header("x-request-id")));
}
