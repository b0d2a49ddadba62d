//! Ten thousand requests that no client of good will sends: each gets a clear no, none a 5xx, and nothing is stored.

use axum::body::Body;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::cases::{Case, found};
use super::world::World;

const REQUESTS: usize = 10_000;

/// Values that somewhere a program did not expect.
fn odd(rng: &mut StdRng) -> Value {
    let all = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}"),
        json!("'; --"),
        json!("9999-99-99"),
        json!("-262143-01-01"),
        json!("+262142-12-31"),
        json!("🙈".repeat(300)),
        json!("460901"),
        json!([]),
        json!([[[[]]]]),
        json!({}),
        json!({"$o": 1, "k": "person:1", "t": "x"}),
        json!({"$s": 1}),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("x".repeat(5_000)),
    ];
    all.choose(rng).unwrap().clone()
}

/// Replaces, removes or adds something somewhere.
fn bend(value: &mut Value, rng: &mut StdRng) {
    match value {
        Value::Object(members) if !members.is_empty() && rng.random_bool(0.8) => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = names.choose(rng).unwrap();
            match rng.random_range(0..5) {
                0 => drop(members.remove(name)),
                1 => drop(members.insert("$odd".to_owned(), odd(rng))),
                _ => bend(members.get_mut(name).unwrap(), rng),
            }
        }
        Value::Array(items) if !items.is_empty() && rng.random_bool(0.8) => {
            let at = rng.random_range(0..items.len());
            bend(&mut items[at], rng);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            *value = odd(rng);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_the_answer_is_a_clear_no_or_the_truth() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    case.referred("caseworker", &["names"]).await;
    let document = huean::web::openapi::document();
    let mut posts: Vec<(String, Value)> = Vec::new();
    let mut gets: Vec<(String, Vec<String>)> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/api/v1") else { continue };
        let path = path.replace("{id}", &case.id).replace("{name}", "funnel");
        if let Some(post) = item.get("post") {
            posts.push((path.clone(), post["requestBody"]["content"]["application/json"]["example"].clone()));
        }
        if let Some(get) = item.get("get") {
            let query = get["parameters"].as_array().unwrap().iter().filter(|it| it["in"] == "query");
            gets.push((path, query.map(|it| it["name"].as_str().unwrap().to_owned()).collect()));
        }
    }
    posts.push(("/households".to_owned(), found("460901", "ก")));
    let seed = 20_260_601;
    let mut rng = StdRng::seed_from_u64(seed);
    let who = ["caseworker", "supervisor", "administrator", "officer", "auditor", "operations"];
    let mut clear = 0;
    for round in 0..REQUESTS {
        let who = who.choose(&mut rng).unwrap();
        let answer = if rng.random_bool(0.75) {
            let (path, example) = posts.choose(&mut rng).unwrap();
            let mut body = example.clone();
            bend(&mut body, &mut rng);
            let mut bytes = body.to_string().into_bytes();
            if rng.random_bool(0.2) && !bytes.is_empty() {
                let at = rng.random_range(0..bytes.len());
                bytes[at] = rng.random();
            }
            let headers = [("content-type", "application/json"), ("if-match", "\"0\"")];
            let headers = if rng.random_bool(0.5) { &headers[..] } else { &headers[..1] };
            world.call(who, "POST", path, headers, Body::from(bytes)).await
        } else {
            let (path, names) = gets.choose(&mut rng).unwrap();
            let values =
                ["", "x", "-1", "0", "%00", "%FF", "9999-12-31", "46", "460901", "99999999999999999999", "'", "true"];
            let mut query = String::new();
            for _ in 0..rng.random_range(0..4) {
                let name = names.choose(&mut rng).map_or("any", String::as_str);
                // Waiting for what never comes is another test's.
                if name != "after_position" {
                    query.extend(["&", name, "=", values.choose(&mut rng).unwrap()]);
                }
            }
            world.call(who, "GET", &format!("{path}?{}", query.trim_start_matches('&')), &[], Body::empty()).await
        };
        assert!(answer.status.as_u16() < 500, "round {round} of seed {seed}: {}", answer.text);
        if answer.status.is_client_error() {
            assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
            clear += 1;
        }
    }
    assert!(clear > REQUESTS / 2, "{clear} were refused: the fuzzer bends too little");
    // The log is whole, the case still folds, and the read model has followed everything that was accepted.
    world.get_fresh("caseworker", &format!("/households/{}", case.id)).await.ok();
    world.get_fresh("caseworker", "/households").await.ok();
}
