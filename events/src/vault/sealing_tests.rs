//! What sealing promises: back comes what went in, nowhere else, and nothing altered passes.

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::envelope::Place;
use super::error::SealError;
use super::payload::{Opened, open, reseal, seal, subjects_of};
use super::ring::{Key, Keyring, Slot};
use crate::sealed::Subject;

fn person(number: u32) -> Subject {
    Subject::new("person", number)
}

/// Keys for persons 1 and 2; person 9 was erased.
fn ring() -> Keyring {
    Keyring::default().next([
        (person(1), Slot::Key(Key([1; 32]))),
        (person(2), Slot::Key(Key([2; 32]))),
        (person(9), Slot::Erased),
    ])
}

fn place() -> Place {
    Place {
        log_id: Uuid::from_u128(7),
        aggregate_type: "household".to_owned(),
        aggregate_id: "h1".to_owned(),
        sequence: 4,
    }
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

fn value_of(subject: &Subject, tag: &str, value: &Value) -> Value {
    json!({"$o": value, "k": subject, "t": tag})
}

fn sealed(subject: &Subject, value: &Value) -> Value {
    let mut payload = value_of(subject, "person.details", value);
    seal(&mut payload, &place(), &ring(), &mut rng()).unwrap();
    payload
}

fn opened(mut payload: Value, place: &Place) -> Result<Value, SealError> {
    open(&mut payload, place, &ring(), &|_| false).map(|_| payload)
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no infinities", |number| number.is_finite()).prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::hash_map("[a-zก-ฮ]{2,6}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_sealed_opens_as_it_was_and_its_size_moves_in_steps(value in any_json(), clear in any_json()) {
        let before = json!({"clear": clear, "people": [value_of(&person(1), "a", &value), value_of(&person(2), "b", &value)]});
        let mut payload = before.clone();
        seal(&mut payload, &place(), &ring(), &mut rng()).unwrap();
        let ciphertext = payload["people"][0]["c"].as_str().unwrap();
        let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, ciphertext).unwrap().len();
        prop_assert_eq!(bytes, (4 + super::canonical_json(&value).len()).next_multiple_of(32) + 16);
        prop_assert_eq!(&payload["clear"], &before["clear"]);
        // Through text, as the log keeps it.
        let mut stored: Value = serde_json::from_str(&payload.to_string()).unwrap();
        let done = open(&mut stored, &place(), &ring(), &|_| false).unwrap();
        prop_assert_eq!(done, Opened { opened: 2, erased: 0 });
        prop_assert_eq!(stored, before);
    }

    #[test]
    fn no_payload_makes_it_panic(payload in any_json(), name in "\\$?[osektnc]", other in "\\$?[osektnc]") {
        let mut odd = json!({name.as_str(): payload, other.as_str(): 1, "k": "person:1"});
        let _ = open(&mut odd.clone(), &place(), &ring(), &|_| false);
        let _ = seal(&mut odd, &place(), &ring(), &mut rng());
        let _ = subjects_of(&odd);
    }
}

#[test]
fn a_flipped_bit_anywhere_in_an_envelope_is_found() {
    let stored = json!({"member": sealed(&person(1), &json!("สมหญิง ใจดี"))}).to_string();
    let inside = stored.find("{\"$").or_else(|| stored.find("{\"c\"")).unwrap()..stored.len() - 1;
    let mut tried = 0;
    for at in inside {
        for bit in 0..8 {
            let mut bytes = stored.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let Ok(payload) = serde_json::from_slice::<Value>(&bytes) else { continue };
            tried += 1;
            match opened(payload, &place()) {
                Err(SealError::Tampered { .. }) => {}
                other => panic!("byte {at} bit {bit} passed: {other:?}"),
            }
        }
    }
    assert!(tried > 1_000, "only {tried} flips were still JSON");
}

