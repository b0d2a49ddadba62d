//! Destroying keys: in every ring, for ever, and seen by all who keep keys in memory.

use std::collections::HashSet;
use std::fs;

use chrono::Duration;
use events::sealed::Subject;
use events::vault::{Place, SealError, VaultError, open};

use crate::fixture::{Fixture, ROOT, household, noon, on_both, person};
use crate::keys::{opens, sealed};

async fn an_erasure_reaches_every_ring_and_leaves_the_others_alone(fixture: Fixture) {
    let vault = fixture.open().await;
    let (one, two, three) = (household(1), household(2), household(3));
    let note = Subject::new("note", 1);
    let ring = vault.ensure(&one, &[person(1), person(2), note.clone()]).await.unwrap();
    vault.ensure(&two, &[person(1)]).await.unwrap();
    vault.ensure(&three, &[person(3)]).await.unwrap();
    let (gone, kept) = (sealed(&ring, &one, &person(1)), sealed(&ring, &one, &person(2)));

    let reached = vault.erase(&[person(1), note.clone()], noon()).await.unwrap();
    assert_eq!(reached, [one.clone(), two.clone()]);
    for vault in [&vault, &fixture.open().await] {
        let rings = vault.rings(&[one.clone(), two.clone(), three.clone()]).await.unwrap();
        assert!(!opens(&rings[&one], &one, &gone) && opens(&rings[&one], &one, &kept));
        assert!(rings[&one].is_erased(&person(1)) && rings[&two].is_erased(&person(1)));
        assert!(rings[&one].is_erased(&note) && !rings[&one].is_erased(&person(2)));
        assert_eq!((rings[&two].subjects().count(), rings[&three].version()), (0, 1));
        assert!(vault.erased(&person(1)).await.unwrap() && !vault.erased(&person(2)).await.unwrap());
    }
    assert_eq!(vault.erased_among(&[person(2), note.clone()]).await.unwrap(), [note]);
}

async fn the_erased_get_no_key_in_any_ring_ever_again(fixture: Fixture) {
    let vault = fixture.open().await;
    vault.ensure(&household(1), &[person(1)]).await.unwrap();
    // Person 2 never had a key: she can be forgotten all the same.
    vault.erase(&[person(1), person(2)], noon()).await.unwrap();
    for owner in [household(1), household(7)] {
        for subject in [person(1), person(2)] {
            for vault in [&vault, &fixture.open().await] {
                let refused = vault.ensure(&owner, &[person(5), subject.clone()]).await.unwrap_err();
                assert!(matches!(refused, VaultError::Erased(named) if named == subject));
            }
        }
    }
    assert!(!vault.ring(&household(7)).await.unwrap().has(&person(5)), "all or none");
}

async fn erasing_again_changes_nothing_and_answers_the_same(fixture: Fixture) {
    let vault = fixture.open().await;
    vault.ensure(&household(1), &[person(1), person(2)]).await.unwrap();
    assert_eq!(vault.erase_epoch().await.unwrap(), 0);
    let reached = vault.erase(&[person(1)], noon()).await.unwrap();
    let again = vault.erase(&[person(1)], noon() + Duration::days(1)).await.unwrap();
    assert_eq!((reached, vault.erase_epoch().await.unwrap()), (again, 1));
    assert_eq!(vault.ring(&household(1)).await.unwrap().version(), 2);
    vault.erase(&[person(2), person(1)], noon() + Duration::days(2)).await.unwrap();
    let all = vault.erasures_after(0).await.unwrap();
    let told: Vec<_> = all.iter().map(|entry| (entry.subject.clone(), entry.at, entry.epoch)).collect();
    assert_eq!(told, [(person(1), noon(), 1), (person(2), noon() + Duration::days(2), 2)]);
    assert_eq!(vault.erasures_after(1).await.unwrap(), all[1..]);
}

async fn no_cached_key_outlives_an_erasure_in_the_same_process(fixture: Fixture) {
    let (vault, owner) = (fixture.open().await, household(1));
    let ring = vault.ensure(&owner, &[person(1), person(2)]).await.unwrap();
    let envelope = sealed(&ring, &owner, &person(1));
    assert!(opens(&vault.ring_for(&owner, &[person(1)]).await.unwrap(), &owner, &envelope));
    vault.clone().erase(&[person(1)], noon()).await.unwrap();
    let ring = vault.ring_for(&owner, &[person(1)]).await.unwrap();
    assert!(ring.is_erased(&person(1)) && !opens(&ring, &owner, &envelope));
    assert!(matches!(vault.ensure(&owner, &[person(1)]).await, Err(VaultError::Erased(_))));
}

async fn another_process_notices_an_erasure_by_its_epoch(fixture: Fixture) {
    let (one, two, owner) = (fixture.open().await, fixture.open().await, household(1));
    let envelope = sealed(&one.ensure(&owner, &[person(1)]).await.unwrap(), &owner, &person(1));
    two.ring_for(&owner, &[person(1)]).await.unwrap();
    one.erase(&[person(1)], noon()).await.unwrap();
    // It asks by itself after a second at the latest; asking now is the same question.
    assert_eq!(two.erase_epoch().await.unwrap(), 1);
    assert!(!opens(&two.ring_for(&owner, &[person(1)]).await.unwrap(), &owner, &envelope));
}

