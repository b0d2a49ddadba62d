//! What does the file of a changed policy say? As it would be published, `{"province": "46", "body": {…}}`, without a day:
//! it is judged as if it had always been in force. Every mistake is named with its field.

use chrono::NaiveDate;
use events::facts::policy::{PolicyBody, PolicyKind};
use serde_json::{Map, Value};

use crate::rules::Refusal;
use crate::rules::policy::Publish;
use crate::rules::policy_defaults::defaults;

/// The kinds whose outcomes can be judged again from what the facts hold.
const KINDS: [PolicyKind; 3] = [PolicyKind::Sla, PolicyKind::Contact, PolicyKind::Graduation];

/// A policy as it might be.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// Two digits of the province whose households are judged by it.
    pub province: String,
    /// What it says.
    pub body: PolicyBody,
}

/// Something wrong with the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {says}")]
pub struct Mistake {
    /// Where, as a JSON pointer; `/` is the whole file.
    pub pointer: String,
    /// What.
    pub says: String,
}

fn mistake(pointer: impl Into<String>, says: impl Into<String>) -> Mistake {
    Mistake { pointer: pointer.into(), says: says.into() }
}

/// The fields of a kind: those that must stand there, and those that may.
fn fields_of(kind: PolicyKind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        PolicyKind::Sla => (&["answer_days", "deliver_days"], &["services", "counted"]),
        PolicyKind::Contact => (
            &[
                "first_visit_days",
                "assessment_days",
                "referral_days",
                "follow_up_days",
                "reassessment_days",
                "post_exit_months",
                "attempts_before_unreachable",
            ],
            &["complaint_days"],
        ),
        PolicyKind::Graduation => (&["level_at_least", "capital_at_least", "months_apart"], &[]),
        PolicyKind::Scoring
        | PolicyKind::PovertyLine
        | PolicyKind::Threshold
        | PolicyKind::Crosswalk
        | PolicyKind::Holidays => (&[], &[]),
    }
}

impl Changed {
    /// Reads a file, or says everything that is wrong with it. `today` bounds what a policy may say.
    pub fn read(text: &[u8], today: NaiveDate) -> Result<Self, Vec<Mistake>> {
        let file: Value = serde_json::from_slice(text).map_err(|error| {
            vec![mistake("/", format!("is no JSON: line {}, column {}", error.line(), error.column()))]
        })?;
        let Value::Object(mut file) = file else { return Err(vec![mistake("/", "must be an object")]) };
        let mut wrong = Vec::new();
        let province = match file.remove("province") {
            Some(Value::String(province)) => province,
            Some(_) => {
                wrong.push(mistake("/province", "must be the two digits of a province, in quotes"));
                String::new()
            }
            None => {
                wrong.push(mistake("/province", "must be given"));
                String::new()
            }
        };
        let body = match file.remove("body") {
            Some(Value::Object(body)) => read_body(body, &mut wrong),
            Some(_) => {
                wrong.push(mistake("/body", "must be an object"));
                None
            }
            None => {
                wrong.push(mistake("/body", "must be given"));
                None
            }
        };
        wrong.extend(
            file.keys().map(|name| mistake(format!("/{name}"), "is no field here: the fields are province, body")),
        );
        if let Some(body) = body.as_ref().filter(|_| !province.is_empty()) {
            let publish = Publish { province: province.clone(), effective_on: today, body: body.clone() };
            if let Err(Refusal::Fields(fields)) = publish.review(today) {
                wrong.extend(fields.into_iter().map(|it| mistake(it.pointer, it.text.en)));
            }
        }
        match body {
            Some(body) if wrong.is_empty() => Ok(Self { province, body }),
            Some(_) | None => Err(wrong),
        }
    }
}

/// The body, field by field: each is tried in a body that is right otherwise, so that one mistake hides no other.
fn read_body(body: Map<String, Value>, wrong: &mut Vec<Mistake>) -> Option<PolicyBody> {
    let before = wrong.len();
    let kinds = KINDS.map(PolicyKind::as_str).join(", ");
    let named = body.get("kind").and_then(Value::as_str);
    let Some(kind) = KINDS.into_iter().find(|kind| Some(kind.as_str()) == named) else {
        wrong.push(mistake("/body/kind", format!("must be one of {kinds}: no other kind is judged again")));
        return None;
    };
    let (must, may) = fields_of(kind);
    let right = defaults().into_iter().find(|it| it.kind() == kind).and_then(|it| serde_json::to_value(it).ok())?;
    wrong.extend(
        must.iter()
            .filter(|name| !body.contains_key(**name))
            .map(|name| mistake(format!("/body/{name}"), "must be given")),
    );
    for (name, value) in body.iter().filter(|(name, _)| *name != "kind") {
        let pointer = format!("/body/{name}");
        if !must.contains(&name.as_str()) && !may.contains(&name.as_str()) {
            let fields = [must, may].concat().join(", ");
            wrong.push(mistake(pointer, format!("is no field here: the fields are {fields}")));
            continue;
        }
        let mut tried = right.clone();
        if let Some(field) = tried.as_object_mut() {
            field.insert(name.clone(), value.clone());
        }
        if let Err(error) = serde_json::from_value::<PolicyBody>(tried) {
            wrong.push(mistake(pointer, error.to_string()));
        }
    }
    if wrong.len() > before {
        return None;
    }
    serde_json::from_value(Value::Object(body)).map_err(|error| wrong.push(mistake("/body", error.to_string()))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Changed, Vec<String>> {
        let today = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default();
        Changed::read(text.as_bytes(), today).map_err(|wrong| wrong.into_iter().map(|it| it.pointer).collect())
    }

    #[test]
    fn a_policy_as_it_would_be_published_reads() {
        for body in defaults().into_iter().filter(|body| KINDS.contains(&body.kind())) {
            let text = serde_json::json!({"province": "46", "body": body}).to_string();
            assert_eq!(read(&text), Ok(Changed { province: "46".to_owned(), body }));
        }
    }

    #[test]
    fn every_mistake_is_named_with_its_field() {
        for (text, pointers) in [
            ("", &["/"][..]),
            ("[]", &["/"]),
            ("{}", &["/province", "/body"]),
            (r#"{"province":46,"body":7,"from":1}"#, &["/province", "/body", "/from"]),
            (r#"{"province":"46","body":{"kind":"scoring"}}"#, &["/body/kind"]),
            (r#"{"province":"46","body":{}}"#, &["/body/kind"]),
            (
                r#"{"province":"46","body":{"kind":"sla","answer_days":"two","deliver_day":3,"counted":"moons"}}"#,
                &["/body/deliver_days", "/body/answer_days", "/body/counted", "/body/deliver_day"],
            ),
            (
                r#"{"province":"46","body":{"kind":"sla","answer_days":0,"deliver_days":9999}}"#,
                &["/body/answer_days", "/body/deliver_days"],
            ),
            (r#"{"province":"99","body":{"kind":"sla","answer_days":1,"deliver_days":2}}"#, &["/province"]),
            (
                r#"{"province":"46","body":{"kind":"graduation","level_at_least":9,"capital_at_least":2,"months_apart":-1}}"#,
                &["/body/level_at_least", "/body/months_apart"],
            ),
        ] {
            assert_eq!(read(text), Err(pointers.iter().map(|it| (*it).to_owned()).collect()), "{text}");
        }
    }
}
