//! Credentials, sessions and API tokens: kept alike by both databases, found by digests, and never what they should not be.

use std::path::Path;

use chrono::TimeDelta;
use events::vault::{
    OpenVault, SecretDigest, Sessions, StoredApiToken, StoredSession, Vault, VaultError, copy_vault,
    setup_postgres_vault, vault_status,
};
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use uuid::Uuid;

use crate::fixture::{Fixture, execute, household, noon, on_both, person, root};

const WHO: Uuid = Uuid::from_u128(0x51);
const OTHER: Uuid = Uuid::from_u128(0x52);

pub(crate) fn session(number: u128, staff: Uuid) -> StoredSession {
    StoredSession {
        id: Uuid::from_u128(number),
        staff,
        acting: r#"{"role":"caseworker"}"#.to_owned(),
        device: "phone".to_owned(),
        created: noon(),
        seen: noon(),
        second_factor: None,
        expires: noon() + TimeDelta::hours(8),
        revoked: None,
    }
}

pub(crate) fn token(number: u128) -> StoredApiToken {
    StoredApiToken {
        id: Uuid::from_u128(number),
        staff: WHO,
        acting: "{}".to_owned(),
        name: "รายงานประจำคืน".to_owned(),
        created: noon(),
        expires: noon() + TimeDelta::days(30),
        revoked: None,
    }
}

async fn credentials_change_only_from_the_version_that_was_read(fixture: Fixture) {
    let vault = fixture.open().await;
    assert!(!vault.has_credentials().await.unwrap());
    assert!(vault.credentials_of_login("somsri").await.unwrap().is_none());
    assert!(vault.put_credentials(WHO, "somsri", 0, b"one").await.unwrap());
    assert!(vault.has_credentials().await.unwrap());
    assert!(!vault.put_credentials(OTHER, "somsri", 0, b"x").await.unwrap(), "the name is taken");
    assert!(!vault.put_credentials(WHO, "another", 0, b"x").await.unwrap(), "she has a name");
    let read = vault.credentials_of_login("somsri").await.unwrap().unwrap();
    assert_eq!((read.staff, read.version, read.plain.as_slice()), (WHO, 1, b"one".as_slice()));
    assert!(!format!("{read:?}").contains("one"));
    // Two nodes read the same and both put: one of them is told to read again.
    let node = fixture.open().await;
    let (one, other) =
        tokio::join!(vault.put_credentials(WHO, "somsri", 1, b"two"), node.put_credentials(WHO, "somsri", 1, b"zwei"));
    assert!(one.unwrap() != other.unwrap());
    assert_eq!(node.credentials(WHO).await.unwrap().unwrap().version, 2);
    assert!(node.credentials(OTHER).await.unwrap().is_none());
    // An older state put back behind its back does not open.
    fixture.tamper("UPDATE {vault}staff_credentials SET version = 1").await;
    assert!(matches!(vault.credentials(WHO).await, Err(VaultError::Damaged { .. })));
}

async fn a_session_is_found_by_its_secret_and_ends_for_ever(fixture: Fixture) {
    let (vault, node) = (fixture.open().await, fixture.open().await);
    let secret = |number: u128| SecretDigest::of(&format!("secret {number}"));
    for number in 1..=4 {
        let staff = if number == 4 { OTHER } else { WHO };
        vault.put_session(&secret(number), session(number, staff)).await.unwrap();
    }
    assert_eq!(node.session(&secret(1)).await.unwrap(), Some(session(1, WHO)));
    assert_eq!(node.session(&secret(9)).await.unwrap(), None);
    assert_eq!(node.sessions_of(WHO).await.unwrap().len(), 3);
    let later = noon() + TimeDelta::minutes(5);
    vault.session_seen(&secret(1), later).await.unwrap();
    vault.session_seen(&secret(1), noon()).await.unwrap();
    assert_eq!(node.session(&secret(1)).await.unwrap().unwrap().seen, later, "it never goes back");

    let one = Sessions::One(Uuid::from_u128(2));
    assert_eq!(vault.revoke_sessions(OTHER, one, later).await.unwrap(), 0, "it is not hers");
    assert_eq!(vault.revoke_sessions(WHO, one, later).await.unwrap(), 1);
    assert_eq!(vault.revoke_sessions(WHO, one, later + TimeDelta::days(1)).await.unwrap(), 0);
    assert_eq!(node.session(&secret(2)).await.unwrap().unwrap().revoked, Some(later), "the first moment stays");
    assert_eq!(vault.revoke_sessions(WHO, Sessions::AllBut(Uuid::from_u128(3)), later).await.unwrap(), 1);
    assert_eq!(node.session(&secret(3)).await.unwrap().unwrap().revoked, None);
    assert_eq!(vault.revoke_sessions(WHO, Sessions::All, later).await.unwrap(), 1);
    assert_eq!(node.session(&secret(4)).await.unwrap().unwrap().revoked, None, "somebody else's stays");
    assert_eq!(vault.forget_sessions(noon() + TimeDelta::hours(8)).await.unwrap(), 0);
    assert_eq!(vault.forget_sessions(noon() + TimeDelta::hours(9)).await.unwrap(), 4);
    assert!(node.sessions_of(WHO).await.unwrap().is_empty());
}

