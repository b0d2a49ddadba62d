//! What somebody does with their own sign-in: password, second factor, sessions and API tokens.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use events::facts::staff::Scope;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::refused::of_sign_in;
use super::{OfWeb, SessionView, fresh, id_of, operation, welcome};
use crate::signin::{ApiToken, Missing, SignInError, Wanted};
use crate::web::body::Json;
use crate::web::household_id::Id;
use crate::web::operation::{OpenTo, Operation, Shape};
use crate::web::problem::Problem;
use crate::web::who::{SignedIn, session_needed};

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    old: String,
    /// The password from now on: 12 characters or more.
    new: String,
}

/// The password, once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowPassword {
    /// The password.
    password: String,
}

/// A code of the second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowCode {
    /// Six digits.
    code: String,
}

/// A second factor to be brought into a phone. It is shown this once.
#[derive(Serialize, ToSchema)]
pub struct SecondFactorOffered {
    /// The secret in base 32.
    secret: String,
    /// The same as an address that a phone reads.
    uri: String,
}

/// The sessions of somebody.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    /// Those that are open, the newest first.
    items: Vec<SessionView>,
    /// There is one page.
    next: Option<String>,
    /// How many there are.
    total: u64,
}

/// A token for a program.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueToken {
    /// What it is called.
    name: String,
    /// How many days it is good: 366 at most.
    days: u16,
    /// In which part of one's own area; all of it when left out.
    #[serde(default)]
    scope: Option<Scope>,
}

/// A token, without what is sent.
#[derive(Serialize, ToSchema)]
pub struct TokenView {
    /// Its id.
    id: Uuid,
    /// What it is called.
    name: String,
    /// The role it acts in.
    role: &'static str,
    /// Where.
    scope: Scope,
    /// Since when.
    created: DateTime<Utc>,
    /// When it ends.
    expires: DateTime<Utc>,
}

/// A token that was issued.
#[derive(Serialize, ToSchema)]
pub struct TokenIssued {
    /// What a program sends: `Authorization: Bearer <token>`. It is shown this once.
    token: String,
    /// The token as it is listed.
    listed: TokenView,
}

/// The tokens of somebody.
#[derive(Serialize, ToSchema)]
pub struct TokenList {
    /// Those that are good, the newest first.
    items: Vec<TokenView>,
    /// There is one page.
    next: Option<String>,
    /// How many there are.
    total: u64,
}

impl TokenView {
    fn of(token: ApiToken) -> Self {
        let ApiToken { id, acting, name, created, expires, .. } = token;
        Self { id, name, role: acting.role.as_str(), scope: acting.scope, created, expires }
    }
}

fn refused(error: SignInError) -> Problem {
    of_sign_in(error, "/new")
}

async fn password(State(web): OfWeb, SignedIn(session): SignedIn, json: Json) -> Result<Response, Problem> {
    let ChangePassword { old, new } = json.read()?;
    let entered = web.0.sign_in.change_password(&session, (&old, &new), &fresh()).await;
    entered.map(|entered| welcome(&entered)).map_err(refused)
}

async fn offer(State(web): OfWeb, SignedIn(session): SignedIn) -> Result<axum::Json<SecondFactorOffered>, Problem> {
    let (secret, uri) = web.0.sign_in.offer_second_factor(&session, &fresh()).await.map_err(refused)?;
    Ok(axum::Json(SecondFactorOffered { secret, uri }))
}

async fn code(State(web): OfWeb, SignedIn(session): SignedIn, json: Json) -> Result<Response, Problem> {
    let ShowCode { code } = json.read()?;
    let entered = web.0.sign_in.show_code(&session, &code, &fresh()).await;
    entered.map(|entered| welcome(&entered)).map_err(refused)
}

async fn again(State(web): OfWeb, SignedIn(session): SignedIn, json: Json) -> Result<Response, Problem> {
    let ShowPassword { password } = json.read()?;
    let entered = web.0.sign_in.show_password(&session, &password, &fresh()).await;
    entered.map(|entered| welcome(&entered)).map_err(refused)
}

