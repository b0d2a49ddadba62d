//! The vault as one file beside an embedded log.
//!
//! SQLite has one writer at a time, and every write here begins with `BEGIN IMMEDIATE`, so putting keys and erasing
//! exclude each other across processes too. `synchronous=FULL`: what is answered is on disk. `secure_delete`: a key
//! that is rewritten is overwritten.

mod attachments;
mod records;
mod rings;
mod signing_in;

use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use super::error::VaultError;
use super::store::{Meta, Swap};

/// The tables of format 1 …
pub(super) const SCHEMA: &str = include_str!("../../../migrations/vault_sqlite_0001.sql");
/// … and what brings them to each later format.
pub(super) const STEPS: [(i64, &str); 2] = [
    (2, include_str!("../../../migrations/vault_sqlite_0002.sql")),
    (3, include_str!("../../../migrations/vault_sqlite_0003.sql")),
];

/// How long a writer waits for another process before it answers that the vault is busy.
const BUSY: Duration = Duration::from_secs(5);

/// One connection that writes, and one that reads and never waits for it.
pub(super) struct SqliteStore {
    writer: Arc<Mutex<Connection>>,
    reader: Arc<Mutex<Connection>>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹sqlite vault›")
    }
}

impl SqliteStore {
    /// Opens the file; makes it, with its owner's access alone, if `create` says for which log and root key.
    pub(super) async fn open(path: PathBuf, create: Option<(Uuid, String)>) -> Result<Self, VaultError> {
        let opened = tokio::task::spawn_blocking(move || {
            if create.is_some() {
                make_file(&path)?;
            } else if !path.exists() {
                return Err(VaultError::Missing);
            }
            let mut writer = connect(&path)?;
            if !is_vault(&writer)? {
                let Some((log_id, root)) = create else { return Err(VaultError::Missing) };
                make_tables(&mut writer, log_id, &root)?;
            }
            Ok((writer, connect(&path)?))
        });
        let (writer, reader) = opened.await.map_err(|_| VaultError::Closed)??;
        Ok(Self { writer: Arc::new(Mutex::new(writer)), reader: Arc::new(Mutex::new(reader)) })
    }

    async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, VaultError> {
        let reader = Arc::clone(&self.reader);
        let asked = tokio::task::spawn_blocking(move || {
            let mut connection = reader.lock().unwrap_or_else(PoisonError::into_inner);
            // One snapshot for all that is asked.
            ask(&connection.transaction()?)
        });
        Ok(asked.await.map_err(|_| VaultError::Closed)??)
    }

    /// Runs in one transaction, which is kept if the answer is not `Lost` or `Erased`.
    async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<Result<T, Swap>, VaultError> + Send + 'static,
    ) -> Result<Result<T, Swap>, VaultError> {
        let writer = Arc::clone(&self.writer);
        let changed = tokio::task::spawn_blocking(move || {
            let mut connection = writer.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = change(&transaction)?;
            if answer.is_ok() {
                transaction.commit()?;
            }
            Ok(answer)
        });
        changed.await.map_err(|_| VaultError::Closed)?
    }

    pub(super) async fn meta(&self) -> Result<Meta, VaultError> {
        let (log_id, root, format): (String, _, _) = self
            .read(|db| {
                db.query_row("SELECT log_id, root, format FROM vault_meta", [], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
            })
            .await?;
        Meta::new(&log_id, root, format)
    }

    /// Brings tables of an earlier format to the newest, wholly or not at all.
    pub(super) async fn bring_up_to_date(&self) -> Result<(), VaultError> {
        // Another process may have done it since somebody looked.
        self.change(|db| raise(db, db.query_row("SELECT format FROM vault_meta", [], |row| row.get(0))?)).await
    }

    pub(super) async fn is_unused(&self) -> Result<bool, VaultError> {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM keyrings) AND NOT EXISTS (SELECT 1 FROM secrets)";
        self.read(move |db| db.query_row(sql, [], |row| row.get(0))).await
    }

    /// A write that nothing can refuse.
    async fn change(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<(), VaultError> {
        self.write(move |db| Ok(Ok(change(db)?))).await?.map_err(|_| VaultError::Contended)
    }
}

/// An empty file that only its owner can read, so that SQLite never makes one under a lax umask; its journal inherits
/// the mode.
pub(super) fn make_file(path: &Path) -> Result<(), VaultError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(VaultError::File(error)),
    }
}

fn connect(path: &Path) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

fn is_vault(connection: &Connection) -> rusqlite::Result<bool> {
    connection.prepare("SELECT 1 FROM sqlite_master WHERE name = 'vault_meta'")?.exists([])
}

fn make_tables(connection: &mut Connection, log_id: Uuid, root: &str) -> Result<(), VaultError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process that starts now may have been first; somebody else's database is left alone.
    if is_vault(&transaction)? {
        return Ok(());
    }
    if transaction.prepare("SELECT 1 FROM sqlite_master")?.exists([])? {
        return Err(VaultError::Missing);
    }
    transaction.execute_batch(SCHEMA)?;
    transaction.execute(
        "INSERT INTO vault_meta (one, log_id, root, format) VALUES (1, ?1, ?2, 1)",
        params![log_id.to_string(), root],
    )?;
    raise(&transaction, 1)?;
    Ok(transaction.commit()?)
}

/// Takes every step behind a format.
fn raise(transaction: &Transaction<'_>, format: i64) -> rusqlite::Result<()> {
    STEPS.iter().filter(|(to, _)| *to > format).try_for_each(|(_, step)| transaction.execute_batch(step))
}

#[cfg(test)]
mod tests {
    use crate::sealed::Subject;
    use crate::vault::{OpenVault, RingOwner, RootKey, Vault};

    use super::*;

    #[tokio::test]
    async fn no_key_lies_open_in_the_file_or_its_journal() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("vault.db").display());
        let root = RootKey::from_bytes([7; 32]);
        let vault = Vault::open(&url, &root, Uuid::from_u128(1), OpenVault { create: true }).await.unwrap();
        let people: Vec<Subject> = (0..20).map(|number| Subject::new("person", number)).collect();
        let ring = vault.ensure(&RingOwner::new("household", "h1"), &people).await.unwrap();
        let bytes =
            ["vault.db", "vault.db-wal"].map(|name| std::fs::read(directory.path().join(name)).unwrap()).concat();
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(holds(b"person:19"), "the search finds what is there");
        for (subject, key) in ring.keys() {
            assert!(!holds(key.0.get(..8).unwrap()), "the key of {subject}");
        }
    }
}
