//! Files that no document names: what came in and was never told, because a process ended in between.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use events::log::StreamId;

use crate::desk::{Desk, DeskError};

/// A file is told of within moments; after so long nobody tells of it any more.
const PATIENCE: TimeDelta = TimeDelta::days(1);
/// A page of files.
const PAGE: u32 = 100;

/// Forgets every file that is old enough and that no fact names, also none that was taken back. Says how many went.
pub async fn sweep(desk: &Desk) -> Result<i64, DeskError> {
    let (before, vault) = (desk.now() - PATIENCE, desk.vault());
    let mut behind = String::new();
    let mut gone = 0;
    loop {
        let page = vault.attachments(before, &behind, PAGE).await?;
        let Some(last) = page.last() else { return Ok(gone) };
        behind.clone_from(&last.name);
        let mut unnamed = Vec::new();
        for file in page {
            let stream = StreamId::new(&file.owner.aggregate_type, &file.owner.aggregate_id);
            let told = desk.log().stream(&stream, 0).await?;
            let documents: BTreeSet<_> = told
                .iter()
                .filter_map(|it| it.payload["document"].as_str())
                .map(|id| format!("document:{id}"))
                .collect();
            if !documents.contains(file.subject.as_str()) {
                unnamed.push(file.name);
            }
        }
        gone += vault.forget_attachments(&unnamed, before).await?;
    }
}
