//! Which keys an aggregate has: one per subject, and for the erased the word that there was one.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::error::VaultError;
use super::root::{KEY_LEN, random};
use crate::sealed::Subject;

/// Longest subject and longest part of an owner's name, in bytes: a ring's layout counts them in two.
pub(super) const NAME_LIMIT: usize = 200;

/// The aggregate whose events a ring opens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RingOwner {
    /// As the log spells it, for example `household`.
    pub aggregate_type: String,
    /// As the log spells it.
    pub aggregate_id: String,
}

impl RingOwner {
    /// The ring of an aggregate.
    pub fn new(aggregate_type: impl Into<String>, aggregate_id: impl Into<String>) -> Self {
        Self { aggregate_type: aggregate_type.into(), aggregate_id: aggregate_id.into() }
    }

    pub(super) fn check(&self) -> Result<(), VaultError> {
        if self.aggregate_type.len().max(self.aggregate_id.len()) > NAME_LIMIT {
            return Err(VaultError::TooLong { what: "an aggregate's name", limit: NAME_LIMIT });
        }
        Ok(())
    }
}

impl fmt::Display for RingOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.aggregate_type, self.aggregate_id)
    }
}

/// One subject's key. It leaves no copy behind when it goes.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub(super) struct Key(pub(super) [u8; KEY_LEN]);

impl Key {
    pub(super) fn fresh() -> Result<Self, VaultError> {
        random().map(Self)
    }
}

/// What a ring says of a subject. That a key was destroyed stands in the ring itself, so that one read tells a
/// reader both what opens and what never will.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Slot {
    Key(Key),
    Erased,
}

/// The keys of one aggregate, unwrapped. Cheap to clone; holds still while the vault goes on.
#[derive(Clone, Default)]
pub struct Keyring(Arc<Ring>);

#[derive(Clone, Default)]
struct Ring {
    version: i64,
    slots: BTreeMap<Subject, Slot>,
}

impl Keyring {
    /// How often this ring was written; 0 for an aggregate without keys.
    pub fn version(&self) -> i64 {
        self.0.version
    }

    /// Whether there is a key for this subject.
    pub fn has(&self, subject: &Subject) -> bool {
        self.key(subject).is_some()
    }

    /// Whether this ring had a key for the subject and an erasure destroyed it.
    pub fn is_erased(&self, subject: &Subject) -> bool {
        matches!(self.0.slots.get(subject), Some(Slot::Erased))
    }

    /// Everybody this ring has a key for, in order.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.keys().map(|(subject, _)| subject)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = (&Subject, &Key)> {
        self.0.slots.iter().filter_map(|(subject, slot)| match slot {
            Slot::Key(key) => Some((subject, key)),
            Slot::Erased => None,
        })
    }

    /// Whether the ring knows this subject at all, alive or erased.
    pub(super) fn knows(&self, subject: &Subject) -> bool {
        self.0.slots.contains_key(subject)
    }

    pub(super) fn key(&self, subject: &Subject) -> Option<&Key> {
        match self.0.slots.get(subject)? {
            Slot::Key(key) => Some(key),
            Slot::Erased => None,
        }
    }

    /// The next version of this ring, with some slots set anew.
    pub(super) fn next(&self, slots: impl IntoIterator<Item = (Subject, Slot)>) -> Self {
        let mut next = Ring::clone(&self.0);
        next.version += 1;
        next.slots.extend(slots);
        Self(Arc::new(next))
    }

    /// The bytes that are wrapped: `1`, then per subject its length (two bytes, big end first), its name, and
    /// `1` and 32 bytes of key, or `0` for the erased.
    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Room for all of it at once: a vector that grows leaves copies of keys behind.
        let room = self.0.slots.keys().map(|subject| 3 + subject.as_str().len() + KEY_LEN).sum::<usize>() + 1;
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        bytes.push(1);
        for (subject, slot) in &self.0.slots {
            let name = subject.as_str().as_bytes();
            let length = u16::try_from(name.len()).unwrap_or_else(|_| unreachable!("subjects are bounded"));
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(name);
            match slot {
                Slot::Key(key) => {
                    bytes.push(1);
                    bytes.extend_from_slice(&key.0);
                }
                Slot::Erased => bytes.push(0),
            }
        }
        bytes
    }

    /// Reads what `to_bytes` wrote; nothing else is a ring.
    pub(super) fn from_bytes(version: i64, bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[1])?;
        let mut slots = BTreeMap::new();
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk::<2>()?;
            let (name, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            let subject = Subject::from(String::from_utf8(name.to_vec()).ok()?);
            let (kind, after) = after.split_first()?;
            let (slot, after) = match kind {
                0 => (Slot::Erased, after),
                1 => {
                    let (key, after) = after.split_first_chunk::<KEY_LEN>()?;
                    (Slot::Key(Key(*key)), after)
                }
                _ => return None,
            };
            slots.insert(subject, slot);
            rest = after;
        }
        Some(Self(Arc::new(Ring { version, slots })))
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹keyring version {}›", self.0.version)
    }
}

/// Refuses a subject the ring's layout could not hold.
pub(super) fn check_subject(subject: &Subject) -> Result<(), VaultError> {
    if subject.as_str().len() > NAME_LIMIT {
        return Err(VaultError::TooLong { what: "a subject", limit: NAME_LIMIT });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_ring_reads_back_as_it_was_written(
            slots in proptest::collection::btree_map("[a-z]{1,9}:[0-9a-fก-ฮ]{0,12}", proptest::option::of(any::<[u8; 32]>()), 0..12)
        ) {
            let ring = Keyring::default().next(slots.into_iter().map(|(name, key)| {
                (Subject::from(name), key.map_or(Slot::Erased, |key| Slot::Key(Key(key))))
            }));
            let read = Keyring::from_bytes(1, &ring.to_bytes()).unwrap();
            prop_assert!(read.0.slots == ring.0.slots && read.version() == 1);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Keyring::from_bytes(1, &bytes);
        }
    }

    #[test]
    fn a_ring_shows_neither_keys_nor_subjects() {
        let ring = Keyring::default().next([(Subject::new("person", 77), Slot::Key(Key([9; 32])))]);
        assert_eq!(format!("{ring:?}"), "‹keyring version 1›");
    }
}
