//! The document of the API, OpenAPI 3.1, made from the same table of operations as the routes.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::kind::Kind;
use super::operation::{OpenTo, Operation, Parameter, Schemas, Shape};
use super::problem::ProblemBody;
use super::reads::looks;
use super::request::{POSITION, REPLAY};
use super::signin;
use crate::reports::xlsx;

/// The operation that answers the document.
pub(crate) fn operation() -> Operation {
    Operation {
        method: "get",
        path: "/api/openapi.json".to_owned(),
        id: "document".to_owned(),
        tag: "service",
        summary: "This document.".to_owned(),
        open_to: OpenTo::Anybody,
        parameters: Vec::new(),
        body: None,
        status: 200,
        answer: None,
        failures: &[],
        route: get(|| async {
            static TEXT: OnceLock<String> = OnceLock::new();
            let text = TEXT.get_or_init(|| document().to_string());
            ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response()
        }),
    }
}

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    for operation in super::operations() {
        let item = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        let method = operation.method;
        item[method] = described(&operation, &mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Huean",
            "version": crate::desk::APP,
            "summary": "Case management for poor households: one append-only history per household.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.0,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-huean"}
            }
        }
    })
}

fn described(operation: &Operation, schemas: &mut Schemas) -> Value {
    let problem = Shape::of::<ProblemBody>().refer(schemas);
    let mut responses = Map::new();
    responses.insert(operation.status.to_string(), success(operation, schemas));
    let mut failures = operation.failures.to_vec();
    if operation.open_to != OpenTo::Anybody {
        // Whose role was revoked reads nothing, not even what every role may read.
        failures.extend([400, 401, 403, 503]);
    }
    failures.sort_unstable();
    failures.dedup();
    for status in failures {
        // What is ready or not says so in the same words.
        let own = (status == 503 && operation.open_to == OpenTo::Anybody && operation.body.is_none())
            .then(|| success(operation, schemas));
        let refused = json!({
            "description": titles(status),
            "content": {"application/problem+json": {"schema": problem}}
        });
        responses.insert(status.to_string(), own.unwrap_or(refused));
    }
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": operation.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "responses": responses,
        "x-roles": operation.open_to.roles(),
    });
    if let Some((shape, example)) = &operation.body {
        let mut content = shape.content(schemas);
        let first = if shape.is_file() { "text/csv" } else { "application/json" };
        // Of a picture there is no example that could be read.
        if !example.is_null() {
            content[first]["example"] = example.clone();
        }
        described["requestBody"] = json!({"required": true, "content": content});
        described["x-codeSamples"] = json!([{"lang": "Shell", "source": curl(operation, shape, example)}]);
    }
    if operation.open_to == OpenTo::Anybody {
        described["security"] = json!([]);
    }
    described
}

fn success(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut success = json!({"description": "Done."});
    if let Some(shape) = &operation.answer {
        success["content"] = shape.content(schemas);
        for (media_type, schema) in other_forms(operation) {
            success["content"][media_type] = json!({"schema": schema});
        }
    }
    if !matches!(operation.tag, signin::TAG | looks::TAG)
        && operation.body.as_ref().is_some_and(|(shape, _)| !shape.is_file())
    {
        success["headers"] = json!({
            "ETag": {"schema": {"type": "string"}, "description": "The sequence after the command, in quotes."},
            POSITION: {"schema": {"type": "integer"}, "description": "What a read waits for to show this."},
            REPLAY: {"schema": {"type": "string"}, "description": "`true`: the command was done before."},
        });
    }
    success
}

/// What an answer can be besides JSON, where a parameter chooses its form.
fn other_forms(operation: &Operation) -> Vec<(&'static str, Value)> {
    let format = operation.parameters.iter().find(|it| it.name == "format");
    let named = |form: &str| {
        format.is_some_and(|it| it.schema["enum"].as_array().is_some_and(|all| all.contains(&json!(form))))
    };
    [
        ("csv", "text/csv", json!({"type": "string"})),
        ("xlsx", xlsx::MEDIA_TYPE, json!({"type": "string", "format": "binary"})),
    ]
    .into_iter()
    .filter(|(form, ..)| named(form))
    .map(|(_, media_type, schema)| (media_type, schema))
    .collect()
}

fn parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.says,
        "schema": parameter.schema,
    })
}

fn titles(status: u16) -> String {
    let of_status = Kind::ALL.into_iter().filter(|kind| kind.status().as_u16() == status);
    of_status.map(|kind| kind.title().en).collect::<Vec<_>>().join("; ")
}

/// How to try it from a shell.
fn curl(operation: &Operation, shape: &Shape, body: &Value) -> String {
    let path = operation.path.replace("{id}", "$ID");
    if shape.is_file() && body.is_null() {
        return format!(
            "curl -sS -X POST \"$HUEAN{path}?kind=photo\" -H \"Authorization: Bearer $HUEAN_TOKEN\" \\\n  \
             -H 'Content-Type: image/jpeg' -H 'Document-Title: house' --data-binary @house.jpg"
        );
    }
    if shape.is_file() {
        return format!(
            "curl -sS -X POST \"$HUEAN{path}?source=household-register\" -H \"Authorization: Bearer $HUEAN_TOKEN\" \\\n  \
             -H 'Content-Type: text/csv' --data-binary @households.csv"
        );
    }
    if operation.open_to == OpenTo::Anybody {
        return format!("curl -sS -i \"$HUEAN{path}\" -H 'Content-Type: application/json' -d '{body}'");
    }
    format!(
        "curl -sS -X POST \"$HUEAN{path}\" -H \"Authorization: Bearer $HUEAN_TOKEN\" \\\n  \
         -H \"Idempotency-Key: $(uuidgen)\" -H 'Content-Type: application/json' \\\n  -d '{body}'"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reference_leads_somewhere_and_no_two_schemas_share_a_name() {
        let document = document();
        let mut schemas = Schemas::default();
        for operation in crate::web::operations() {
            described(&operation, &mut schemas);
        }
        assert_eq!(schemas.1, Vec::<String>::new(), "two schemas of one name");
        let known = document["components"]["schemas"].as_object().unwrap();
        let text = document.to_string();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(known.contains_key(name), "{name}");
        }
    }

    #[test]
    fn every_operation_has_an_id_of_its_own_and_its_roles() {
        let mut ids = BTreeSet::new();
        for operation in crate::web::operations() {
            assert!(ids.insert(operation.id.clone()), "{} twice", operation.id);
            assert!(!operation.summary.is_empty(), "{}", operation.id);
            let in_path = operation.path.matches('{').count();
            let described = operation.parameters.iter().filter(|it| it.place == "path").count();
            assert_eq!(in_path, described, "{}", operation.path);
        }
        let document = document();
        let verify = &document["paths"]["/api/v1/households/{id}/verify"]["post"];
        assert_eq!(verify["x-roles"], json!(["caseworker", "supervisor"]));
        assert!(verify["responses"]["412"].is_object() && verify["x-codeSamples"][0]["source"].is_string());
        let report = &document["paths"]["/api/v1/reports/{name}"]["get"]["responses"]["200"]["content"];
        assert!(
            report["text/csv"].is_object()
                && report[xlsx::MEDIA_TYPE].is_object()
                && report["application/json"].is_object()
        );
        assert!(verify["responses"]["408"].is_object(), "a body may come too slowly");
        let overdue = &document["paths"]["/api/v1/households/{id}/note-response-overdue"]["post"];
        assert_eq!(overdue["x-roles"], json!([]), "the watcher does not come through this door");
    }
}
