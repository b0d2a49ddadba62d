//! A vault in another database: the same keys, the same erase list, the same access log.

use events::log::{CopyError, CopyFailure};
use events::vault::{Access, CopiedVault, OpenVault, RootKey, Vault, copy_vault, vault_status};
use uuid::Uuid;

use crate::fixture::{Fixture, household, noon, person, root};

async fn copied(from: &Fixture, to: &str) -> Result<CopiedVault, CopyError> {
    copy_vault(&from.url, to, &mut |_| {}).await
}

fn looked(at: &str) -> Access {
    Access {
        at: noon(),
        actor: "staff:1".into(),
        role: "caseworker".into(),
        what: format!("household:{at}"),
        why: Some("เยี่ยมบ้าน".into()),
        request: "r".into(),
    }
}

async fn open(url: &str, log_id: Uuid) -> Vault {
    Vault::open(url, &root(), log_id, OpenVault::default()).await.unwrap()
}

/// Keys, a ring written twice, an erasure, a secret, a user, and somebody who looked.
async fn filled(vault: &Vault) {
    vault.ensure(&household(1), &[person(1), person(2)]).await.unwrap();
    vault.ensure(&household(2), &[person(3)]).await.unwrap();
    vault.ensure(&household(1), &[person(4)]).await.unwrap();
    vault.erase(&[person(2)], noon()).await.unwrap();
    vault.mac_key("citizen").await.unwrap();
    vault.os_user("somchai", Uuid::from_u128(7)).await.unwrap();
    vault.record_access(&[looked("h1"), looked("h2")]).await.unwrap();
}

/// Everything that can be asked of a vault answers the same.
async fn the_same(one: &Vault, other: &Vault) {
    for number in 1..=2 {
        let (ours, theirs) =
            (one.ring(&household(number)).await.unwrap(), other.ring(&household(number)).await.unwrap());
        assert_eq!(ours.version(), theirs.version());
        for subject in (1..=4).map(person) {
            assert_eq!(ours.has(&subject), theirs.has(&subject), "{subject}");
        }
    }
    assert_eq!(one.erasures_after(0).await.unwrap(), other.erasures_after(0).await.unwrap());
    assert_eq!(one.erase_epoch().await.unwrap(), other.erase_epoch().await.unwrap());
    assert_eq!(one.accesses(0, 100).await.unwrap(), other.accesses(0, 100).await.unwrap());
    let mac = |vault: &Vault| {
        let vault = vault.clone();
        async move { vault.mac_key("citizen").await.unwrap().mac(b"1") }
    };
    assert_eq!(mac(one).await, mac(other).await);
    assert_eq!(other.os_user_name(Uuid::from_u128(7)).await.unwrap().as_deref(), Some("somchai"));
}

