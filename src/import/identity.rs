//! Who is who from one import to the next: ids follow from the file's own names, by a key that only the vault has.
//!
//! The same source and reference give the same household on every node and at every later time, so that an import knows
//! what is in already by looking into that household's history. A reference may be guessed, so it is not enough to know
//! it: without the key nobody can tell which household it became.

use events::facts::household::Origin;
use events::id::{HouseholdId, PersonId};
use events::vault::{MacKey, Vault, VaultError, canonical_json};
use serde_json::json;
use uuid::Uuid;

use super::form::FORM;
use super::judge::Entry;

/// What the vault calls the key.
const KEY: &str = "import";

/// Gives ids to what one source names.
#[derive(Debug, Clone)]
pub struct Identity {
    key: MacKey,
    source: String,
}

impl Identity {
    /// The ids of a source.
    pub async fn of(vault: &Vault, source: &str) -> Result<Self, VaultError> {
        Ok(Self { key: vault.mac_key(KEY).await?, source: source.to_owned() })
    }

    /// The source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The household of a reference.
    pub fn household(&self, reference: &str) -> HouseholdId {
        HouseholdId(self.id(&["household", &self.source, reference]))
    }

    /// A member of the household of a reference.
    pub fn person(&self, reference: &str, number: u32) -> PersonId {
        PersonId(self.id(&["person", &self.source, reference, &number.to_string()]))
    }

    /// The batch that a file of this source is: the same bytes are the same batch, so that going on belongs to it.
    pub fn batch(&self, digest: &[u8]) -> Uuid {
        self.id(&["batch", &self.source, &hex::encode(digest)])
    }

    /// What a household's origin keeps of its rows. It is a keyed hash of what was read, not of how it was written: the
    /// same rows in another order, another encoding or another era are the same content.
    pub fn content(&self, entry: &Entry) -> String {
        let content = json!({
            "identify": entry.identify,
            "numbers": entry.numbers,
            "consent": entry.consent,
            "retired_area": entry.identify.retired_area,
        });
        self.key.mac(&message(&["content", &FORM.to_string()], &canonical_json(&content)))
    }

    /// Gives a household's members their ids, and the household its origin.
    pub fn name(&self, mut entry: Entry) -> (HouseholdId, Entry) {
        let content_mac = self.content(&entry);
        for (person, number) in entry.identify.members.iter_mut().zip(&entry.numbers) {
            person.person = Some(self.person(&entry.reference, *number));
        }
        entry.identify.origin = Some(Origin { source: self.source.clone(), content_mac, form: FORM });
        (self.household(&entry.reference), entry)
    }

    /// Half of a keyed hash, as a UUID of the kind whose bits mean nothing.
    fn id(&self, parts: &[&str]) -> Uuid {
        let mac = self.key.mac(&message(parts, &[]));
        let half = mac.get(..32).and_then(|half| u128::from_str_radix(half, 16).ok()).unwrap_or_default();
        uuid::Builder::from_custom_bytes(half.to_be_bytes()).into_uuid()
    }
}

/// Parts, each behind its length, so that no two lists of parts are the same message.
fn message(parts: &[&str], last: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(last.len() + 64);
    for part in parts.iter().map(|part| part.as_bytes()).chain([last]) {
        message.extend_from_slice(&(part.len() as u64).to_be_bytes());
        message.extend_from_slice(part);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_lists_of_parts_are_the_same_message() {
        assert_ne!(message(&["a", "b"], &[]), message(&["ab"], &[]));
        assert_ne!(message(&["a", ""], &[]), message(&["a"], &[]));
        assert_ne!(message(&["a"], b"b"), message(&["a", "b"], &[]));
    }
}