async fn sessions(State(web): OfWeb, SignedIn(session): SignedIn) -> Result<axum::Json<SessionList>, Problem> {
    let open = web.0.sign_in.sessions(session.staff).await.map_err(refused)?;
    let items: Vec<_> = open.iter().map(SessionView::of).collect();
    Ok(axum::Json(SessionList { total: items.len() as u64, items, next: None }))
}

async fn end_session(State(web): OfWeb, SignedIn(session): SignedIn, Id(id): Id) -> Result<StatusCode, Problem> {
    let ended = web.0.sign_in.end_one(session.staff, id_of(&id)?).await.map_err(refused)?;
    if ended { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::nothing_there()) }
}

async fn issue(State(web): OfWeb, SignedIn(session): SignedIn, json: Json) -> Result<axum::Json<TokenIssued>, Problem> {
    if session.acting.missing != Missing::Nothing {
        return Err(session_needed());
    }
    let IssueToken { name, days, scope } = json.read()?;
    let (listed, token) =
        web.0.sign_in.issue(&session, Wanted { name, days, scope }, &fresh()).await.map_err(refused)?;
    Ok(axum::Json(TokenIssued { token, listed: TokenView::of(listed) }))
}

async fn tokens(State(web): OfWeb, SignedIn(session): SignedIn) -> Result<axum::Json<TokenList>, Problem> {
    let good = web.0.sign_in.tokens(session.staff).await.map_err(refused)?;
    let items: Vec<_> = good.into_iter().map(TokenView::of).collect();
    Ok(axum::Json(TokenList { total: items.len() as u64, items, next: None }))
}

async fn end_token(State(web): OfWeb, SignedIn(session): SignedIn, Id(id): Id) -> Result<StatusCode, Problem> {
    let ended = web.0.sign_in.end_token(session.staff, id_of(&id)?).await.map_err(refused)?;
    if ended { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::nothing_there()) }
}

pub(super) fn operations() -> Vec<Operation> {
    let every = OpenTo::EveryRole;
    let changed = json!({"old": "correct horse battery", "new": "another horse stands here"});
    let wanted = json!({"name": "nightly report", "days": 90});
    vec![
        operation(
            ("post", "/session/password"),
            ("change_password", "Changes the password; every session ends, and this one is replaced."),
            every,
            Some((Shape::of::<ChangePassword>(), changed)),
            Some(Shape::of::<SessionView>()),
            post(password),
        ),
        operation(
            ("post", "/session/offer-second-factor"),
            ("offer_second_factor", "Offers a second factor to who has none and showed the password lately."),
            every,
            None,
            Some(Shape::of::<SecondFactorOffered>()),
            post(offer),
        ),
        operation(
            ("post", "/session/second-factor"),
            ("second_factor", "Takes a code of the second factor; the session is replaced."),
            every,
            Some((Shape::of::<ShowCode>(), json!({"code": "081804"}))),
            Some(Shape::of::<SessionView>()),
            post(code),
        ),
        operation(
            ("post", "/session/show-password"),
            (
                "show_password",
                "Takes the password once more, for what it must have been shown lately; the session is replaced.",
            ),
            every,
            Some((Shape::of::<ShowPassword>(), json!({"password": "correct horse battery"}))),
            Some(Shape::of::<SessionView>()),
            post(again),
        ),
        operation(
            ("get", "/sessions"),
            ("sessions", "One's own sessions that are open."),
            every,
            None,
            Some(Shape::of::<SessionList>()),
            get(sessions),
        ),
        operation(
            ("post", "/sessions/{id}/end"),
            ("end_session", "Ends one of one's own sessions."),
            every,
            None,
            None,
            post(end_session),
        ),
        operation(
            ("post", "/api-tokens"),
            (
                "issue_api_token",
                "Issues a token for a program to who showed the password or a code lately; it is shown this once.",
            ),
            every,
            Some((Shape::of::<IssueToken>(), wanted)),
            Some(Shape::of::<TokenIssued>()),
            post(issue),
        ),
        operation(
            ("get", "/api-tokens"),
            ("api_tokens", "One's own tokens that are good."),
            every,
            None,
            Some(Shape::of::<TokenList>()),
            get(tokens),
        ),
        operation(
            ("post", "/api-tokens/{id}/end"),
            ("end_api_token", "Ends one of one's own tokens."),
            every,
            None,
            None,
            post(end_token),
        ),
    ]
}
