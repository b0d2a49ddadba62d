//! Reading a body: its size, its type, its JSON, and the errors of each, none of which quotes what was sent.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use events::thai::wire::coded;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use uuid::Uuid;

use super::kind::Kind;
use super::problem::Problem;
use super::serve::Patience;
use super::{pointer, twice};
use crate::rules::field::FieldError;
use crate::rules::household::command::read;
use crate::rules::refusal::Text;

/// The largest body, in bytes.
pub const LARGEST: usize = 1 << 20;

/// A body that is JSON, as it was sent; a body that is missing reads as `{}`.
#[derive(Debug)]
pub struct Json(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let declared =
            request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if declared.is_some_and(|length: u64| length > LARGEST as u64) {
            return Err(too_large());
        }
        let is_json = names_json(request.headers());
        let patience = request.extensions().get::<Patience>().copied().unwrap_or_default().body;
        let reading = tokio::time::timeout(patience, Bytes::from_request(request, state));
        let bytes = reading.await.map_err(|_| too_slow())?.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large()
            } else if is_malformed(&rejection) {
                malformed()
            } else {
                cut_off()
            }
        })?;
        if bytes.is_empty() && !is_json {
            return Ok(Self(Bytes::from_static(b"{}")));
        }
        if !is_json {
            return Err(Problem::new(
                Kind::MediaType,
                "not_json",
                "ต้องส่ง Content-Type: application/json",
                "send the body with Content-Type: application/json",
            ));
        }
        // A field that can't stand is only named in a body that is JSON throughout.
        serde_json::from_slice::<IgnoredAny>(&bytes).map_err(|error| not_json(&error))?;
        // A list would read as a command whose fields stand in their order.
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Problem::field("", "wrong_type", "ต้องเป็นออบเจกต์ JSON", "must be a JSON object"));
        }
        if let Some(pointer) = twice::given_twice(&bytes) {
            return Err(Problem::field(pointer, "duplicate_field", "ระบุช่องนี้ซ้ำ", "is given twice"));
        }
        Ok(Self(bytes))
    }
}

impl Json {
    /// The body as one of our types.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        read(&self.0).map_err(|error| unread(&error))
    }

    /// Takes the id out of the body of something new, if the client chose one.
    pub fn with_id(self) -> Result<(Option<Uuid>, Self), Problem> {
        let Ok(Value::Object(mut fields)) = serde_json::from_slice(&self.0) else { return Ok((None, self)) };
        let id = match fields.remove("id") {
            None => return Ok((None, self)),
            Some(Value::Null) => None,
            Some(value) => Some(
                value
                    .as_str()
                    .and_then(|text| Uuid::parse_str(text).ok())
                    .ok_or_else(|| Problem::field("/id", "not_a_uuid", "ต้องเป็น UUID", "must be a UUID"))?,
            ),
        };
        let rest = serde_json::to_vec(&fields).map_err(|error| not_json(&error))?;
        Ok((id, Self(Bytes::from(rest))))
    }
}

/// The problem of a body that is JSON, and not the type it should be.
pub fn unread(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let said = error.inner().to_string();
    // serde_json adds where in the bytes it happened; the pointer says it better.
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    Problem::fields(vec![field_error(&pointer::of(error.path()), said)])
}

