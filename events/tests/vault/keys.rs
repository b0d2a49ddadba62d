//! Making keys and reading them back.

use events::sealed::Subject;
use events::vault::{Keyring, Place, RingOwner, VaultError, open, seal};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{Fixture, household, noon, on_both, person};

fn place(owner: &RingOwner) -> Place {
    Place {
        log_id: Uuid::from_u128(1),
        aggregate_type: owner.aggregate_type.clone(),
        aggregate_id: owner.aggregate_id.clone(),
        sequence: 1,
    }
}

/// A value of this subject, sealed with this ring.
pub fn sealed(ring: &Keyring, owner: &RingOwner, subject: &Subject) -> Value {
    let mut payload = json!({"$o": "ใจดี", "k": subject, "t": "person.details"});
    seal(&mut payload, &place(owner), ring, &mut StdRng::seed_from_u64(7)).unwrap();
    payload
}

/// Whether a ring opens what was sealed earlier: that it has the same key.
pub fn opens(ring: &Keyring, owner: &RingOwner, envelope: &Value) -> bool {
    open(&mut envelope.clone(), &place(owner), ring, &|_| false).is_ok_and(|done| done.opened == 1)
}

async fn keys_are_made_once_and_read_back_by_a_later_process(fixture: Fixture) {
    let (vault, owner) = (fixture.open().await, household(1));
    assert_eq!(vault.ring(&owner).await.unwrap().version(), 0);
    let made = vault.ensure(&owner, &[person(1), person(2), person(1)]).await.unwrap();
    let envelope = sealed(&made, &owner, &person(1));
    let again = vault.ensure(&owner, &[person(2), person(1)]).await.unwrap();
    assert_eq!(again.version(), 1, "nothing was missing, so nothing was written");

    let later = fixture.open().await;
    let ring = later.ensure(&owner, &[person(3)]).await.unwrap();
    assert_eq!(ring.version(), 2);
    assert_eq!(ring.subjects().cloned().collect::<Vec<_>>(), [person(1), person(2), person(3)]);
    assert!(opens(&ring, &owner, &envelope) && opens(&later.ring(&owner).await.unwrap(), &owner, &envelope));
}

async fn keys_of_one_subject_in_two_rings_are_independent(fixture: Fixture) {
    let vault = fixture.open().await;
    let one = vault.ensure(&household(1), &[person(1)]).await.unwrap();
    let two = vault.ensure(&household(2), &[person(1)]).await.unwrap();
    let envelope = sealed(&one, &household(1), &person(1));
    assert!(opens(&one, &household(1), &envelope));
    assert!(!opens(&two, &household(1), &envelope));
}

async fn many_rings_are_written_and_read_at_once(fixture: Fixture) {
    let vault = fixture.open().await;
    let wanted: Vec<_> = (0..500).map(|number| (household(number), vec![person(number), person(9_000)])).collect();
    let owners: Vec<_> = wanted.iter().map(|(owner, _)| owner.clone()).collect();
    vault.ensure(&household(3), &[person(3)]).await.unwrap();
    let made = vault.ensure_many(wanted).await.unwrap();
    let read = fixture.open().await.rings(&owners).await.unwrap();
    assert_eq!((made.len(), read.len()), (500, 500));
    for number in 0..500 {
        let owner = household(number);
        assert!(opens(&read[&owner], &owner, &sealed(&made[&owner], &owner, &person(number))));
        assert_eq!(read[&owner].version(), if number == 3 { 2 } else { 1 });
    }
    assert!(vault.rings(&[household(501)]).await.unwrap().is_empty());
}

async fn one_erased_subject_keeps_all_of_a_batch_from_being_written(fixture: Fixture) {
    let vault = fixture.open().await;
    vault.erase(&[person(2)], noon()).await.unwrap();
    let wanted = vec![(household(1), vec![person(1)]), (household(2), vec![person(2)])];
    let refused = vault.ensure_many(wanted).await.unwrap_err();
    assert!(matches!(refused, VaultError::Erased(subject) if subject == person(2)));
    assert_eq!(vault.ring(&household(1)).await.unwrap().version(), 0);
}

async fn names_beyond_the_bound_are_refused(fixture: Fixture) {
    let vault = fixture.open().await;
    let long = "ก".repeat(67);
    let subject = Subject::new("person", &long);
    assert!(matches!(vault.ensure(&household(1), &[subject]).await, Err(VaultError::TooLong { .. })));
    assert!(matches!(
        vault.ensure(&RingOwner::new("household", long), &[person(1)]).await,
        Err(VaultError::TooLong { .. })
    ));
    // A quote, a zero, another alphabet: names are data, never part of a statement.
    let odd = RingOwner::new("house'hold\"; --", "ก\n%");
    vault.ensure(&odd, &[Subject::new("person'", "\\x")]).await.unwrap();
    assert_eq!(fixture.open().await.ring(&odd).await.unwrap().version(), 1);
}

async fn a_subject_added_by_another_node_is_found_despite_the_cache(fixture: Fixture) {
    let (one, two, owner) = (fixture.open().await, fixture.open().await, household(1));
    one.ensure(&owner, &[person(1)]).await.unwrap();
    let old = one.ring_for(&owner, &[person(1)]).await.unwrap();
    let envelope = sealed(&two.ensure(&owner, &[person(2)]).await.unwrap(), &owner, &person(2));
    assert!(opens(&one.ring_for(&owner, &[person(2)]).await.unwrap(), &owner, &envelope));
    // Whoever opens with the old ring gets the value, not an alarm.
    let mut payload = envelope.clone();
    one.open_payload(&mut payload, &place(&owner), &old).await.unwrap().unwrap();
    assert_eq!(payload["$o"], json!("ใจดี"));
}

async fn a_secret_is_the_same_for_every_process_and_differs_by_name(fixture: Fixture) {
    let vault = fixture.open().await;
    let key = vault.mac_key("citizen-id").await.unwrap();
    let (other, same) = (fixture.open().await, fixture.open().await);
    // Both ask for a secret that nobody has made yet.
    let (one, two) = tokio::join!(other.mac_key("commands"), same.mac_key("commands"));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.id(), one.mac(b"x")), (two.id(), two.mac(b"x")));
    assert_ne!(one.mac(b"x"), key.mac(b"x"));
    let again = fixture.open().await.mac_key("citizen-id").await.unwrap();
    assert_eq!((again.id(), again.mac(b"1460000000013")), (key.id(), key.mac(b"1460000000013")));
    assert_eq!(key.mac(b"").len(), 64);
    assert_eq!(vault.mac_key_by_id("citizen-id", key.id()).await.unwrap().unwrap().id(), key.id());
    assert!(vault.mac_key_by_id("citizen-id", one.id()).await.unwrap().is_none());
}

on_both!(
    keys_are_made_once_and_read_back_by_a_later_process,
    keys_of_one_subject_in_two_rings_are_independent,
    many_rings_are_written_and_read_at_once,
    one_erased_subject_keeps_all_of_a_batch_from_being_written,
    names_beyond_the_bound_are_refused,
    a_subject_added_by_another_node_is_found_despite_the_cache,
    a_secret_is_the_same_for_every_process_and_differs_by_name,
);
