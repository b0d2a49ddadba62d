//! An import of households from beginning to end.

use std::path::Path;

use chrono::NaiveDate;
use events::vault::Vault;
use projections::{Reach, ReadModel};
use uuid::Uuid;

use super::ImportError;
use super::alike;
use super::file::Book;
use super::gather::{Gathered, Households};
use super::identity::Identity;
use super::progress::{Progress, Step, Watch};
use super::rejected::RejectedFile;
use super::summary::Summary;
use super::write::Recording;
use crate::access::Caller;
use crate::desk::Desk;

/// What somebody wants of an import.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Who.
    pub caller: Caller,
    /// Whose numbering the references are.
    pub source: String,
    /// Only look.
    pub dry_run: bool,
    /// Whether a province without any policy gets the first ones.
    pub first_policies: bool,
    /// A random id, from which the ids of this run's commands follow.
    pub run: Uuid,
}

/// An import whose file is read, and whose people are compared.
#[derive(Debug)]
pub struct Ready {
    recording: Recording,
    households: Households,
    alike: alike::Alike,
    today: NaiveDate,
    /// What is known so far.
    pub summary: Summary,
}

/// Reads the file and compares its people with those who are there. Nothing is recorded yet. `aside` is a directory for
/// what does not fit into memory; the read model holds everything up to now, and is not needed afterwards.
pub async fn prepare(
    (desk, vault): (&Desk, &Vault),
    wish: Wish,
    book: &Book,
    register: Option<(&ReadModel, Reach)>,
    aside: &Path,
    watch: Watch<'_>,
) -> Result<Ready, ImportError> {
    let identity = Identity::of(vault, &wish.source).await?;
    let gathered = Gathered::read(book, aside, |done| watch(Progress { step: Step::Reading, done, of: book.bytes }))?;
    let batch = identity.batch(&book.digest);
    let mut summary = Summary {
        file: book.describe().to_owned(),
        source: wish.source,
        batch: Some(batch.to_string()),
        dry_run: wish.dry_run,
        rows: gathered.rows,
        unread_columns: gathered.unread.clone(),
        ..Summary::default()
    };
    let (households, ids) = gathered.apart();
    let alike = alike::compare(ids, &identity, register, aside, &mut summary, watch).await?;
    let recording = Recording {
        desk: desk.clone(),
        caller: wish.caller,
        identity,
        batch,
        run: wish.run,
        dry_run: wish.dry_run,
        first_policies: wish.first_policies,
    };
    Ok(Ready { recording, households, alike, today: desk.today(), summary })
}

impl Ready {
    /// Records it. The summary says what became of everything, also where it came to an early end.
    pub async fn record(
        self,
        rejected_file: &mut RejectedFile,
        watch: Watch<'_>,
    ) -> (Summary, Result<(), ImportError>) {
        let Self { recording, households, alike, today, mut summary } = self;
        let mut ended = recording.record(households, today, &mut summary, rejected_file, watch).await;
        if ended.is_ok() && !summary.stopped && !summary.dry_run {
            ended = recording.note(alike, &mut summary, watch).await;
        }
        (summary, ended)
    }
}
