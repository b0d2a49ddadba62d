//! What a file is called, when it is thrown away, and who may write it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Fold, checkpoint};
use crate::column;
use crate::error::ProjectionError;
use crate::page::AsOf;

/// The files of one kind in a data directory.
#[derive(Debug)]
pub struct Files<F> {
    dir: PathBuf,
    fold: PhantomData<fn() -> F>,
}

impl<F> Clone for Files<F> {
    fn clone(&self) -> Self {
        Self { dir: self.dir.clone(), fold: PhantomData }
    }
}

/// Stands in place of the machine's start once everything is on disk.
const CLOSED: &str = "closed";

const TABLES: &str = "
    CREATE TABLE checkpoint (
        log_id BLOB NOT NULL,
        position INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        erase_epoch INTEGER NOT NULL,
        boot TEXT NOT NULL
    );";

impl<F: Fold> Files<F> {
    /// The files of this kind in `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), fold: PhantomData }
    }

    /// Tells files of different projections apart: what they are called, their versions and their tables.
    pub fn fingerprint() -> String {
        let mut hash = Sha256::new();
        for (name, version) in F::PROJECTIONS {
            hash.update(format!("{name} {version}\n"));
        }
        for part in [TABLES].iter().chain(F::TABLES).chain(F::INDEXES) {
            hash.update(part);
        }
        hex::encode(hash.finalize().get(..6).unwrap_or_default())
    }

    /// The file that answers.
    pub fn live(&self) -> PathBuf {
        self.dir.join(format!("{}-{}.db", F::FILE, Self::fingerprint()))
    }

    /// Where it is built.
    pub fn building(&self) -> PathBuf {
        self.dir.join(format!("{}-{}.building", F::FILE, Self::fingerprint()))
    }

    /// Takes the right to write the file, for as long as the answer is kept.
    pub(crate) fn lock(&self) -> Result<File, ProjectionError> {
        let path = self.dir.join(format!("{}-{}.lock", F::FILE, Self::fingerprint()));
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| ProjectionError::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(ProjectionError::Locked(self.live())),
            Err(TryLockError::Error(error)) => Err(ProjectionError::io(&path, error)),
        }
    }

    /// An empty file for a load: nothing is kept for a crash, because after one it is built anew.
    pub(crate) fn create(path: &Path, log_id: Uuid, epoch: i64) -> Result<Connection, ProjectionError> {
        let db = if path.as_os_str() == ":memory:" {
            Connection::open_in_memory()?
        } else {
            remove(path)?;
            let db = Connection::open(path)?;
            private(path)?;
            db
        };
        db.execute_batch(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
        )?;
        db.set_prepared_statement_cache_capacity(64);
        db.execute_batch("BEGIN")?;
        db.execute_batch(TABLES)?;
        for tables in F::TABLES {
            db.execute_batch(tables)?;
        }
        db.execute("INSERT INTO checkpoint VALUES (?, 0, 0, ?, ?)", params![log_id.as_bytes(), epoch, boot()])?;
        db.execute_batch("COMMIT")?;
        Ok(db)
    }

    /// A finished file, to go on writing.
    pub(crate) fn open(path: &Path) -> Result<Connection, ProjectionError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
             PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000;",
        )?;
        if F::SECRET {
            db.execute_batch("PRAGMA secure_delete = ON;")?;
        }
        db.set_prepared_statement_cache_capacity(64);
        Ok(db)
    }

    /// Whether the live file is there and goes on from a position of this log. A file that does not is of no use.
    pub(crate) fn is_usable(&self, log_id: Uuid, head: u64, epoch: i64) -> bool {
        if !self.live().exists() {
            return false;
        }
        let usable = |db: &Connection| -> Result<bool, ProjectionError> {
            let at: AsOf = checkpoint(db)?;
            let (log, erased, boot_then): (Vec<u8>, i64, String) =
                db.query_row("SELECT log_id, erase_epoch, boot FROM checkpoint", [], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?;
            let cause = if log != log_id.as_bytes() {
                "it is of another log"
            } else if at.position > head {
                "the log ends before it"
            } else if F::SECRET && erased != epoch {
                "somebody was erased since"
            } else if boot_then != boot() && boot_then != CLOSED {
                // Without fsync, what the machine had not written when it went down is lost.
                "the machine was started anew"
            } else {
                return Ok(true);
            };
            tracing::info!(file = F::FILE, cause, "the file is built anew");
            Ok(false)
        };
        match Self::open(&self.live()).and_then(|db| usable(&db)) {
            Ok(usable) => usable,
            Err(error) => {
                tracing::warn!(file = F::FILE, %error, "the file can't be read and is built anew");
                false
            }
        }
    }

    /// Puts a finished file in the place of the live one. Nobody in this process may have the live one open.
    pub(crate) fn take_over(&self) -> Result<(), ProjectionError> {
        let (new, live) = (self.building(), self.live());
        // What the new file's own write-ahead log may hold belongs into it before it moves.
        Connection::open(&new)?.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        for suffix in ["-wal", "-shm"] {
            remove_one(&with_suffix(&live, suffix))?;
            remove_one(&with_suffix(&new, suffix))?;
        }
        fs::rename(&new, &live).map_err(|error| ProjectionError::io(&new, error))
    }

    /// Throws the live file away.
    pub(crate) fn discard(&self) -> Result<(), ProjectionError> {
        remove(&self.live())
    }

    /// Removes files of other fingerprints, as far as no other process keeps them.
    pub(crate) fn remove_stale(&self) -> Result<(), ProjectionError> {
        let own = Self::fingerprint();
        let entries = fs::read_dir(&self.dir).map_err(|error| ProjectionError::io(&self.dir, error))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let fingerprint = name.strip_prefix(F::FILE).and_then(|rest| rest.strip_prefix('-'));
            let Some(fingerprint) = fingerprint.and_then(|rest| rest.strip_suffix(".lock")) else { continue };
            let is_one = fingerprint.len() == own.len() && fingerprint.bytes().all(|b| b.is_ascii_hexdigit());
            if fingerprint == own || !is_one {
                continue;
            }
            let path = entry.path();
            let lock = OpenOptions::new().write(true).open(&path).map_err(|error| ProjectionError::io(&path, error))?;
            if lock.try_lock().is_ok() {
                remove(&self.dir.join(format!("{}-{fingerprint}.db", F::FILE)))?;
                remove(&self.dir.join(format!("{}-{fingerprint}.building", F::FILE)))?;
                remove_one(&path)?;
                tracing::info!(file = F::FILE, fingerprint, "the file of another version is removed");
            }
        }
        Ok(())
    }
}

