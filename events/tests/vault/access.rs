//! The access log and the names of operating-system users.

use chrono::Duration;
use events::vault::{Access, VaultError};
use uuid::Uuid;

use crate::fixture::{Fixture, noon, on_both};

fn look(number: i64, why: Option<&str>) -> Access {
    Access {
        at: noon() + Duration::microseconds(number),
        actor: format!("staff-{number}"),
        role: "caseworker".to_owned(),
        what: format!("household:h{number}"),
        why: why.map(ToOwned::to_owned),
        request: format!("request-{number}"),
    }
}

async fn every_look_is_kept_with_its_reason_in_order(fixture: Fixture) {
    let vault = fixture.open().await;
    let looks = [look(1, Some("ตรวจเยี่ยมบ้านสมหญิง")), look(2, None), look(3, Some(""))];
    vault.record_access(&looks[..1]).await.unwrap();
    vault.record_access(&looks[1..]).await.unwrap();
    vault.record_access(&[]).await.unwrap();
    let read = fixture.open().await.accesses(0, 10).await.unwrap();
    assert_eq!(read.iter().map(|entry| entry.access.clone()).collect::<Vec<_>>(), looks);
    let rest = vault.accesses(read[0].number, 1).await.unwrap();
    assert_eq!(rest, read[1..2]);
    assert!(!format!("{read:?}").contains("สมหญิง"), "a reason may name people");
    let long = Access { why: Some("x".repeat(4_001)), ..look(4, None) };
    assert!(matches!(vault.record_access(&[look(5, None), long]).await, Err(VaultError::TooLong { .. })));
    assert_eq!(vault.accesses(0, 10).await.unwrap().len(), 3, "all or none");
}

async fn looks_at_one_thing_are_found_the_newest_first(fixture: Fixture) {
    let vault = fixture.open().await;
    let at = |number: i64, what: &str| Access { what: what.to_owned(), ..look(number, Some("ทำไม")) };
    let looks =
        [at(1, "household:a"), at(2, "household:b"), at(3, "listed:a"), at(4, "household:a"), at(5, "household:ab")];
    vault.record_access(&looks).await.unwrap();
    let of_a = || vec!["household:a".to_owned(), "listed:a".to_owned()];
    let (all, total) = vault.accesses_to(of_a(), None, 10).await.unwrap();
    let found: Vec<_> = all.iter().map(|entry| entry.access.clone()).collect();
    assert_eq!((found, total), (vec![looks[3].clone(), looks[2].clone(), looks[0].clone()], 3));
    let (page, total) = vault.accesses_to(of_a(), Some(all[0].number), 1).await.unwrap();
    assert_eq!((&page[..], total), (&all[1..2], 3));
    for nothing in [Vec::new(), vec!["household:".to_owned()], vec!["\"".to_owned()]] {
        assert_eq!(vault.accesses_to(nothing, None, 10).await.unwrap(), (Vec::new(), 0));
    }
}

async fn a_reason_moved_to_another_entry_is_an_alarm(fixture: Fixture) {
    let vault = fixture.open().await;
    vault.record_access(&[look(1, Some("one")), look(2, Some("two"))]).await.unwrap();
    fixture.tamper(
        "DROP TABLE IF EXISTS moved; CREATE TABLE moved AS SELECT why FROM {vault}access_log WHERE actor = 'staff-1';
         INSERT INTO {vault}access_log (at, actor, role, what, request, why, root)
         SELECT l.at, l.actor, l.role, l.what, l.request, m.why, l.root FROM {vault}access_log l, moved m WHERE l.actor = 'staff-2'",
    ).await;
    assert!(matches!(vault.accesses(2, 10).await, Err(VaultError::Damaged { .. })));
    assert_eq!(vault.accesses(0, 2).await.unwrap().len(), 2);
}

async fn an_operating_system_user_keeps_one_id(fixture: Fixture) {
    let vault = fixture.open().await;
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert_eq!(vault.os_user("สมชาย", one).await.unwrap(), one);
    assert_eq!(fixture.open().await.os_user("สมชาย", two).await.unwrap(), one);
    assert_eq!(vault.os_user("root", two).await.unwrap(), two);
    assert_eq!(vault.os_user_name(one).await.unwrap().as_deref(), Some("สมชาย"));
    assert_eq!(vault.os_user_name(Uuid::from_u128(3)).await.unwrap(), None);
    // Two processes that see a user for the first time agree.
    let (left, right) = (fixture.open().await, fixture.open().await);
    let (left, right) = tokio::join!(left.os_user("new", Uuid::from_u128(8)), right.os_user("new", Uuid::from_u128(9)));
    assert_eq!(left.unwrap(), right.unwrap());
}

on_both!(
    every_look_is_kept_with_its_reason_in_order,
    looks_at_one_thing_are_found_the_newest_first,
    a_reason_moved_to_another_entry_is_an_alarm,
    an_operating_system_user_keeps_one_id,
);

#[tokio::test]
async fn an_embedded_access_log_is_not_changed_or_shortened() {
    let fixture = Fixture::sqlite().await;
    fixture.open().await.record_access(&[look(1, None)]).await.unwrap();
    let file = rusqlite::Connection::open(fixture.file()).unwrap();
    for sql in ["DELETE FROM access_log", "UPDATE access_log SET actor = 'x'"] {
        assert!(file.execute_batch(sql).unwrap_err().to_string().contains("only added to"), "{sql}");
    }
}
