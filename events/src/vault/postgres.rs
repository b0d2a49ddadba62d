//! The vault on a server, shared by all nodes of a log.
//!
//! Putting keys and erasing are one call each of a function in the database, in autocommit: no lock is held across a
//! round trip, so a node that hangs holds up nobody. Reads are single statements.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::{Connection, Row};
use uuid::Uuid;

use super::access::{Access, StoredAccess};
use super::erase::Erasure;
use super::error::VaultError;
use super::ring::RingOwner;
use super::store::{Meta, OsUserRow, RingRow, RingWrite, SecretRow, SeenRing, Swap, parse_id};
use crate::clock::from_micros;
use crate::sealed::Subject;

/// What `put_rings` and `erase` raise when a ring has another version.
const LOST: &str = "HV001";
const DEADLOCK: &str = "40P01";

pub(super) struct PostgresStore {
    pool: PgPool,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹postgres vault›")
    }
}

impl PostgresStore {
    pub(super) async fn connect(options: PgConnectOptions) -> Result<Self, VaultError> {
        // The functions rest on read committed and on commits that wait for the disk, whatever the server's defaults.
        let options = options.application_name("huean vault").options([
            ("default_transaction_isolation", r"read\ committed"),
            ("synchronous_commit", "on"),
            ("lock_timeout", "5s"),
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "5s"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(5))
            // A connection in use needs no ping; one that idled may have lost its server.
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > Duration::from_secs(1) {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self { pool })
    }

    pub(super) async fn meta(&self) -> Result<Meta, VaultError> {
        let row = sqlx::query("SELECT log_id, root, format FROM vault.meta").fetch_one(&self.pool).await;
        match row {
            Ok(row) => Meta::new(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?),
            // Undefined table or schema: somebody else's database, or one that was not set up.
            Err(error) if has_code(&error, &["42P01", "3F000"]) => Err(VaultError::Missing),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn rings(&self, owners: Vec<RingOwner>) -> Result<HashMap<RingOwner, RingRow>, VaultError> {
        let (types, ids) = split(owners);
        let rows = sqlx::query(
            "SELECT k.aggregate_type, k.aggregate_id, k.version, k.root, k.wrapped
             FROM unnest($1::text[], $2::text[]) AS w (t, i)
             JOIN vault.keyrings k ON k.aggregate_type = w.t AND k.aggregate_id = w.i",
        )
        .bind(types)
        .bind(ids)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let ring = RingRow { version: row.try_get(2)?, root: row.try_get(3)?, wrapped: row.try_get(4)? };
                Ok((owner(row)?, ring))
            })
            .collect()
    }

    pub(super) async fn put_rings(&self, writes: Vec<RingWrite>, root: String) -> Result<Swap, VaultError> {
        let (mut types, mut ids, mut versions, mut wrapped) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut rings, mut subjects) = (Vec::new(), Vec::new());
        for (ring, write) in (1_i32..).zip(writes) {
            types.push(write.owner.aggregate_type);
            ids.push(write.owner.aggregate_id);
            versions.push(write.expected);
            wrapped.push(write.wrapped);
            for subject in write.added {
                rings.push(ring);
                subjects.push(subject.to_string());
            }
        }
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

    pub(super) async fn owners_of(&self, subjects: Vec<Subject>) -> Result<Vec<RingOwner>, VaultError> {
        let rows = sqlx::query(
            "SELECT DISTINCT aggregate_type, aggregate_id FROM vault.subject_rings WHERE subject = ANY ($1)",
        )
        .bind(names(subjects))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(owner).collect()
    }

    pub(super) async fn erase(
        &self,
        subjects: Vec<Subject>,
        at: i64,
        seen: Vec<SeenRing>,
        root: String,
    ) -> Result<Swap, VaultError> {
        let (mut types, mut ids, mut versions, mut wrapped) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for ring in seen {
            types.push(ring.owner.aggregate_type);
            ids.push(ring.owner.aggregate_id);
            versions.push(ring.version);
            wrapped.push(ring.rewritten);
        }
        let done = sqlx::query("SELECT vault.erase($1, $2, $3, $4, $5, $6, $7)")
            .bind(names(subjects))
            .bind(at)
            .bind(types)
            .bind(ids)
            .bind(versions)
            .bind(wrapped)
            .bind(root)
            .execute(&self.pool)
            .await;
        match done {
            Ok(_) => Ok(Swap::Done),
            Err(error) if has_code(&error, &[LOST, DEADLOCK]) => Ok(Swap::Lost),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn erased_among(&self, subjects: Vec<Subject>) -> Result<Vec<Subject>, VaultError> {
        let found: Vec<String> = sqlx::query_scalar("SELECT subject FROM vault.erasures WHERE subject = ANY ($1)")
            .bind(names(subjects))
            .fetch_all(&self.pool)
            .await?;
        Ok(found.into_iter().map(Subject::from).collect())
    }

    pub(super) async fn erasures_after(&self, epoch: i64) -> Result<Vec<Erasure>, VaultError> {
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

    pub(super) async fn erase_epoch(&self) -> Result<i64, VaultError> {
        Ok(sqlx::query_scalar("SELECT erase_epoch FROM vault.meta").fetch_one(&self.pool).await?)
    }

    pub(super) async fn secrets(&self, name: String) -> Result<Vec<SecretRow>, VaultError> {
        let rows =
            sqlx::query("SELECT ordinal, id, root, wrapped FROM vault.secrets WHERE name = $1 ORDER BY ordinal DESC")
                .bind(name)
                .fetch_all(&self.pool)
                .await?;
        rows.iter()
            .map(|row| {
                let (ordinal, id) = (row.try_get(0)?, row.try_get(1)?);
                Ok(SecretRow { ordinal, id, root: row.try_get(2)?, wrapped: row.try_get(3)? })
            })
            .collect()
    }

    pub(super) async fn put_secret(&self, name: String, row: SecretRow) -> Result<(), VaultError> {
        sqlx::query("INSERT INTO vault.secrets VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name, ordinal) DO NOTHING")
            .bind(name)
            .bind(row.ordinal)
            .bind(row.id)
            .bind(row.root)
            .bind(row.wrapped)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub(super) async fn os_user(&self, mac: String) -> Result<Option<Uuid>, VaultError> {
        let ask = sqlx::query_scalar("SELECT staff_id FROM vault.os_users WHERE mac = $1").bind(mac);
        let found: Option<String> = ask.fetch_optional(&self.pool).await?;
        found.map(|id| parse_id("a staff id", &id)).transpose()
    }

    pub(super) async fn os_user_by_id(&self, id: Uuid) -> Result<Option<OsUserRow>, VaultError> {
        let ask = sqlx::query("SELECT mac, root, wrapped FROM vault.os_users WHERE staff_id = $1").bind(id.to_string());
        let Some(row) = ask.fetch_optional(&self.pool).await? else { return Ok(None) };
        Ok(Some(OsUserRow { mac: row.try_get(0)?, root: row.try_get(1)?, wrapped: row.try_get(2)? }))
    }

    pub(super) async fn put_os_user(&self, id: Uuid, row: OsUserRow) -> Result<(), VaultError> {
        sqlx::query(
            "INSERT INTO vault.os_users (mac, staff_id, root, wrapped) VALUES ($1, $2, $3, $4)
             ON CONFLICT (mac) DO NOTHING",
        )
        .bind(row.mac)
        .bind(id.to_string())
        .bind(row.root)
        .bind(row.wrapped)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(super) async fn record_access(
        &self,
        entries: Vec<(Access, Option<Vec<u8>>)>,
        root: String,
    ) -> Result<(), VaultError> {
        let (mut at, mut actors, mut roles) = (Vec::new(), Vec::new(), Vec::new());
        let (mut whats, mut requests, mut whys) = (Vec::new(), Vec::new(), Vec::new());
        for (entry, why) in entries {
            at.push(entry.at.timestamp_micros());
            actors.push(entry.actor);
            roles.push(entry.role);
            whats.push(entry.what);
            requests.push(entry.request);
            whys.push(why);
        }
        sqlx::query(
            "INSERT INTO vault.access_log (at, actor, role, what, request, why, root)
             SELECT e.at, e.actor, e.role, e.what, e.request, e.why, $7
             FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[]) WITH ORDINALITY
                 AS e (at, actor, role, what, request, why, n)
             ORDER BY e.n",
        )
        .bind(at)
        .bind(actors)
        .bind(roles)
        .bind(whats)
        .bind(requests)
        .bind(whys)
        .bind(root)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(super) async fn accesses(&self, after: i64, limit: i64) -> Result<Vec<StoredAccess>, VaultError> {
        let rows = sqlx::query(
            "SELECT number, at, actor, role, what, request, why, root FROM vault.access_log
             WHERE number > $1 ORDER BY number LIMIT $2",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(StoredAccess {
                    number: row.try_get(0)?,
                    at: row.try_get(1)?,
                    actor: row.try_get(2)?,
                    role: row.try_get(3)?,
                    what: row.try_get(4)?,
                    request: row.try_get(5)?,
                    why: row.try_get(6)?,
                    root: row.try_get(7)?,
                })
            })
            .collect()
    }
}

fn owner(row: &PgRow) -> Result<RingOwner, VaultError> {
    Ok(RingOwner { aggregate_type: row.try_get(0)?, aggregate_id: row.try_get(1)? })
}

fn split(owners: Vec<RingOwner>) -> (Vec<String>, Vec<String>) {
    owners.into_iter().map(|owner| (owner.aggregate_type, owner.aggregate_id)).unzip()
}

fn names(subjects: Vec<Subject>) -> Vec<String> {
    subjects.iter().map(ToString::to_string).collect()
}

fn has_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| codes.contains(&code.as_ref()))
}
