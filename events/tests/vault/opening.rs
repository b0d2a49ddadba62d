//! Which vaults are refused, and what a damaged one says.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use events::vault::{OpenVault, RootKey, Vault, VaultError, setup_postgres_vault};
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use uuid::Uuid;

use crate::fixture::{Fixture, execute, household, noon, on_both, person, root};

async fn attempt(fixture: &Fixture) -> VaultError {
    Vault::open(&fixture.url, &root(), fixture.log_id, OpenVault::default()).await.unwrap_err()
}

async fn another_logs_vault_and_another_root_key_are_refused(fixture: Fixture) {
    let other_log = Vault::open(&fixture.url, &root(), Uuid::from_u128(1), OpenVault { create: true }).await;
    assert!(matches!(other_log.unwrap_err(), VaultError::OtherLog { found } if found == fixture.log_id));
    let other_root = RootKey::from_bytes([1; 32]);
    let refused = Vault::open(&fixture.url, &other_root, fixture.log_id, OpenVault { create: true }).await.unwrap_err();
    assert!(matches!(refused, VaultError::OtherRootKey { found } if found == root().fingerprint()));
    fixture.open().await;
}

async fn a_newer_format_is_refused(fixture: Fixture) {
    fixture.tamper("UPDATE {meta} SET format = 4").await;
    assert!(matches!(attempt(&fixture).await, VaultError::NewerFormat { found: 4, known: 3 }));
}

async fn a_ring_that_was_altered_or_moved_is_an_alarm(fixture: Fixture) {
    let vault = fixture.open().await;
    for number in 1..=3 {
        vault.ensure(&household(number), &[person(number)]).await.unwrap();
    }
    let nothing = if fixture.is_sqlite() { "x''" } else { "''" };
    fixture.tamper(&format!(
        "UPDATE {{vault}}keyrings SET version = 2 WHERE aggregate_id = 'h1';
         UPDATE {{vault}}keyrings SET wrapped = (SELECT wrapped FROM {{vault}}keyrings WHERE aggregate_id = 'h1') WHERE aggregate_id = 'h2';
         UPDATE {{vault}}keyrings SET wrapped = {nothing} WHERE aggregate_id = 'h3';"
    )).await;
    let vault = fixture.open().await;
    for number in 1..=3 {
        let error = vault.ring(&household(number)).await.unwrap_err();
        assert!(matches!(&error, VaultError::Damaged { .. }) && !error.is_transient(), "h{number}: {error:?}");
        assert!(vault.ensure(&household(number), &[person(9)]).await.is_err(), "it is not overwritten");
    }
    fixture.tamper("UPDATE {vault}keyrings SET root = 'another'").await;
    let error = vault.ring(&household(1)).await.unwrap_err();
    assert!(matches!(error, VaultError::OtherRootKey { found } if found == "another"));
}

on_both!(
    another_logs_vault_and_another_root_key_are_refused,
    a_newer_format_is_refused,
    a_ring_that_was_altered_or_moved_is_an_alarm,
);

#[tokio::test]
async fn an_embedded_vault_is_made_only_when_asked_and_only_for_its_owner() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("vault.db");
    let url = format!("sqlite://{}", file.display());
    let log_id = Uuid::from_u128(1);
    let root = RootKey::from_bytes([3; 32]);
    let open = |create| Vault::open(&url, &root, log_id, OpenVault { create });
    assert!(matches!(open(false).await, Err(VaultError::Missing)));
    assert!(!file.exists());
    let vault = open(true).await.unwrap();
    vault.ensure(&household(1), &[person(1)]).await.unwrap();
    for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
        let mode = fs::metadata(directory.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    drop(vault);
    assert_eq!(open(true).await.unwrap().ring(&household(1)).await.unwrap().version(), 1, "it is not made anew");
}

