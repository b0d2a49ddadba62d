//! From a form of a page to the API's own handler, as whoever sent the form: what the API refuses, the page hears.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

use crate::web::Web;
use crate::web::operation::Operation;
use crate::web::problem::Problem;
use crate::web::refused::unavailable;
use crate::web::request::KEY;

/// The most bytes of an answer that a page reads.
const ANSWER: usize = 1 << 20;

/// The answer's headers.
pub async fn given(
    web: &Web,
    operation: Operation,
    id: &str,
    sent: &HeaderMap,
    command: Uuid,
    body: &Value,
) -> Result<HeaderMap, Problem> {
    answered(web, operation, id, sent, command, body).await.map(|it| it.0)
}

/// The answer's headers, and what it says.
pub async fn answered(
    web: &Web,
    operation: Operation,
    id: &str,
    sent: &HeaderMap,
    command: Uuid,
    body: &Value,
) -> Result<(HeaderMap, Value), Problem> {
    let mut request = Request::post(operation.path.replace("{id}", id));
    if !body.is_null() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let mut request = request
        // The form's token showed that it is of a page of ours.
        .header("sec-fetch-site", "same-origin")
        .header(KEY, command.to_string());
    for name in [header::AUTHORIZATION, header::COOKIE] {
        for value in sent.get_all(&name) {
            request = request.header(&name, value);
        }
    }
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let request = request.body(Body::from(text)).map_err(|_| Problem::nothing_there())?;
    let router = Router::new().route(&operation.path, operation.route).with_state(web.clone());
    let Ok(mut response) = router.oneshot(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Box<Problem>>() {
        return Err(*problem);
    }
    let (parts, body) = response.into_parts();
    let said = to_bytes(body, ANSWER).await.unwrap_or_default();
    let said = serde_json::from_slice(&said).unwrap_or_default();
    if parts.status.is_success() { Ok((parts.headers, said)) } else { Err(unavailable()) }
}
