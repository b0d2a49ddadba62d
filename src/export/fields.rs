//! What becomes of each field of a fact that leaves the house? What nobody thought of is withheld.

use chrono::NaiveDate;
use hmac::{Hmac, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;
use uuid::Uuid;

/// The most people that a household is said to have: larger ones are so few that their number tells who they are.
const MOST_PEOPLE: u64 = 8;

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// It goes out as it is: a code, a count, yes or no.
    Kept,
    /// An id is another one, the same throughout one export and in no other.
    Pseudonym,
    /// Of a day the month.
    Month,
    /// An amount is rounded down to whole hundreds of baht.
    Hundreds,
    /// A number of people of eight or more is eight.
    Capped,
    /// It does not go out.
    Withheld,
}

impl Treatment {
    /// In words, for the dictionary.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Kept => "as it is",
            Self::Pseudonym => "another id, the same throughout this export",
            Self::Month => "the month",
            Self::Hundreds => "rounded down to whole hundreds of baht",
            Self::Capped => "8 stands for 8 or more",
            Self::Withheld => "withheld",
        }
    }
}

/// Codes, counts and answers that say nothing about who it is.
const KEPT: &[&str] = &[
    "after",
    "answer",
    "answered",
    "as",
    "assistance_kind",
    "attended",
    "basis",
    "because",
    "before",
    "by",
    "capital",
    "capitals",
    "clock",
    "concept",
    "criterion",
    "deprived",
    "dimension",
    "dimensions",
    "disclosed",
    "episode",
    "event_type",
    "evidence",
    "fields",
    "finding",
    "form",
    "from_service",
    "how",
    "in_area",
    "in_kind",
    "incomes",
    "income_evidence",
    "indicator",
    "instrument",
    "items",
    "judged",
    "kind",
    "level",
    "list",
    "max",
    "met",
    "money",
    "month",
    "net",
    "next_due",
    "outcome",
    "overall",
    "period",
    "place",
    "points",
    "policy",
    "priority",
    "province",
    "amphoe",
    "purpose",
    "reason",
    "reassess_due",
    "received",
    "relation",
    "residence",
    "right",
    "role",
    "scoring",
    "seen",
    "sequence",
    "service",
    "sex",
    "sla",
    "sources",
    "stage",
    "standing",
    "status",
    "verdict",
    "was",
    "what",
    "wrong_check_digit",
    "year",
    "heard",
    "composition",
    "relations",
    "lists",
];
/// Amounts of baht.
const AMOUNTS: &[&str] =
    &["amount", "baht", "debt", "expense_month", "net_per_resident_month", "earned", "kept", "shared", "total"];
/// Numbers of people.
const PEOPLE: &[&str] = &["living", "registered", "residents"];
/// The answers of a survey: what stands in it is named by the instrument.
const ANSWERS: &str = "answers";

/// What becomes of a value that stands under a name. `inside` names what it stands in.
pub fn treatment(inside: &str, name: &str, value: &Value) -> Treatment {
    let whole = |treatment| {
        if inside == "composition" && treatment == Treatment::Kept { Treatment::Withheld } else { treatment }
    };
    match value {
        Value::Object(parts) if parts.contains_key("$s") => Treatment::Withheld,
        Value::Object(_) if KEPT.contains(&name) || name == ANSWERS => Treatment::Kept,
        Value::Array(list) => list.first().map_or(Treatment::Kept, |first| treatment(inside, name, first)),
        Value::String(text) if Uuid::parse_str(text).is_ok() => Treatment::Pseudonym,
        Value::String(text) if text.parse::<NaiveDate>().is_ok() => Treatment::Month,
        Value::String(text) if AMOUNTS.contains(&name) && text.parse::<f64>().is_ok() => Treatment::Hundreds,
        Value::String(text) if (KEPT.contains(&name) || inside == ANSWERS) && is_code(text) => whole(Treatment::Kept),
        Value::Number(_) if PEOPLE.contains(&name) => Treatment::Capped,
        Value::Number(_) | Value::Bool(_) if KEPT.contains(&name) => whole(Treatment::Kept),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => Treatment::Withheld,
    }
}

/// A word of a list, never a name or a number of somebody: an area code has four digits at most here.
fn is_code(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_@./:-".contains(&b);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    !text.is_empty() && text.len() <= 64 && text.bytes().all(plain) && digits <= 4
}

/// The key of one export: whoever has none of it can't tell which id was which.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹key of an export›")
    }
}

