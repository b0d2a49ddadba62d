//! Files in PostgreSQL.

use sqlx::Row;

use super::PostgresStore;
use crate::sealed::Subject;
use crate::vault::error::VaultError;
use crate::vault::ring::RingOwner;
use crate::vault::store::{AttachmentRow, Swap};

impl PostgresStore {
    pub(in crate::vault) async fn put_attachment(
        &self,
        row: AttachmentRow,
        sealed: Vec<u8>,
    ) -> Result<Swap, VaultError> {
        let AttachmentRow { name, owner, subject, stored } = row;
        let erased: Option<String> = sqlx::query_scalar("SELECT vault.put_attachment($1, $2, $3, $4, $5, $6)")
            .bind(name)
            .bind(subject.to_string())
            .bind(owner.aggregate_type)
            .bind(owner.aggregate_id)
            .bind(stored)
            .bind(sealed)
            .fetch_one(&self.pool)
            .await?;
        Ok(erased.map_or(Swap::Done, |subject| Swap::Erased(subject.into())))
    }

    pub(in crate::vault) async fn attachment(
        &self,
        owner: RingOwner,
        subject: Subject,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        let ask = "SELECT sealed FROM vault.attachments
                   WHERE subject = $1 AND aggregate_type = $2 AND aggregate_id = $3";
        Ok(sqlx::query_scalar(ask)
            .bind(subject.to_string())
            .bind(owner.aggregate_type)
            .bind(owner.aggregate_id)
            .fetch_optional(&self.pool)
            .await?)
    }

    pub(in crate::vault) async fn attached_among(&self, subjects: Vec<Subject>) -> Result<Vec<Subject>, VaultError> {
        let names: Vec<String> = subjects.iter().map(ToString::to_string).collect();
        let found: Vec<String> = sqlx::query_scalar("SELECT subject FROM vault.attachments WHERE subject = ANY ($1)")
            .bind(names)
            .fetch_all(&self.pool)
            .await?;
        Ok(found.into_iter().map(Subject::from).collect())
    }

    pub(in crate::vault) async fn attachments(
        &self,
        before: i64,
        behind: String,
        limit: i64,
    ) -> Result<Vec<AttachmentRow>, VaultError> {
        let ask = "SELECT name, aggregate_type, aggregate_id, subject, stored FROM vault.attachments
                   WHERE stored < $1 AND name > $2 ORDER BY name LIMIT $3";
        let rows = sqlx::query(ask).bind(before).bind(behind).bind(limit).fetch_all(&self.pool).await?;
        let told = |row: &sqlx::postgres::PgRow| {
            let owner = RingOwner { aggregate_type: row.try_get(1)?, aggregate_id: row.try_get(2)? };
            let subject: String = row.try_get(3)?;
            Ok(AttachmentRow { name: row.try_get(0)?, owner, subject: subject.into(), stored: row.try_get(4)? })
        };
        rows.iter().map(told).collect()
    }

    pub(in crate::vault) async fn forget_attachments(
        &self,
        names: Vec<String>,
        before: i64,
    ) -> Result<i64, VaultError> {
        let forget = sqlx::query_scalar("SELECT vault.forget_attachments($1, $2)").bind(names).bind(before);
        Ok(forget.fetch_one(&self.pool).await?)
    }
}