/// What serde says about a field, in our words: its own quote what was sent.
fn field_error(pointer: &str, said: &str) -> FieldError {
    let wrong = |pointer: String, code: &'static str, th: &str, en: String| FieldError {
        pointer,
        code,
        text: Text { th: th.to_owned(), en },
    };
    let here = pointer.to_owned();
    // What was expected are our own words, and they stand last.
    let expected = said.rsplit_once(", expected ").map(|(_, expected)| expected.replace('`', ""));
    let must = || expected.as_ref().map_or_else(|| "can't be read".to_owned(), |it| format!("must be {it}"));
    if let Some((code, detail)) = coded(said) {
        let (code, th) = crate::words::of_value(code);
        return wrong(here, code, th, detail.to_owned());
    }
    if let Some(name) = said.strip_prefix("missing field ") {
        let name = name.trim_matches('`');
        return wrong(format!("{pointer}/{name}"), "missing", "ต้องระบุช่องนี้", "must be given".to_owned());
    }
    // The list of what can stand, in Thai as in English.
    let listed = |th: &str, none: &str| {
        let list = expected.as_deref().unwrap_or_default();
        let list = list.strip_prefix("one of ").unwrap_or(list).replace(" or ", ", ");
        if list.is_empty() { none.to_owned() } else { format!("{th}{list}") }
    };
    if said.starts_with("unknown field") {
        let th = listed("ไม่มีช่องนี้ในคำสั่ง ช่องที่ใช้ได้: ", "ไม่มีช่องนี้ในคำสั่ง");
        let en = listed("is no field here: the fields are ", "is no field here: there are none");
        return wrong(here, "unknown_field", &th, en);
    }
    if said.starts_with("duplicate field") {
        return wrong(here, "duplicate_field", "ระบุช่องนี้ซ้ำ", "is given twice".to_owned());
    }
    if said.starts_with("unknown variant") {
        let th = listed("ต้องเป็นค่าใดค่าหนึ่งใน: ", "รหัสนี้ไม่อยู่ในรายการ");
        return wrong(here, "unknown_code", &th, must());
    }
    // The second is what serde_json says where a code should stand and there is neither text nor object.
    if said.starts_with("invalid type") || said == "expected value" {
        return wrong(here, "wrong_type", "ชนิดข้อมูลไม่ถูกต้อง", must());
    }
    if said.starts_with("UUID parsing failed") {
        return wrong(here, "not_a_uuid", "ต้องเป็น UUID", "must be a UUID".to_owned());
    }
    let dates = ["input contains invalid", "premature end of input", "input is out of range", "trailing input"];
    if dates.iter().any(|begin| said.starts_with(begin)) {
        let en = "must be a day of the common era such as 2026-11-22".to_owned();
        return wrong(here, "not_a_date", "ต้องเป็นวันที่แบบ ค.ศ. เช่น 2026-11-22", en);
    }
    wrong(here, "invalid_value", "ค่าในช่องนี้ใช้ไม่ได้", must())
}

fn names_json(headers: &HeaderMap) -> bool {
    let Some(sent) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn not_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::new(
        Kind::Unreadable,
        "broken_json",
        format!("เนื้อหาไม่ใช่ JSON ที่ถูกต้อง (บรรทัด {line} ตัวที่ {column})"),
        format!("the body is no valid JSON: line {line}, column {column}"),
    )
}

pub(super) fn cut_off() -> Problem {
    Problem::new(Kind::TooSlow, "cut_off", "รับเนื้อหาไม่ครบ ส่งใหม่อีกครั้ง", "the body did not arrive whole: send it again")
}

fn malformed() -> Problem {
    let (th, en) = ("เนื้อหาไม่เป็นไปตามรูปแบบของ HTTP", "the body does not keep to the form of HTTP");
    Problem::new(Kind::Unreadable, "broken_body", th, en)
}

/// Whether what arrived can't be a body, as a chunk whose length is no number; otherwise it ended too early.
fn is_malformed(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput};
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .filter_map(|it| it.downcast_ref::<std::io::Error>())
        .any(|it| matches!(it.kind(), InvalidData | InvalidInput))
}

pub(super) fn too_slow() -> Problem {
    Problem::new(
        Kind::TooSlow,
        "too_slow",
        "เนื้อหามาช้าเกินไป ส่งใหม่อีกครั้ง",
        "the body did not arrive in time: send it again",
    )
}

