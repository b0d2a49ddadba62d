//! Coming in and going out, and what must be done before anything else: a password of one's own, a second factor.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::layout::Shell;
use super::locale::say;
use super::reader::{Entering, Speaking};
use super::sent::{EnteringForm, OwnForm, Sent, local};
use super::words::{Html, with_status};
use crate::signin::{Device, Entered, Entry, Fresh, Session, SignInError};
use crate::web::Web;
use crate::web::kind::Kind;
use crate::web::problem::Problem;
use crate::web::proxies::From;
use crate::web::signin::refused::of_sign_in;
use crate::web::who::{session_needed, set_cookie};

/// The door.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    shell: Shell,
    login: String,
    next: String,
    phone: bool,
    asks_code: bool,
    refused: Option<String>,
}

/// A password of one's own.
#[derive(Debug, Template)]
#[template(path = "password.html")]
pub struct PasswordPage {
    shell: Shell,
    refused: Option<String>,
}

/// A second factor, to be set up.
#[derive(Debug, Template)]
#[template(path = "second_factor.html")]
pub struct FactorPage {
    shell: Shell,
    /// What the telephone's program takes; none: not begun.
    secret: Option<String>,
    refused: Option<String>,
}

/// What a link to the door may say.
#[derive(Debug, serde::Deserialize)]
pub struct Coming {
    #[serde(default)]
    next: String,
}

fn fresh() -> Fresh {
    Fresh::drawn(&mut rand::rng())
}

fn shell_of(Speaking(language): Speaking) -> Shell {
    Shell::of_nobody(language, say(language, "sign_in.title"))
}

/// `GET /sign-in`
pub async fn page(speaking: Speaking, headers: HeaderMap, Query(coming): Query<Coming>) -> Html<SignInPage> {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (phone, next) = (agent.contains("Mobi"), local(&coming.next).to_owned());
    let (login, asks_code, refused) = (String::new(), false, None);
    Html(SignInPage { shell: shell_of(speaking), login, next, phone, asks_code, refused })
}

/// `POST /sign-in`
pub async fn enter(
    State(web): State<Web>,
    speaking: Speaking,
    From(from): From,
    sent: Sent,
) -> Result<Response, Problem> {
    let phone = sent.one("phone") == "yes";
    let code = Some(sent.one("code").to_owned()).filter(|code| !code.is_empty());
    let entry = Entry {
        login: sent.one("login").to_owned(),
        password: sent.one("password").to_owned(),
        code,
        role: sent.one("role").parse().ok(),
        device: if phone { Device::Phone } else { Device::Computer },
        from,
    };
    let error = match web.0.sign_in.enter(entry, &fresh()).await {
        Ok(entered) => return Ok(welcome(&entered, local(sent.one("next")))),
        Err(error) => error,
    };
    let asks_code = matches!(error, SignInError::CodeNeeded) || !sent.one("code").is_empty();
    let problem = of_sign_in(error, "/password");
    if matches!(problem.kind, Kind::NotNow | Kind::Fault) {
        return Err(problem);
    }
    let shell = shell_of(speaking);
    let refused = Some(shell.language.of(&problem.detail).to_owned());
    let (login, next) = (sent.one("login").to_owned(), local(sent.one("next")).to_owned());
    // A 401 would send the page round to itself.
    let status =
        if problem.kind == Kind::TooMany { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(with_status(status, Html(SignInPage { shell, login, next, phone, asks_code, refused })))
}

/// A new cookie, and on to where somebody wanted to be.
fn welcome(entered: &Entered, to: &str) -> Response {
    ([(header::SET_COOKIE, set_cookie(Some(entered.secret.shown())))], Redirect::to(to)).into_response()
}

/// `POST /sign-out`
pub async fn leave(
    State(web): State<Web>,
    EnteringForm(OwnForm { reader, .. }): EnteringForm,
) -> Result<Response, Problem> {
    if let Some(session) = &reader.session {
        web.0.sign_in.end(session).await.map_err(|error| of_sign_in(error, ""))?;
    }
    // Drafts on the device end with the session, whether or not the script runs.
    let ends = [
        (header::SET_COOKIE, set_cookie(None)),
        (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\"")),
    ];
    Ok((AppendHeaders(ends), Redirect::to("/sign-in")).into_response())
}

fn own(session: Option<Session>) -> Result<Session, Problem> {
    session.ok_or_else(session_needed)
}

/// What was refused, in words for beside the field; a fault of the service is a page of its own.
fn reason(error: SignInError, shell: &Shell) -> Result<String, Problem> {
    let problem = of_sign_in(error, "/new");
    if matches!(problem.kind, Kind::NotNow | Kind::Fault) {
        return Err(problem);
    }
    let text = problem.errors.first().map_or(&problem.detail, |error| &error.text);
    Ok(shell.language.of(text).to_owned())
}

/// `GET /sign-in/password`
pub async fn password_page(Entering(reader): Entering) -> Html<PasswordPage> {
    Html(PasswordPage { shell: Shell::of(&reader, "", say(reader.language, "password.title")), refused: None })
}

/// `POST /sign-in/password`
pub async fn change_password(
    State(web): State<Web>,
    EnteringForm(OwnForm { reader, fields }): EnteringForm,
) -> Result<Response, Problem> {
    let shell = Shell::of(&reader, "", say(reader.language, "password.title"));
    let session = own(reader.session)?;
    let both = (fields.one("old"), fields.one("new"));
    let error = match web.0.sign_in.change_password(&session, both, &fresh()).await {
        Ok(entered) => return Ok(welcome(&entered, "/")),
        Err(error) => error,
    };
    let refused = Some(reason(error, &shell)?);
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, Html(PasswordPage { shell, refused })))
}

/// `GET /sign-in/second-factor`
pub async fn factor_page(Entering(reader): Entering) -> Html<FactorPage> {
    let shell = Shell::of(&reader, "", say(reader.language, "factor.title"));
    Html(FactorPage { shell, secret: None, refused: None })
}

/// `POST /sign-in/second-factor`
pub async fn offer_factor(
    State(web): State<Web>,
    EnteringForm(OwnForm { reader, .. }): EnteringForm,
) -> Result<Response, Problem> {
    let shell = Shell::of(&reader, "", say(reader.language, "factor.title"));
    let session = own(reader.session)?;
    let (secret, refused) = match web.0.sign_in.offer_second_factor(&session, &fresh()).await {
        Ok((secret, _)) => (Some(secret), None),
        Err(error) => (None, Some(reason(error, &shell)?)),
    };
    Ok(Html(FactorPage { shell, secret, refused }).into_response())
}

/// `POST /sign-in/code`
pub async fn show_code(
    State(web): State<Web>,
    EnteringForm(OwnForm { reader, fields }): EnteringForm,
) -> Result<Response, Problem> {
    let shell = Shell::of(&reader, "", say(reader.language, "factor.title"));
    let session = own(reader.session)?;
    let error = match web.0.sign_in.show_code(&session, fields.one("code"), &fresh()).await {
        Ok(entered) => return Ok(welcome(&entered, "/")),
        Err(error) => error,
    };
    let refused = Some(reason(error, &shell)?);
    // What the telephone was told is shown again: only the code was wrong.
    let secret = Some(fields.one("secret").to_owned()).filter(|it| !it.is_empty());
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, Html(FactorPage { shell, secret, refused })))
}
