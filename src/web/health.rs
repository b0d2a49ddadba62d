//! Is the process alive, is it ready to serve, and how is it doing? For whoever watches, without a token.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use projections::read_model::Progress;
use serde::Serialize;
use utoipa::ToSchema;

use super::operation::{OpenTo, Operation, Shape};
use super::{Web, metrics};

/// Whether the service is ready, and what it waits for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Whether requests are answered.
    pub ready: bool,
    /// The log's last position; none when it does not answer.
    pub log: Option<u64>,
    /// How far the read model has come.
    pub read_model: Progress,
}

/// Alive.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alive {
    /// `ok`.
    pub status: &'static str,
    /// The program's version.
    pub version: &'static str,
}

async fn ready(State(web): State<Web>) -> Response {
    let log = web.0.desk.log().head().await.ok().map(|head| head.position);
    let read_model = web.0.read_model.progress();
    let ready = log.is_some() && read_model.is_ready();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(Readiness { ready, log, read_model })).into_response()
}

async fn measured(State(web): State<Web>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics::text(&web).await).into_response()
}

/// The three operations.
pub fn operations() -> Vec<Operation> {
    let alive = || async { axum::Json(Alive { status: "ok", version: crate::desk::APP }) };
    let operation = |path: &str, id: &str, summary: &str, answer, failures, route| Operation {
        method: "get",
        path: path.to_owned(),
        id: id.to_owned(),
        tag: "service",
        summary: summary.to_owned(),
        open_to: OpenTo::Anybody,
        parameters: Vec::new(),
        body: None,
        status: 200,
        answer,
        failures,
        route,
    };
    vec![
        operation("/healthz", "alive", "Whether the process is alive.", Some(Shape::of::<Alive>()), &[], get(alive)),
        operation(
            "/readyz",
            "ready",
            "Whether the log answers and the read model has caught up; 503 with the same body until then.",
            Some(Shape::of::<Readiness>()),
            &[503],
            get(ready),
        ),
        operation("/metrics", "metrics", "Counts and positions, for Prometheus.", None, &[], get(measured)),
    ]
}
