//! Old payloads made current: one function per step from a version to the next. Stored rows never change.

use serde_json::{Map, Value, json};

/// One step: `AssistanceDelivered` 1 → 2.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The stored name.
    pub event_type: &'static str,
    /// The version it reads; it writes the next.
    pub from: u16,
    apply: fn(Map<String, Value>) -> Map<String, Value>,
}

/// Every step, in the order of versions.
pub const STEPS: &[Step] = &[Step { event_type: "AssistanceDelivered", from: 1, apply: assistance_delivered_1 }];

/// Why a payload can't be made current.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpcastError {
    /// The version is no number.
    #[error("the version {version:?} of {event_type} is not a number")]
    Version {
        /// The stored name.
        event_type: String,
        /// As stored.
        version: String,
    },
    /// The payload is no JSON object.
    #[error("the payload of {0} is not an object")]
    NoObject(String),
}

/// Whether a payload of this version is read as it is, because no step begins there.
pub fn is_current(event_type: &str, version: &str) -> bool {
    version.parse::<u16>().is_ok_and(|at| !STEPS.iter().any(|step| step.event_type == event_type && step.from == at))
}

/// Brings a payload to the version this program writes, and says which version that is.
pub fn current(event_type: &str, version: &str, payload: Value) -> Result<(u16, Value), UpcastError> {
    let mut at: u16 = version
        .parse()
        .map_err(|_| UpcastError::Version { event_type: event_type.to_owned(), version: version.to_owned() })?;
    let Value::Object(mut object) = payload else { return Err(UpcastError::NoObject(event_type.to_owned())) };
    for step in STEPS.iter().filter(|step| step.event_type == event_type) {
        if step.from == at {
            object = (step.apply)(object);
            at += 1;
        }
    }
    Ok((at, Value::Object(object)))
}

/// Version 1 had `baht` beside a flag `in_kind`, so help in kind of unknown worth read as no money at all.
fn assistance_delivered_1(mut object: Map<String, Value>) -> Map<String, Value> {
    let baht = object.remove("baht").filter(|baht| !baht.is_null());
    let in_kind = object.remove("in_kind").and_then(|flag| flag.as_bool()).unwrap_or(false);
    let worth = match (baht, in_kind) {
        (Some(amount), false) => json!({"form": "baht", "amount": amount}),
        (Some(worth), true) => json!({"form": "in_kind", "worth": worth}),
        (None, _) => json!({"form": "in_kind"}),
    };
    object.insert("worth".to_owned(), worth);
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_in_kind_of_unknown_worth_does_not_become_zero_baht() {
        let old = json!({"type": "AssistanceDelivered", "baht": null, "in_kind": true});
        let (version, new) = current("AssistanceDelivered", "1", old).unwrap();
        assert_eq!((version, &new["worth"]), (2, &json!({"form": "in_kind"})));
        assert!(new.get("baht").is_none() && new.get("in_kind").is_none());
    }

    #[test]
    fn money_stays_money() {
        let old = json!({"type": "AssistanceDelivered", "baht": "1250.00", "in_kind": false});
        let (_, new) = current("AssistanceDelivered", "1", old).unwrap();
        assert_eq!(new["worth"], json!({"form": "baht", "amount": "1250.00"}));
    }

    #[test]
    fn a_current_payload_is_left_alone() {
        let payload = json!({"type": "AssistanceDelivered", "worth": {"form": "in_kind"}});
        assert!(is_current("AssistanceDelivered", "2") && !is_current("AssistanceDelivered", "1"));
        assert!(is_current("HomeVisited", "1") && !is_current("HomeVisited", "one"));
        assert_eq!(current("AssistanceDelivered", "2", payload.clone()), Ok((2, payload)));
    }

    #[test]
    fn an_unreadable_version_is_an_error_and_not_passed_through() {
        assert!(matches!(current("X", "one", json!({})), Err(UpcastError::Version { .. })));
        assert!(matches!(current("X", "1", json!([])), Err(UpcastError::NoObject(_))));
    }
}
