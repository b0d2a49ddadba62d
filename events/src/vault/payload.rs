//! Where in an event's payload are values to close, to open, or to be alarmed about?
//!
//! A member whose name begins with `$` belongs to sealing alone, and so does an object that has `k`, `t`, `n` and `c`:
//! what looks like part of an envelope and is none was damaged, and must not pass as clear data.

use std::collections::BTreeSet;

use rand::CryptoRng;
use serde_json::{Map, Value, json};

use super::envelope::{Envelope, Place, close, named, tampered};
use super::error::SealError;
use super::ring::Keyring;
use crate::sealed::Subject;

/// serde_json reads 128 levels; a sealed value adds one when it is opened.
const DEPTH_LIMIT: usize = 120;

/// What `open` did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opened {
    /// Values that were opened.
    pub opened: usize,
    /// Values whose key was destroyed.
    pub erased: usize,
}

/// Replaces each open value (`$o`) by its envelope (`$s`). Refuses a subject without key, an erased one, and an
/// envelope from elsewhere, which would never open here. On an error the payload is half done: throw it away.
pub fn seal(payload: &mut Value, place: &Place, ring: &Keyring, rng: &mut dyn CryptoRng) -> Result<(), SealError> {
    walk(payload, 0, &mut |value| {
        let Some((form, object)) = form_of(value) else { return Ok(false) };
        let (subject, tag) = named(object);
        match form {
            Form::Open => {}
            Form::Sealed => return Err(SealError::AlreadySealed { subject, tag }),
            Form::Erased => return Err(SealError::Erased { subject: Subject::from(subject) }),
            Form::Broken => return Err(SealError::Malformed),
        }
        let (Some(open), Some(Value::String(_)), Some(Value::String(_)), 3) =
            (object.get("$o"), object.get("k"), object.get("t"), object.len())
        else {
            return Err(SealError::Malformed);
        };
        if holds_form(open, 1)? {
            return Err(SealError::Nested { subject, tag });
        }
        let subject = Subject::from(subject);
        let Some(key) = ring.key(&subject) else {
            return Err(if ring.is_erased(&subject) {
                SealError::Erased { subject }
            } else {
                SealError::MissingKey { subject }
            });
        };
        *value = close(open, &subject, &tag, place, key, rng)?;
        Ok(true)
    })
}

/// Replaces each envelope (`$s`) by its value (`$o`), or by `$e` where the subject is erased: the ring says so, or
/// `erased` does (a list that may be newer than the ring; `&|_| false` trusts the ring alone). A key that is missing
/// without an erasure is a fault; an envelope that does not open with its key is an alarm, for the erased too as long
/// as the ring still has the key. On an error the payload is half done: throw it away.
pub fn open(
    payload: &mut Value,
    place: &Place,
    ring: &Keyring,
    erased: &dyn Fn(&Subject) -> bool,
) -> Result<Opened, SealError> {
    let mut done = Opened::default();
    walk(payload, 0, &mut |value| {
        let Some((form, object)) = form_of(value) else { return Ok(false) };
        match form {
            Form::Sealed => {}
            Form::Open => {
                let (subject, tag) = named(object);
                return Err(SealError::Unsealed { subject, tag });
            }
            Form::Erased | Form::Broken => return Err(tampered("it is no whole envelope", object)),
        }
        let envelope = Envelope::read(object)?;
        let (subject, tag) = (envelope.subject.clone(), envelope.tag.clone());
        let opened = match ring.key(&subject) {
            Some(key) => Some(envelope.open(place, key)?),
            None if envelope.belongs_to_another(place, ring) => {
                return Err(envelope.alarm("it was written for another subject"));
            }
            None => None,
        };
        let is_erased = ring.is_erased(&subject) || erased(&subject);
        *value = match opened {
            Some(open) if !is_erased => {
                done.opened += 1;
                json!({"$o": open, "k": subject, "t": tag})
            }
            _ if is_erased => {
                done.erased += 1;
                json!({"$e": 1, "k": subject, "t": tag})
            }
            _ => return Err(SealError::MissingKey { subject }),
        };
        Ok(true)
    })?;
    Ok(done)
}

/// Seals a payload anew for another place in the same stream or log: after a conflict its event gets a later sequence.
pub fn reseal(
    payload: &mut Value,
    from: &Place,
    to: &Place,
    ring: &Keyring,
    rng: &mut dyn CryptoRng,
) -> Result<(), SealError> {
    open(payload, from, ring, &|_| false)?;
    seal(payload, to, ring, rng)
}

/// Everybody with a value in this payload, open or sealed, each once and in order.
pub fn subjects_of(payload: &Value) -> Vec<Subject> {
    let mut found = BTreeSet::new();
    gather(payload, 0, &mut found);
    found.into_iter().collect()
}

fn gather(value: &Value, depth: usize, found: &mut BTreeSet<Subject>) {
    if depth > DEPTH_LIMIT {
        return;
    }
    if let Some((_, object)) = form_of(value) {
        if let Some(Value::String(subject)) = object.get("k") {
            found.insert(Subject::from(subject.clone()));
        }
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, depth + 1, found)),
        Value::Object(members) => members.values().for_each(|member| gather(member, depth + 1, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Calls `visit` on each value from the outside in; where it answers true, it has dealt with all that is inside.
fn walk(
    value: &mut Value,
    depth: usize,
    visit: &mut dyn FnMut(&mut Value) -> Result<bool, SealError>,
) -> Result<(), SealError> {
    if depth > DEPTH_LIMIT {
        return Err(SealError::TooDeep { limit: DEPTH_LIMIT });
    }
    if visit(value)? {
        return Ok(());
    }
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| walk(item, depth + 1, visit)),
        Value::Object(members) => members.values_mut().try_for_each(|member| walk(member, depth + 1, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// An erasure of the inner subject would leave its value readable with the outer one's key.
fn holds_form(value: &Value, depth: usize) -> Result<bool, SealError> {
    if depth > DEPTH_LIMIT {
        return Err(SealError::TooDeep { limit: DEPTH_LIMIT });
    }
    if form_of(value).is_some() {
        return Ok(true);
    }
    let mut inner: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return Ok(false),
    };
    inner.try_fold(false, |found, value| Ok(found || holds_form(value, depth + 1)?))
}

enum Form {
    Open,
    Sealed,
    Erased,
    Broken,
}

fn form_of(value: &Value) -> Option<(Form, &Map<String, Value>)> {
    let object = value.as_object()?;
    let form = if object.contains_key("$s") {
        Form::Sealed
    } else if object.contains_key("$o") {
        Form::Open
    } else if object.contains_key("$e") {
        Form::Erased
    } else if object.keys().any(|name| name.starts_with('$'))
        || ["k", "t", "n", "c"].iter().all(|name| object.contains_key(*name))
    {
        Form::Broken
    } else {
        return None;
    };
    Some((form, object))
}
