//! What would become of a file, without a log: every row is read and judged, nothing is recorded.

use std::path::Path;

use chrono::NaiveDate;

use super::ImportError;
use super::file::Book;
use super::gather::Gathered;
use super::judge::judge;
use super::progress::{Progress, Step, Watch};
use super::rejected::RejectedFile;
use super::summary::Summary;

/// Reads and judges a file as of `today`. `aside` is a directory for what does not fit into memory.
pub fn look(
    book: &Book,
    aside: &Path,
    today: NaiveDate,
    rejected_file: &mut RejectedFile,
    watch: Watch<'_>,
) -> Result<Summary, ImportError> {
    let gathered = Gathered::read(book, aside, |done| watch(Progress { step: Step::Reading, done, of: book.bytes }))?;
    let mut summary = Summary {
        file: book.describe().to_owned(),
        dry_run: true,
        rows: gathered.rows,
        unread_columns: gathered.unread.clone(),
        ..Summary::default()
    };
    let (mut households, _) = gathered.apart();
    while let Some(group) = households.next_group().map_err(ImportError::Aside)? {
        match judge(group, today) {
            Ok(entry) => {
                summary.warnings_of(&entry);
                summary.imported.add(entry.count());
            }
            Err(rejected) => {
                summary.reject(&rejected);
                rejected_file.write(&rejected).map_err(ImportError::Rejected)?;
            }
        }
        let done = summary.rows_done();
        if !watch(Progress { step: Step::Recording, done, of: summary.rows }) {
            summary.stopped = true;
            break;
        }
    }
    Ok(summary)
}
