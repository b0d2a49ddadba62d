//! What a form said. A form without the token of its reader, or of another site's page, can't be read at all.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode};

use super::reader::{Entering, Reader};
use crate::web::Web;
use crate::web::body::too_large;
use crate::web::kind::Kind;
use crate::web::problem::Problem;
use crate::web::who::foreign_page;

/// The name of the field that holds the token.
pub const TOKEN: &str = "_token";
/// The name of the field that holds the command's id.
pub const COMMAND: &str = "_command";
/// The name of the field that holds the sequence that was seen.
pub const SEEN: &str = "_seen";
/// A form of a whole assessment has some two hundred fields.
const MOST: usize = 2_000;

/// The fields of a form, each with its values in order.
#[derive(Debug, Clone, Default)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// The one value of a field; empty when it is missing.
    pub fn one(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// All values of a field that are not empty.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether anything was typed into a field, or into one within it.
    pub fn any_in(&self, name: &str) -> bool {
        let within = |key: &str| {
            key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with('.'))
        };
        self.0.iter().any(|(key, values)| within(key) && values.iter().any(|value| !value.trim().is_empty()))
    }

    /// Takes a value as it was typed. Control characters can't be typed; a line's end in a long text can.
    pub fn take(&mut self, name: String, value: &str) {
        let clean = value.replace("\r\n", "\n").chars().filter(|it| *it == '\n' || !it.is_control()).collect();
        self.0.entry(name).or_default().push(clean);
    }

    /// Puts a value where a form has one from the start.
    pub fn put(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), vec![value.into()]);
    }

    /// Puts several values where a form has some from the start.
    pub fn put_all(&mut self, name: &str, values: impl Iterator<Item = String>) {
        self.0.insert(name.to_owned(), values.collect());
    }
}

/// A form of somebody who is signed in.
#[derive(Debug)]
pub struct OwnForm {
    /// Who sent it.
    pub reader: Reader,
    /// What it said.
    pub fields: Fields,
}

/// The same, also while something is missing before they may do anything else.
#[derive(Debug)]
pub struct EnteringForm(pub OwnForm);

/// A form that nobody must be signed in for: it comes from a page of ours, and changes nothing in anybody's name.
#[derive(Debug)]
pub struct Sent(Fields);

impl Sent {
    /// The one value of a field.
    pub fn one(&self, name: &str) -> &str {
        self.0.one(name)
    }
}

async fn fields(request: Request) -> Result<Fields, Problem> {
    let unread = |status: StatusCode| {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            return too_large();
        }
        Problem::new(Kind::Unreadable, "broken_form", "อ่านแบบฟอร์มไม่ได้", "the form can't be read")
    };
    let Form(pairs) =
        Form::<Vec<(String, String)>>::from_request(request, &()).await.map_err(|it| unread(it.status()))?;
    if pairs.len() > MOST {
        return Err(too_large());
    }
    let mut fields = Fields::default();
    for (name, value) in pairs {
        fields.take(name, &value);
    }
    Ok(fields)
}

/// The browser says that another site's page sends this, or says nothing.
pub fn from_no_other_site(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get("sec-fetch-site").and_then(|value| value.to_str().ok()) {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => Err(foreign_page()),
    }
}

/// A form without its reader's token.
pub fn foreign_form() -> Problem {
    Problem::new(
        Kind::Forbidden,
        "foreign_form",
        "แบบฟอร์มนี้ไม่ได้มาจากหน้าของท่าน หรือท่านเข้าสู่ระบบใหม่หลังเปิดหน้า เปิดหน้านี้ใหม่แล้วส่งอีกครั้ง",
        "this form is not of a page of yours, or you signed in again since: open the page again and send it",
    )
}

async fn own(request: Request, reader: Reader) -> Result<OwnForm, Problem> {
    from_no_other_site(request.headers())?;
    let fields = fields(request).await?;
    if !reader.is_own(fields.one(TOKEN)) {
        return Err(foreign_form());
    }
    Ok(OwnForm { reader, fields })
}

impl FromRequest<Web> for OwnForm {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let reader = Reader::from_request_parts(&mut parts, web).await?;
        own(Request::from_parts(parts, body), reader).await
    }
}

impl FromRequest<Web> for EnteringForm {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Entering(reader) = Entering::from_request_parts(&mut parts, web).await?;
        own(Request::from_parts(parts, body), reader).await.map(Self)
    }
}

impl FromRequest<Web> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Web) -> Result<Self, Problem> {
        from_no_other_site(request.headers())?;
        fields(request).await.map(Self)
    }
}

/// A path of this service, whatever a form or a link says: never another site's.
pub fn local(path: &str) -> &str {
    let ours = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r']);
    if ours && path.is_ascii() { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for foreign in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:alert(1)", "/a\r\nb"]
        {
            assert_eq!(local(foreign), "/", "{foreign}");
        }
        assert_eq!(local("/cases?stage=verified"), "/cases?stage=verified");
    }

    #[test]
    fn a_group_counts_as_typed_only_when_something_within_it_was() {
        let mut fields = Fields::default();
        fields.put("members/1/given_name", " ");
        fields.put("members/10/given_name", "บัวลอย");
        assert!(!fields.any_in("members/1"));
        assert!(fields.any_in("members/10") && fields.any_in("members"));
    }
}