impl Key {
    /// From chance, used for one export and kept nowhere.
    pub const fn new(chance: [u8; 32]) -> Self {
        Self(chance)
    }

    /// What stands for an id.
    pub fn pseudonym(&self, id: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(id.to_ascii_lowercase().as_bytes());
        hex::encode(mac.finalize().into_bytes().get(..10).unwrap_or_default())
    }

    /// A payload as it may go out.
    pub fn payload(&self, payload: &Value) -> Value {
        self.object("", payload).unwrap_or_else(|| Value::Object(Map::new()))
    }

    fn object(&self, inside: &str, value: &Value) -> Option<Value> {
        let Value::Object(parts) = value else { return None };
        let mut kept = Map::new();
        for (name, part) in parts.iter().filter(|(name, _)| *name != "type") {
            // The name itself goes out: in a survey's answers it is the code of an indicator.
            if let Some(part) = self.value(inside, name, part).filter(|_| is_code(name)) {
                kept.insert(name.clone(), part);
            }
        }
        Some(Value::Object(kept))
    }

    fn value(&self, inside: &str, name: &str, value: &Value) -> Option<Value> {
        if let Value::Array(list) = value {
            let list: Vec<_> = list.iter().filter_map(|it| self.value(inside, name, it)).collect();
            return (!list.is_empty()).then_some(Value::Array(list));
        }
        let treated = treatment(inside, name, value);
        match (treated, value) {
            (Treatment::Kept, Value::Object(_)) => self.object(name, value),
            (Treatment::Kept, _) => Some(value.clone()),
            (Treatment::Pseudonym, Value::String(id)) => Some(Value::String(self.pseudonym(id))),
            (Treatment::Month, Value::String(day)) => day.get(..7).map(|month| Value::String(month.to_owned())),
            (Treatment::Hundreds, Value::String(baht)) => Some(Value::from(hundreds(baht)?)),
            (Treatment::Capped, Value::Number(n)) => n.as_u64().map(|n| Value::from(n.min(MOST_PEOPLE))),
            (
                Treatment::Pseudonym | Treatment::Month | Treatment::Hundreds | Treatment::Capped | Treatment::Withheld,
                _,
            ) => None,
        }
    }
}

/// Whole hundreds of baht, of an amount with two decimals.
fn hundreds(baht: &str) -> Option<i64> {
    let whole: i64 = baht.split('.').next()?.parse().ok()?;
    Some(whole.div_euclid(100) * 100)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_could_tell_who_it_is_does_not_go_out() {
        let key = Key::new([3; 32]);
        let id = "00000000-0000-4000-8000-000000000007";
        let out = key.payload(&json!({
            "type": "X", "happened_on": "2025-03-17", "person": id, "case_no": "46-0012345-0",
            "place": {"province": "46", "amphoe": "4609", "tambon": "460901", "moo": 3, "lao": "46090001"},
            "details": {"$s": 1, "k": "person:x", "c": "zzz"}, "service": "สมหญิง", "kind": "1234567890123",
            "composition": {"living": 11, "registered": 3, "sex_of_head": "female", "sex_age": [{"sex": "female", "n": 1}]},
            "money": {"debt": "40050.00", "incomes": [{"concept": "wages", "amount": "3099.99"}]},
            "answers": {"human.education": ["low"], "เบอร์โทร": ["x"]}, "remarks": "ใจดี"
        }));
        let expected = json!({
            "happened_on": "2025-03", "person": key.pseudonym(id), "place": {"province": "46", "amphoe": "4609"},
            "composition": {"living": 8, "registered": 3},
            "money": {"debt": 40000, "incomes": [{"concept": "wages", "amount": 3000}]},
            "answers": {"human.education": ["low"]}
        });
        assert_eq!(out, expected);
    }

    #[test]
    fn a_pseudonym_is_the_same_within_an_export_and_another_in_the_next() {
        let (one, other) = (Key::new([1; 32]), Key::new([2; 32]));
        assert_eq!(one.pseudonym("ABC"), one.pseudonym("abc"));
        assert_ne!(one.pseudonym("abc"), other.pseudonym("abc"));
        assert_ne!(one.pseudonym("abc"), one.pseudonym("abd"));
    }

    #[test]
    fn an_amount_below_zero_is_rounded_down_too() {
        assert_eq!(
            ["-0.50", "-150.00", "99.99", "100.00", "x"].map(hundreds),
            [Some(0), Some(-200), Some(0), Some(100), None]
        );
    }
}
