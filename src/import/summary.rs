//! What became of everything, counted.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::judge::{Entry, Rejected};
use super::reason::{Reason, Warning};

/// Households and the people in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Count {
    /// Households.
    pub households: u64,
    /// Rows, each of which is a person.
    pub rows: u64,
}

impl Count {
    /// One household more.
    pub fn add(&mut self, rows: u64) {
        self.households += 1;
        self.rows += rows;
    }
}

/// What is wrong with one row, without what stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowError {
    /// Its line, or its row in the worksheet. The heading is 1.
    pub line: u64,
    /// In which column; none: the row as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Stable code.
    pub code: String,
    /// In Thai.
    pub th: String,
    /// In English.
    pub en: String,
}

impl RowError {
    fn of(reason: &Reason) -> Self {
        Self {
            line: reason.line,
            column: reason.column.map(|column| column.name().to_owned()),
            code: reason.code.to_owned(),
            th: reason.th.clone().into_owned(),
            en: reason.en.clone().into_owned(),
        }
    }
}

/// What somebody should look at in one row that can go in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowWarning {
    /// Where.
    pub line: u64,
    /// Stable code.
    pub code: String,
}

/// What became of a file. Every row of it stands in exactly one of the five counts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportSummary)]
pub struct Summary {
    /// What the file is.
    pub file: String,
    /// Under which name its households are told apart from those of other files.
    pub source: String,
    /// The batch: the same file of the same source is the same batch.
    pub batch: Option<String>,
    /// Whether nothing was recorded, on purpose.
    pub dry_run: bool,
    /// Whether somebody stopped it before its end: running it again goes on.
    pub stopped: bool,
    /// All rows, without the heading.
    pub rows: u64,
    /// Those that went in; in a dry run those that would.
    pub imported: Count,
    /// Those that were taken out before, as entered in error, and are in again.
    pub again: Count,
    /// Those that were in already, just as they are.
    pub already_in: Count,
    /// Those that were in already with other content. Nothing was changed.
    pub differs: Count,
    /// Those that can't go in.
    pub rejected: Count,
    /// Rows of rejected households, by reason: a row may have several.
    pub reasons: BTreeMap<String, u64>,
    /// The first of these, row by row.
    #[serde(default)]
    pub row_errors: Vec<RowError>,
    /// What somebody should look at in the households that can go in, by kind.
    pub warnings: BTreeMap<String, u64>,
    /// The first of these, row by row.
    #[serde(default)]
    pub row_warnings: Vec<RowWarning>,
    /// People who may be the same as in another household, as noted now.
    pub same_person_noted: u64,
    /// Where each household that differs stands, by line, as far as there is room.
    pub differing_lines: Vec<u64>,
    /// Headings that nobody reads.
    pub unread_columns: Vec<String>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Rows a second.
    pub rows_per_second: f64,
}

/// So many lines of households that differ are told.
const LINES: usize = 1_000;
/// So many rows are told one by one; the file of rejected rows has all of them.
const ROWS: usize = 200;

impl Summary {
    /// Counts a household that can't go in.
    pub fn reject(&mut self, rejected: &Rejected) {
        let rows = rejected.rows.len() as u64;
        self.rejected.rows += rows;
        self.rejected.households += u64::from(!rejected.goes_on);
        for reason in &rejected.reasons {
            *self.reasons.entry(reason.code.to_owned()).or_default() += 1;
        }
        let room = ROWS.saturating_sub(self.row_errors.len());
        self.row_errors.extend(rejected.reasons.iter().take(room).map(RowError::of));
    }

    /// Counts what somebody should look at.
    pub fn warn(&mut self, warning: Warning, times: u64) {
        if times > 0 {
            *self.warnings.entry(warning.code().to_owned()).or_default() += times;
        }
    }

    /// Counts what somebody should look at in a household that can go in.
    pub fn warnings_of(&mut self, entry: &Entry) {
        for (line, warning) in &entry.warnings {
            self.warn(*warning, 1);
            if self.row_warnings.len() < ROWS {
                self.row_warnings.push(RowWarning { line: *line, code: warning.code().to_owned() });
            }
        }
    }

    /// Counts a household that is in with other content.
    pub fn differ(&mut self, entry: &Entry) {
        self.differs.add(entry.count());
        if self.differing_lines.len() < LINES {
            self.differing_lines.push(entry.line);
        }
    }

    /// Rows that have found their count.
    pub fn rows_done(&self) -> u64 {
        let counts = [self.imported, self.again, self.already_in, self.differs, self.rejected];
        counts.iter().map(|count| count.rows).sum()
    }

    /// Notes how long it took.
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub fn took(&mut self, time: Duration) {
        self.seconds = time.as_secs_f64();
        self.rows_per_second = self.rows_done() as f64 / self.seconds.max(0.001);
    }

    /// Whether everything in the file is in, and as it stands there.
    pub fn is_clean(&self) -> bool {
        self.rejected.rows == 0 && self.differs.rows == 0 && !self.stopped
    }
}
