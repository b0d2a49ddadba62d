//! Reading the parameters of a read: every one is known, has a bound, and a wrong one is named with its pointer.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use chrono::NaiveDate;

use super::kind::Kind;
use super::pointer::segment;
use super::problem::Problem;
use crate::reports::asking::Wrong;
use crate::rules::field::FieldError;
use crate::rules::refusal::Text;

/// The longest value of a parameter, in bytes.
const LONGEST: usize = 2_000;

/// What must stand where a value can't be read, in Thai and English.
pub type Must = (&'static str, &'static str);
/// A whole number.
pub const NUMBER: Must = ("ต้องเป็นจำนวนเต็มไม่ติดลบ", "must be a whole number, not below zero");
/// An id.
pub const ID: Must = ("ต้องเป็น UUID", "must be a UUID");
/// A day.
pub const DAY: Must = ("ต้องเป็นวันที่แบบ ค.ศ. เช่น 2026-11-22", "must be a day of the common era such as 2026-11-22");
/// An area.
pub const AREA: Must = ("ต้องเป็นรหัสพื้นที่ 2, 4 หรือ 6 หลัก", "must be the code of an area: 2, 4 or 6 digits");
/// A local organisation.
pub const LAO: Must = ("ต้องเป็นรหัส อปท. 7 หรือ 8 หลัก", "must be the code of a local organisation: 7 or 8 digits");

/// The parameters of one request. Whoever reads them takes each by its name; what nobody takes is unknown.
#[derive(Debug, Default)]
pub struct Params {
    values: BTreeMap<String, String>,
    wrong: Vec<FieldError>,
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri) else {
            return Err(Problem::new(
                Kind::Unreadable,
                "broken_query",
                "อ่านพารามิเตอร์ในที่อยู่ไม่ได้",
                "the query of the address can't be read",
            ));
        };
        let mut params = Self::default();
        for (name, value) in pairs {
            if value.len() > LONGEST {
                params.wrong(&name, "too_long", "ยาวเกินไป", "is too long");
            } else if value.chars().any(char::is_control) {
                params.wrong(&name, "control_character", "มีอักขระควบคุม", "holds a control character");
            } else if params.values.insert(name.clone(), value).is_some() {
                params.wrong(&name, "given_twice", "ระบุซ้ำ", "is given twice: separate several values by commas");
            }
        }
        Ok(params)
    }
}

impl Params {
    /// Asks for something by itself: a page asks its lists so.
    pub fn put(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
    }

    /// Notes that a parameter can't stand.
    pub fn wrong(&mut self, name: &str, code: &'static str, th: impl Into<String>, en: impl Into<String>) {
        let mut pointer = "/query".to_owned();
        segment(&mut pointer, name);
        self.wrong.push(FieldError { pointer, code, text: Text { th: th.into(), en: en.into() } });
    }

    /// Notes what a report says of its parameters.
    pub fn wrongs(&mut self, found: impl IntoIterator<Item = Wrong>) {
        for Wrong { name, code, text } in found {
            self.wrong(name, code, text.th, text.en);
        }
    }

    /// The parameter had no value that reads.
    fn unread(&mut self, name: &str, (th, en): Must) {
        self.wrong(name, "unknown_value", th, en);
    }

    fn not_listed(&mut self, name: &str, allowed: &[&str]) {
        let list = allowed.join(", ");
        self.wrong(name, "unknown_value", format!("ต้องเป็นค่าใดค่าหนึ่งใน: {list}"), format!("must be one of {list}"));
    }

    /// A text; one that is empty was not given.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A value that reads from text; the answer to one that does not says what must stand there.
    pub fn value<T: FromStr>(&mut self, name: &str, must: Must) -> Option<T> {
        let text = self.text(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.unread(name, must);
        }
        value
    }

    /// One of these codes.
    pub fn one_of<T: FromStr>(&mut self, name: &str, allowed: &[&str]) -> Option<T> {
        let text = self.text(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.not_listed(name, allowed);
        }
        value
    }

    /// Several of these codes, separated by commas.
    pub fn some_of<T: FromStr>(&mut self, name: &str, allowed: &[&str]) -> Vec<T> {
        let Some(text) = self.text(name) else { return Vec::new() };
        let values: Vec<_> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        let listed = text.split(',').all(|part| allowed.contains(&part.trim()));
        if !listed || values.len() > 50 || values.iter().any(Option::is_none) {
            self.not_listed(name, allowed);
        }
        values.into_iter().flatten().collect()
    }

    /// Yes or no.
    pub fn yes(&mut self, name: &str) -> Option<bool> {
        self.one_of(name, &["true", "false"])
    }

    /// A page's size.
    pub fn limit(&mut self) -> Option<usize> {
        let limit: Option<usize> = self.value("limit", ("ต้องเป็น 1–200", "must be 1 to 200"));
        if limit.is_some_and(|limit| !(1..=200).contains(&limit)) {
            self.wrong("limit", "out_of_range", "ต้องเป็น 1–200", "must be 1 to 200");
        }
        limit
    }

    /// A day.
    pub fn day(&mut self, name: &str) -> Option<NaiveDate> {
        self.value(name, DAY)
    }

    /// Every parameter was taken and could stand, or the answer names those that were not and could not.
    pub fn finish(mut self) -> Result<(), Problem> {
        for name in std::mem::take(&mut self.values).into_keys() {
            self.wrong(&name, "unknown_parameter", "ไม่มีพารามิเตอร์นี้", "is no parameter here");
        }
        if self.wrong.is_empty() { Ok(()) } else { Err(Problem::fields(self.wrong)) }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn params(query: &str) -> Params {
        let (mut parts, ()) = Request::get(format!("/x?{query}")).body(()).unwrap().into_parts();
        Params::from_request_parts(&mut parts, &()).await.unwrap()
    }

    fn codes(params: Params) -> Vec<(String, &'static str)> {
        let problem = params.finish().unwrap_err();
        problem.errors.into_iter().map(|it| (it.pointer, it.code)).collect()
    }

    #[tokio::test]
    async fn what_nobody_takes_and_what_cannot_stand_is_named() {
        let mut found = params("limit=500&stage=x&at=one&to=tomorrow&a%2Fb=1&a=%00").await;
        assert_eq!(found.limit(), Some(500));
        assert!(found.some_of::<events::facts::case::Stage>("stage", &["identified", "verified"]).is_empty());
        assert_eq!(found.value::<u64>("at", NUMBER), None);
        assert_eq!(found.day("to"), None);
        let text = &found.wrong.iter().find(|it| it.pointer == "/query/stage").unwrap().text;
        assert_eq!(text.th, "ต้องเป็นค่าใดค่าหนึ่งใน: identified, verified");
        assert_eq!(text.en, "must be one of identified, verified");
        let mut found = codes(found);
        found.sort();
        let expected = [
            ("/query/a", "control_character"),
            ("/query/at", "unknown_value"),
            ("/query/a~1b", "unknown_parameter"),
            ("/query/limit", "out_of_range"),
            ("/query/stage", "unknown_value"),
            ("/query/to", "unknown_value"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }
}