async fn there_and_back(first: Fixture, second: Fixture) {
    let vault = first.open().await;
    filled(&vault).await;
    // The target was made for a log that nobody will use.
    assert_ne!(first.log_id, second.log_id);
    let done = copied(&first, &second.owner_url).await.unwrap();
    assert_eq!((done.log_id, done.root), (first.log_id, root().fingerprint()));
    let rows = done.tables.iter().map(|table| (table.what, table.rows)).collect::<Vec<_>>();
    assert_eq!(
        rows,
        [
            ("erasures", 1),
            ("keyrings", 2),
            ("subjects of rings", 4),
            ("secrets", 2),
            ("users", 1),
            ("credentials", 0),
            ("sessions", 0),
            ("API tokens", 0),
            ("files", 0),
            ("access entries", 2)
        ]
    );
    let copy = open(&second.url, first.log_id).await;
    the_same(&vault, &copy).await;
    // Back into a file that is not there yet.
    let dir = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", dir.path().join("back.db").display());
    let back = copy_vault(&second.url, &file, &mut |_| {}).await.unwrap();
    assert_eq!(back.tables, done.tables);
    the_same(&vault, &open(&file, first.log_id).await).await;
    let mode = std::os::unix::fs::PermissionsExt::mode(&dir.path().join("back.db").metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    // What happened since then comes over too: a longer ring, an erasure, another look.
    vault.ensure(&household(2), &[person(5)]).await.unwrap();
    vault.erase(&[person(1)], noon()).await.unwrap();
    vault.record_access(&[looked("h3")]).await.unwrap();
    copied(&first, &second.owner_url).await.unwrap();
    let copy = open(&second.url, first.log_id).await;
    the_same(&vault, &copy).await;
    assert!(!copy.ring(&household(1)).await.unwrap().has(&person(1)));
    assert!(copy.ensure(&household(1), &[person(1)]).await.is_err(), "the erased get no key");

    // It is a vault like any other, and from now on it goes its own way.
    copy.record_access(&[looked("h4")]).await.unwrap();
    let numbers: Vec<_> = copy.accesses(0, 100).await.unwrap().iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    let error = copied(&first, &second.owner_url).await.unwrap_err();
    assert!(matches!(&error, CopyError::Different { what: "access entries", key } if key == "4"), "{error:?}");
    assert_eq!(error.failure(), CopyFailure::Unsound);
    assert_eq!(open(&second.url, first.log_id).await.accesses(0, 100).await.unwrap().len(), 4, "nothing is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_to_a_server_and_back_and_is_brought_up_to_date() {
    there_and_back(Fixture::sqlite().await, Fixture::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_s_vault_goes_to_a_file_and_back_and_is_brought_up_to_date() {
    there_and_back(Fixture::postgres().await, Fixture::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_in_use_or_under_another_root_key_is_no_target() {
    for (from, to) in
        [(Fixture::sqlite().await, Fixture::postgres().await), (Fixture::postgres().await, Fixture::sqlite().await)]
    {
        filled(&from.open().await).await;
        to.open().await.ensure(&household(9), &[person(9)]).await.unwrap();
        let error = copied(&from, &to.owner_url).await.unwrap_err();
        assert!(matches!(error, CopyError::Occupied { found, .. } if found == to.log_id), "{error:?}");
        assert_eq!(error.failure(), CopyFailure::Usage);
        to.tamper(&format!("UPDATE {{meta}} SET log_id = '{}', root = 'another'", from.log_id)).await;
        let error = copied(&from, &to.owner_url).await.unwrap_err();
        assert!(matches!(error, CopyError::OtherRootKey), "{error:?}");
        to.tamper(&format!("UPDATE {{meta}} SET log_id = '{}', root = '{}'", to.log_id, root().fingerprint())).await;
        assert!(to.open().await.ring(&household(9)).await.unwrap().has(&person(9)), "it stays as it is");
        from.tamper("UPDATE {meta} SET format = 4").await;
        let error = copied(&from, &to.owner_url).await.unwrap_err();
        assert!(matches!(error, CopyError::Format { found: 4, known: 3, .. }), "{error:?}");
        assert_eq!(vault_status(&from.url).await.unwrap().format, 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_copied_wholly_or_not_at_all() {
    let from = Fixture::sqlite().await;
    filled(&from.open().await).await;
    let dir = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", dir.path().join("vault.db").display());
    for to in [file.clone(), Fixture::postgres().await.owner_url] {
        let before = vault_status(&to).await.ok().map(|status| status.rows);
        // Given up after the keys and before the access log, as by Ctrl-C.
        let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let mut told = move |it: events::log::Progress| {
            if it.what == "secrets" {
                told.send(()).unwrap();
            }
        };
        tokio::select! {
            biased;
            _ = heard.recv() => {}
            done = copy_vault(&from.url, &to, &mut told) => panic!("it came to its end: {done:?}"),
        }
        if to == file {
            assert!(matches!(vault_status(&to).await, Err(CopyError::Other { what: "vault", .. })));
        } else {
            assert_eq!(vault_status(&to).await.ok().map(|status| status.rows), before);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_not_copied_onto_itself_nor_by_the_serving_role() {
    let (file, server) = (Fixture::sqlite().await, Fixture::postgres().await);
    filled(&file.open().await).await;
    for fixture in [&file, &server] {
        let error = copied(fixture, &fixture.owner_url).await.unwrap_err();
        assert!(matches!(error, CopyError::SamePlace), "{error:?}");
    }
    let error = copied(&file, &server.url).await.unwrap_err();
    assert!(matches!(error, CopyError::NotOwner { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_says_whose_vault_it_is_and_what_it_holds() {
    for fixture in [Fixture::sqlite().await, Fixture::postgres().await] {
        let vault = fixture.open().await;
        assert!(vault.is_unused().await.unwrap());
        filled(&vault).await;
        assert!(!vault.is_unused().await.unwrap());
        let status = vault_status(&fixture.url).await.unwrap();
        assert_eq!((status.log_id, status.root.as_str()), (fixture.log_id, root().fingerprint().as_str()));
        assert_eq!((status.format, status.erase_epoch), (3, 1));
        assert_eq!(status.rows.first(), Some(&("erasures", 1)));
        assert!(status.bytes > 10_000, "{status:?}");
    }
    let other = RootKey::from_bytes([1; 32]);
    assert_ne!(other.fingerprint(), root().fingerprint());
}
