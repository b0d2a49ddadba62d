//! What happens to every request, whichever operation it names: id, count, language, patience, and no panic gets out.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::body::LARGEST;
use super::kind::Kind;
use super::problem::{Problem, speak};
use super::request::{RequestId, numbered};
use super::{Web, documents, imports, metrics, pages};

/// A request that takes longer is given up. A command's id tells later whether it was done.
const PATIENCE: Duration = Duration::from_secs(30);

/// The routes with everything around them; the last layer is the outermost.
pub fn around(router: Router<Web>, web: &Web) -> Router<Web> {
    router
        .fallback(|| async { Problem::nothing_there() })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                Kind::Method,
                "method_not_allowed",
                "ที่อยู่นี้ใช้วิธีอื่น ดูส่วนหัว Allow",
                "this address takes another method: see Allow",
            )
        })
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(patiently))
        .layer(from_fn_with_state(web.clone(), pages::around::around))
        .layer(from_fn(speak))
        .layer(from_fn(guarded))
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn_with_state(web.clone(), metrics::counted))
        .layer(from_fn(numbered))
}

async fn patiently(request: Request, next: Next) -> Response {
    let brings_a_file = imports::is_upload(&request) || documents::is_upload(&request);
    let patience = if brings_a_file { imports::PATIENCE } else { PATIENCE };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => super::refused::unavailable().into_response(),
    }
}

/// Nothing here may be kept by a cache on the way or shown as something else by a browser.
async fn guarded(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0);
    let mut response = next.run(request).await;
    if response.status().is_server_error() {
        tracing::warn!(request = ?id, status = response.status().as_u16(), "a request failed");
    }
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// What the panic said may quote a value, so it is not logged.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::new(
        Kind::Fault,
        "fault",
        "ระบบขัดข้อง แจ้งผู้ดูแลพร้อมรหัสคำขอ",
        "a fault of the service: report the request's id",
    )
    .into_response()
}
