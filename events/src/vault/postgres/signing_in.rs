//! Credentials, sessions and API tokens in PostgreSQL.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::PostgresStore;
use crate::clock::from_micros;
use crate::vault::error::VaultError;
use crate::vault::sessions::{Sessions, StoredSession};
use crate::vault::store::{ApiTokenRow, CredentialsRow, parse_id};

const CREDENTIALS: &str = "SELECT staff_id, mac, version, root, wrapped FROM vault.staff_credentials";
const SESSION: &str =
    "SELECT id, staff_id, acting, device, created, seen, second_factor, expires, revoked FROM vault.sessions";
const API_TOKEN: &str = "SELECT id, staff_id, acting, root, wrapped, created, expires, revoked FROM vault.api_tokens";

impl PostgresStore {
    pub(in crate::vault) async fn credentials_by_mac(&self, mac: String) -> Result<Option<CredentialsRow>, VaultError> {
        self.first(&format!("{CREDENTIALS} WHERE mac = $1"), mac, credentials).await
    }

    pub(in crate::vault) async fn credentials(&self, staff: Uuid) -> Result<Option<CredentialsRow>, VaultError> {
        self.first(&format!("{CREDENTIALS} WHERE staff_id = $1"), staff.to_string(), credentials).await
    }

    pub(in crate::vault) async fn has_credentials(&self) -> Result<bool, VaultError> {
        let sql = "SELECT EXISTS (SELECT FROM vault.staff_credentials)";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.pool).await?)
    }

    pub(in crate::vault) async fn put_credentials(
        &self,
        expected: i64,
        row: CredentialsRow,
    ) -> Result<bool, VaultError> {
        let sql = if expected == 0 {
            "INSERT INTO vault.staff_credentials (staff_id, mac, version, root, wrapped) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING"
        } else {
            "UPDATE vault.staff_credentials SET version = $3, root = $4, wrapped = $5
             WHERE staff_id = $1 AND mac = $2 AND version = $6"
        };
        let CredentialsRow { staff, mac, version, root, wrapped } = row;
        let put = sqlx::query(sql).bind(staff.to_string()).bind(mac).bind(version).bind(root).bind(wrapped);
        let put = if expected == 0 { put } else { put.bind(expected) };
        Ok(put.execute(&self.pool).await?.rows_affected() == 1)
    }

    pub(in crate::vault) async fn put_session(&self, digest: String, it: StoredSession) -> Result<(), VaultError> {
        sqlx::query(
            "INSERT INTO vault.sessions
                 (digest, id, staff_id, acting, device, created, seen, second_factor, expires, revoked)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(digest)
        .bind(it.id.to_string())
        .bind(it.staff.to_string())
        .bind(it.acting)
        .bind(it.device)
        .bind(it.created.timestamp_micros())
        .bind(it.seen.timestamp_micros())
        .bind(it.second_factor.map(|at| at.timestamp_micros()))
        .bind(it.expires.timestamp_micros())
        .bind(it.revoked.map(|at| at.timestamp_micros()))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(in crate::vault) async fn session(&self, digest: String) -> Result<Option<StoredSession>, VaultError> {
        self.first(&format!("{SESSION} WHERE digest = $1"), digest, session).await
    }

    pub(in crate::vault) async fn sessions_of(&self, staff: Uuid) -> Result<Vec<StoredSession>, VaultError> {
        let sql = format!("{SESSION} WHERE staff_id = $1 ORDER BY created DESC, id");
        let rows = sqlx::query(&sql).bind(staff.to_string()).fetch_all(&self.pool).await?;
        rows.iter().map(session).collect()
    }

    pub(in crate::vault) async fn session_seen(&self, digest: String, at: i64) -> Result<(), VaultError> {
        let sql = "UPDATE vault.sessions SET seen = $2 WHERE digest = $1 AND seen < $2";
        sqlx::query(sql).bind(digest).bind(at).execute(&self.pool).await?;
        Ok(())
    }

    pub(in crate::vault) async fn revoke_sessions(
        &self,
        staff: Uuid,
        which: Sessions,
        at: i64,
    ) -> Result<i64, VaultError> {
        let (one, all_but) = which.ids();
        let ask = sqlx::query_scalar("SELECT vault.revoke_sessions($1, $2, $3, $4)");
        Ok(ask.bind(staff.to_string()).bind(one).bind(all_but).bind(at).fetch_one(&self.pool).await?)
    }

    pub(in crate::vault) async fn forget_sessions(&self, before: i64) -> Result<i64, VaultError> {
        Ok(sqlx::query_scalar("SELECT vault.forget_sessions($1)").bind(before).fetch_one(&self.pool).await?)
    }

    pub(in crate::vault) async fn put_api_token(&self, digest: String, row: ApiTokenRow) -> Result<(), VaultError> {
        sqlx::query(
            "INSERT INTO vault.api_tokens (digest, id, staff_id, acting, root, wrapped, created, expires, revoked)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(digest)
        .bind(row.id.to_string())
        .bind(row.staff.to_string())
        .bind(row.acting)
        .bind(row.root)
        .bind(row.wrapped)
        .bind(row.created.timestamp_micros())
        .bind(row.expires.timestamp_micros())
        .bind(row.revoked.map(|at| at.timestamp_micros()))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(in crate::vault) async fn api_token(&self, digest: String) -> Result<Option<ApiTokenRow>, VaultError> {
        self.first(&format!("{API_TOKEN} WHERE digest = $1"), digest, api_token).await
    }

    pub(in crate::vault) async fn api_tokens_of(&self, staff: Uuid) -> Result<Vec<ApiTokenRow>, VaultError> {
        let sql = format!("{API_TOKEN} WHERE staff_id = $1 ORDER BY created DESC, id");
        let rows = sqlx::query(&sql).bind(staff.to_string()).fetch_all(&self.pool).await?;
        rows.iter().map(api_token).collect()
    }

    pub(in crate::vault) async fn revoke_api_tokens(
        &self,
        staff: Uuid,
        one: Option<Uuid>,
        at: i64,
    ) -> Result<i64, VaultError> {
        let ask = sqlx::query_scalar("SELECT vault.revoke_api_tokens($1, $2, $3)");
        let one = one.map(|id| id.to_string());
        Ok(ask.bind(staff.to_string()).bind(one).bind(at).fetch_one(&self.pool).await?)
    }

    /// The row that a text finds, if there is one.
    async fn first<T>(
        &self,
        sql: &str,
        by: String,
        read: fn(&PgRow) -> Result<T, VaultError>,
    ) -> Result<Option<T>, VaultError> {
        sqlx::query(sql).bind(by).fetch_optional(&self.pool).await?.as_ref().map(read).transpose()
    }
}

fn id(what: &str, row: &PgRow, at: usize) -> Result<Uuid, VaultError> {
    parse_id(what, row.try_get(at)?)
}

fn moment(row: &PgRow, at: usize) -> Result<DateTime<Utc>, VaultError> {
    Ok(from_micros(row.try_get(at)?))
}

fn perhaps(row: &PgRow, at: usize) -> Result<Option<DateTime<Utc>>, VaultError> {
    let micros: Option<i64> = row.try_get(at)?;
    Ok(micros.map(from_micros))
}

fn credentials(row: &PgRow) -> Result<CredentialsRow, VaultError> {
    Ok(CredentialsRow {
        staff: id("a staff id", row, 0)?,
        mac: row.try_get(1)?,
        version: row.try_get(2)?,
        root: row.try_get(3)?,
        wrapped: row.try_get(4)?,
    })
}

fn session(row: &PgRow) -> Result<StoredSession, VaultError> {
    Ok(StoredSession {
        id: id("a session's id", row, 0)?,
        staff: id("a staff id", row, 1)?,
        acting: row.try_get(2)?,
        device: row.try_get(3)?,
        created: moment(row, 4)?,
        seen: moment(row, 5)?,
        second_factor: perhaps(row, 6)?,
        expires: moment(row, 7)?,
        revoked: perhaps(row, 8)?,
    })
}

fn api_token(row: &PgRow) -> Result<ApiTokenRow, VaultError> {
    Ok(ApiTokenRow {
        id: id("an API token's id", row, 0)?,
        staff: id("a staff id", row, 1)?,
        acting: row.try_get(2)?,
        root: row.try_get(3)?,
        wrapped: row.try_get(4)?,
        created: moment(row, 5)?,
        expires: moment(row, 6)?,
        revoked: perhaps(row, 7)?,
    })
}
