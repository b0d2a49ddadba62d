//! Files in SQLite.

use rusqlite::{OptionalExtension, params};

use super::SqliteStore;
use crate::sealed::Subject;
use crate::vault::error::VaultError;
use crate::vault::ring::RingOwner;
use crate::vault::store::{AttachmentRow, Swap};

impl SqliteStore {
    pub(in crate::vault) async fn put_attachment(
        &self,
        row: AttachmentRow,
        sealed: Vec<u8>,
    ) -> Result<Swap, VaultError> {
        let put = self.write(move |db| {
            let AttachmentRow { name, owner, subject, stored } = row;
            if db.prepare_cached("SELECT 1 FROM erasures WHERE subject = ?1")?.exists([subject.as_str()])? {
                return Ok(Err(Swap::Erased(subject)));
            }
            db.execute(
                "INSERT INTO attachments VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
                params![name, subject.as_str(), owner.aggregate_type, owner.aggregate_id, stored, sealed],
            )?;
            Ok(Ok(()))
        });
        Ok(put.await?.err().unwrap_or(Swap::Done))
    }

    pub(in crate::vault) async fn attachment(
        &self,
        owner: RingOwner,
        subject: Subject,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        self.read(move |db| {
            db.query_row(
                "SELECT sealed FROM attachments WHERE subject = ?1 AND aggregate_type = ?2 AND aggregate_id = ?3",
                params![subject.as_str(), owner.aggregate_type, owner.aggregate_id],
                |row| row.get(0),
            )
            .optional()
        })
        .await
    }

    pub(in crate::vault) async fn attached_among(&self, subjects: Vec<Subject>) -> Result<Vec<Subject>, VaultError> {
        self.read(move |db| {
            let mut ask = db.prepare_cached("SELECT 1 FROM attachments WHERE subject = ?1")?;
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

    pub(in crate::vault) async fn attachments(
        &self,
        before: i64,
        behind: String,
        limit: i64,
    ) -> Result<Vec<AttachmentRow>, VaultError> {
        self.read(move |db| {
            let mut ask = db.prepare_cached(
                "SELECT name, aggregate_type, aggregate_id, subject, stored FROM attachments
                 WHERE stored < ?1 AND name > ?2 ORDER BY name LIMIT ?3",
            )?;
            let rows = ask.query_map(params![before, behind, limit], |row| {
                let owner = RingOwner { aggregate_type: row.get(1)?, aggregate_id: row.get(2)? };
                let subject: String = row.get(3)?;
                Ok(AttachmentRow { name: row.get(0)?, owner, subject: subject.into(), stored: row.get(4)? })
            })?;
            rows.collect()
        })
        .await
    }

    pub(in crate::vault) async fn forget_attachments(
        &self,
        names: Vec<String>,
        before: i64,
    ) -> Result<i64, VaultError> {
        let gone = self.write(move |db| {
            let mut forget = db.prepare_cached("DELETE FROM attachments WHERE name = ?1 AND stored < ?2")?;
            let mut gone = 0;
            for name in names {
                gone += i64::from(forget.execute(params![name, before])? == 1);
            }
            Ok(Ok(gone))
        });
        gone.await?.map_err(|_| VaultError::Contended)
    }
}
