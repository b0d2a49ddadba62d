//! What does each column and each field of an export mean? Made into `docs/data-dictionary.md`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::{Treatment, treatment};

/// The columns, and what stands in them.
pub const COLUMNS: [(&str, &str); 11] = [
    ("row", "number of the event, from 1, in the order in which it was recorded"),
    ("household", "stands for the household: the same throughout one export, and in no other"),
    (
        "district",
        "code of the district where it lives now; empty where fewer than five households of the export live there",
    ),
    ("sequence", "place of the event in the household's history, from 1 without gaps"),
    ("event", "name of the fact"),
    ("version", "version of the fact's shape"),
    ("recorded", "month in which it was recorded"),
    ("role", "role of whoever recorded it"),
    ("channel", "through which door"),
    ("field", "in CSV: the field of the fact, with its place in lists; in NDJSON the fact is an object"),
    ("value", "in CSV: what stands in the field"),
];

/// The fields of a fact as a sample shows them, with what becomes of each.
pub fn fields(sample: &Value) -> BTreeMap<String, Treatment> {
    let mut found = BTreeMap::new();
    look("", "", sample, &mut found);
    found
}

fn look(path: &str, inside: &str, value: &Value, found: &mut BTreeMap<String, Treatment>) {
    let Value::Object(parts) = value else { return };
    for (name, part) in parts.iter().filter(|(name, _)| *name != "type") {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let treated = treatment(inside, name, part);
        let first = if let Value::Array(list) = part { list.first().unwrap_or(part) } else { part };
        if first.is_object() && treated == Treatment::Kept {
            look(&path, name, first, found);
        } else {
            found.insert(path, treated);
        }
    }
}
