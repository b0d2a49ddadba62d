//! When does a process get a vault, and when is it refused one?

use std::fmt;
use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use uuid::Uuid;

use super::cache::RingCache;
use super::error::VaultError;
use super::gather::Gather;
use super::postgres::PostgresStore;
use super::root::RootKey;
use super::secrets::SecretCache;
use super::sqlite::SqliteStore;
use super::store::{FORMAT, Meta, Store};
use super::wrap::Wrapper;

/// How to open a vault.
#[derive(Debug, Clone, Copy, Default)]
pub struct OpenVault {
    /// Whether to make an embedded vault if there is none. Only right for a new log: a log that lost its vault can't
    /// be helped by an empty one. A PostgreSQL vault is made by `setup_postgres_vault` alone.
    pub create: bool,
}

/// The vault of one log, shared by all who hold a clone.
#[derive(Clone)]
pub struct Vault(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) wrapper: Wrapper,
    pub(super) cache: RingCache,
    pub(super) gather: Gather,
    pub(super) secrets: SecretCache,
}

impl Vault {
    /// Opens `sqlite:PATH` or `postgres://…`. Refuses another log's vault, another root key and a newer format. A file
    /// of an earlier format is brought to this one; on a server `setup_postgres_vault` does that.
    pub async fn open(url: &str, root: &RootKey, log_id: Uuid, how: OpenVault) -> Result<Self, VaultError> {
        let store = match Address::parse(url)? {
            Address::Sqlite(path) => {
                Store::Sqlite(SqliteStore::open(path.into(), how.create.then(|| (log_id, root.fingerprint()))).await?)
            }
            Address::Postgres(options) => Store::Postgres(PostgresStore::connect(*options).await?),
        };
        let meta = store.meta().await?;
        check(&meta, log_id, root)?;
        if meta.format < FORMAT {
            match &store {
                Store::Sqlite(file) => file.bring_up_to_date().await?,
                Store::Postgres(_) => return Err(VaultError::OlderFormat { found: meta.format, known: FORMAT }),
            }
        }
        let wrapper = Wrapper::new(root, log_id);
        let (cache, gather, secrets) = (RingCache::default(), Gather::default(), SecretCache::default());
        Ok(Self(Arc::new(Inner { store, wrapper, cache, gather, secrets })))
    }

    /// Whether no key was ever made in it: right for a new log, and a sure sign that something is missing for any other.
    pub async fn is_unused(&self) -> Result<bool, VaultError> {
        self.0.store.is_unused().await
    }

    /// The log this vault belongs to.
    pub fn log_id(&self) -> Uuid {
        self.0.wrapper.log_id()
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹vault of log {}›", self.log_id())
    }
}

/// Refuses a vault that is not this log's, or not this program's.
pub(super) fn check(meta: &Meta, log_id: Uuid, root: &RootKey) -> Result<(), VaultError> {
    if meta.format > FORMAT {
        return Err(VaultError::NewerFormat { found: meta.format, known: FORMAT });
    }
    if meta.log_id != log_id {
        return Err(VaultError::OtherLog { found: meta.log_id });
    }
    if meta.root != root.fingerprint() {
        return Err(VaultError::OtherRootKey { found: meta.root.clone() });
    }
    Ok(())
}

/// Refuses a vault that can't serve this log: a log on a server is shared by nodes, so its vault must be too, and the
/// two are backed up apart, so they are never the same database.
pub fn pairing(log_url: &str, vault_url: &str) -> Result<(), VaultError> {
    match (Address::parse(log_url)?, Address::parse(vault_url)?) {
        (Address::Sqlite(log), Address::Sqlite(vault)) if log == vault => {
            Err(VaultError::Pairing("log and vault need a file each"))
        }
        (Address::Sqlite(_), Address::Sqlite(_)) => Ok(()),
        (Address::Postgres(log), Address::Postgres(vault)) if same_database(&log, &vault) => {
            Err(VaultError::Pairing("log and vault need a database each"))
        }
        (Address::Postgres(_), Address::Postgres(_)) => Ok(()),
        (Address::Postgres(_), Address::Sqlite(_)) => {
            Err(VaultError::Pairing("a postgres log needs a postgres vault, shared by all its nodes"))
        }
        (Address::Sqlite(_), Address::Postgres(_)) => {
            Err(VaultError::Pairing("an embedded log keeps its vault beside it, as a file"))
        }
    }
}

pub(super) enum Address<'a> {
    Sqlite(&'a str),
    Postgres(Box<PgConnectOptions>),
}

impl<'a> Address<'a> {
    pub(super) fn parse(url: &'a str) -> Result<Self, VaultError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(VaultError::Address) } else { Ok(Self::Sqlite(path)) };
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(url.parse().map_err(|_| VaultError::Address)?)));
        }
        Err(VaultError::Address)
    }
}

fn same_database(one: &PgConnectOptions, other: &PgConnectOptions) -> bool {
    let place = |options: &PgConnectOptions| {
        (
            options.get_host().to_owned(),
            options.get_socket().cloned(),
            options.get_port(),
            options.get_database().unwrap_or_else(|| options.get_username()).to_owned(),
        )
    };
    place(one) == place(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postgres_log_needs_a_postgres_vault_of_its_own() {
        let log = "postgres://huean@db:5432/log";
        pairing(log, "postgres://huean@db:5432/vault").unwrap();
        pairing(log, "postgresql://huean@other/log").unwrap();
        for wrong in [log, "postgres://somebody@db/log", "sqlite:vault.db"] {
            assert!(matches!(pairing(log, wrong), Err(VaultError::Pairing(_))), "{wrong}");
        }
    }

    #[test]
    fn an_embedded_log_has_its_vault_in_a_file_of_its_own() {
        pairing("sqlite:data/log.db", "sqlite:data/vault.db").unwrap();
        pairing("sqlite://data/log.db", "sqlite:data/vault.db").unwrap();
        for wrong in ["sqlite://data/log.db", "postgres://db/vault"] {
            assert!(matches!(pairing("sqlite:data/log.db", wrong), Err(VaultError::Pairing(_))), "{wrong}");
        }
        for nothing in ["", "sqlite:", "mysql://db/vault", "vault.db"] {
            assert!(matches!(pairing("sqlite:log.db", nothing), Err(VaultError::Address)), "{nothing}");
        }
    }
}
