//! Holds every answer of every test against the document: its status is documented, and its body is what the schema says.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use axum::http::{HeaderMap, Method, StatusCode};
use jsonschema::Validator;
use serde_json::{Value, json};

static DOCUMENT: LazyLock<Value> = LazyLock::new(huean::web::openapi::document);
/// Schemas by the place where the document has them. To make one takes longer than most answers.
static SCHEMAS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// Stops the test if the document doesn't know such an answer. What is at no address is not in the document.
#[track_caller]
pub fn kept(method: &Method, path: &str, status: StatusCode, headers: &HeaderMap, body: &Value) {
    let Some((template, operation)) = operation(method, path) else { return };
    let asked = format!("{method} {template}");
    let documented = &operation["responses"][status.as_str()];
    assert!(documented.is_object(), "{asked} answers {status}, which the document does not know: {body}");
    let media = headers.get("content-type").map_or("", |it| it.to_str().unwrap());
    let media = media.split(';').next().unwrap_or_default().trim();
    let schema = &documented["content"][media]["schema"];
    if media.ends_with("json") && schema.is_object() {
        let faults: Vec<String> = validator(&asked, status, schema)
            .iter_errors(body)
            .map(|it| format!("{} at {}", it, it.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{asked} answers {status} otherwise than documented: {faults:#?}\n{body:#}");
    }
}

/// The operation that a path means: an exact one before one with a placeholder.
fn operation(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let segments: Vec<&str> = path.split('/').collect();
    let mut found: Vec<(&str, &Value)> = DOCUMENT["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(template, _)| {
            let wanted: Vec<&str> = template.split('/').collect();
            wanted.len() == segments.len()
                && wanted.iter().zip(&segments).all(|(wanted, is)| wanted.starts_with('{') || wanted == is)
        })
        .filter_map(|(template, item)| Some((template.as_str(), item.get(method.as_str().to_lowercase())?)))
        .collect();
    found.sort_by_key(|(template, _)| template.matches('{').count());
    found.first().copied()
}

fn validator(asked: &str, status: StatusCode, schema: &Value) -> &'static Validator {
    let mut schemas = SCHEMAS.lock().unwrap();
    schemas.entry(format!("{asked} {status}")).or_insert_with(|| {
        // The references of the document begin at its root.
        let root = json!({"allOf": [schema], "components": DOCUMENT["components"]});
        let made = jsonschema::options().should_validate_formats(true).build(&root);
        Box::leak(Box::new(made.unwrap_or_else(|error| panic!("{asked} {status}: {error}"))))
    })
}
