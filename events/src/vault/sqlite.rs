//! The vault as one file beside an embedded log.
//!
//! SQLite has one writer at a time, and every write here begins with `BEGIN IMMEDIATE`, so putting keys and erasing
//! exclude each other across processes too. `synchronous=FULL`: what is answered is on disk. `secure_delete`: a key
//! that is rewritten is overwritten.

use std::collections::HashMap;
use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use super::access::{Access, StoredAccess};
use super::erase::Erasure;
use super::error::VaultError;
use super::ring::RingOwner;
use super::store::{FORMAT, Meta, OsUserRow, RingRow, RingWrite, SecretRow, SeenRing, Swap, parse_id};
use crate::clock::from_micros;
use crate::sealed::Subject;

const SCHEMA: &str = include_str!("../../migrations/vault_sqlite_0001.sql");

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
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<Result<T, Swap>> + Send + 'static,
    ) -> Result<Result<T, Swap>, VaultError> {
        let writer = Arc::clone(&self.writer);
        let changed = tokio::task::spawn_blocking(move || {
            let mut connection = writer.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = change(&transaction)?;
            if answer.is_ok() {
                transaction.commit()?;
            }
            Ok::<_, rusqlite::Error>(answer)
        });
        Ok(changed.await.map_err(|_| VaultError::Closed)??)
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

    pub(super) async fn rings(&self, owners: Vec<RingOwner>) -> Result<HashMap<RingOwner, RingRow>, VaultError> {
        self.read(move |db| {
            let mut ask = db.prepare_cached(
                "SELECT version, root, wrapped FROM keyrings WHERE aggregate_type = ?1 AND aggregate_id = ?2",
            )?;
            let mut found = HashMap::with_capacity(owners.len());
            for owner in owners {
                let row = ask
                    .query_row(params![owner.aggregate_type, owner.aggregate_id], |row| {
                        Ok(RingRow { version: row.get(0)?, root: row.get(1)?, wrapped: row.get(2)? })
                    })
                    .optional()?;
                if let Some(row) = row {
                    found.insert(owner, row);
                }
            }
            Ok(found)
        })
        .await
    }

    pub(super) async fn put_rings(&self, writes: Vec<RingWrite>, root: String) -> Result<Swap, VaultError> {
        let put = self.write(move |db| {
            let mut erased = db.prepare_cached("SELECT 1 FROM erasures WHERE subject = ?1")?;
            let mut index = db.prepare_cached("INSERT OR IGNORE INTO subject_rings VALUES (?1, ?2, ?3)")?;
            for RingWrite { owner, expected, wrapped, added } in &writes {
                for subject in added {
                    if erased.exists([subject.as_str()])? {
                        return Ok(Err(Swap::Erased(subject.clone())));
                    }
                    index.execute(params![subject.as_str(), owner.aggregate_type, owner.aggregate_id])?;
                }
                if !swap(db, owner, *expected, &root, wrapped)? {
                    return Ok(Err(Swap::Lost));
                }
            }
            Ok(Ok(()))
        });
        Ok(put.await?.err().unwrap_or(Swap::Done))
    }

    pub(super) async fn owners_of(&self, subjects: Vec<Subject>) -> Result<Vec<RingOwner>, VaultError> {
        self.read(move |db| owners(db, &subjects)).await
    }

    pub(super) async fn erase(
        &self,
        subjects: Vec<Subject>,
        at: i64,
        seen: Vec<SeenRing>,
        root: String,
    ) -> Result<Swap, VaultError> {
        let erase =
            self.write(move |db| {
                if owners(db, &subjects)?.len() != seen.len() {
                    return Ok(Err(Swap::Lost));
                }
                let mut version =
                    db.prepare_cached("SELECT version FROM keyrings WHERE aggregate_type = ?1 AND aggregate_id = ?2")?;
                for ring in &seen {
                    let found: Option<i64> = version
                        .query_row(params![ring.owner.aggregate_type, ring.owner.aggregate_id], |row| row.get(0))
                        .optional()?;
                    if found.unwrap_or(0) != ring.version {
                        return Ok(Err(Swap::Lost));
                    }
                    if let Some(wrapped) = &ring.rewritten {
                        swap(db, &ring.owner, ring.version, &root, wrapped)?;
                    }
                }
                let epoch: i64 = db.query_row("SELECT erase_epoch + 1 FROM vault_meta", [], |row| row.get(0))?;
                let mut listed = 0;
                for subject in &subjects {
                    listed += db
                        .prepare_cached("INSERT OR IGNORE INTO erasures VALUES (?1, ?2, ?3)")?
                        .execute(params![subject.as_str(), at, epoch])?;
                }
                if listed > 0 {
                    db.execute("UPDATE vault_meta SET erase_epoch = ?1", [epoch])?;
                }
                Ok(Ok(()))
            });
        if let Err(refused) = erase.await? {
            return Ok(refused);
        }
        self.forget_journal().await?;
        Ok(Swap::Done)
    }

    /// Moves the journal into the file and cuts it to nothing, so that no old ring is left in it. If a reader is in the
    /// way, the next checkpoint does it; the erasure itself is done.
    async fn forget_journal(&self) -> Result<(), VaultError> {
        let writer = Arc::clone(&self.writer);
        let cut = tokio::task::spawn_blocking(move || {
            let connection = writer.lock().unwrap_or_else(PoisonError::into_inner);
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        });
        cut.await.map_err(|_| VaultError::Closed)?.or_else(|error| {
            let busy = error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy);
            if busy { Ok(()) } else { Err(error.into()) }
        })
    }

    pub(super) async fn erased_among(&self, subjects: Vec<Subject>) -> Result<Vec<Subject>, VaultError> {
        self.read(move |db| {
            let mut ask = db.prepare_cached("SELECT 1 FROM erasures WHERE subject = ?1")?;
            let mut found = Vec::new();
            for subject in subjects {
                if ask.exists([subject.as_str()])? {
                    found.push(subject);
                }
            }
            Ok(found)
        })
        .await
    }

    pub(super) async fn erasures_after(&self, epoch: i64) -> Result<Vec<Erasure>, VaultError> {
        self.read(move |db| {
            let mut ask = db.prepare_cached(
                "SELECT subject, erased_at, epoch FROM erasures WHERE epoch > ?1 ORDER BY epoch, subject",
            )?;
            let rows = ask.query_map([epoch], |row| {
                let (subject, at): (String, i64) = (row.get(0)?, row.get(1)?);
                Ok(Erasure { subject: subject.into(), at: from_micros(at), epoch: row.get(2)? })
            })?;
            rows.collect()
        })
        .await
    }

    pub(super) async fn erase_epoch(&self) -> Result<i64, VaultError> {
        self.read(|db| db.query_row("SELECT erase_epoch FROM vault_meta", [], |row| row.get(0))).await
    }

    pub(super) async fn secrets(&self, name: String) -> Result<Vec<SecretRow>, VaultError> {
        self.read(move |db| {
            let mut ask = db.prepare_cached(
                "SELECT ordinal, id, root, wrapped FROM secrets WHERE name = ?1 ORDER BY ordinal DESC",
            )?;
            let rows = ask.query_map([name], |row| {
                Ok(SecretRow { ordinal: row.get(0)?, id: row.get(1)?, root: row.get(2)?, wrapped: row.get(3)? })
            })?;
            rows.collect()
        })
        .await
    }

    pub(super) async fn put_secret(&self, name: String, row: SecretRow) -> Result<(), VaultError> {
        self.change(move |db| {
            let SecretRow { ordinal, id, root, wrapped } = row;
            db.execute(
                "INSERT INTO secrets VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name, ordinal) DO NOTHING",
                params![name, ordinal, id, root, wrapped],
            )?;
            Ok(())
        })
        .await
    }

    pub(super) async fn os_user(&self, mac: String) -> Result<Option<Uuid>, VaultError> {
        let found: Option<String> = self
            .read(move |db| {
                db.query_row("SELECT staff_id FROM os_users WHERE mac = ?1", [mac], |row| row.get(0)).optional()
            })
            .await?;
        found.map(|id| parse_id("a staff id", &id)).transpose()
    }

    pub(super) async fn os_user_by_id(&self, id: Uuid) -> Result<Option<OsUserRow>, VaultError> {
        self.read(move |db| {
            db.query_row("SELECT mac, root, wrapped FROM os_users WHERE staff_id = ?1", [id.to_string()], |row| {
                Ok(OsUserRow { mac: row.get(0)?, root: row.get(1)?, wrapped: row.get(2)? })
            })
            .optional()
        })
        .await
    }

    pub(super) async fn put_os_user(&self, id: Uuid, row: OsUserRow) -> Result<(), VaultError> {
        self.change(move |db| {
            db.execute(
                "INSERT INTO os_users (mac, staff_id, root, wrapped) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (mac) DO NOTHING",
                params![row.mac, id.to_string(), row.root, row.wrapped],
            )?;
            Ok(())
        })
        .await
    }

    pub(super) async fn record_access(
        &self,
        entries: Vec<(Access, Option<Vec<u8>>)>,
        root: String,
    ) -> Result<(), VaultError> {
        self.change(move |db| {
            let mut add = db.prepare_cached(
                "INSERT INTO access_log (at, actor, role, what, request, why, root) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for (entry, why) in entries {
                let at = entry.at.timestamp_micros();
                add.execute(params![at, entry.actor, entry.role, entry.what, entry.request, why, root])?;
            }
            Ok(())
        })
        .await
    }

    pub(super) async fn accesses(&self, after: i64, limit: i64) -> Result<Vec<StoredAccess>, VaultError> {
        self.read(move |db| {
            let mut ask = db.prepare_cached(
                "SELECT number, at, actor, role, what, request, why, root FROM access_log
                 WHERE number > ?1 ORDER BY number LIMIT ?2",
            )?;
            let rows = ask.query_map([after, limit], stored_access)?;
            rows.collect()
        })
        .await
    }

    /// A write that nothing can refuse.
    async fn change(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<(), VaultError> {
        self.write(move |db| change(db).map(Ok)).await?.map_err(|_| VaultError::Contended)
    }
}

