//! Keys and erasures in PostgreSQL.

use std::collections::HashMap;

use sqlx::Row;
use sqlx::postgres::{PgExecutor, PgRow};

use super::{DEADLOCK, LOST, PostgresStore, has_code};
use crate::clock::from_micros;
use crate::sealed::Subject;
use crate::vault::erase::Erasure;
use crate::vault::error::VaultError;
use crate::vault::ring::RingOwner;
use crate::vault::store::{RingRow, RingWrite, Swap};

impl PostgresStore {
    pub(in crate::vault) async fn rings(
        &self,
        owners: Vec<RingOwner>,
    ) -> Result<HashMap<RingOwner, RingRow>, VaultError> {
        read(&self.pool, owners).await
    }

    pub(in crate::vault) async fn put_rings(&self, writes: Vec<RingWrite>, root: String) -> Result<Swap, VaultError> {
        let Arrays { types, ids, versions, wrapped, rings, subjects } = Arrays::of(writes);
        let answer = sqlx::query_scalar::<_, Option<String>>("SELECT vault.put_rings($1, $2, $3, $4, $5, $6, $7)")
            .bind(types)
            .bind(ids)
            .bind(versions)
            .bind(wrapped)
            .bind(root)
            .bind(rings)
            .bind(subjects)
            .fetch_one(&self.pool)
            .await;
        match answer {
            Ok(None) => Ok(Swap::Done),
            Ok(Some(subject)) => Ok(Swap::Erased(Subject::from(subject))),
            Err(error) if has_code(&error, &[LOST, DEADLOCK]) => Ok(Swap::Lost),
            Err(error) => Err(error.into()),
        }
    }

    pub(in crate::vault) async fn put_each(
        &self,
        writes: Vec<RingWrite>,
        root: String,
    ) -> Result<Vec<Swap>, VaultError> {
        let mut swaps: Vec<Swap> = writes.iter().map(|_| Swap::Lost).collect();
        let Arrays { types, ids, versions, wrapped, rings, subjects } = Arrays::of(writes);
        let answer = sqlx::query("SELECT done, barred, barred_by FROM vault.put_each($1, $2, $3, $4, $5, $6, $7)")
            .bind(types)
            .bind(ids)
            .bind(versions)
            .bind(wrapped)
            .bind(root)
            .bind(rings)
            .bind(subjects)
            .fetch_one(&self.pool)
            .await;
        let row = match answer {
            Ok(row) => row,
            Err(error) if has_code(&error, &[DEADLOCK]) => return Ok(swaps),
            Err(error) => return Err(error.into()),
        };
        let (done, barred, by): (Vec<i32>, Vec<i32>, Vec<String>) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let barred = barred.into_iter().zip(by).map(|(ring, subject)| (ring, Swap::Erased(Subject::from(subject))));
        for (ring, swap) in done.into_iter().map(|ring| (ring, Swap::Done)).chain(barred) {
            if let Some(place) = usize::try_from(ring - 1).ok().and_then(|index| swaps.get_mut(index)) {
                *place = swap;
            }
        }
        Ok(swaps)
    }

    pub(in crate::vault) async fn erase(
        &self,
        subjects: Vec<Subject>,
        at: i64,
        root: String,
        rewrite: impl FnOnce(&HashMap<RingOwner, RingRow>) -> Result<Vec<RingWrite>, VaultError>,
    ) -> Result<Vec<RingOwner>, VaultError> {
        let mut transaction = self.pool.begin().await?;
        // Before looking for rings: whoever puts a key now waits, so none can appear where we have looked. The server
        // ends the transaction of a node that hangs here.
        sqlx::query("SELECT pg_advisory_xact_lock(7166756, 1)").execute(&mut *transaction).await?;
        let owners = owners(&mut *transaction, &subjects).await?;
        let (mut types, mut ids, mut versions, mut wrapped) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for write in rewrite(&read(&mut *transaction, owners.clone()).await?)? {
            types.push(write.owner.aggregate_type);
            ids.push(write.owner.aggregate_id);
            versions.push(write.expected);
            wrapped.push(write.wrapped);
        }
        sqlx::query("SELECT vault.erase($1, $2, $3, $4, $5, $6, $7)")
            .bind(names(&subjects))
            .bind(at)
            .bind(types)
            .bind(ids)
            .bind(versions)
            .bind(wrapped)
            .bind(root)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(owners)
    }

