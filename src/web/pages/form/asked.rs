//! What a command asks for, read once from the schema of its body.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::rules::household::command::Name;
use crate::web::examples;
use crate::web::operation::Schemas;

/// What one part of a body takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// One line.
    Line,
    /// Several lines: what somebody said.
    Words,
    /// A whole number.
    Number,
    /// Baht.
    Money,
    /// A day.
    Day,
    /// A day of birth, of which a part may be unknown.
    Birth,
    /// Yes, no or unknown.
    YesNo,
    /// One code of a type.
    One(String, Vec<String>),
    /// Several codes of a type.
    Many(String, Vec<String>),
    /// An id or a code of an area, by the type of what it names.
    Id(String),
    /// Several ids.
    Ids(String),
    /// Fields of their own.
    Parts(Vec<Part>),
    /// One of several forms, told apart by a field: the field, the type, and each form.
    Variants(String, String, Vec<(String, Vec<Part>)>),
    /// Any number of the same.
    Rows(Vec<Part>),
    /// The answers to an instrument.
    Answers,
}

/// A field of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name in the body.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it takes.
    pub asked: Asked,
}

/// What a command makes, and names by an id that follows from the command's own, and what a file says itself: nobody
/// types it.
const MADE: [(Name, &str); 11] = [
    (Name::AttachDocument, "document"),
    (Name::AttachDocument, "media_type"),
    (Name::AttachDocument, "size"),
    (Name::AttachDocument, "sha256"),
    (Name::DeliverAssistance, "assistance"),
    (Name::GiveConsent, "consent"),
    (Name::GroupFamily, "family"),
    (Name::MakeReferral, "referral"),
    (Name::ReceiveComplaint, "complaint"),
    (Name::ReceiveRightsRequest, "request"),
    (Name::RecordNeed, "need"),
];

/// The parts of a command's body.
pub fn of(name: Name) -> &'static [Part] {
    static ALL: OnceLock<BTreeMap<&'static str, Vec<Part>>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut schemas = Schemas::default();
        let shapes: Vec<_> =
            Name::ALL.into_iter().map(|name| (name, examples::shape(name).refer(&mut schemas))).collect();
        let read = |(name, schema): (Name, Value)| {
            let mut parts = parts(&schema, &schemas.0);
            parts.retain(|part| !MADE.contains(&(name, part.name.as_str())));
            (name.as_str(), parts)
        };
        shapes.into_iter().map(read).collect()
    });
    all.get(name.as_str()).map_or(&[], Vec::as_slice)
}

/// The parts of a body by its schema, for a command that is no household's.
pub fn parts_of(schema: &Value, known: &BTreeMap<String, Value>) -> Vec<Part> {
    parts(schema, known)
}

/// The order in which people ask, where it is not the alphabet's: when and where, who, then the rest.
const ORDER: [&str; 21] = [
    "happened_on",
    "tambon",
    "moo",
    "lao",
    "sources",
    "basis",
    "need",
    "referral",
    "agency",
    "service",
    "person",
    "prefix",
    "given_name",
    "family_name",
    "birth",
    "sex",
    "relation",
    "residence",
    "citizen_id",
    "has_id_card",
    "house_no",
];

type Known = BTreeMap<String, Value>;

/// Follows references, and leaves out that something may be null. Answers the type's name and the schema.
fn followed<'a>(schema: &'a Value, known: &'a Known) -> (String, &'a Value) {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|it| it.rsplit('/').next())
        && let Some(named) = known.get(name)
    {
        let (inner, schema) = followed(named, known);
        return (if inner.is_empty() { name.to_owned() } else { inner }, schema);
    }
    let others = |list: &'a Value| -> Vec<&'a Value> {
        list.as_array().into_iter().flatten().filter(|it| it.get("type") != Some(&Value::from("null"))).collect()
    };
    if let Some([one]) = schema.get("oneOf").map(others).as_deref() {
        return followed(one, known);
    }
    (String::new(), schema)
}

