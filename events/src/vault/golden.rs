//! The envelope's known answers. They were computed with libsodium, not with this code; whatever changes here, these
//! files open for ever.

use std::fs;
use std::path::Path;

use rand::{CryptoRng, RngCore};
use serde_json::{Value, json};

use super::envelope::Place;
use super::payload::{open, seal};
use super::ring::{Key, Keyring, RingOwner, Slot};
use super::root::RootKey;
use super::wrap::Wrapper;
use crate::sealed::Subject;

/// Gives the nonce of a vector.
struct Dictated(Vec<u8>);

impl RngCore for Dictated {
    fn next_u32(&mut self) -> u32 {
        unreachable!("a nonce is drawn as bytes")
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!("a nonce is drawn as bytes")
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0);
    }
}

impl CryptoRng for Dictated {}

#[test]
fn every_golden_envelope_opens_and_is_sealed_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/sealed");
    let mut seen = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let place = Place {
            log_id: text(&vector["place"]["log_id"]).parse().unwrap(),
            aggregate_type: text(&vector["place"]["aggregate_type"]),
            aggregate_id: text(&vector["place"]["aggregate_id"]),
            sequence: vector["place"]["sequence"].as_u64().unwrap(),
        };
        let (subject, tag) = (text(&vector["envelope"]["k"]), text(&vector["envelope"]["t"]));
        let key = Key(hex::decode(text(&vector["key"])).unwrap().try_into().unwrap());
        let ring = Keyring::default().next([(Subject::from(subject.clone()), Slot::Key(key))]);

        let clear = json!({"details": {"$o": vector["value"], "k": subject, "t": tag}});
        let stored = json!({"details": vector["envelope"]});
        let mut payload = stored.clone();
        open(&mut payload, &place, &ring, &|_| false).unwrap();
        assert_eq!(payload, clear, "{}", path.display());
        let mut nonce = Dictated(hex::decode(text(&vector["nonce"])).unwrap());
        seal(&mut payload, &place, &ring, &mut nonce).unwrap();
        assert_eq!(payload, stored, "{}", path.display());
        seen += 1;
    }
    assert_eq!(seen, 4, "a golden file was lost, or added without being counted here");
}

/// A vault must open with later versions of this program too.
#[test]
fn a_ring_wrapped_by_the_first_version_opens() {
    let log_id = "0192f1c5-7a3e-7c11-9d5e-3b1f0a6c4e21".parse().unwrap();
    let root = RootKey::from_bytes([42; 32]);
    assert_eq!(root.fingerprint(), "669e232e4e3d774fe2a13b7493b1658f");
    let wrapped = hex::decode(concat!(
        "724d2149677b6ae42051da712135e8806095a318e18d8949d985d184da32643eba32e67409fe6b67c1e6f3594b049cff",
        "50d21c359cc6456764124020f03e2865e8a97401a66acf40400abd6a39b770e88e8fbcd118e20cf5e9500a937d0b04"
    ))
    .unwrap();
    let owner = RingOwner::new("household", "0192f1c6-0000-7000-8000-00000000a001");
    let ring = Wrapper::new(&root, log_id).unwrap_ring(&owner, 7, &root.fingerprint(), &wrapped).unwrap();
    assert!(ring.key(&Subject::new("person", "a")).is_some_and(|key| key.0 == [7; 32]));
    assert!(ring.is_erased(&Subject::new("person", "b")));
}