    pub(in crate::vault) async fn owners_of(&self, subjects: Vec<Subject>) -> Result<Vec<RingOwner>, VaultError> {
        owners(&self.pool, &subjects).await
    }

    pub(in crate::vault) async fn erased_among(&self, subjects: Vec<Subject>) -> Result<Vec<Subject>, VaultError> {
        let found: Vec<String> = sqlx::query_scalar("SELECT subject FROM vault.erasures WHERE subject = ANY ($1)")
            .bind(names(&subjects))
            .fetch_all(&self.pool)
            .await?;
        Ok(found.into_iter().map(Subject::from).collect())
    }

    pub(in crate::vault) async fn erasures_after(&self, epoch: i64) -> Result<Vec<Erasure>, VaultError> {
        let rows = sqlx::query(
            "SELECT subject, erased_at, epoch FROM vault.erasures WHERE epoch > $1 ORDER BY epoch, subject",
        )
        .bind(epoch)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let subject: String = row.try_get(0)?;
                Ok(Erasure { subject: subject.into(), at: from_micros(row.try_get(1)?), epoch: row.try_get(2)? })
            })
            .collect()
    }

    pub(in crate::vault) async fn erase_epoch(&self) -> Result<i64, VaultError> {
        Ok(sqlx::query_scalar("SELECT erase_epoch FROM vault.meta").fetch_one(&self.pool).await?)
    }
}

/// Rings as the functions take them. The subjects name their ring by its index from 1.
#[derive(Default)]
struct Arrays {
    types: Vec<String>,
    ids: Vec<String>,
    versions: Vec<i64>,
    wrapped: Vec<Vec<u8>>,
    rings: Vec<i32>,
    subjects: Vec<String>,
}

impl Arrays {
    fn of(writes: Vec<RingWrite>) -> Self {
        let mut arrays = Self::default();
        for (ring, write) in (1_i32..).zip(writes) {
            arrays.types.push(write.owner.aggregate_type);
            arrays.ids.push(write.owner.aggregate_id);
            arrays.versions.push(write.expected);
            arrays.wrapped.push(write.wrapped);
            for subject in write.added {
                arrays.rings.push(ring);
                arrays.subjects.push(subject.to_string());
            }
        }
        arrays
    }
}

async fn read(db: impl PgExecutor<'_>, owners: Vec<RingOwner>) -> Result<HashMap<RingOwner, RingRow>, VaultError> {
    let (types, ids): (Vec<_>, Vec<_>) =
        owners.into_iter().map(|owner| (owner.aggregate_type, owner.aggregate_id)).unzip();
    let rows = sqlx::query(
        "SELECT k.aggregate_type, k.aggregate_id, k.version, k.root, k.wrapped
         FROM unnest($1::text[], $2::text[]) AS w (t, i),
              LATERAL (SELECT * FROM vault.keyrings WHERE aggregate_type = w.t AND aggregate_id = w.i LIMIT 1) k",
    )
    .bind(types)
    .bind(ids)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let ring = RingRow { version: row.try_get(2)?, root: row.try_get(3)?, wrapped: row.try_get(4)? };
            Ok((owner(row)?, ring))
        })
        .collect()
}

async fn owners(db: impl PgExecutor<'_>, subjects: &[Subject]) -> Result<Vec<RingOwner>, VaultError> {
    let rows = sqlx::query(
        "SELECT DISTINCT aggregate_type, aggregate_id FROM vault.subject_rings
         WHERE subject = ANY ($1) ORDER BY aggregate_type, aggregate_id",
    )
    .bind(names(subjects))
    .fetch_all(db)
    .await?;
    rows.iter().map(owner).collect()
}

fn owner(row: &PgRow) -> Result<RingOwner, VaultError> {
    Ok(RingOwner { aggregate_type: row.try_get(0)?, aggregate_id: row.try_get(1)? })
}

fn names(subjects: &[Subject]) -> Vec<String> {
    subjects.iter().map(ToString::to_string).collect()
}
