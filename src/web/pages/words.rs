//! A template as an answer, and the names of places and people as pages write them.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use events::area::directory::directory;
use events::area::{AreaCode, Place};
use serde_json::Value;

use super::locale::fill;
use crate::case_view::{Shown, ShownAs};
use crate::web::kind::Kind;
use crate::web::language::Language;
use crate::web::problem::Problem;

/// A page.
#[derive(Debug)]
pub struct Html<T>(pub T);

impl<T: Template> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(text) => {
                let kind = HeaderValue::from_static("text/html; charset=utf-8");
                ([(header::CONTENT_TYPE, kind)], text).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "a page can't be written");
                let (th, en) =
                    ("เขียนหน้านี้ไม่ได้ แจ้งผู้ดูแลพร้อมรหัสคำขอ", "this page can't be written: report the request's id");
                Problem::new(Kind::Fault, "fault", th, en).into_response()
            }
        }
    }
}

/// A page with a status of its own: a form that is shown again.
pub fn with_status(status: StatusCode, page: impl IntoResponse) -> Response {
    let mut response = page.into_response();
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

/// What an area is called.
pub fn area(language: Language, code: AreaCode) -> String {
    let Some(area) = directory().area(code) else { return code.to_string() };
    match language {
        Language::Thai => area.name_th.to_owned(),
        Language::English => area.name_en.to_owned(),
    }
}

/// `หมู่ 6 ต.นิคม อ.สหัสขันธ์`
pub fn place(language: Language, place: &Place) -> String {
    let (tambon, amphoe) = (area(language, place.tambon()), area(language, place.amphoe()));
    match place.moo() {
        Some(moo) => fill(language, "where.with_moo", &[&moo.to_string(), &tambon, &amphoe]),
        None => fill(language, "where.without_moo", &[&tambon, &amphoe]),
    }
}

/// A text within a personal value, if it is shown.
pub fn part<'a>(shown: &'a Shown, name: &str) -> Option<&'a str> {
    shown.value.as_ref()?.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// What a personal value of one text says, or why it is not shown.
pub fn text(language: Language, shown: &Shown) -> String {
    match (shown.shown, &shown.value) {
        (ShownAs::Clear | ShownAs::Disclosed, Some(Value::String(text))) => text.clone(),
        (ShownAs::Clear | ShownAs::Disclosed, Some(value)) => {
            value.get("text").and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        (ShownAs::Erased, _) => super::locale::say(language, "shown.erased"),
        (ShownAs::Clear | ShownAs::Disclosed | ShownAs::Masked, _) => super::locale::say(language, "shown.masked"),
    }
}

/// What somebody is called, if it is shown.
pub fn person(details: &Shown) -> Option<String> {
    let given = part(details, "given_name")?;
    let mut name = format!("{}{given}", part(details, "prefix").unwrap_or_default());
    if let Some(family) = part(details, "family_name") {
        name.push(' ');
        name.push_str(family);
    }
    Some(name)
}

/// A code as it stands on the wire.
pub fn slug(code: &impl serde::Serialize) -> String {
    serde_json::to_value(code).ok().and_then(|it| it.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

/// The first letters of an opaque id: enough to tell two people of one list apart.
pub fn short(id: impl ToString) -> String {
    id.to_string().chars().take(8).collect()
}
