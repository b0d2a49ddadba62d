//! A new root key: everything opens with it and nothing with the old one, and whoever breaks it off finds the old one.

use events::vault::{
    Access, OpenVault, RootKey, RotateError, SecretDigest, StoredApiToken, Vault, VaultError, rotate_root,
};
use uuid::Uuid;

use crate::fixture::{Fixture, household, noon, on_both, person, root};

on_both!(
    everything_opens_with_the_new_key_and_nothing_with_the_old_one,
    a_vault_that_somebody_has_open_is_left_alone,
    a_row_that_does_not_open_leaves_everything_as_it_was,
);

fn new() -> RootKey {
    RootKey::from_bytes([0x6b; 32])
}

/// One of everything that a root key closes.
async fn filled(vault: &Vault) {
    vault.ensure(&household(1), &[person(1), person(99)]).await.unwrap();
    vault.erase(&[person(99)], noon()).await.unwrap();
    for nth in 2..40 {
        vault.ensure(&household(nth), &[person(nth)]).await.unwrap();
    }
    vault.mac_key("citizen").await.unwrap();
    vault.os_user("o'somchai", Uuid::from_u128(7)).await.unwrap();
    assert!(vault.put_credentials(Uuid::from_u128(8), "somsri", 0, b"hash").await.unwrap());
    let token = StoredApiToken {
        id: Uuid::from_u128(9),
        staff: Uuid::from_u128(8),
        acting: "{}".into(),
        name: "รายงาน".into(),
        created: noon(),
        expires: noon(),
        revoked: None,
    };
    vault.put_api_token(&SecretDigest::of("secret"), token).await.unwrap();
    let look = |why: Option<&str>| Access {
        at: noon(),
        actor: "staff:1".into(),
        role: "caseworker".into(),
        what: "household:h'1".into(),
        why: why.map(Into::into),
        request: "r".into(),
    };
    vault.record_access(&[look(Some("เยี่ยมบ้าน")), look(None)]).await.unwrap();
}

/// Everything that can be asked of it, as text.
async fn told(vault: &Vault) -> String {
    let mut said = Vec::new();
    for nth in 1..40 {
        let ring = vault.ring(&household(nth)).await.unwrap();
        said.push(format!("{nth} {} {:?};", ring.version(), [1, 99, nth].map(|it| ring.has(&person(it)))));
    }
    let credentials = vault.credentials_of_login("somsri").await.unwrap().unwrap();
    let token = vault.api_token(&SecretDigest::of("secret")).await.unwrap().unwrap();
    said.push(format!(
        "{} {:?} {:?} {} {} {:?} {:?}",
        vault.mac_key("citizen").await.unwrap().mac(b"1"),
        vault.os_user_name(Uuid::from_u128(7)).await.unwrap(),
        &*credentials.plain,
        credentials.version,
        token.name,
        vault.accesses(0, 10).await.unwrap().into_iter().map(|it| (it.number, it.access.why)).collect::<Vec<_>>(),
        vault.erasures_after(0).await.unwrap(),
    ));
    said.join(";")
}

async fn with(fixture: &Fixture, root: &RootKey) -> Result<Vault, VaultError> {
    Vault::open(&fixture.url, root, fixture.log_id, OpenVault::default()).await
}

/// Waits until nobody is connected any more: a pool ends its connections in its own time.
async fn rotated(fixture: &Fixture, keys: (&RootKey, &RootKey)) -> Result<u64, RotateError> {
    for _ in 0..200 {
        match rotate_root(&fixture.owner_url, keys, &mut |_| {}).await {
            Err(RotateError::InUse) => tokio::task::yield_now().await,
            answer => return answer,
        }
    }
    Err(RotateError::InUse)
}

async fn everything_opens_with_the_new_key_and_nothing_with_the_old_one(fixture: Fixture) {
    let vault = fixture.open().await;
    filled(&vault).await;
    let before = told(&vault).await;
    drop(vault);
    let rows = rotated(&fixture, (&root(), &new())).await.unwrap();
    assert!(rows > 40, "{rows}");
    assert!(matches!(with(&fixture, &root()).await, Err(VaultError::OtherRootKey { .. })));
    let vault = with(&fixture, &new()).await.unwrap();
    assert_eq!(told(&vault).await, before);
    // And it goes on: a ring grows, an account changes, the access log is only added to.
    vault.ensure(&household(1), &[person(3)]).await.unwrap();
    assert!(vault.put_credentials(Uuid::from_u128(8), "somsri", 1, b"another").await.unwrap());
    drop(vault);
    assert_eq!(rotated(&fixture, (&root(), &new())).await.unwrap(), 0, "it was done before");
    let third = RootKey::from_bytes([1; 32]);
    let other = rotated(&fixture, (&root(), &third)).await;
    assert!(matches!(other, Err(RotateError::Vault(VaultError::OtherRootKey { .. }))));
    rotated(&fixture, (&new(), &third)).await.unwrap();
    with(&fixture, &third).await.unwrap();
}

async fn a_vault_that_somebody_has_open_is_left_alone(fixture: Fixture) {
    let vault = fixture.open().await;
    filled(&vault).await;
    let before = told(&vault).await;
    let refused = rotate_root(&fixture.owner_url, (&root(), &new()), &mut |_| {}).await;
    assert!(matches!(refused, Err(RotateError::InUse)), "{refused:?}");
    assert_eq!(told(&vault).await, before);
    vault.ensure(&household(1), &[person(3)]).await.unwrap();
}

async fn a_row_that_does_not_open_leaves_everything_as_it_was(fixture: Fixture) {
    let vault = fixture.open().await;
    filled(&vault).await;
    let before = told(&vault).await;
    drop(vault);
    fixture.tamper("UPDATE {vault}api_tokens SET root = 'another'").await;
    let refused = rotated(&fixture, (&root(), &new())).await;
    assert!(matches!(refused, Err(RotateError::Vault(VaultError::OtherRootKey { .. }))), "{refused:?}");
    fixture.tamper(&format!("UPDATE {{vault}}api_tokens SET root = '{}'", root().fingerprint())).await;
    let vault = with(&fixture, &root()).await.unwrap();
    assert_eq!(told(&vault).await, before);
}
