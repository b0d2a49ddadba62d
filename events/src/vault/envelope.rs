//! How one value is closed. This format is for ever: `events/golden/sealed` holds vectors that must open always.
//!
//! `{"$s":1,"k":subject,"t":tag,"n":nonce,"c":ciphertext}`, base64 with padding. XChaCha20-Poly1305 over: the length of
//! the value (four bytes, big end first), the value as canonical JSON, zeros up to a multiple of 32 bytes, so that the
//! length of a name shows only in steps. The associated data names the place, so an envelope opens nowhere else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{AeadInPlace, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use rand::CryptoRng;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::canonical::canonical_json;
use super::error::SealError;
use super::ring::{Key, Keyring};
use crate::sealed::Subject;

/// The only version there is. Another way of closing gets another number, and this one is read for ever.
const VERSION: u64 = 1;
const STEP: usize = 32;
const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;
const LENGTH_LEN: usize = 4;

/// Where an event stands. An envelope opens only in the place it was sealed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The log's own id.
    pub log_id: Uuid,
    /// The stream's aggregate type, as stored.
    pub aggregate_type: String,
    /// The stream's id, as stored.
    pub aggregate_id: String,
    /// The event's sequence in its stream, from 1.
    pub sequence: u64,
}

impl Place {
    fn associated(&self, subject: &Subject, tag: &str) -> Vec<u8> {
        lengths_and_bytes([
            b"huean/sealed/1".as_slice(),
            self.log_id.as_bytes(),
            self.aggregate_type.as_bytes(),
            self.aggregate_id.as_bytes(),
            &self.sequence.to_be_bytes(),
            subject.as_str().as_bytes(),
            tag.as_bytes(),
        ])
    }
}

/// Each field with its length before it (four bytes, big end first), so that no two lists of fields look alike.
pub(super) fn lengths_and_bytes<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    for field in fields {
        // A field of 4 GiB does not fit into any event; saturating keeps this total.
        let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(field);
    }
    bytes
}

/// Closes a value.
pub(super) fn close(
    value: &Value,
    subject: &Subject,
    tag: &str,
    place: &Place,
    key: &Key,
    rng: &mut dyn CryptoRng,
) -> Result<Value, SealError> {
    let mut nonce = [0; NONCE_LEN];
    rng.fill_bytes(&mut nonce);
    let mut buffer = pad(&canonical_json(value)).ok_or(SealError::TooLong)?;
    let mac = XChaCha20Poly1305::new((&key.0).into())
        .encrypt_in_place_detached(XNonce::from_slice(&nonce), &place.associated(subject, tag), &mut buffer)
        .map_err(|_| SealError::TooLong)?;
    buffer.extend_from_slice(&mac);
    Ok(json!({
        "$s": VERSION,
        "k": subject,
        "t": tag,
        "n": STANDARD.encode(nonce),
        "c": STANDARD.encode(buffer.as_slice()),
    }))
}

/// What an object that claims to be an envelope says, before its key is looked for.
pub(super) struct Envelope {
    pub(super) subject: Subject,
    pub(super) tag: String,
    nonce: [u8; NONCE_LEN],
    ciphertext: Vec<u8>,
}

impl Envelope {
    /// Reads an envelope. Whatever `close` can't have written is an alarm.
    pub(super) fn read(object: &Map<String, Value>) -> Result<Self, SealError> {
        let tampered = |what| tampered(what, object);
        let text = |name| object.get(name).and_then(Value::as_str);
        if object.get("$s").and_then(Value::as_u64) != Some(VERSION) {
            return Err(tampered("no version that was ever written"));
        }
        let (Some(subject), Some(tag), Some(nonce), Some(ciphertext), 5) =
            (text("k"), text("t"), text("n"), text("c"), object.len())
        else {
            return Err(tampered("an envelope has five members"));
        };
        let nonce = STANDARD.decode(nonce).ok().and_then(|bytes| bytes.try_into().ok());
        let Some(nonce) = nonce else {
            return Err(tampered("the nonce is not 24 bytes"));
        };
        let ciphertext = STANDARD.decode(ciphertext).unwrap_or_default();
        if ciphertext.len() < STEP + TAG_LEN || !(ciphertext.len() - TAG_LEN).is_multiple_of(STEP) {
            return Err(tampered("the ciphertext has no length that was ever written"));
        }
        Ok(Self { subject: Subject::from(subject.to_owned()), tag: tag.to_owned(), nonce, ciphertext })
    }

    /// Opens it with its subject's key, in the place where it stands.
    pub(super) fn open(&self, place: &Place, key: &Key) -> Result<Value, SealError> {
        let buffer = self
            .decrypt(place, &self.subject, key)
            .ok_or_else(|| self.alarm("it does not open in this place with this key"))?;
        let plain = unpad(&buffer).ok_or_else(|| self.alarm("its padding is not ours"))?;
        // The error would quote the value.
        serde_json::from_slice(plain).map_err(|_| self.alarm("it holds no JSON"))
    }

    /// Whether it was written for somebody else than it says: then its subject was altered, and nobody was erased.
    pub(super) fn belongs_to_another(&self, place: &Place, ring: &Keyring) -> bool {
        ring.keys().any(|(other, key)| self.decrypt(place, other, key).is_some())
    }

    pub(super) fn alarm(&self, what: &'static str) -> SealError {
        SealError::Tampered { what, subject: self.subject.to_string(), tag: self.tag.clone() }
    }

    fn decrypt(&self, place: &Place, subject: &Subject, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
        let (ciphertext, mac) = self.ciphertext.split_last_chunk::<TAG_LEN>()?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        XChaCha20Poly1305::new((&key.0).into())
            .decrypt_in_place_detached(
                XNonce::from_slice(&self.nonce),
                &place.associated(subject, &self.tag),
                &mut buffer,
                Tag::from_slice(mac),
            )
            .ok()?;
        Some(buffer)
    }
}

/// The alarm for an object, naming what it says of itself.
pub(super) fn tampered(what: &'static str, object: &Map<String, Value>) -> SealError {
    let (subject, tag) = named(object);
    SealError::Tampered { what, subject, tag }
}

/// The subject and tag an object names, or empty words.
pub(super) fn named(object: &Map<String, Value>) -> (String, String) {
    let text = |name| object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("k"), text("t"))
}

fn pad(value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let length = u32::try_from(value.len()).ok()?;
    let padded = (LENGTH_LEN + value.len()).next_multiple_of(STEP);
    // With room for the tag, so that the buffer never moves and leaves the value behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(padded + TAG_LEN));
    buffer.extend_from_slice(&length.to_be_bytes());
    buffer.extend_from_slice(value);
    buffer.resize(padded, 0);
    Some(buffer)
}

fn unpad(buffer: &[u8]) -> Option<&[u8]> {
    let (length, rest) = buffer.split_first_chunk::<LENGTH_LEN>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (value, zeros) = rest.split_at_checked(length)?;
    (zeros.len() < STEP && zeros.iter().all(|byte| *byte == 0)).then_some(value)
}