#[test]
fn an_envelope_opens_nowhere_but_in_its_place() {
    let envelope = sealed(&person(1), &json!({"name": "ก"}));
    opened(envelope.clone(), &place()).unwrap();
    let elsewhere = [
        Place { log_id: Uuid::from_u128(8), ..place() },
        Place { aggregate_type: "agency".to_owned(), ..place() },
        Place { aggregate_id: "h2".to_owned(), ..place() },
        Place { sequence: 5, ..place() },
        // The same letters, divided otherwise between the fields.
        Place { aggregate_type: "householdh".to_owned(), aggregate_id: "1".to_owned(), ..place() },
    ];
    for place in elsewhere {
        assert!(matches!(opened(envelope.clone(), &place), Err(SealError::Tampered { .. })), "{place:?}");
    }
    for (member, other) in [("k", json!("person:2")), ("t", json!("person.detail")), ("$s", json!(2)), ("x", json!(1))]
    {
        let mut moved = envelope.clone();
        moved[member] = other;
        assert!(matches!(opened(moved, &place()), Err(SealError::Tampered { .. })), "{member}");
    }
}

#[test]
fn two_values_in_one_event_cannot_change_places() {
    let (one, two) = (sealed(&person(1), &json!("ก")), sealed(&person(2), &json!("ข")));
    let mut swapped = one.clone();
    swapped["n"] = two["n"].clone();
    swapped["c"] = two["c"].clone();
    assert!(matches!(opened(swapped, &place()), Err(SealError::Tampered { .. })));
}

#[test]
fn a_conflicting_event_is_sealed_anew_under_its_later_sequence() {
    let later = Place { sequence: 5, ..place() };
    let first = sealed(&person(1), &json!("ก"));
    let mut again = first.clone();
    reseal(&mut again, &place(), &later, &ring(), &mut StdRng::seed_from_u64(2)).unwrap();
    assert_ne!(again["n"], first["n"], "a nonce is never used twice");
    assert_eq!(opened(again.clone(), &later).unwrap()["$o"], json!("ก"));
    assert!(matches!(opened(again, &place()), Err(SealError::Tampered { .. })));
}

#[test]
fn a_missing_key_is_erased_only_if_an_erasure_says_so() {
    // Written while they still had a key.
    let then = Keyring::default().next([3, 9].map(|number| (person(number), Slot::Key(Key([3; 32])))));
    let of = |subject: &Subject| {
        let mut payload = value_of(subject, "person.details", &json!("ก"));
        seal(&mut payload, &place(), &then, &mut rng()).unwrap();
        payload
    };
    assert_eq!(opened(of(&person(9)), &place()).unwrap(), json!({"$e": 1, "k": "person:9", "t": "person.details"}));
    assert_eq!(opened(of(&person(3)), &place()), Err(SealError::MissingKey { subject: person(3) }));
    let mut listed = of(&person(3));
    let done = open(&mut listed, &place(), &ring(), &|subject| *subject == person(3)).unwrap();
    assert_eq!((done, listed["$e"].clone()), (Opened { opened: 0, erased: 1 }, json!(1)));
}

#[test]
fn a_ring_older_than_the_erase_list_shows_nothing_but_still_finds_tampering() {
    let mut payload = sealed(&person(1), &json!("ก"));
    let mut bad = payload.clone();
    bad["t"] = json!("other");
    open(&mut payload, &place(), &ring(), &|_| true).unwrap();
    assert_eq!(payload, json!({"$e": 1, "k": "person:1", "t": "person.details"}));
    assert!(matches!(open(&mut bad, &place(), &ring(), &|_| true), Err(SealError::Tampered { .. })));
}

#[test]
fn the_living_cannot_be_passed_off_as_erased() {
    let mut envelope = sealed(&person(1), &json!("ก"));
    envelope["k"] = json!(person(9));
    assert!(matches!(opened(envelope, &place()), Err(SealError::Tampered { .. })));
}

