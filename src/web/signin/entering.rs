//! Coming in and going out: sign-in, the first administrator, sign-out, and who am I.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::refused::of_sign_in;
use super::{OfWeb, SessionView, fresh, operation, welcome};
use crate::access::Role;
use crate::signin::{Device, Entry, Missing};
use crate::web::body::Json;
use crate::web::kind::Kind;
use crate::web::operation::{OpenTo, Operation, Shape};
use crate::web::problem::Problem;
use crate::web::proxies::From;
use crate::web::who::{Signed, SignedIn, set_cookie};

/// Somebody signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    /// The login name.
    login: String,
    /// The password.
    password: String,
    /// The six digits of the second factor, for who has one.
    #[serde(default)]
    code: Option<String>,
    /// The role to act in; the first that is held when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// The kind of device; a phone when left out.
    #[serde(default)]
    device: Device,
}

/// The first administrator of a new log.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAdministrator {
    /// What the file of the data folder holds.
    token: String,
    /// The login name to be taken.
    login: String,
    /// The password to be taken.
    password: String,
}

/// A page of another site may not sign somebody in: what they do then would be done for whoever set it up.
fn from_no_other_site(headers: &HeaderMap) -> Result<(), Problem> {
    let said = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if matches!(said, None | Some("same-origin" | "none")) {
        return Ok(());
    }
    let (th, en) = ("ต้องเข้าสู่ระบบจากหน้าของระบบนี้", "sign in from a page of this service");
    Err(Problem::new(Kind::Forbidden, "foreign_page", th, en))
}

async fn enter(State(web): OfWeb, From(from): From, headers: HeaderMap, json: Json) -> Result<Response, Problem> {
    from_no_other_site(&headers)?;
    let SignInBody { login, password, code, role, device } = json.read()?;
    let entry = Entry { login, password, code, role, device, from };
    let entered = web.0.sign_in.enter(entry, &fresh()).await.map_err(|error| of_sign_in(error, "/password"))?;
    Ok(welcome(&entered))
}

async fn first(State(web): OfWeb, From(from): From, headers: HeaderMap, json: Json) -> Result<Response, Problem> {
    from_no_other_site(&headers)?;
    let FirstAdministrator { token, login, password } = json.read()?;
    let entered = web.0.sign_in.first(&token, (&login, &password), from, &fresh()).await;
    Ok(welcome(&entered.map_err(|error| of_sign_in(error, "/password"))?))
}

async fn leave(State(web): OfWeb, SignedIn(session): SignedIn) -> Result<Response, Problem> {
    web.0.sign_in.end(&session).await.map_err(|error| of_sign_in(error, ""))?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, set_cookie(None))]).into_response())
}

/// Answers also to whoever must do something first, and to programs.
async fn who_am_i(State(web): OfWeb, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    if !parts.headers.contains_key(header::AUTHORIZATION) {
        let SignedIn(session) = SignedIn::from_request_parts(&mut parts, &web).await?;
        return Ok(axum::Json(SessionView::of(&session)).into_response());
    }
    let Signed(caller) = Signed::from_request_parts(&mut parts, &web).await?;
    let view = SessionView {
        id: None,
        staff: caller.staff,
        role: caller.role.as_str(),
        scope: caller.scope,
        agency: caller.agency,
        missing: Missing::Nothing,
        device: None,
        since: None,
        seen: None,
        second_factor: None,
        expires: None,
    };
    Ok(axum::Json(view).into_response())
}

pub(super) fn operations() -> Vec<Operation> {
    let entry = json!({"login": "somsri", "password": "correct horse battery", "device": "computer"});
    let token = "the 43 characters of first-administrator.token";
    let of_first = json!({"token": token, "login": "admin", "password": "correct horse battery"});
    vec![
        operation(
            ("post", "/sign-in"),
            ("sign_in", "Signs somebody in; the answer sets a cookie."),
            OpenTo::Anybody,
            Some((Shape::of::<SignInBody>(), entry)),
            Some(Shape::of::<SessionView>()),
            post(enter),
        ),
        operation(
            ("post", "/sign-in/first-administrator"),
            ("first_administrator", "Makes the first account of a new log, once, with the token of a file."),
            OpenTo::Anybody,
            Some((Shape::of::<FirstAdministrator>(), of_first)),
            Some(Shape::of::<SessionView>()),
            post(first),
        ),
        operation(
            ("post", "/sign-out"),
            ("sign_out", "Ends the session of this cookie."),
            OpenTo::EveryRole,
            None,
            None,
            post(leave),
        ),
        operation(
            ("get", "/session"),
            ("session", "Who am I, in which role, and what is missing?"),
            OpenTo::EveryRole,
            None,
            Some(Shape::of::<SessionView>()),
            get(who_am_i),
        ),
    ]
}
