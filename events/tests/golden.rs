//! Every payload ever written still reads: one golden file per event and version, only ever added to.

use std::collections::BTreeSet;
use std::path::PathBuf;

use events::facts::Fact;
use events::facts::register::{self, REGISTER};
use events::upcast;
use serde_json::Value;

fn golden() -> Vec<(String, u16, Value)> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .expect("golden files read")
        .map(|entry| entry.expect("golden files read").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let stem = path.file_stem().expect("golden files read").to_str().expect("golden files read");
            let (name, version) = stem.split_once('@').expect("a golden file is called Name@version.json");
            let value = serde_json::from_str(&std::fs::read_to_string(&path).expect("golden files read"))
                .expect("golden files read");
            (name.to_owned(), version.parse().expect("golden files read"), value)
        })
        .collect()
}

fn decode(name: &str, payload: Value) -> Fact {
    let entry = register::find(name).unwrap_or_else(|| panic!("{name} is not in the register"));
    Fact::decode(entry.aggregate, name, payload).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

fn encode(fact: &Fact) -> Value {
    match fact {
        Fact::Household(event) => serde_json::to_value(event),
        Fact::Agency(event) => serde_json::to_value(event),
        Fact::Model(event) => serde_json::to_value(event),
        Fact::Staff(event) => serde_json::to_value(event),
        Fact::Policy(event) => serde_json::to_value(event),
        Fact::Numbering(event) => serde_json::to_value(event),
    }
    .expect("golden files read")
}

#[test]
fn every_payload_ever_written_still_reads() {
    for (name, version, payload) in golden() {
        let (reached, payload) = upcast::current(&name, &version.to_string(), payload).expect("golden files read");
        let fact = decode(&name, payload);
        assert_eq!((fact.schema().name, fact.schema().version), (name.as_str(), reached), "{name}@{version}");
    }
}

#[test]
fn a_text_is_read_as_its_tree_is() {
    for (name, version, payload) in golden() {
        if upcast::is_current(&name, &version.to_string()) {
            let aggregate = register::find(&name).expect("golden files read").aggregate;
            let read = Fact::read(aggregate, &name, &payload.to_string()).expect("golden files read");
            assert_eq!(read, decode(&name, payload), "{name}@{version}");
        }
    }
}

#[test]
fn a_current_payload_is_written_again_just_as_it_is() {
    for (name, version, payload) in golden() {
        if version == register::find(&name).expect("golden files read").schema.version {
            assert_eq!(encode(&decode(&name, payload.clone())), payload, "{name}@{version}");
        }
    }
}

#[test]
fn every_fact_has_a_golden_file_for_each_of_its_versions() {
    let files: BTreeSet<_> = golden().into_iter().map(|(name, version, _)| (name, version)).collect();
    let needed: BTreeSet<_> = REGISTER
        .iter()
        .flat_map(|entry| (1..=entry.schema.version).map(|version| (entry.schema.name.to_owned(), version)))
        .collect();
    assert_eq!(files, needed);
}

#[test]
fn the_register_agrees_with_the_events_themselves() {
    for entry in REGISTER {
        let (_, _, payload) = golden()
            .into_iter()
            .find(|(name, version, _)| name == entry.schema.name && *version == entry.schema.version)
            .expect("golden files read");
        assert_eq!(decode(entry.schema.name, payload).schema(), entry.schema);
        assert!(!entry.th.is_empty() && entry.en.ends_with('.'), "{}", entry.schema.name);
    }
}

#[test]
fn every_step_leads_to_a_version_that_the_register_knows() {
    for step in upcast::STEPS {
        assert!(step.from < register::find(step.event_type).expect("golden files read").schema.version, "{step:?}");
    }
}

#[test]
fn what_a_payload_holds_is_told() {
    for (name, version, payload) in golden() {
        if register::find(&name).is_none_or(|entry| entry.schema.version != version) {
            continue;
        }
        let Fact::Household(event) = decode(&name, payload.clone()) else { continue };
        let told = event.told();
        assert_eq!(told.after().is_some(), payload.get("after").is_some(), "after of {name}");
        assert_eq!(told.next_due().is_some(), payload.get("next_due").is_some(), "next_due of {name}");
        assert_eq!(told.reassess_due().is_some(), payload.get("reassess_due").is_some(), "reassess_due of {name}");
        assert_eq!(told.composition().is_some(), payload.get("composition").is_some(), "composition of {name}");
        assert_eq!(told.place().is_some(), payload.get("place").is_some(), "place of {name}");
        assert_eq!(told.happened_on().is_some(), payload.get("happened_on").is_some(), "happened_on of {name}");
    }
}

/// A policy is written `sla/46@1` wherever it stands in a payload. What was judged `before` rests on it no longer.
fn policies_in(payload: &Value, found: &mut BTreeSet<String>) {
    match payload {
        Value::String(text) => {
            let version = text.split_once('/').and_then(|(_, rest)| rest.split_once('@'));
            if version.is_some_and(|(_, version)| version.parse::<u32>().is_ok()) {
                found.insert(text.clone());
            }
        }
        Value::Array(items) => items.iter().for_each(|it| policies_in(it, found)),
        Value::Object(fields) => {
            fields.iter().filter(|(name, _)| *name != "before").for_each(|(_, it)| policies_in(it, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn every_policy_that_a_payload_names_is_told() {
    let mut named = 0;
    for (name, version, payload) in golden() {
        if register::find(&name).is_none_or(|entry| entry.schema.version != version) {
            continue;
        }
        let Fact::Household(event) = decode(&name, payload.clone()) else { continue };
        let mut written = BTreeSet::new();
        policies_in(&payload, &mut written);
        let told: BTreeSet<_> = event.policies().into_iter().map(ToString::to_string).collect();
        assert_eq!(told, written, "{name}");
        named += written.len();
    }
    assert!(named > 20, "{named}");
}
