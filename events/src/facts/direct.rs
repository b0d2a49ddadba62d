//! Reads a payload's text straight into the struct that its name stands for.
//!
//! The derived reading of a tagged enum first keeps the whole payload in a tree, because it can't know the tag before it
//! has met it. The log knows it: the column `event_type` says which struct it is. What can't be read like this is read
//! the derived way, whose answer counts; so a name that is missing below costs time and nothing else.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::household::HouseholdEvent;

/// The member that names the fact in its payload.
const TAG: &str = "type";

/// Each name with its struct.
macro_rules! household {
    ($($name:ident)*) => {
        /// A household's fact of this name, if its text can be read without a detour.
        pub(super) fn household(event_type: &str, payload: &str) -> Option<HouseholdEvent> {
            match event_type {
                $(stringify!($name) => read(event_type, payload).map(HouseholdEvent::$name),)*
                _ => None,
            }
        }
    };
}

household! {
    HouseholdIdentified ListStatusRecorded CaseNumberAssigned CaseworkerAssigned NoteWritten MemberJoined MemberLeft
    VisitAttempted HomeVisited PanelHeld HouseholdVerified FoundNotPoor HouseholdUnreachable HouseholdAssessed
    IncomeRecorded NeedRecorded NeedClosed ReferralMade ReferralAccepted ReferralDeclined ReferralReturned
    ReferralCompleted ReferralWithdrawn ResponseOverdue AssistanceDelivered ModelEnrolled ModelLeft GraduationProposed
    GraduationDeclined HouseholdGraduated FactRetracted
}

/// Reads an object whose tag is `event_type`, once, and the tag with it.
fn read<'de, T: Deserialize<'de>>(event_type: &str, payload: &'de str) -> Option<T> {
    let mut json = serde_json::Deserializer::from_str(payload);
    let mut met = false;
    let fact = T::deserialize(Tagged { json: &mut json, event_type, met: &mut met }).ok()?;
    json.end().ok()?;
    met.then_some(fact)
}

struct Tagged<'a, D> {
    json: D,
    event_type: &'a str,
    met: &'a mut bool,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tagged<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let Self { json, event_type, met } = self;
        json.deserialize_map(Members { inner: visitor, event_type, met })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The object's members without the tag, for the struct's own visitor.
struct Members<'a, I> {
    inner: I,
    event_type: &'a str,
    met: &'a mut bool,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Members<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let Self { inner, event_type, met } = self;
        inner.visit_map(Members { inner: map, event_type, met })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(Text(name)) = self.inner.next_key()? {
            if name != TAG {
                return match name {
                    Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
                    Cow::Owned(name) => seed.deserialize(name.into_deserializer()),
                }
                .map(Some);
            }
            let Text(tag) = self.inner.next_value()?;
            // Two tags, or another one than the column's: the derived reading says what that means.
            if std::mem::replace(self.met, true) || tag != self.event_type {
                return Err(A::Error::custom("another tag"));
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(seed)
    }
}

/// A text that stays where it is if it can.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREED: &str = r#"{"happened_on":"2026-01-02","type":"NeedClosed","need":"00000000-0000-0000-0000-000000000007","because":"met","later":[{"type":1}]}"#;

    #[test]
    fn a_payload_is_read_wherever_its_tag_stands_and_unknown_members_are_passed_over() {
        let derived: HouseholdEvent = serde_json::from_str(FREED).unwrap();
        assert_eq!(household("NeedClosed", FREED), Some(derived.clone()));
        let escaped = FREED.replace("\"type\":\"NeedClosed\"", r#""t\u0079pe":"Need\u0043losed""#);
        assert_eq!(household("NeedClosed", &escaped), Some(derived));
    }

    #[test]
    fn what_is_not_quite_so_is_left_to_the_derived_reading() {
        let payload = |from: &str, to: &str| {
            assert!(FREED.contains(from));
            FREED.replace(from, to)
        };
        for broken in [
            payload("\"type\":\"NeedClosed\"", "\"type\":\"NeedRecorded\""),
            payload("\"type\":\"NeedClosed\",", ""),
            payload("\"type\":\"NeedClosed\"", "\"type\":\"NeedClosed\",\"type\":\"NeedClosed\""),
            payload("\"type\":\"NeedClosed\"", "\"type\":7"),
            payload("\"met\"", "\"otherwise\""),
            format!("{FREED} x"),
            format!("[{FREED}]"),
        ] {
            assert_eq!(household("NeedClosed", &broken), None, "{broken}");
        }
        assert_eq!(household("NeedReopened", FREED), None);
    }
}
