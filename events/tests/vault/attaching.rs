//! Files of documents: closed under their subject's key, gone with it, and the same in a copy.

use std::fs;

use chrono::Duration;
use events::sealed::Subject;
use events::vault::{OpenVault, Vault, VaultError, copy_vault};

use crate::fixture::{Fixture, household, noon, on_both, root};

fn paper(number: u32) -> Subject {
    Subject::new("document", number)
}

/// A file that is found nowhere by chance, and does not get smaller.
fn photo(mark: u8, length: u32) -> Vec<u8> {
    (0..length).flat_map(|at| (at.wrapping_mul(2_654_435_761) ^ u32::from(mark)).to_be_bytes()).collect()
}

async fn a_file_comes_back_as_it_was_for_its_subject_alone(fixture: Fixture) {
    let vault = fixture.open().await;
    let (one, two) = (photo(1, 300_000), photo(2, 10));
    vault.attach(&household(1), &paper(1), &one, noon()).await.unwrap();
    vault.attach(&household(1), &paper(2), &two, noon()).await.unwrap();
    let later = fixture.open().await;
    for vault in [&vault, &later] {
        assert!(vault.attached(&household(1), &paper(1)).await.unwrap().unwrap() == one);
        assert!(vault.attached(&household(1), &paper(2)).await.unwrap().unwrap() == two);
        assert!(vault.attached(&household(2), &paper(1)).await.unwrap().is_none(), "of another household");
        assert!(vault.attached(&household(1), &paper(3)).await.unwrap().is_none());
        let known = vault.attached_among(&[paper(3), paper(2), paper(1)]).await.unwrap();
        assert_eq!(known.len(), 2);
        assert!(vault.attached_among(&[]).await.unwrap().is_empty());
    }
    vault.attach(&household(1), &paper(1), b"another", noon()).await.unwrap();
    assert!(vault.attached(&household(1), &paper(1)).await.unwrap().unwrap() == one, "the first one stays");
}

async fn a_file_that_was_moved_or_altered_is_an_alarm(fixture: Fixture) {
    let vault = fixture.open().await;
    for number in 1..=2 {
        vault.attach(&household(1), &paper(number), &photo(7, 40), noon()).await.unwrap();
    }
    // What was kept for one subject is put under the name of the other.
    let to = if fixture.is_sqlite() {
        "DROP TRIGGER an_attachment_is_not_changed; UPDATE attachments SET subject = 'x' WHERE subject = 'document:1';
         UPDATE attachments SET subject = 'document:1' WHERE subject = 'document:2';"
    } else {
        "UPDATE {vault}attachments SET subject = 'x' WHERE subject = 'document:1';
         UPDATE {vault}attachments SET subject = 'document:1' WHERE subject = 'document:2';"
    };
    fixture.tamper(to).await;
    let moved = vault.attached(&household(1), &paper(1)).await.unwrap_err();
    assert!(matches!(moved, VaultError::Damaged { .. }), "{moved:?}");
}

async fn an_erasure_takes_the_file_with_the_key_and_none_comes_back(fixture: Fixture) {
    let (vault, other) = (fixture.open().await, fixture.open().await);
    for number in 1..=2 {
        vault.attach(&household(1), &paper(number), &photo(1, 20), noon()).await.unwrap();
    }
    vault.erase(&[paper(1)], noon()).await.unwrap();
    for vault in [&vault, &other, &fixture.open().await] {
        assert!(vault.attached(&household(1), &paper(1)).await.unwrap().is_none());
        assert!(vault.attached(&household(1), &paper(2)).await.unwrap().is_some());
        let refused = vault.attach(&household(1), &paper(1), b"again", noon()).await.unwrap_err();
        assert!(matches!(refused, VaultError::Erased(subject) if subject == paper(1)));
    }
    assert_eq!(vault.attachments(noon() + Duration::days(1), "", 10).await.unwrap().len(), 1);
}

async fn what_nobody_named_is_found_by_its_age_and_forgotten_by_its_name(fixture: Fixture) {
    let vault = fixture.open().await;
    for number in 1..=3_u32 {
        let at = noon() + Duration::hours(i64::from(number));
        vault.attach(&household(number), &paper(number), &photo(1, 20), at).await.unwrap();
    }
    let before = noon() + Duration::hours(3);
    let first = vault.attachments(before, "", 1).await.unwrap();
    let rest = vault.attachments(before, &first[0].name, 10).await.unwrap();
    assert_eq!((first.len(), rest.len()), (1, 1), "a page at a time, and the third is too young");
    let all = vault.attachments(noon() + Duration::days(1), "", 10).await.unwrap();
    let of = |number: u32| all.iter().find(|it| it.owner == household(number)).unwrap();
    assert_eq!((&of(2).subject, of(2).stored), (&paper(2), noon() + Duration::hours(2)));
    assert!(all.iter().all(|it| it.name.len() == 64));
    let names = [of(1).name.clone(), of(3).name.clone(), "nothing".to_owned()];
    assert_eq!(vault.forget_attachments(&names, before).await.unwrap(), 1, "one is too young to be forgotten");
    assert!(vault.attached(&household(1), &paper(1)).await.unwrap().is_none());
    assert!(vault.attached(&household(3), &paper(3)).await.unwrap().is_some());
}

