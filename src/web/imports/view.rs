//! An import as it is shown: to who handed it in, and to who oversees their areas.

use axum::body::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use events::area::AreaCode;
use events::facts::household::StateList;
use events::id::StaffId;
use futures::Stream;
use serde::Serialize;
use tokio::io::AsyncReadExt;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Caller;
use crate::import::kept::{Asked, Counted, Fault, Shown, State};
use crate::import::progress::Step;
use crate::import::undo::Undone;

/// A file is sent in pieces of so many bytes.
const PIECE: usize = 1 << 16;

/// An import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportView {
    /// Its id.
    pub id: Uuid,
    /// How far it has come.
    pub state: State,
    /// `households` or `list`.
    pub kind: &'static str,
    /// Whose numbering the references are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Which list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<StateList>,
    /// Its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_date: Option<NaiveDate>,
    /// The area that it covers whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaCode>,
    /// Who handed it in.
    pub handed_in_by: StaffId,
    /// Whether that is you: only then the file is yours to record and to fetch.
    pub is_yours: bool,
    /// When.
    pub handed_in_at: DateTime<Utc>,
    /// How large it is.
    pub bytes: u64,
    /// What kind of file.
    pub file: String,
    /// Whether the file itself is still kept.
    pub has_file: bool,
    /// Whether rejected rows are there to be fetched.
    pub has_rejected: bool,
    /// Until when both are kept at the longest.
    pub kept_until: DateTime<Utc>,
    /// The batch that its households name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<Uuid>,
    /// How far the work is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<ImportProgress>,
    /// What would become of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged: Option<Counted>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Counted>,
    /// What was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone: Option<Undone>,
    /// Why it came to an early end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// How far the work is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportProgress {
    /// What is being done.
    pub step: Step,
    /// How much of it is done: bytes of the file, rows, or people.
    pub done: u64,
    /// Of how much.
    pub of: u64,
    /// About so many seconds are left of this step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u64>,
}

/// Imports, the last one first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Imports)]
pub struct ImportsView {
    /// Each.
    pub items: Vec<ImportView>,
    /// There is one page.
    pub next: Option<String>,
    /// How many there are.
    pub total: u64,
}

impl ImportView {
    /// An import as the caller sees it.
    pub fn of(shown: Shown, caller: &Caller) -> Self {
        let Shown { record, progress } = shown;
        let (is_yours, kept_until) = (record.is_of(caller), record.kept_until());
        let (kind, source, of_list) = match record.asked {
            Asked::Households { source } => ("households", Some(source), None),
            Asked::List { list, list_date, area } => ("list", None, Some((list, list_date, area))),
        };
        let progress =
            progress.map(|(it, seconds_left)| ImportProgress { step: it.step, done: it.done, of: it.of, seconds_left });
        Self {
            id: record.id,
            state: record.state,
            kind,
            source,
            list: of_list.map(|(list, ..)| list),
            list_date: of_list.map(|(_, date, _)| date),
            area: of_list.and_then(|(.., area)| area),
            handed_in_by: record.staff,
            is_yours,
            handed_in_at: record.handed_in_at,
            bytes: record.bytes,
            file: record.file,
            has_file: record.has_file,
            has_rejected: record.has_rejected,
            kept_until,
            batch: record.batch,
            progress,
            judged: record.judged,
            recorded: record.recorded,
            undone: record.undone,
            fault: record.fault,
        }
    }
}

/// A file piece by piece, so that one of any size takes the same memory.
pub(super) fn pieces(file: tokio::fs::File) -> impl Stream<Item = std::io::Result<Bytes>> {
    futures::stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(piece), file)))
    })
}
