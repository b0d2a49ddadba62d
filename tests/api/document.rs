//! The document and the routes say the same: every documented operation is there, and only those.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use uuid::Uuid;

use super::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_operation_is_there_and_asks_who_is_calling() {
    let world = World::new().await;
    let request = Request::get("/api/openapi.json").body(Body::empty()).unwrap();
    let document = world.send(request).await.ok().body;
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            let real = path.replace("{id}", &Uuid::from_u128(1).to_string()).replace("{name}", "funnel");
            let real = real.replace("{document}", &Uuid::from_u128(2).to_string());
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(&real);
            let status = world.send(request.body(Body::empty()).unwrap()).await.status.as_u16();
            let open = operation["security"] == serde_json::json!([]);
            // Whoever signs in sends who they are.
            let expected = if !open {
                401
            } else if method == "post" {
                422
            } else {
                200
            };
            assert_eq!(status, expected, "{method} {path}");
            let documented = operation["responses"].as_object().unwrap();
            assert!(open || documented.contains_key("401"), "{method} {path}");
            assert!(operation["x-roles"].is_array());
        }
    }
    assert!(operations > 45, "{operations}");
}

/// The answers keep to the schemas: no field is missing that the document requires.
#[tokio::test(flavor = "multi_thread")]
async fn answers_have_every_field_that_the_document_requires() {
    let world = World::new().await;
    let case = super::cases::Case::identified(&world).await;
    case.referred("caseworker", &["names"]).await;
    world.get_fresh("caseworker", "/households").await.ok();
    let document = huean::web::openapi::document();
    for (who, path, schema) in [
        ("caseworker", format!("/households/{}", case.id), "CaseView"),
        ("caseworker", format!("/households/{}/events", case.id), "Timeline"),
        ("caseworker", "/households".to_owned(), "Caseload"),
        ("caseworker", "/referrals".to_owned(), "Referrals"),
        ("operations", "/backlog?by=agency".to_owned(), "BacklogView"),
        ("operations", "/reports/funnel".to_owned(), "Table"),
        ("auditor", "/events".to_owned(), "Feed"),
        ("caseworker", "/agencies".to_owned(), "Agencies"),
        ("caseworker", "/policies".to_owned(), "Policies"),
        ("caseworker", "/instruments".to_owned(), "Instruments"),
        ("researcher", "/instruments/pppconnext-37@1".to_owned(), "Instrument"),
        ("caseworker", "/imports".to_owned(), "Imports"),
        ("caseworker", "/nothing".to_owned(), "Problem"),
    ] {
        let answer = world.get(who, &path).await;
        let schemas = &document["components"]["schemas"];
        has_what_is_required(schemas, &schemas[schema], &answer.body, &path);
    }
}

fn has_what_is_required(schemas: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return has_what_is_required(schemas, &schemas[name], value, at);
    }
    for part in schema["allOf"].as_array().unwrap_or(&Vec::new()) {
        has_what_is_required(schemas, part, value, at);
    }
    for name in schema["required"].as_array().unwrap_or(&Vec::new()) {
        let name = name.as_str().unwrap();
        assert!(value.get(name).is_some(), "{at} has no {name}: {value}");
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(inner) = value.get(name).filter(|inner| !inner.is_null()) {
            has_what_is_required(schemas, property, inner, &format!("{at}/{name}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        has_what_is_required(schemas, &schema["items"], item, at);
    }
}
