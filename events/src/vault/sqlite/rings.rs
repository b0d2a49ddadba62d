//! Keys and erasures in SQLite.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

use rusqlite::{OptionalExtension, Transaction, params};

use super::SqliteStore;
use crate::clock::from_micros;
use crate::sealed::Subject;
use crate::vault::erase::Erasure;
use crate::vault::error::VaultError;
use crate::vault::ring::RingOwner;
use crate::vault::store::{RingRow, RingWrite, Swap};

impl SqliteStore {
    pub(in crate::vault) async fn rings(
        &self,
        owners: Vec<RingOwner>,
    ) -> Result<HashMap<RingOwner, RingRow>, VaultError> {
        self.read(move |db| read(db, owners)).await
    }

    pub(in crate::vault) async fn put_rings(&self, writes: Vec<RingWrite>, root: String) -> Result<Swap, VaultError> {
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

    pub(in crate::vault) async fn put_each(
        &self,
        writes: Vec<RingWrite>,
        root: String,
    ) -> Result<Vec<Swap>, VaultError> {
        let put = self.write(move |db| {
            let mut erased = db.prepare_cached("SELECT 1 FROM erasures WHERE subject = ?1")?;
            let mut index = db.prepare_cached("INSERT OR IGNORE INTO subject_rings VALUES (?1, ?2, ?3)")?;
            let mut swaps = Vec::with_capacity(writes.len());
            'writes: for RingWrite { owner, expected, wrapped, added } in &writes {
                for subject in added {
                    if erased.exists([subject.as_str()])? {
                        swaps.push(Swap::Erased(subject.clone()));
                        continue 'writes;
                    }
                }
                if !swap(db, owner, *expected, &root, wrapped)? {
                    swaps.push(Swap::Lost);
                    continue;
                }
                for subject in added {
                    index.execute(params![subject.as_str(), owner.aggregate_type, owner.aggregate_id])?;
                }
                swaps.push(Swap::Done);
            }
            Ok(Ok(swaps))
        });
        put.await?.map_err(|_| VaultError::Contended)
    }

    pub(in crate::vault) async fn erase(
        &self,
        subjects: Vec<Subject>,
        at: i64,
        root: String,
        rewrite: impl FnOnce(&HashMap<RingOwner, RingRow>) -> Result<Vec<RingWrite>, VaultError> + Send + 'static,
    ) -> Result<Vec<RingOwner>, VaultError> {
        let erased = self.write(move |db| {
            let owners = owners(db, &subjects)?;
            for write in rewrite(&read(db, owners.clone())?)? {
                if !swap(db, &write.owner, write.expected, &root, &write.wrapped)? {
                    return Ok(Err(Swap::Lost));
                }
            }
            // The files go with their keys; what was deleted is overwritten.
            let mut files = db.prepare_cached("DELETE FROM attachments WHERE subject = ?1")?;
            for subject in &subjects {
                files.execute([subject.as_str()])?;
            }
            let epoch: i64 = db.query_row("SELECT erase_epoch + 1 FROM vault_meta", [], |row| row.get(0))?;
            let mut list = db.prepare_cached("INSERT OR IGNORE INTO erasures VALUES (?1, ?2, ?3)")?;
            let mut listed = 0;
            for subject in &subjects {
                listed += list.execute(params![subject.as_str(), at, epoch])?;
            }
            if listed > 0 {
                db.execute("UPDATE vault_meta SET erase_epoch = ?1", [epoch])?;
            }
            Ok(Ok(owners))
        });
        // Under its lock no ring can change.
        let owners = erased.await?.map_err(|_| VaultError::Contended)?;
        self.forget_journal().await?;
        Ok(owners)
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

    pub(in crate::vault) async fn owners_of(&self, subjects: Vec<Subject>) -> Result<Vec<RingOwner>, VaultError> {
        self.read(move |db| owners(db, &subjects)).await
    }

    pub(in crate::vault) async fn erased_among(&self, subjects: Vec<Subject>) -> Result<Vec<Subject>, VaultError> {
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

    pub(in crate::vault) async fn erasures_after(&self, epoch: i64) -> Result<Vec<Erasure>, VaultError> {
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

    pub(in crate::vault) async fn erase_epoch(&self) -> Result<i64, VaultError> {
        self.read(|db| db.query_row("SELECT erase_epoch FROM vault_meta", [], |row| row.get(0))).await
    }
}

fn read(db: &Transaction<'_>, owners: Vec<RingOwner>) -> rusqlite::Result<HashMap<RingOwner, RingRow>> {
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
    let mut found = BTreeSet::new();
    for subject in subjects {
        for owner in ask.query_map([subject.as_str()], |row| {
            Ok(RingOwner { aggregate_type: row.get(0)?, aggregate_id: row.get(1)? })
        })? {
            found.insert(owner?);
        }
    }
    Ok(found.into_iter().collect())
}
