//! Secrets, operating-system users and the access log in PostgreSQL.

use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::PostgresStore;
use crate::vault::access::{Access, StoredAccess};
use crate::vault::error::VaultError;
use crate::vault::store::{OsUserRow, SecretRow, parse_id};

impl PostgresStore {
    pub(in crate::vault) async fn secrets(&self, name: String) -> Result<Vec<SecretRow>, VaultError> {
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

    pub(in crate::vault) async fn put_secret(&self, name: String, row: SecretRow) -> Result<(), VaultError> {
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

    pub(in crate::vault) async fn os_user(&self, mac: String) -> Result<Option<Uuid>, VaultError> {
        let ask = sqlx::query_scalar("SELECT staff_id FROM vault.os_users WHERE mac = $1").bind(mac);
        let found: Option<String> = ask.fetch_optional(&self.pool).await?;
        found.map(|id| parse_id("a staff id", &id)).transpose()
    }

    pub(in crate::vault) async fn os_user_by_id(&self, id: Uuid) -> Result<Option<OsUserRow>, VaultError> {
        let ask = sqlx::query("SELECT mac, root, wrapped FROM vault.os_users WHERE staff_id = $1").bind(id.to_string());
        let Some(row) = ask.fetch_optional(&self.pool).await? else { return Ok(None) };
        Ok(Some(OsUserRow { mac: row.try_get(0)?, root: row.try_get(1)?, wrapped: row.try_get(2)? }))
    }

    pub(in crate::vault) async fn put_os_user(&self, id: Uuid, row: OsUserRow) -> Result<(), VaultError> {
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

    pub(in crate::vault) async fn record_access(
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

    pub(in crate::vault) async fn accesses(&self, after: i64, limit: i64) -> Result<Vec<StoredAccess>, VaultError> {
        let rows = sqlx::query(
            "SELECT number, at, actor, role, what, request, why, root FROM vault.access_log
             WHERE number > $1 ORDER BY number LIMIT $2",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(stored_access).collect()
    }

    pub(in crate::vault) async fn accesses_to(
        &self,
        what: Vec<String>,
        before: i64,
        limit: i64,
    ) -> Result<(Vec<StoredAccess>, i64), VaultError> {
        let rows = sqlx::query(
            "SELECT number, at, actor, role, what, request, why, root FROM vault.access_log
             WHERE what = ANY($1) AND number < $2 ORDER BY number DESC LIMIT $3",
        )
        .bind(&what)
        .bind(before)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let total = sqlx::query_scalar("SELECT count(*) FROM vault.access_log WHERE what = ANY($1)")
            .bind(&what)
            .fetch_one(&self.pool)
            .await?;
        Ok((rows.iter().map(stored_access).collect::<Result<_, _>>()?, total))
    }
}

fn stored_access(row: &PgRow) -> Result<StoredAccess, VaultError> {
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
}
