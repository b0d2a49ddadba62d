//! Many callers who need keys at the same time: few writes, and an answer for each that is only about her own.

use std::future::Future;
use std::pin::Pin;

use events::sealed::Subject;
use events::vault::{Keyring, RingOwner, Vault, VaultError};
use futures::future::join_all;
use futures::poll;

use crate::fixture::{Fixture, Held, household, on_both, person};
use crate::keys::{opens, sealed};

type Caller = Pin<Box<dyn Future<Output = Result<Keyring, VaultError>> + Send>>;

fn caller(vault: &Vault, owner: RingOwner, subjects: &[Subject]) -> Caller {
    let (vault, subjects) = (vault.clone(), subjects.to_vec());
    Box::pin(async move { vault.ensure(&owner, &subjects).await })
}

/// Callers who all wait, because somebody else holds the vault's lock.
async fn waiting(
    fixture: &Fixture,
    vault: &Vault,
    wanted: impl IntoIterator<Item = (RingOwner, Vec<Subject>)>,
) -> (Held, Vec<Caller>) {
    let held = fixture.hold().await;
    // From now on the vault believes what it remembers, for a second.
    vault.erase_epoch().await.unwrap();
    let mut callers = Vec::new();
    for (owner, subjects) in wanted {
        let mut caller = caller(vault, owner, &subjects);
        assert!(poll!(&mut caller).is_pending());
        callers.push(caller);
    }
    (held, callers)
}

async fn many_who_wait_together_get_their_keys_in_few_writes(fixture: Fixture) {
    let vault = fixture.open().await;
    vault.ensure(&household(1), &[person(9_000)]).await.unwrap();
    // Five rings with sixty callers each, of whom every two want the same key.
    let wanted = |n: u32| (household(n % 5), vec![person(n % 150)]);
    let (held, callers) = waiting(&fixture, &vault, (0..300).map(wanted)).await;
    held.release().await;
    let rings = join_all(callers).await;
    let stored = fixture.open().await.rings(&[0, 1, 2, 3, 4].map(household)).await.unwrap();
    for (ring, n) in rings.into_iter().zip(0..) {
        let (owner, subjects) = wanted(n);
        let envelope = sealed(&ring.unwrap(), &owner, &subjects[0]);
        assert!(opens(&stored[&owner], &owner, &envelope), "caller {n} got a key that is not kept");
    }
    for ring in stored.values() {
        assert_eq!(ring.subjects().filter(|subject| **subject != person(9_000)).count(), 30);
        assert!(ring.version() <= 5, "{} writes for sixty callers", ring.version());
    }
}

async fn a_ring_that_another_node_changed_is_read_again_and_no_other_is_written_twice(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    for number in [1, 2] {
        one.ensure(&household(number), &[person(number)]).await.unwrap();
    }
    two.ensure(&household(1), &[person(3)]).await.unwrap();
    let wanted = [(household(1), vec![person(4)]), (household(2), vec![person(5)])];
    let (held, callers) = waiting(&fixture, &one, wanted).await;
    held.release().await;
    let rings: Vec<Keyring> = join_all(callers).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(rings[0].subjects().cloned().collect::<Vec<_>>(), [person(1), person(3), person(4)]);
    assert_eq!((rings[0].version(), rings[1].version()), (3, 2));
    let stored = fixture.open().await.ring(&household(1)).await.unwrap();
    assert!(opens(&stored, &household(1), &sealed(&rings[0], &household(1), &person(3))));
}

async fn an_erasure_in_the_middle_turns_away_only_those_who_name_her(fixture: Fixture) {
    let vault = fixture.open().await;
    vault.ensure(&household(1), &[person(0)]).await.unwrap();
    let wanted = [
        (household(1), vec![person(1)]),
        (household(1), vec![person(2)]),
        (household(1), vec![person(1), person(3)]),
        (household(2), vec![person(2), person(5)]),
        (household(3), vec![person(4)]),
    ];
    let (mut held, callers) = waiting(&fixture, &vault, wanted).await;
    // The callers have looked already, and nobody was erased then.
    held.erase(&person(2)).await;
    held.release().await;
    let outcomes = join_all(callers).await;
    for (outcome, fine) in outcomes.iter().zip([true, false, true, false, true]) {
        match outcome {
            Ok(_) => assert!(fine, "an erased subject got a key"),
            Err(VaultError::Erased(subject)) => assert!(!fine && *subject == person(2)),
            Err(other) => panic!("{other:?}"),
        }
    }
    let later = fixture.open().await;
    let ring = later.ring(&household(1)).await.unwrap();
    assert_eq!(ring.subjects().cloned().collect::<Vec<_>>(), [person(0), person(1), person(3)]);
    assert_eq!(later.ring(&household(2)).await.unwrap().version(), 0, "all or none");
    assert!(later.ring(&household(3)).await.unwrap().has(&person(4)));
    assert!(matches!(vault.ensure(&household(1), &[person(2)]).await, Err(VaultError::Erased(_))));
}

async fn a_caller_who_goes_away_leaves_nobody_waiting(fixture: Fixture) {
    let vault = fixture.open().await;
    let wanted = [(household(1), vec![person(1)]), (household(2), vec![person(2)])];
    let (held, mut callers) = waiting(&fixture, &vault, wanted).await;
    drop(callers.remove(0));
    held.release().await;
    callers.remove(0).await.unwrap();
    assert!(fixture.open().await.ring(&household(1)).await.unwrap().has(&person(1)), "she came first");
    vault.ensure(&household(3), &[person(3)]).await.unwrap();
}

async fn a_ring_that_does_not_open_is_an_alarm_for_nobody_else(fixture: Fixture) {
    fixture.open().await.ensure(&household(1), &[person(1)]).await.unwrap();
    fixture.tamper("UPDATE {vault}keyrings SET version = 2").await;
    let vault = fixture.open().await;
    let wanted = [household(2), household(1), household(3)].map(|owner| (owner, vec![person(7)]));
    let (held, callers) = waiting(&fixture, &vault, wanted).await;
    held.release().await;
    let outcomes = join_all(callers).await;
    assert!(matches!(&outcomes[1], Err(VaultError::Damaged { .. })), "{:?}", outcomes[1]);
    assert!(outcomes[0].is_ok() && outcomes[2].is_ok());
}

async fn a_name_that_the_database_refuses_spoils_nobody_elses_key(fixture: Fixture) {
    let vault = fixture.open().await;
    let zero = Subject::from("person:\0".to_owned());
    let wanted = [vec![person(1)], vec![zero], vec![person(2)]].into_iter().zip(1..);
    let (held, callers) = waiting(&fixture, &vault, wanted.map(|(subjects, n)| (household(n), subjects))).await;
    held.release().await;
    let outcomes = join_all(callers).await;
    // SQLite takes any text; PostgreSQL none with a zero in it.
    assert_eq!([0, 1, 2].map(|n: usize| outcomes[n].is_ok()), [true, fixture.is_sqlite(), true]);
}

on_both!(
    many_who_wait_together_get_their_keys_in_few_writes,
    a_ring_that_another_node_changed_is_read_again_and_no_other_is_written_twice,
    an_erasure_in_the_middle_turns_away_only_those_who_name_her,
    a_caller_who_goes_away_leaves_nobody_waiting,
    a_ring_that_does_not_open_is_an_alarm_for_nobody_else,
    a_name_that_the_database_refuses_spoils_nobody_elses_key,
);
