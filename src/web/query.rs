//! Reading the parameters of a read: every one is known, has a bound, and a wrong one is named with its pointer.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use events::clock::end_of;

use super::kind::Kind;
use super::problem::Problem;
use crate::rules::field::FieldError;
use crate::rules::refusal::Text;

/// The longest value of a parameter, in bytes.
const LONGEST: usize = 2_000;
/// Years that a moment may lie in.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2200;

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
    /// Notes that a parameter can't stand.
    pub fn wrong(&mut self, name: &str, code: &'static str, th: &str, en: &str) {
        let name: String = name.chars().take(100).collect();
        let pointer = format!("/query/{}", name.replace('~', "~0").replace('/', "~1"));
        self.wrong.push(FieldError { pointer, code, text: Text { th: th.to_owned(), en: en.to_owned() } });
    }

    /// A text; one that is empty was not given.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A value that reads from text.
    pub fn value<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.wrong(name, "unknown_value", "ไม่ใช่ค่าที่ใช้ได้", "is no value that can stand here");
        }
        value
    }

    /// Several values, separated by commas.
    pub fn values<T: FromStr>(&mut self, name: &str) -> Vec<T> {
        let Some(text) = self.text(name) else { return Vec::new() };
        let values: Vec<_> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        if values.len() > 50 || values.iter().any(Option::is_none) {
            self.wrong(name, "unknown_value", "มีค่าที่ใช้ไม่ได้", "holds a value that can't stand here");
        }
        values.into_iter().flatten().collect()
    }

    /// Yes or no.
    pub fn yes(&mut self, name: &str) -> Option<bool> {
        self.value(name)
    }

    /// A page's size.
    pub fn limit(&mut self) -> Option<usize> {
        let limit: Option<usize> = self.value("limit");
        if limit.is_some_and(|limit| !(1..=200).contains(&limit)) {
            self.wrong("limit", "out_of_range", "ต้องเป็น 1–200", "must be 1 to 200");
        }
        limit
    }

    /// A day within the years that can be asked about.
    pub fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let day: Option<NaiveDate> = self.value(name);
        self.in_range(name, day)
    }

    /// A moment: RFC 3339, or a day, which means its end in Thailand.
    pub fn moment(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let text = self.text(name)?;
        if let Ok(day) = text.parse::<NaiveDate>() {
            return self.in_range(name, Some(day)).map(end_of);
        }
        // A plus that was not escaped has become a space.
        let Ok(at) = DateTime::parse_from_rfc3339(&text.replace(' ', "+")) else {
            self.wrong(name, "not_a_moment", "ต้องเป็นวันที่หรือเวลาแบบ RFC 3339", "must be a day, or a time of RFC 3339");
            return None;
        };
        let at = at.with_timezone(&Utc);
        self.in_range(name, Some(at.date_naive())).map(|_| at)
    }

    fn in_range(&mut self, name: &str, day: Option<NaiveDate>) -> Option<NaiveDate> {
        let day = day?;
        if YEARS.contains(&day.year()) {
            return Some(day);
        }
        self.wrong(name, "out_of_range", "ปี ค.ศ. 2000–2200", "must lie between the years 2000 and 2200");
        None
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
        let mut found = params("limit=500&stage=x&as_of=yesterday&to=0001-01-01&a%2Fb=1&a=%00").await;
        assert_eq!(found.limit(), Some(500));
        assert!(found.values::<events::facts::case::Stage>("stage").is_empty());
        assert_eq!(found.moment("as_of"), None);
        assert_eq!(found.day("to"), None);
        let mut found = codes(found);
        found.sort();
        let expected = [
            ("/query/a", "control_character"),
            ("/query/as_of", "not_a_moment"),
            ("/query/a~1b", "unknown_parameter"),
            ("/query/limit", "out_of_range"),
            ("/query/stage", "unknown_value"),
            ("/query/to", "out_of_range"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[tokio::test]
    async fn a_day_means_its_end_in_thailand_and_a_time_means_itself() {
        let mut found = params("a=2026-11-22&b=2026-11-22T10:00:00%2B07:00&c=2026-11-22T10:00:00+07:00").await;
        assert_eq!(found.moment("a").unwrap().to_rfc3339(), "2026-11-22T16:59:59.999999+00:00");
        assert_eq!(found.moment("b").unwrap().to_rfc3339(), "2026-11-22T03:00:00+00:00");
        assert_eq!(found.moment("c").unwrap().to_rfc3339(), "2026-11-22T03:00:00+00:00");
        found.finish().unwrap();
    }
}
