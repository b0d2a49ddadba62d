//! Credentials, sessions and API tokens in SQLite.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use super::SqliteStore;
use crate::clock::from_micros;
use crate::vault::error::VaultError;
use crate::vault::sessions::{Sessions, StoredSession};
use crate::vault::store::{ApiTokenRow, CredentialsRow};

const CREDENTIALS: &str = "SELECT staff_id, mac, version, root, wrapped FROM staff_credentials";
const SESSION: &str =
    "SELECT id, staff_id, acting, device, created, seen, second_factor, expires, revoked FROM sessions";
const API_TOKEN: &str = "SELECT id, staff_id, acting, root, wrapped, created, expires, revoked FROM api_tokens";

impl SqliteStore {
    pub(in crate::vault) async fn credentials_by_mac(&self, mac: String) -> Result<Option<CredentialsRow>, VaultError> {
        self.read(move |db| db.query_row(&format!("{CREDENTIALS} WHERE mac = ?1"), [mac], credentials).optional()).await
    }

    pub(in crate::vault) async fn credentials(&self, staff: Uuid) -> Result<Option<CredentialsRow>, VaultError> {
        let sql = format!("{CREDENTIALS} WHERE staff_id = ?1");
        self.read(move |db| db.query_row(&sql, [staff.to_string()], credentials).optional()).await
    }

    pub(in crate::vault) async fn has_credentials(&self) -> Result<bool, VaultError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM staff_credentials)";
        self.read(move |db| db.query_row(sql, [], |row| row.get(0))).await
    }

    pub(in crate::vault) async fn put_credentials(
        &self,
        expected: i64,
        row: CredentialsRow,
    ) -> Result<bool, VaultError> {
        let put = self.write(move |db| {
            let CredentialsRow { staff, mac, version, root, wrapped } = row;
            let staff = staff.to_string();
            let written = if expected == 0 {
                db.execute(
                    "INSERT INTO staff_credentials (staff_id, mac, version, root, wrapped) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO NOTHING",
                    params![staff, mac, version, root, wrapped],
                )?
            } else {
                db.execute(
                    "UPDATE staff_credentials SET version = ?3, root = ?4, wrapped = ?5
                     WHERE staff_id = ?1 AND mac = ?2 AND version = ?6",
                    params![staff, mac, version, root, wrapped, expected],
                )?
            };
            Ok(Ok(written == 1))
        });
        put.await?.map_err(|_| VaultError::Contended)
    }

    pub(in crate::vault) async fn put_session(&self, digest: String, it: StoredSession) -> Result<(), VaultError> {
        self.change(move |db| {
            let micros = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp_micros());
            db.execute(
                "INSERT INTO sessions (digest, id, staff_id, acting, device, created, seen, second_factor, expires, revoked)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    digest,
                    it.id.to_string(),
                    it.staff.to_string(),
                    it.acting,
                    it.device,
                    it.created.timestamp_micros(),
                    it.seen.timestamp_micros(),
                    micros(it.second_factor),
                    it.expires.timestamp_micros(),
                    micros(it.revoked),
                ],
            )?;
            Ok(())
        })
        .await
    }

    pub(in crate::vault) async fn session(&self, digest: String) -> Result<Option<StoredSession>, VaultError> {
        self.read(move |db| {
            db.prepare_cached(&format!("{SESSION} WHERE digest = ?1"))?.query_row([digest], session).optional()
        })
        .await
    }

    pub(in crate::vault) async fn sessions_of(&self, staff: Uuid) -> Result<Vec<StoredSession>, VaultError> {
        self.read(move |db| {
            let mut ask = db.prepare_cached(&format!("{SESSION} WHERE staff_id = ?1 ORDER BY created DESC, id"))?;
            ask.query_map([staff.to_string()], session)?.collect()
        })
        .await
    }

    pub(in crate::vault) async fn session_seen(&self, digest: String, at: i64) -> Result<(), VaultError> {
        self.change(move |db| {
            db.execute("UPDATE sessions SET seen = ?2 WHERE digest = ?1 AND seen < ?2", params![digest, at])?;
            Ok(())
        })
        .await
    }

    pub(in crate::vault) async fn revoke_sessions(
        &self,
        staff: Uuid,
        which: Sessions,
        at: i64,
    ) -> Result<i64, VaultError> {
        let (one, all_but) = which.ids();
        self.counted(move |db| {
            db.execute(
                "UPDATE sessions SET revoked = ?4 WHERE staff_id = ?1 AND revoked IS NULL
                     AND (?2 IS NULL OR id = ?2) AND (?3 IS NULL OR id <> ?3)",
                params![staff.to_string(), one, all_but, at],
            )
        })
        .await
    }

    pub(in crate::vault) async fn forget_sessions(&self, before: i64) -> Result<i64, VaultError> {
        self.counted(move |db| db.execute("DELETE FROM sessions WHERE expires < ?1", [before])).await
    }

    pub(in crate::vault) async fn put_api_token(&self, digest: String, row: ApiTokenRow) -> Result<(), VaultError> {
        self.change(move |db| {
            db.execute(
                "INSERT INTO api_tokens (digest, id, staff_id, acting, root, wrapped, created, expires, revoked)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    digest,
                    row.id.to_string(),
                    row.staff.to_string(),
                    row.acting,
                    row.root,
                    row.wrapped,
                    row.created.timestamp_micros(),
                    row.expires.timestamp_micros(),
                    row.revoked.map(|at| at.timestamp_micros()),
                ],
            )?;
            Ok(())
        })
        .await
    }

    pub(in crate::vault) async fn api_token(&self, digest: String) -> Result<Option<ApiTokenRow>, VaultError> {
        self.read(move |db| {
            db.prepare_cached(&format!("{API_TOKEN} WHERE digest = ?1"))?.query_row([digest], api_token).optional()
        })
        .await
    }

    pub(in crate::vault) async fn api_tokens_of(&self, staff: Uuid) -> Result<Vec<ApiTokenRow>, VaultError> {
        self.read(move |db| {
            let mut ask = db.prepare_cached(&format!("{API_TOKEN} WHERE staff_id = ?1 ORDER BY created DESC, id"))?;
            ask.query_map([staff.to_string()], api_token)?.collect()
        })
        .await
    }

    pub(in crate::vault) async fn revoke_api_tokens(
        &self,
        staff: Uuid,
        one: Option<Uuid>,
        at: i64,
    ) -> Result<i64, VaultError> {
        self.counted(move |db| {
            db.execute(
                "UPDATE api_tokens SET revoked = ?3 WHERE staff_id = ?1 AND revoked IS NULL AND (?2 IS NULL OR id = ?2)",
                params![staff.to_string(), one.map(|id| id.to_string()), at],
            )
        })
        .await
    }

    /// A change that tells how many rows it met.
    async fn counted(
        &self,
        change: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<usize> + Send + 'static,
    ) -> Result<i64, VaultError> {
        let met = self.write(move |db| Ok(Ok(change(db)?))).await?.map_err(|_| VaultError::Contended)?;
        Ok(i64::try_from(met).unwrap_or(i64::MAX))
    }
}

