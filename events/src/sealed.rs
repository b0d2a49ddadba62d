//! A personal value inside a fact: open in memory, sealed in the log, erased for ever.
//!
//! This file knows the forms, not the cryptography; `vault` turns one into the other on the JSON of a payload:
//!
//! | form | JSON | where |
//! |---|---|---|
//! | open | `{"$o": value, "k": subject, "t": tag}` | memory only; the log refuses it |
//! | sealed | `{"$s": 1, "k": subject, "t": tag, "n": nonce, "c": ciphertext}` | the log |
//! | erased | `{"$e": 1, "k": subject, "t": tag}` | memory only: the key was destroyed |

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

/// Whose key seals a value: `person:<uuid>`, `household:<uuid>`, `note:<uuid>`, `staff:<uuid>`, `agency:<uuid>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(String);

impl Subject {
    /// A subject of a kind (`person`, `note`, …) and the id within it.
    pub fn new(kind: &str, id: impl fmt::Display) -> Self {
        Self(format!("{kind}:{id}"))
    }

    /// As it stands in the log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Subject {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// A value that belongs to a subject, in one of its three forms.
#[derive(Clone, PartialEq)]
pub struct Sealed<T> {
    /// Whose key.
    pub subject: Subject,
    /// What it is, as first written: no rename or upcast changes it, because the seal depends on it.
    pub tag: String,
    /// The form it is in.
    pub state: SealedState<T>,
}

/// The three forms.
#[derive(Clone, PartialEq)]
pub enum SealedState<T> {
    /// Readable: typed in just now, or opened with its key.
    Open(T),
    /// As the log holds it, kept as it came.
    Closed(Value),
    /// Its key was destroyed: nobody can read it again.
    Erased,
}

impl<T> Sealed<T> {
    /// A readable value, to be sealed when it is appended.
    pub fn open(subject: Subject, tag: &str, value: T) -> Self {
        Self { subject, tag: tag.to_owned(), state: SealedState::Open(value) }
    }

    /// The value, if this reader could open it.
    pub fn get(&self) -> Option<&T> {
        match &self.state {
            SealedState::Open(value) => Some(value),
            SealedState::Closed(_) | SealedState::Erased => None,
        }
    }

    /// Whether its key was destroyed.
    pub fn is_erased(&self) -> bool {
        matches!(self.state, SealedState::Erased)
    }
}

// Neither form may reach a log line or an error text.
impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.state {
            SealedState::Open(_) | SealedState::Closed(_) => f.write_str("‹sealed›"),
            SealedState::Erased => f.write_str("‹erased›"),
        }
    }
}

impl<T> fmt::Debug for SealedState<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹sealed›")
    }
}

impl<T: Serialize> Serialize for Sealed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.state {
            SealedState::Open(value) => {
                let open = serde_json::to_value(value).map_err(serde::ser::Error::custom)?;
                json!({"$o": open, "k": self.subject, "t": self.tag}).serialize(serializer)
            }
            SealedState::Closed(envelope) => envelope.serialize(serializer),
            SealedState::Erased => json!({"$e": 1, "k": self.subject, "t": self.tag}).serialize(serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Sealed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let mut value = Value::deserialize(deserializer)?;
        let Some(object) = value.as_object_mut() else {
            return Err(D::Error::custom("a sealed value must be an object"));
        };
        let text = |name: &str| object.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let subject = Subject(text("k").ok_or_else(|| D::Error::custom("a sealed value without subject"))?);
        let tag = text("t").ok_or_else(|| D::Error::custom("a sealed value without tag"))?;
        let state = if let Some(open) = object.get_mut("$o") {
            // The error of an opened value may quote the value: say only where it stands.
            let open = serde_json::from_value(open.take())
                .map_err(|_| D::Error::custom(format!("the value sealed as {tag} does not decode")))?;
            SealedState::Open(open)
        } else if object.contains_key("$e") {
            SealedState::Erased
        } else if object.contains_key("$s") {
            SealedState::Closed(value)
        } else {
            return Err(D::Error::custom("a sealed value of no known form"));
        };
        Ok(Self { subject, tag, state })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_any_form_shows_nothing_in_debug() {
        let open = Sealed::open(Subject::new("person", 1), "person.details", "สมหญิง".to_owned());
        assert_eq!(format!("{open:?}"), "‹sealed›");
        let closed: Sealed<String> =
            serde_json::from_value(json!({"$s":1,"k":"person:1","t":"person.details","n":"x","c":"y"})).unwrap();
        assert_eq!(format!("{closed:?} {:?}", closed.state), "‹sealed› ‹sealed›");
    }

    #[test]
    fn a_sealed_form_is_written_back_as_it_came() {
        let stored = json!({"$s":1,"k":"person:1","t":"person.details","n":"x","c":"y"});
        let closed: Sealed<String> = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(&closed).unwrap(), stored);
    }

    #[test]
    fn a_value_that_does_not_decode_is_not_quoted() {
        let bad = json!({"$o": "ลับ", "k": "person:1", "t": "person.details"});
        let error = serde_json::from_value::<Sealed<u8>>(bad).unwrap_err().to_string();
        assert!(!error.contains("ลับ"), "{error}");
    }
}
