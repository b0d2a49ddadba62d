//! Signing in and out, one's own sessions and tokens, and the accounts that administrators keep.

mod accounts;
mod entering;
mod own;
pub mod refused;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use chrono::{DateTime, Utc};
use events::facts::staff::Scope;
use events::id::{AgencyId, StaffId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::operation::{OpenTo, Operation, Parameter, Shape, uuid};
use super::problem::Problem;
use super::who::set_cookie;
use super::{V1, Web};
use crate::signin::{Device, Entered, Fresh, Missing, Session};

/// The part of the document that these stand in.
pub const TAG: &str = "sign-in";

/// Who somebody is to the service.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionView {
    /// The session's id; none for who asks with a token.
    pub id: Option<Uuid>,
    /// Opaque id of the member of staff.
    pub staff: StaffId,
    /// The role acted in.
    pub role: &'static str,
    /// Where.
    pub scope: Scope,
    /// The agency an officer works for.
    pub agency: Option<AgencyId>,
    /// What must happen before anything else may.
    pub missing: Missing,
    /// The kind of device.
    pub device: Option<Device>,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub seen: Option<DateTime<Utc>>,
    /// When the second factor was shown.
    pub second_factor: Option<DateTime<Utc>>,
    /// When it ends at the latest.
    pub expires: Option<DateTime<Utc>>,
}

impl SessionView {
    fn of(session: &Session) -> Self {
        let acting = &session.acting;
        Self {
            id: Some(session.id),
            staff: session.staff,
            role: acting.role.as_str(),
            scope: acting.scope.clone(),
            agency: acting.agency,
            missing: acting.missing,
            device: Some(session.device),
            since: Some(session.created),
            seen: Some(session.seen),
            second_factor: session.second_factor,
            expires: Some(session.expires),
        }
    }
}

/// Every operation.
pub fn operations() -> Vec<Operation> {
    let mut all = entering::operations();
    all.extend(own::operations());
    all.extend(accounts::operations());
    all
}

/// One operation, as all of these look.
fn operation(
    (method, path): (&'static str, &str),
    (id, summary): (&str, &str),
    open_to: OpenTo,
    body: Option<(Shape, Value)>,
    answer: Option<Shape>,
    route: MethodRouter<Web>,
) -> Operation {
    let parameters = if path.contains('{') { vec![Parameter::path("id", "Its id.", uuid())] } else { Vec::new() };
    let failures: &[u16] = match (open_to, body.is_some(), path.contains('{')) {
        (OpenTo::Anybody, ..) => &[400, 401, 403, 408, 413, 415, 422, 429, 503],
        (_, true, _) => &[404, 408, 409, 413, 415, 422, 429],
        (_, false, true) => &[404, 409, 422, 429],
        (_, false, false) => &[404, 409, 422],
    };
    Operation {
        method,
        path: format!("{V1}{path}"),
        id: id.to_owned(),
        tag: TAG,
        summary: summary.to_owned(),
        open_to,
        parameters,
        body,
        status: if answer.is_some() { 200 } else { 204 },
        answer,
        failures,
        route,
    }
}

/// Somebody who came in: who they are, and the cookie that says so from now on.
fn welcome(entered: &Entered) -> Response {
    let cookie = set_cookie(Some(entered.secret.shown()));
    (StatusCode::OK, [(header::SET_COOKIE, cookie)], axum::Json(SessionView::of(&entered.session))).into_response()
}

/// Chance for one request.
fn fresh() -> Fresh {
    Fresh::drawn(&mut rand::rng())
}

/// The id in a path.
fn id_of(text: &str) -> Result<Uuid, Problem> {
    Uuid::parse_str(text).map_err(|_| Problem::nothing_there())
}

/// What every handler of these takes.
type OfWeb = State<Web>;
