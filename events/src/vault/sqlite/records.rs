//! Secrets, operating-system users and the access log in SQLite.

use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use super::SqliteStore;
use crate::vault::access::{Access, StoredAccess};
use crate::vault::error::VaultError;
use crate::vault::store::{OsUserRow, SecretRow, parse_id};

impl SqliteStore {
    pub(in crate::vault) async fn secrets(&self, name: String) -> Result<Vec<SecretRow>, VaultError> {
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

    pub(in crate::vault) async fn put_secret(&self, name: String, row: SecretRow) -> Result<(), VaultError> {
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

    pub(in crate::vault) async fn os_user(&self, mac: String) -> Result<Option<Uuid>, VaultError> {
        let found: Option<String> = self
            .read(move |db| {
                db.query_row("SELECT staff_id FROM os_users WHERE mac = ?1", [mac], |row| row.get(0)).optional()
            })
            .await?;
        found.map(|id| parse_id("a staff id", &id)).transpose()
    }

    pub(in crate::vault) async fn os_user_by_id(&self, id: Uuid) -> Result<Option<OsUserRow>, VaultError> {
        self.read(move |db| {
            db.query_row("SELECT mac, root, wrapped FROM os_users WHERE staff_id = ?1", [id.to_string()], |row| {
                Ok(OsUserRow { mac: row.get(0)?, root: row.get(1)?, wrapped: row.get(2)? })
            })
            .optional()
        })
        .await
    }

    pub(in crate::vault) async fn put_os_user(&self, id: Uuid, row: OsUserRow) -> Result<(), VaultError> {
        self.change(move |db| {
            db.execute(
                "INSERT INTO os_users (mac, staff_id, root, wrapped) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (mac) DO NOTHING",
                params![row.mac, id.to_string(), row.root, row.wrapped],
            )?;
            Ok(())
        })
        .await
    }

    pub(in crate::vault) async fn record_access(
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

    pub(in crate::vault) async fn accesses(&self, after: i64, limit: i64) -> Result<Vec<StoredAccess>, VaultError> {
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

    pub(in crate::vault) async fn accesses_to(
        &self,
        what: Vec<String>,
        before: i64,
        limit: i64,
    ) -> Result<(Vec<StoredAccess>, i64), VaultError> {
        let what = serde_json::Value::from(what).to_string();
        self.read(move |db| {
            let mut ask = db.prepare_cached(
                "SELECT number, at, actor, role, what, request, why, root FROM access_log
                 WHERE what IN (SELECT value FROM json_each(?1)) AND number < ?2 ORDER BY number DESC LIMIT ?3",
            )?;
            let rows = ask.query_map(params![what, before, limit], stored_access)?.collect::<Result<_, _>>()?;
            let mut count =
                db.prepare_cached("SELECT count(*) FROM access_log WHERE what IN (SELECT value FROM json_each(?1))")?;
            Ok((rows, count.query_row([what], |row| row.get(0))?))
        })
        .await
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
