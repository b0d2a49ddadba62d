//! Rows of the first worksheet of a workbook, one after the other. No formula is worked out; a cell that holds one is a
//! fault, and so is a row that shares a cell with another.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{DataRef, Dimensions, Reader, Xlsx, XlsxError};

use super::{BytesRead, FileError, Row};

/// Cells further right than this are nobody's columns.
const WIDEST: usize = 300;

/// Hands every row to `row`, the heading first.
pub(super) fn each_row<E: From<FileError>>(
    path: &Path,
    bytes: u64,
    mut row: impl FnMut(Row, BytesRead) -> Result<(), E>,
) -> Result<(), E> {
    let damaged = |error: XlsxError| FileError::Workbook { what: error.to_string() };
    let file = File::open(path).map_err(|source| FileError::Unreadable { path: path.display().to_string(), source })?;
    let mut book = Xlsx::new(BufReader::new(file)).map_err(damaged)?;
    let sheet = book.sheet_names().first().cloned().ok_or(FileError::Empty)?;
    let merged = rows_of(&book.merge_cells_by_sheet_id(0).map_err(damaged)?);
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(damaged)?;
    let last = u64::from(cells.dimensions().end.0).max(1);
    let mut rows = Rows { merged, width: None, current: None };
    loop {
        let cell = cells.next_cell_with_formula_metadata().map_err(damaged)?;
        let Some(cell) = cell else { break };
        let (line, column) = (u64::from(cell.pos.0) + 1, cell.pos.1 as usize);
        let told = Told { text: told(&cell.value), is_day: is_day(&cell.value), is_formula: cell.formula.is_some() };
        if let Some(done) = rows.take(line, column, told) {
            // How far the file is read is not known of a worksheet: rows stand for bytes.
            row(done, bytes.saturating_mul(line.min(last)) / last)?;
        }
    }
    if let Some(done) = rows.finish() {
        row(done, bytes)?;
    }
    Ok(())
}

/// The rows that merged cells touch, as ranges in order that do not overlap.
fn rows_of(merged: &[Dimensions]) -> Vec<(u32, u32)> {
    let mut ranges: Vec<_> = merged.iter().filter(|it| it.start != it.end).map(|it| (it.start.0, it.end.0)).collect();
    ranges.sort_unstable();
    ranges.dedup_by(|next, before| {
        let overlap = next.0 <= before.1;
        if overlap {
            before.1 = before.1.max(next.1);
        }
        overlap
    });
    ranges
}

/// A cell as it would stand in a text file.
struct Told {
    text: String,
    is_day: bool,
    is_formula: bool,
}

/// Puts cells together to rows.
struct Rows {
    merged: Vec<(u32, u32)>,
    width: Option<usize>,
    current: Option<Row>,
}

impl Rows {
    /// Takes a cell; gives the row before it, if that has ended.
    fn take(&mut self, line: u64, column: usize, told: Told) -> Option<Row> {
        let done = if self.current.as_ref().is_some_and(|row| row.line != line) { self.finish() } else { None };
        let row = self.current.get_or_insert_with(|| Row { line, ..Row::default() });
        if column < WIDEST {
            if row.cells.len() <= column {
                row.cells.resize(column + 1, String::new());
            }
            if let Some(cell) = row.cells.get_mut(column) {
                *cell = told.text;
            }
            if told.is_day {
                row.days.push(column);
            }
            if told.is_formula {
                row.faults.push((Some(column), "formula"));
            }
        } else if !told.text.trim().is_empty() {
            row.faults.push((None, "wrong_number_of_cells"));
        }
        done
    }

    fn finish(&mut self) -> Option<Row> {
        let mut row = self.current.take()?;
        if row.is_blank() {
            return None;
        }
        row.judge_cells();
        // The heading may be merged with a title's cells above it, or within itself: names decide about it.
        if self.width.is_some() && self.is_merged(row.line) {
            row.faults.push((None, "merged_cells"));
        }
        let width = *self.width.get_or_insert(row.cells.len());
        if row.cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            row.faults.push((None, "wrong_number_of_cells"));
        }
        // Cells at a row's end that hold nothing are not written in a worksheet.
        row.cells.resize(width, String::new());
        Some(row)
    }

    fn is_merged(&self, line: u64) -> bool {
        let at = line.saturating_sub(1);
        let after = self.merged.partition_point(|(start, _)| u64::from(*start) <= at);
        let before = after.checked_sub(1).and_then(|it| self.merged.get(it));
        before.is_some_and(|(_, end)| u64::from(*end) >= at)
    }
}

fn is_day(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::DateTime(date) => date.is_datetime(),
        DataRef::DateTimeIso(_) => true,
        DataRef::Int(_)
        | DataRef::Float(_)
        | DataRef::String(_)
        | DataRef::SharedString(_)
        | DataRef::Bool(_)
        | DataRef::DurationIso(_)
        | DataRef::Error(_)
        | DataRef::Empty => false,
    }
}

/// What a cell says, as it would stand in a text file.
fn told(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_told(*number),
        DataRef::Bool(true) => "yes".to_owned(),
        DataRef::Bool(false) => "no".to_owned(),
        DataRef::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            if date.is_datetime() { format!("{year:04}-{month:02}-{day:02}") } else { number_told(date.as_f64()) }
        }
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or(text).to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// Up to fifteen digits a worksheet keeps a number as it was typed; beyond that the last ones are lost, and it is
/// written as what it is: rounded.
fn number_told(number: f64) -> String {
    if number.abs() < 1e15 {
        return number.to_string();
    }
    let text = format!("{number:e}");
    text.split_once('e').map_or(text.clone(), |(digits, power)| format!("{digits}E+{power}"))
}