fn stored_access(row: &Row<'_>) -> rusqlite::Result<StoredAccess> {
    Ok(StoredAccess {
        number: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        role: row.get(3)?,
        what: row.get(4)?,
        request: row.get(5)?,
        why: row.get(6)?,
        root: row.get(7)?,
    })
}

/// An empty file that only its owner can read, so that SQLite never makes one under a lax umask; its journal inherits
/// the mode.
fn make_file(path: &Path) -> Result<(), VaultError> {
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
        "INSERT INTO vault_meta (one, log_id, root, format) VALUES (1, ?1, ?2, ?3)",
        params![log_id.to_string(), root, FORMAT],
    )?;
    Ok(transaction.commit()?)
}

/// Writes a ring if it has the expected version; 0 means that there must be none.
fn swap(db: &Transaction<'_>, owner: &RingOwner, expected: i64, root: &str, wrapped: &[u8]) -> rusqlite::Result<bool> {
    let written = if expected == 0 {
        db.prepare_cached("INSERT OR IGNORE INTO keyrings VALUES (?1, ?2, 1, ?3, ?4)")?.execute(params![
            owner.aggregate_type,
            owner.aggregate_id,
            root,
            wrapped
        ])?
    } else {
        db.prepare_cached(
            "UPDATE keyrings SET version = version + 1, root = ?3, wrapped = ?4
             WHERE aggregate_type = ?1 AND aggregate_id = ?2 AND version = ?5",
        )?
        .execute(params![owner.aggregate_type, owner.aggregate_id, root, wrapped, expected])?
    };
    Ok(written == 1)
}

fn owners(db: &Transaction<'_>, subjects: &[Subject]) -> rusqlite::Result<Vec<RingOwner>> {
    let mut ask = db.prepare_cached("SELECT aggregate_type, aggregate_id FROM subject_rings WHERE subject = ?1")?;
    let mut found = std::collections::BTreeSet::new();
    for subject in subjects {
        for owner in ask.query_map([subject.as_str()], |row| {
            Ok(RingOwner { aggregate_type: row.get(0)?, aggregate_id: row.get(1)? })
        })? {
            found.insert(owner?);
        }
    }
    Ok(found.into_iter().collect())
}