on_both!(
    a_file_comes_back_as_it_was_for_its_subject_alone,
    a_file_that_was_moved_or_altered_is_an_alarm,
    an_erasure_takes_the_file_with_the_key_and_none_comes_back,
    what_nobody_named_is_found_by_its_age_and_forgotten_by_its_name,
);

async fn copied_there_and_brought_up_to_date(from: Fixture, to: Fixture) {
    let vault = from.open().await;
    let files: Vec<_> = (1..=7).map(|number| photo(number, 400_000)).collect();
    for (number, file) in (1..).zip(&files) {
        vault.attach(&household(number), &paper(number), file, noon()).await.unwrap();
    }
    let rows = copy_vault(&from.url, &to.owner_url, &mut |_| {}).await.unwrap().tables;
    assert!(rows.iter().any(|table| table.what == "files" && table.rows == 7), "{rows:?}");
    vault.erase(&[paper(3)], noon()).await.unwrap();
    copy_vault(&from.url, &to.owner_url, &mut |_| {}).await.unwrap();
    let copy = Vault::open(&to.url, &root(), from.log_id, OpenVault::default()).await.unwrap();
    for (number, file) in (1..).zip(&files) {
        let found = copy.attached(&household(number), &paper(number)).await.unwrap();
        assert_eq!(found.as_ref() == Some(file), number != 3, "{number}");
    }
    assert_eq!(copy.attached_among(&(1..=7).map(paper).collect::<Vec<_>>()).await.unwrap().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_with_a_copy_from_a_server_to_a_file() {
    copied_there_and_brought_up_to_date(Fixture::postgres().await, Fixture::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_with_a_copy_from_a_file_to_a_server() {
    copied_there_and_brought_up_to_date(Fixture::sqlite().await, Fixture::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_disk_holds_no_clear_byte_of_a_file_and_after_an_erasure_no_sealed_one() {
    let fixture = Fixture::sqlite().await;
    let vault = fixture.open().await;
    let file = photo(9, 50_000);
    vault.attach(&household(1), &paper(1), &file, noon()).await.unwrap();
    let bytes = || {
        ["vault.db", "vault.db-wal", "vault.db-shm"]
            .map(|name| fs::read(fixture.file().with_file_name(name)).unwrap_or_default())
            .concat()
    };
    let sealed: Vec<u8> = rusqlite::Connection::open(fixture.file())
        .unwrap()
        .query_row("SELECT sealed FROM attachments", [], |row| row.get(0))
        .unwrap();
    let pieces = |of: &[u8]| of.chunks_exact(32).step_by(50).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let found = |of: &[u8]| {
        let disk = bytes();
        pieces(of).iter().filter(|piece| memmem(&disk, piece)).count()
    };
    assert!(found(&sealed) > 50, "the search finds what is there");
    assert_eq!(found(&file), 0, "the file lies open on the disk");
    vault.erase(&[paper(1)], noon()).await.unwrap();
    assert_eq!(found(&sealed), 0, "pieces of the sealed file are left on the disk");
}

fn memmem(all: &[u8], piece: &[u8]) -> bool {
    all.windows(piece.len()).any(|window| window == piece)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_serving_role_changes_no_file_and_the_auditor_reads_none() {
    use sqlx::ConnectOptions;
    let fixture = Fixture::postgres().await;
    fixture.open().await.attach(&household(1), &paper(1), b"photo", noon()).await.unwrap();
    let app: sqlx::postgres::PgConnectOptions = fixture.url.parse().unwrap();
    let mut as_app = app.clone().connect().await.unwrap();
    let mut as_auditor = app.username(&fixture.role("auditor")).connect().await.unwrap();
    for sql in [
        "UPDATE vault.attachments SET stored = 0",
        "DELETE FROM vault.attachments",
        "INSERT INTO vault.attachments VALUES ('a', 'b', 'c', 'd', 0, '')",
    ] {
        let error = sqlx::raw_sql(sql).execute(&mut as_app).await.expect_err(sql);
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42501", "{sql}");
    }
    for sql in [
        "SELECT * FROM vault.attachments",
        "SELECT vault.put_attachment('a', 'b', 'c', 'd', 0, '')",
        "SELECT vault.forget_attachments('{}', 0)",
    ] {
        let error = sqlx::raw_sql(sql).execute(&mut as_auditor).await.expect_err(sql);
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42501", "{sql}");
    }
}