async fn an_api_token_keeps_its_name_closed_and_ends_for_ever(fixture: Fixture) {
    let (vault, node) = (fixture.open().await, fixture.open().await);
    let secret = SecretDigest::of("a program's secret");
    vault.put_api_token(&secret, token(1)).await.unwrap();
    vault.put_api_token(&SecretDigest::of("another"), token(2)).await.unwrap();
    assert_eq!(node.api_token(&secret).await.unwrap(), Some(token(1)));
    assert_eq!(node.api_tokens_of(WHO).await.unwrap().len(), 2);
    assert_eq!(vault.revoke_api_tokens(OTHER, Some(Uuid::from_u128(1)), noon()).await.unwrap(), 0);
    assert_eq!(vault.revoke_api_tokens(WHO, Some(Uuid::from_u128(1)), noon()).await.unwrap(), 1);
    assert_eq!(node.api_token(&secret).await.unwrap().unwrap().revoked, Some(noon()));
    assert_eq!(vault.revoke_api_tokens(WHO, None, noon()).await.unwrap(), 1);
    // A token's name put at another's place does not open there.
    fixture
        .tamper("UPDATE {vault}api_tokens SET wrapped = (SELECT wrapped FROM {vault}api_tokens ORDER BY id LIMIT 1)")
        .await;
    assert!(matches!(node.api_tokens_of(WHO).await, Err(VaultError::Damaged { .. })));
}

on_both!(
    credentials_change_only_from_the_version_that_was_read,
    a_session_is_found_by_its_secret_and_ends_for_ever,
    an_api_token_keeps_its_name_closed_and_ends_for_ever,
);

#[tokio::test]
async fn a_file_of_format_1_is_brought_up_to_date_by_its_own_log_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("vault.db");
    let log_id = Uuid::from_u128(1);
    first_format(&file, log_id);
    let url = format!("sqlite:{}", file.display());
    let open = |log| async move { Vault::open(&url, &root(), log, OpenVault::default()).await };
    assert_eq!(vault_status(&format!("sqlite:{}", file.display())).await.unwrap().format, 1);
    assert!(open.clone()(Uuid::from_u128(2)).await.is_err());
    assert_eq!(vault_status(&format!("sqlite:{}", file.display())).await.unwrap().format, 1, "it is left as it is");
    let (one, two) = tokio::join!(open.clone()(log_id), open(log_id));
    let (one, two) = (one.unwrap(), two.unwrap());
    one.put_session(&SecretDigest::of("s"), session(1, WHO)).await.unwrap();
    assert_eq!(two.sessions_of(WHO).await.unwrap().len(), 1);
    assert_eq!(vault_status(&format!("sqlite:{}", file.display())).await.unwrap().format, 3);
}

fn first_format(file: &Path, log_id: Uuid) {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.execute_batch(include_str!("../../migrations/vault_sqlite_0001.sql")).unwrap();
    connection
        .execute(
            "INSERT INTO vault_meta (one, log_id, root, format) VALUES (1, ?1, ?2, 1)",
            [log_id.to_string(), root().fingerprint()],
        )
        .unwrap();
}

#[tokio::test]
async fn a_server_s_vault_of_format_1_is_refused_until_setup_brings_it_up_to_date() {
    let fixture = Fixture::empty_postgres().await;
    let options: PgConnectOptions = fixture.owner_url.parse().unwrap();
    let mut owner = options.connect().await.unwrap();
    execute(&mut owner, include_str!("../../migrations/vault_postgres_0001.sql")).await;
    let (log, fingerprint, app) = (fixture.log_id, root().fingerprint(), fixture.role("app"));
    let first = format!(
        "INSERT INTO vault.meta (one, log_id, root, format) VALUES (1, '{log}', '{fingerprint}', 1);
         GRANT USAGE ON SCHEMA vault TO {app}; GRANT SELECT ON ALL TABLES IN SCHEMA vault TO {app};"
    );
    execute(&mut owner, &first).await;
    let refused = Vault::open(&fixture.url, &root(), log, OpenVault::default()).await.unwrap_err();
    assert!(matches!(refused, VaultError::OlderFormat { found: 1, known: 3 }), "{refused:?}");
    assert!(refused.to_string().contains("huean setup postgres"), "{refused}");
    setup_postgres_vault(&fixture.owner_url, &app, None, log, &root()).await.unwrap();
    let vault = fixture.open().await;
    vault.ensure(&household(1), &[person(1)]).await.unwrap();
    assert!(vault.put_credentials(WHO, "somsri", 0, b"x").await.unwrap());
    assert_eq!(vault_status(&fixture.owner_url).await.unwrap().format, 3);
}