fn is_type(schema: &Value, wanted: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == wanted,
        Some(Value::Array(some)) => some.iter().any(|it| it == wanted),
        _ => false,
    }
}

fn codes(schema: &Value) -> Option<Vec<String>> {
    let list = schema.get("enum")?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect())
}

fn parts(schema: &Value, known: &Known) -> Vec<Part> {
    let (_, schema) = followed(schema, known);
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    let mut parts: Vec<Part> = properties
        .iter()
        .map(|(name, schema)| Part {
            name: name.clone(),
            required: required.contains(&name.as_str()),
            asked: asked(name, schema, known),
        })
        .collect();
    // Somebody who is written down gets an id of the command's; nobody types one.
    let written_down = parts.iter().any(|part| part.name == "details");
    parts.retain(|part| part.name != "person" || part.required || !written_down);
    parts.sort_by_key(|part| {
        let long = matches!(part.asked, Asked::Words | Asked::Rows(_) | Asked::Answers | Asked::Parts(_));
        let place = ORDER.iter().position(|name| *name == part.name).unwrap_or(ORDER.len());
        (long, place, !part.required)
    });
    parts
}

fn asked(name: &str, schema: &Value, known: &Known) -> Asked {
    let (of, schema) = followed(schema, known);
    if name == "answers" {
        return Asked::Answers;
    }
    match of.as_str() {
        "Said" => return Asked::Words,
        "Baht" => return Asked::Money,
        "PartialDate" => return Asked::Birth,
        "AreaCode" => return Asked::Id(of),
        _ => {}
    }
    if let Some(codes) = codes(schema) {
        return Asked::One(of, codes);
    }
    if let Some(list) = schema.get("oneOf").and_then(Value::as_array) {
        return variants(of, list, known);
    }
    if is_type(schema, "array") {
        let Some(items) = schema.get("items") else { return Asked::Line };
        let one = asked("", items, known);
        if let Asked::One(of, codes) = one {
            return Asked::Many(of, codes);
        }
        if let Asked::Id(of) = one {
            return Asked::Ids(of);
        }
        return if let Asked::Parts(parts) = one { Asked::Rows(parts) } else { one };
    }
    let format = schema.get("format").and_then(Value::as_str);
    if is_type(schema, "object") {
        return Asked::Parts(parts(schema, known));
    }
    if is_type(schema, "boolean") {
        return Asked::YesNo;
    }
    if is_type(schema, "integer") {
        return Asked::Number;
    }
    match format {
        Some("date") => Asked::Day,
        Some("uuid") => Asked::Id(of),
        _ if ["service", "instrument", "indicator"].contains(&name) => Asked::Id(name.to_owned()),
        _ => Asked::Line,
    }
}

/// Forms that a field with one code tells apart.
fn variants(of: String, list: &[Value], known: &Known) -> Asked {
    let mut tag = String::new();
    let mut found = Vec::new();
    for one in list {
        let pieces = pieces(one, known);
        let properties = pieces.iter().filter_map(|it| it.get("properties").and_then(Value::as_object)).flatten();
        let tagged = properties.into_iter().find_map(|(name, schema)| {
            codes(schema)
                .filter(|codes| codes.len() == 1)
                .and_then(|codes| codes.into_iter().next())
                .map(|it| (name, it))
        });
        let Some((name, code)) = tagged else { continue };
        tag.clone_from(name);
        let mut parts: Vec<Part> = pieces.iter().flat_map(|it| parts(it, known)).collect();
        parts.retain(|part| part.name != *name);
        found.push((code, parts));
    }
    Asked::Variants(tag, of, found)
}

/// A form that stands in one piece, or in several that hold together.
fn pieces<'a>(one: &'a Value, known: &'a Known) -> Vec<&'a Value> {
    let (_, one) = followed(one, known);
    match one.get("allOf").and_then(Value::as_array) {
        Some(all) => all.iter().map(|it| followed(it, known).1).collect(),
        None => vec![one],
    }
}
