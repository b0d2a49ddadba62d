//! What happens to every page: who looks is found once, headers keep a browser in, and every problem becomes a page.

use std::fmt::Write;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::layout::{Shell, of_problem};
use super::locale;
use super::reader::Met;
use super::words::{Html, with_status};
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::request::RequestId;
use crate::web::who::Visitor;

/// Nothing but our own files, and nobody around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const SAFE: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
];

/// Whether a path is one of programs, not of people.
fn is_of_programs(path: &str) -> bool {
    path.starts_with("/api/") || path == "/api" || ["/healthz", "/readyz", "/metrics"].contains(&path)
}

/// The layer around all routes: what is not a page goes through with the same headers.
pub async fn around(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = if is_of_programs(&path) || path.starts_with("/assets/") {
        next.run(request).await
    } else {
        let language = locale::of_page(request.headers());
        let wanted = request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
        let (id, by_reading) = (request.extensions().get::<RequestId>().copied(), request.method() == Method::GET);
        let (parts, body) = request.into_parts();
        let met = Met { language, visitor: Visitor::of(&parts, &web).await };
        request = Request::from_parts(parts, body);
        request.extensions_mut().insert(met.clone());
        let mut response = next.run(request).await;
        if let Some(problem) = response.extensions_mut().remove::<Box<Problem>>() {
            response = shown(&met, &problem, (&wanted, by_reading), id, response.headers());
        }
        response
    };
    let headers = response.headers_mut();
    for (name, value) in SAFE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A problem as somebody meets it: a page that says what happened and leads on, or the door where nobody is known.
fn shown(
    met: &Met,
    problem: &Problem,
    (wanted, by_reading): (&str, bool),
    id: Option<RequestId>,
    said: &HeaderMap,
) -> Response {
    let status = problem.kind.status();
    match problem.code {
        "password_first" => return Redirect::to("/sign-in/password").into_response(),
        "second_factor_first" => return Redirect::to("/sign-in/second-factor").into_response(),
        _ => {}
    }
    if status == StatusCode::UNAUTHORIZED {
        let next: String = form_encoded(if by_reading { wanted } else { "/" });
        return Redirect::to(&format!("/sign-in?next={next}")).into_response();
    }
    let shell = match &met.visitor {
        Ok(visitor) => Shell::of_visitor(visitor.clone(), met.language, wanted),
        Err(_) => Shell::of_nobody(met.language, ""),
    };
    let mut page = of_problem(shell, problem, id.map(|id| id.0.to_string()));
    page.shell.title.clone_from(&page.title);
    let mut response = with_status(status, Html(page));
    let headers = response.headers_mut();
    // What the problem said beside its words, such as when to ask again or which method to take.
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = said.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    response
}

/// A text as the value of a query.
pub fn form_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a String can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