#[test]
fn a_damaged_envelope_of_an_erased_subject_is_an_alarm_where_its_form_shows_it() {
    let mut envelope = sealed(&person(1), &json!("ก"));
    envelope["k"] = json!(person(9));
    for (member, broken) in [("n", json!("AAAA")), ("c", json!("AAAA")), ("c", json!(7)), ("$s", json!(0))] {
        let mut bad = envelope.clone();
        bad[member] = broken;
        assert!(matches!(opened(bad, &place()), Err(SealError::Tampered { .. })), "{member}");
    }
}

#[test]
fn a_clear_value_in_a_stored_event_is_an_alarm() {
    let clear = value_of(&person(1), "person.details", &json!("ก"));
    let error = opened(json!([{"member": clear}]), &place()).unwrap_err();
    assert_eq!(error, SealError::Unsealed { subject: "person:1".to_owned(), tag: "person.details".to_owned() });
    assert!(matches!(opened(json!({"$x": 1}), &place()), Err(SealError::Tampered { .. })));
    assert!(matches!(opened(json!({"$e": 1, "k": "person:9", "t": "t"}), &place()), Err(SealError::Tampered { .. })));
}

#[test]
fn only_whole_open_values_of_living_subjects_are_sealed() {
    let attempt = |mut payload: Value| seal(&mut payload, &place(), &ring(), &mut rng()).unwrap_err();
    let open = |number| value_of(&person(number), "t", &json!(1));
    assert_eq!(attempt(json!([open(3)])), SealError::MissingKey { subject: person(3) });
    assert_eq!(attempt(open(9)), SealError::Erased { subject: person(9) });
    assert_eq!(attempt(json!({"$e": 1, "k": "person:1", "t": "t"})), SealError::Erased { subject: person(1) });
    assert!(matches!(attempt(sealed(&person(1), &json!(1))), SealError::AlreadySealed { .. }));
    assert!(matches!(attempt(value_of(&person(1), "t", &json!([{"x": open(2)}]))), SealError::Nested { .. }));
    for malformed in [
        json!({"$o": 1}),
        json!({"$o": 1, "k": "person:1"}),
        json!({"$o": 1, "k": 1, "t": "t"}),
        json!({"$o": 1, "k": "person:1", "t": "t", "more": 1}),
        json!({"$0": 1, "k": "person:1", "t": "t"}),
    ] {
        assert_eq!(attempt(malformed), SealError::Malformed);
    }
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    let attempt = |mut payload: Value| seal(&mut payload, &place(), &ring(), &mut rng());
    assert!(matches!(attempt(deep.clone()), Err(SealError::TooDeep { .. })));
    assert!(matches!(attempt(value_of(&person(1), "t", &deep)), Err(SealError::TooDeep { .. })));
    assert!(matches!(opened(deep, &place()), Err(SealError::TooDeep { .. })));
    // The deepest value that is sealed can be stored, read and opened.
    let limit = (0..119).fold(json!(1), |inner, _| json!([inner]));
    let mut payload = value_of(&person(1), "t", &limit);
    attempt(payload.clone()).unwrap();
    seal(&mut payload, &place(), &ring(), &mut rng()).unwrap();
    let stored: Value = serde_json::from_str(&payload.to_string()).unwrap();
    assert_eq!(opened(stored, &place()).unwrap()["$o"], limit);
}

#[test]
fn errors_and_alarms_never_quote_a_value() {
    let secret = json!("สมหญิง");
    let mut clear = value_of(&person(3), "t", &secret);
    let error = seal(&mut clear.clone(), &place(), &ring(), &mut rng()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("สมหญิง"));
    let error = open(&mut clear, &place(), &ring(), &|_| false).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("สมหญิง"));
}

#[test]
fn every_subject_of_a_payload_is_named_once() {
    let payload = json!({"b": [value_of(&person(2), "t", &json!(1)), sealed(&person(1), &json!(2))],
        "a": value_of(&person(2), "u", &json!({"k": "person:7"})), "k": "person:8"});
    assert_eq!(subjects_of(&payload), [person(1), person(2)]);
    assert_eq!(subjects_of(&json!([1, "person:1", null])), []);
}