#[tokio::test]
async fn the_serving_role_can_end_a_session_and_not_bring_it_back() {
    let fixture = Fixture::postgres().await;
    let vault = fixture.open().await;
    vault.put_session(&SecretDigest::of("s"), session(1, WHO)).await.unwrap();
    vault.put_api_token(&SecretDigest::of("t"), token(1)).await.unwrap();
    vault.put_credentials(WHO, "somsri", 0, b"x").await.unwrap();
    let app: PgConnectOptions = fixture.url.parse().unwrap();
    let mut as_app = app.clone().connect().await.unwrap();
    let mut as_auditor = app.username(&fixture.role("auditor")).connect().await.unwrap();
    for sql in [
        "UPDATE vault.sessions SET revoked = NULL",
        "UPDATE vault.sessions SET staff_id = 'x'",
        "UPDATE vault.sessions SET acting = '{}'",
        "UPDATE vault.sessions SET expires = 0",
        "UPDATE vault.sessions SET second_factor = 0",
        "DELETE FROM vault.sessions",
        "UPDATE vault.api_tokens SET expires = 0",
        "DELETE FROM vault.api_tokens",
        "UPDATE vault.staff_credentials SET staff_id = 'x'",
        "UPDATE vault.staff_credentials SET mac = 'x'",
        "DELETE FROM vault.staff_credentials",
    ] {
        let error = sqlx::raw_sql(sql).execute(&mut as_app).await.expect_err(sql);
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42501", "{sql}: {error}");
    }
    for table in ["sessions", "api_tokens", "staff_credentials"] {
        let sql = format!("SELECT * FROM vault.{table}");
        let error = sqlx::raw_sql(&sql).execute(&mut as_auditor).await.expect_err(&sql);
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42501", "{sql}: {error}");
    }
}

#[tokio::test]
async fn neither_a_login_name_nor_a_secret_nor_a_token_s_name_lies_open_in_the_file() {
    let fixture = Fixture::sqlite().await;
    let vault = fixture.open().await;
    vault.put_credentials(WHO, "somsri.jaidee", 0, b"the hash of a password").await.unwrap();
    vault.put_session(&SecretDigest::of("session secret 4711"), session(1, WHO)).await.unwrap();
    vault.put_api_token(&SecretDigest::of("program secret 4711"), token(1)).await.unwrap();
    let journal = fixture.file().with_file_name("vault.db-wal");
    let bytes = [std::fs::read(fixture.file()).unwrap(), std::fs::read(journal).unwrap()].concat();
    let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("caseworker") && holds("phone"), "the search finds what is there");
    for hidden in ["somsri", "the hash of", "secret 4711", "รายงาน"] {
        assert!(!holds(hidden), "{hidden}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_has_the_sessions_that_the_source_has_and_no_others() {
    let (from, to) = (Fixture::sqlite().await, Fixture::postgres().await);
    let vault = from.open().await;
    vault.put_credentials(WHO, "somsri", 0, b"one").await.unwrap();
    for number in 1..=3 {
        let it = session(number, WHO);
        let ends = it.expires + TimeDelta::hours(i64::try_from(number).unwrap());
        let secret = SecretDigest::of(&number.to_string());
        vault.put_session(&secret, StoredSession { expires: ends, ..it }).await.unwrap();
    }
    vault.put_api_token(&SecretDigest::of("t"), token(1)).await.unwrap();
    copy_vault(&from.url, &to.owner_url, &mut |_| {}).await.unwrap();
    let rows = vault_status(&to.owner_url).await.unwrap().rows;
    for counted in [("credentials", 1), ("sessions", 3), ("API tokens", 1)] {
        assert!(rows.contains(&counted), "{rows:?}");
    }
    // A changed password, an ended and a forgotten session, a revoked token: all of it comes over.
    vault.put_credentials(WHO, "somsri", 1, b"two").await.unwrap();
    vault.revoke_sessions(WHO, Sessions::One(Uuid::from_u128(2)), noon()).await.unwrap();
    assert_eq!(vault.forget_sessions(noon() + TimeDelta::minutes(9 * 60 + 30)).await.unwrap(), 1);
    vault.revoke_api_tokens(WHO, None, noon()).await.unwrap();
    copy_vault(&from.url, &to.owner_url, &mut |_| {}).await.unwrap();
    let copy = Vault::open(&to.url, &root(), from.log_id, OpenVault::default()).await.unwrap();
    assert_eq!(copy.credentials_of_login("somsri").await.unwrap().unwrap().plain.as_slice(), b"two");
    assert_eq!(copy.sessions_of(WHO).await.unwrap(), vault.sessions_of(WHO).await.unwrap());
    assert_eq!(copy.sessions_of(WHO).await.unwrap().len(), 2);
    assert!(copy.api_token(&SecretDigest::of("t")).await.unwrap().unwrap().revoked.is_some());
}
