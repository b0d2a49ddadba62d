//! How every refusal and every fault becomes one answer: `application/problem+json` of RFC 9457, in Thai or English.
//!
//! A handler answers with a [`Problem`]; the layer [`speak`] writes it in the language that the request asks for.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::kind::Kind;
use super::language::Language;
use super::pointer::bounded;
use crate::rules::field::FieldError;
use crate::rules::refusal::Text;

/// So many fields are named; the detail says how many there are.
const MOST: usize = 100;

/// Why the answer is not what was asked for.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Its class, which decides status, type and title.
    pub kind: Kind,
    /// Stable, for programs.
    pub code: &'static str,
    /// What happened here, and what would help.
    pub detail: Text,
    /// One entry per field that must be mended.
    pub errors: Vec<FieldError>,
    /// After how many seconds asking again may help.
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem of a class.
    pub fn new(kind: Kind, code: &'static str, th: impl Into<String>, en: impl Into<String>) -> Self {
        let detail = Text { th: th.into(), en: en.into() };
        Self { kind, code, detail, errors: Vec::new(), retry_after: None }
    }

    /// Says when to ask again.
    #[must_use]
    pub fn again_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Fields of a body, a query or a header that can't stand.
    pub fn fields(mut errors: Vec<FieldError>) -> Self {
        let text = crate::rules::Refusal::Fields(errors.clone()).text();
        // A body can name many thousands of things that there are not.
        errors.truncate(MOST);
        for error in &mut errors {
            error.pointer = bounded(&error.pointer);
        }
        Self { errors, ..Self::new(Kind::Fields, "invalid_fields", text.th, text.en) }
    }

    /// One field that can't stand.
    pub fn field(pointer: impl Into<String>, code: &'static str, th: impl Into<String>, en: impl Into<String>) -> Self {
        let text = Text { th: th.into(), en: en.into() };
        Self::fields(vec![FieldError { pointer: pointer.into(), code, text }])
    }

    /// Unknown, or outside the caller's scope: to the caller these are the same, byte for byte.
    pub fn no_such_household() -> Self {
        Self::new(
            Kind::NotFound,
            "no_such_household",
            "ไม่พบครัวเรือนนี้ในพื้นที่ของท่าน",
            "there is no such household in your scope: check its id or case number",
        )
    }

    /// Nothing of this kind has that id.
    pub fn nothing_there() -> Self {
        Self::new(Kind::NotFound, "not_found", "ไม่พบสิ่งที่ขอ", "there is nothing at this address")
    }

    /// The body of the answer.
    pub fn body(&self, language: Language, instance: Option<Uuid>) -> ProblemBody {
        ProblemBody {
            kind: format!("urn:huean:problem:{}", self.kind.slug()),
            title: language.of(&self.kind.title()).to_owned(),
            status: self.kind.status().as_u16(),
            detail: language.of(&self.detail).to_owned(),
            code: self.code.to_owned(),
            instance: instance.map(|id| format!("urn:uuid:{id}")),
            errors: self.errors.iter().map(|error| FieldProblem::of(error, language)).collect(),
        }
    }

    fn response(&self, language: Language, instance: Option<Uuid>) -> Response {
        let body = serde_json::to_vec(&self.body(language, instance)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.kind.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"huean\""));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.response(Language::default(), None);
        response.extensions_mut().insert(Box::new(self));
        response
    }
}

/// A problem as it stands on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `urn:huean:problem:<slug>`: the class.
    #[serde(rename = "type")]
    pub kind: String,
    /// The class in words.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened here, and what would help.
    pub detail: String,
    /// Stable, for programs.
    pub code: String,
    /// The request, as the service's own logs name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// One entry per field that must be mended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// One field that must be mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// A JSON pointer into the body; `/query/…` and `/headers/…` name parameters and headers.
    pub pointer: String,
    /// Stable, for programs.
    pub code: String,
    /// In words.
    pub detail: String,
}

impl FieldProblem {
    fn of(error: &FieldError, language: Language) -> Self {
        Self {
            pointer: error.pointer.clone(),
            code: error.code.to_owned(),
            detail: language.of(&error.text).to_owned(),
        }
    }
}

/// The layer that writes problems in the language of the request.
pub async fn speak(request: Request, next: Next) -> Response {
    let language = Language::asked_for(request.headers());
    let id = request.extensions().get::<super::request::RequestId>().map(|id| id.0);
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Box<Problem>>() else { return response };
    let mut spoken = problem.response(language, id);
    // What inner layers added, such as `Allow`, stays.
    for (name, value) in response.headers() {
        if !spoken.headers().contains_key(name) && name != header::CONTENT_LENGTH {
            spoken.headers_mut().insert(name, value.clone());
        }
    }
    spoken
}