fn id(row: &Row<'_>, at: usize) -> rusqlite::Result<Uuid> {
    let text: String = row.get(at)?;
    let wrong = |error| rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(error));
    Uuid::parse_str(&text).map_err(wrong)
}

fn moment(row: &Row<'_>, at: usize) -> rusqlite::Result<DateTime<Utc>> {
    row.get(at).map(from_micros)
}

fn perhaps(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
    let micros: Option<i64> = row.get(at)?;
    Ok(micros.map(from_micros))
}

fn credentials(row: &Row<'_>) -> rusqlite::Result<CredentialsRow> {
    Ok(CredentialsRow {
        staff: id(row, 0)?,
        mac: row.get(1)?,
        version: row.get(2)?,
        root: row.get(3)?,
        wrapped: row.get(4)?,
    })
}

fn session(row: &Row<'_>) -> rusqlite::Result<StoredSession> {
    Ok(StoredSession {
        id: id(row, 0)?,
        staff: id(row, 1)?,
        acting: row.get(2)?,
        device: row.get(3)?,
        created: moment(row, 4)?,
        seen: moment(row, 5)?,
        second_factor: perhaps(row, 6)?,
        expires: moment(row, 7)?,
        revoked: perhaps(row, 8)?,
    })
}

fn api_token(row: &Row<'_>) -> rusqlite::Result<ApiTokenRow> {
    Ok(ApiTokenRow {
        id: id(row, 0)?,
        staff: id(row, 1)?,
        acting: row.get(2)?,
        root: row.get(3)?,
        wrapped: row.get(4)?,
        created: moment(row, 5)?,
        expires: moment(row, 6)?,
        revoked: perhaps(row, 7)?,
    })
}