/// Removes a database with all that belongs to it.
pub(crate) fn remove(path: &Path) -> Result<(), ProjectionError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        remove_one(&with_suffix(path, suffix))?;
    }
    Ok(())
}

fn remove_one(path: &Path) -> Result<(), ProjectionError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ProjectionError::io(path, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Only the owner may read what may hold names.
fn private(path: &Path) -> Result<(), ProjectionError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))
            .map_err(|error| ProjectionError::io(path, error))?;
    }
    Ok(())
}

/// This start of the machine, where the system tells: files are written without fsync and do not outlive a power cut.
fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").map_or_else(|_| String::new(), |id| id.trim().to_owned())
}

/// Notes how far the file has come, in the transaction that writes the rows.
pub(crate) fn set_checkpoint(db: &Connection, at: AsOf) -> Result<(), ProjectionError> {
    db.prepare_cached("UPDATE checkpoint SET position = ?, recorded_at = ?")?
        .execute(params![column::signed(at.position), column::micros(at.time)])?;
    Ok(())
}

/// Notes up to which erasure the file was purged.
pub(crate) fn set_erase_epoch(db: &Connection, epoch: i64) -> Result<(), ProjectionError> {
    db.prepare_cached("UPDATE checkpoint SET erase_epoch = ?")?.execute([epoch])?;
    Ok(())
}

/// Up to which erasure the file was purged.
pub(crate) fn erase_epoch(db: &Connection) -> Result<i64, ProjectionError> {
    Ok(db.prepare_cached("SELECT erase_epoch FROM checkpoint")?.query_row([], |row| row.get(0))?)
}

/// Notes that the file is being written without fsync from now on.
pub(crate) fn opened(db: &Connection) -> Result<(), ProjectionError> {
    db.execute_batch("PRAGMA synchronous = FULL;")?;
    db.execute("UPDATE checkpoint SET boot = ?", [boot()])?;
    db.execute_batch("PRAGMA synchronous = OFF;")?;
    Ok(())
}

/// Brings everything to disk and notes that it is there.
pub(crate) fn closed(db: &Connection) -> Result<(), ProjectionError> {
    db.execute_batch("PRAGMA synchronous = FULL;")?;
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    db.execute("UPDATE checkpoint SET boot = ?", [CLOSED])?;
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}