async fn a_dropped_erasure_runs_to_its_end(fixture: Fixture) {
    let (vault, owner) = (fixture.open().await, household(1));
    let ring = vault.ensure(&owner, &[person(1)]).await.unwrap();
    let envelope = sealed(&ring, &owner, &person(1));
    // Polled once, then nobody waits for it any more.
    let her = [person(1)];
    tokio::select! {
        biased;
        _ = vault.erase(&her, noon()) => {}
        () = std::future::ready(()) => {}
    }
    let mut asked = 0;
    while vault.ring_for(&owner, &[person(1)]).await.unwrap().has(&person(1)) {
        asked += vault.erase_epoch().await.unwrap() + 1;
        assert!(asked < 20_000, "it never came to its end");
    }
    assert!(!opens(&fixture.open().await.ring(&owner).await.unwrap(), &owner, &envelope));
}

async fn a_lost_key_is_a_fault_and_an_erased_one_is_not(fixture: Fixture) {
    let (vault, owner) = (fixture.open().await, household(1));
    let ring = vault.ensure(&owner, &[person(1), person(2)]).await.unwrap();
    let place = Place {
        log_id: fixture.log_id,
        aggregate_type: owner.aggregate_type.clone(),
        aggregate_id: owner.aggregate_id.clone(),
        sequence: 1,
    };
    let (one, two) = (sealed(&ring, &owner, &person(1)), sealed(&ring, &owner, &person(2)));
    vault.erase(&[person(1)], noon()).await.unwrap();
    let rng = || <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(3);
    let write =
        |mut payload: serde_json::Value| events::vault::seal(&mut payload, &place, &ring, &mut rng()).map(|()| payload);
    let clear = |subject: &Subject| serde_json::json!({"$o": 1, "k": subject, "t": "t"});
    let (mut gone, mut alive) = (write(clear(&person(1))).unwrap(), write(clear(&person(2))).unwrap());
    let now = vault.ring(&owner).await.unwrap();
    assert_eq!(vault.open_payload(&mut gone, &place, &now).await.unwrap().unwrap().erased, 1);
    assert!(now.has(&person(2)) && !opens(&now, &owner, &one) && opens(&now, &owner, &two));
    // A vault that lost the ring without an erasure.
    fixture.tamper("DELETE FROM {vault}keyrings").await;
    let empty = fixture.open().await.ring(&owner).await.unwrap();
    let fault = open(&mut alive, &place, &empty, &|_| false).unwrap_err();
    assert_eq!(fault, SealError::MissingKey { subject: person(2) });
}

on_both!(
    an_erasure_reaches_every_ring_and_leaves_the_others_alone,
    the_erased_get_no_key_in_any_ring_ever_again,
    erasing_again_changes_nothing_and_answers_the_same,
    no_cached_key_outlives_an_erasure_in_the_same_process,
    another_process_notices_an_erasure_by_its_epoch,
    a_dropped_erasure_runs_to_its_end,
    a_lost_key_is_a_fault_and_an_erased_one_is_not,
);

#[tokio::test]
async fn the_file_holds_no_key_and_no_name_and_forgets_the_wrapped_ones() {
    let fixture = Fixture::sqlite().await;
    let vault = fixture.open().await;
    // Rings of many lengths, so that the new ones don't happen to lie where the old ones lay.
    let people = |number: u32| (0..=number % 7).map(|other| person(100 * number + other)).chain([person(1)]).collect();
    vault.ensure_many((1..40).map(|number| (household(number), people(number))).collect()).await.unwrap();
    vault.mac_key("citizen-id").await.unwrap();
    vault.os_user("somchai.jaidee", uuid::Uuid::from_u128(5)).await.unwrap();
    let wrapped: Vec<Vec<u8>> = {
        let file = rusqlite::Connection::open(fixture.file()).unwrap();
        let mut rings = file.prepare("SELECT wrapped FROM keyrings").unwrap();
        rings.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let bytes = || {
        ["vault.db", "vault.db-wal", "vault.db-shm"]
            .map(|name| fs::read(fixture.file().with_file_name(name)).unwrap_or_default())
            .concat()
    };
    let holds = |bytes: &[u8], needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    for never in [ROOT.as_slice(), b"somchai", hex::encode(ROOT).as_bytes()] {
        assert!(!holds(&bytes(), never));
    }
    let pieces: HashSet<&[u8]> = wrapped.iter().flat_map(|ring| ring.chunks_exact(8)).collect();
    let left = || bytes().windows(8).filter(|window| pieces.contains(window)).count();
    assert!(left() >= pieces.len(), "the search finds what is there");
    vault.erase(&[person(1)], noon()).await.unwrap();
    assert_eq!(left(), 0, "pieces of old rings are left in the file or its journal");
}