#[tokio::test]
async fn somebody_elses_database_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("other.db");
    rusqlite::Connection::open(&file).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let url = format!("sqlite:{}", file.display());
    for create in [false, true] {
        let refused = Vault::open(&url, &RootKey::from_bytes([3; 32]), Uuid::from_u128(1), OpenVault { create }).await;
        assert!(matches!(refused, Err(VaultError::Missing)));
    }
    let tables: i64 = rusqlite::Connection::open(&file)
        .unwrap()
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn a_server_vault_must_be_set_up_first_and_setting_up_again_is_harmless() {
    let fixture = Fixture::empty_postgres().await;
    // Not even connecting is allowed to a role that was granted nothing, once the vault is there; before, it is empty.
    assert!(matches!(attempt(&fixture).await, VaultError::Missing));
    let set_up = |log_id, root: RootKey| {
        let (owner_url, app) = (fixture.owner_url.clone(), fixture.role("app"));
        async move { setup_postgres_vault(&owner_url, &app, None, log_id, &root).await }
    };
    let (one, two) = tokio::join!(set_up(fixture.log_id, root()), set_up(fixture.log_id, root()));
    one.and(two).unwrap();
    let vault = fixture.open().await;
    vault.ensure(&household(1), &[person(1)]).await.unwrap();
    set_up(fixture.log_id, root()).await.unwrap();
    assert!(vault.ring(&household(1)).await.unwrap().has(&person(1)));
    assert!(matches!(set_up(Uuid::from_u128(1), root()).await, Err(VaultError::OtherLog { .. })));
    let other = RootKey::from_bytes([1; 32]);
    assert!(matches!(set_up(fixture.log_id, other).await, Err(VaultError::OtherRootKey { .. })));
}

#[tokio::test]
async fn the_serving_role_cannot_unmake_an_erasure_and_the_auditor_sees_no_keys() {
    let fixture = Fixture::postgres().await;
    let vault = fixture.open().await;
    vault.ensure(&household(1), &[person(1)]).await.unwrap();
    vault.erase(&[person(1)], noon()).await.unwrap();
    let app: PgConnectOptions = fixture.url.parse().unwrap();
    let mut as_app = app.clone().connect().await.unwrap();
    let mut as_auditor = app.username(&fixture.role("auditor")).connect().await.unwrap();
    execute(&mut as_auditor, "SELECT * FROM vault.access_log; SELECT * FROM vault.erasures").await;
    let forbidden_to_app = [
        "DELETE FROM vault.erasures",
        "UPDATE vault.erasures SET epoch = 0",
        "UPDATE vault.keyrings SET version = 1",
        "DELETE FROM vault.keyrings",
        "INSERT INTO vault.keyrings VALUES ('a', 'b', 1, 'c', '')",
        "UPDATE vault.meta SET erase_epoch = 0",
        "DELETE FROM vault.access_log",
        "UPDATE vault.access_log SET actor = 'x'",
        "UPDATE vault.secrets SET wrapped = ''",
        "TRUNCATE vault.erasures",
        "CREATE TABLE vault.mine (x int)",
        "CREATE TABLE public.mine (x int)",
    ];
    let forbidden_to_auditor = [
        "SELECT * FROM vault.keyrings",
        "SELECT * FROM vault.secrets",
        "SELECT * FROM vault.os_users",
        "SELECT vault.erase('{}', 0, '{}', '{}', '{}', '{}', '')",
        "INSERT INTO vault.access_log (at, actor, role, what, request, root) VALUES (0, '', '', '', '', '')",
    ];
    let app = forbidden_to_app.map(|sql| (true, sql));
    for (is_app, sql) in app.into_iter().chain(forbidden_to_auditor.map(|sql| (false, sql))) {
        let connection = if is_app { &mut as_app } else { &mut as_auditor };
        let error = sqlx::raw_sql(sql).execute(connection).await.expect_err(sql);
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42501", "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_server_that_comes_back_is_used_again() {
    let fixture = Fixture::postgres().await;
    let vault = fixture.open().await;
    vault.ensure(&household(1), &[person(1)]).await.unwrap();
    let database = format!("vault_{}", fixture.log_id.simple());
    // As after a restart: every connection the pool holds is dead.
    fixture.tamper(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()"
    )).await;
    let mut tries = 0;
    let ring = loop {
        match vault.ring(&household(1)).await {
            Ok(ring) => break ring,
            Err(error) => assert!(error.is_transient(), "{error:?}"),
        }
        tries += 1;
        assert!(tries < 20, "the pool never recovers");
    };
    assert!(ring.has(&person(1)));
}