pub(super) fn too_large() -> Problem {
    Problem::new(
        Kind::TooLarge,
        "too_large",
        format!("เนื้อหาต้องไม่เกิน {LARGEST} ไบต์"),
        format!("a body has at most {LARGEST} bytes"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::household::command::Name;

    fn problem(name: Name, body: &str) -> Problem {
        unread(&name.read(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn each_wrong_field_is_named_with_its_pointer_and_code() {
        let member = r#"{"sex":"female","relation":"head","residence":"living_only","details":DETAILS}"#;
        let identify = |members: &str| {
            format!(r#"{{"tambon":"460901","sources":["tpmap"],"basis":"consent","members":[{members}]}}"#)
        };
        let detail = |text: &str| identify(&member.replace("DETAILS", text));
        let table = [
            (
                Name::Identify,
                r#"{"tambon":460901,"sources":[],"basis":"consent"}"#.to_owned(),
                "/tambon",
                "not_a_string",
            ),
            (
                Name::Identify,
                r#"{"tambon":"46090","sources":[],"basis":"consent"}"#.to_owned(),
                "/tambon",
                "area_code_length",
            ),
            (
                Name::Identify,
                r#"{"tambon":"460901","sources":["x"],"basis":"consent"}"#.to_owned(),
                "/sources/0",
                "unknown_code",
            ),
            (Name::Identify, r#"{"tambon":"460901","sources":[]}"#.to_owned(), "/basis", "missing"),
            (Name::Verify, r#"{"happened_on":"22/11/2569"}"#.to_owned(), "/happened_on", "not_a_date"),
            (Name::Verify, r#"{"happened_on":"2026-02-30"}"#.to_owned(), "/happened_on", "not_a_date"),
            (Name::Verify, r#"{"happened_on":5}"#.to_owned(), "/happened_on", "wrong_type"),
            (Name::Verify, r#"{"somebody":1}"#.to_owned(), "/somebody", "unknown_field"),
            (Name::AcceptReferral, r#"{"referral":"x"}"#.to_owned(), "/referral", "not_a_uuid"),
            (Name::HoldPanel, r#"{"attended":70000,"finding":"poor"}"#.to_owned(), "/attended", "invalid_value"),
            (Name::Identify, detail("{}"), "/members/0/details/given_name", "missing"),
            (Name::Identify, identify(r#"{"sex":"x"}"#), "/members/0/sex", "unknown_code"),
        ];
        for (name, body, pointer, code) in table {
            let problem = problem(name, &body);
            let found: Vec<_> = problem.errors.iter().map(|it| (it.pointer.as_str(), it.code)).collect();
            assert_eq!(found, [(pointer, code)], "{body}");
        }
    }

    #[test]
    fn nothing_that_was_sent_is_quoted() {
        let sent = "ลับที่สุด, expected x: y";
        for body in [
            format!(r#"{{"tambon":"{sent}","sources":[],"basis":"consent"}}"#),
            format!(r#"{{"tambon":"460901","sources":["{sent}"],"basis":"consent"}}"#),
            format!(r#"{{"tambon":"460901","sources":"{sent}","basis":"consent"}}"#),
            format!(r#"{{"happened_on":"{sent}","tambon":"460901","sources":[],"basis":"consent"}}"#),
        ] {
            let problem = problem(Name::Identify, &body);
            let said = serde_json::to_string(&problem.body(super::super::language::Language::English, None)).unwrap();
            assert!(!said.contains("ลับ"), "{said}");
        }
    }

    #[test]
    fn a_code_that_is_not_in_the_list_is_told_the_list_in_both_languages() {
        let basis = problem(Name::Identify, r#"{"tambon":"460901","sources":[],"basis":"because"}"#);
        let text = &basis.errors[0].text;
        assert!(text.en.starts_with("must be ") && text.en.contains("public_task"), "{}", text.en);
        assert!(text.th.starts_with("ต้องเป็นค่าใดค่าหนึ่งใน: ") && text.th.contains("public_task"), "{}", text.th);
        let field = problem(Name::HoldPanel, r#"{"sombody":1}"#);
        let text = &field.errors[0].text;
        assert!(text.th.contains("attended") && text.en.contains("attended"), "{text:?}");
        let none = problem(Name::Verify, r#"{"somebody":1}"#);
        assert!(none.errors[0].text.th.contains("happened_on"), "{none:?}");
        let long = problem(Name::Verify, &format!(r#"{{"{}":1}}"#, "x".repeat(5_000)));
        assert!(long.errors[0].pointer.len() < 100, "what was sent is not echoed at length");
    }

    #[test]
    fn the_id_is_taken_out_of_what_is_new_and_must_be_one() {
        let json = |text: &'static str| Json(Bytes::from_static(text.as_bytes()));
        let (id, rest) = json(r#"{"id":"00000000-0000-0000-0000-000000000007","a":1}"#).with_id().unwrap();
        assert_eq!((id, rest.0.as_ref()), (Some(Uuid::from_u128(7)), br#"{"a":1}"#.as_slice()));
        assert_eq!(json("[1]").with_id().unwrap().0, None);
        assert_eq!(json(r#"{"id":7}"#).with_id().unwrap_err().errors[0].pointer, "/id");
    }
}
