//! Rows of a CSV file, with bounds: a quotation mark that is never closed must not take the rest of the file into memory.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};

use super::encoding::Encoding;
use super::{BytesRead, FileError, Row};

/// The longest record that is read, in bytes.
pub(super) const LONGEST_RECORD: u64 = 4 << 20;

/// A file of which only so much may be read until the allowance is renewed.
struct Rationed {
    file: File,
    left: Rc<Cell<u64>>,
    ends: Rc<Cell<Ends>>,
}

/// How lines end in a file, as its first line tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Ends {
    /// No line's end was read yet; the last byte was a return.
    #[default]
    Unknown,
    Returned,
    /// A line feed alone.
    Feed,
    /// A return and a line feed, as Windows writes them.
    ReturnAndFeed,
}

impl Ends {
    fn past(self, bytes: &[u8]) -> Self {
        bytes.iter().fold(self, |now, byte| match (now, byte) {
            (Self::Feed | Self::ReturnAndFeed, _) => now,
            (Self::Returned, b'\n') => Self::ReturnAndFeed,
            (Self::Unknown, b'\n') => Self::Feed,
            (_, b'\r') => Self::Returned,
            (Self::Unknown | Self::Returned, _) => Self::Unknown,
        })
    }
}

/// The allowance is used up.
#[derive(Debug, thiserror::Error)]
#[error("a record is too long")]
struct TooLong;

impl Read for Rationed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other(TooLong));
        }
        let n = self.file.read(into)?;
        self.left.set(left.saturating_sub(n as u64));
        self.ends.set(self.ends.get().past(into.get(..n).unwrap_or_default()));
        Ok(n)
    }
}

fn is_too_long(error: &io::Error) -> bool {
    let mut source: Option<&(dyn std::error::Error + 'static)> = error.get_ref().map(|it| it as _);
    while let Some(it) = source {
        if it.is::<TooLong>() {
            return true;
        }
        source = it.source();
    }
    false
}

/// Hands every row to `row`, the heading first.
pub(super) fn each_row<E: From<FileError>>(
    path: &Path,
    encoding: Encoding,
    mut row: impl FnMut(Row, BytesRead) -> Result<(), E>,
) -> Result<(), E> {
    let unreadable = |source| FileError::Unreadable { path: path.display().to_string(), source };
    let left = Rc::new(Cell::new(LONGEST_RECORD));
    let ends = Rc::new(Cell::new(Ends::default()));
    let file = Rationed { file: File::open(path).map_err(unreadable)?, left: Rc::clone(&left), ends: Rc::clone(&ends) };
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 16).from_reader(file);
    let mut record = ByteRecord::new();
    let mut width = None;
    loop {
        left.set(LONGEST_RECORD);
        let line = reader.position().line();
        let more = reader.read_byte_record(&mut record).map_err(|error| {
            // Records of any width are taken, as bytes: only the reading itself can go wrong.
            let csv::ErrorKind::Io(source) = error.into_kind() else {
                return unreadable(io::ErrorKind::InvalidData.into());
            };
            if is_too_long(&source) { FileError::RecordTooLong { line } } else { unreadable(source) }
        })?;
        if !more {
            return Ok(());
        }
        let line = record.position().map_or(line, csv::Position::line);
        // The reader ends a row at the return, and counts the feed behind it to the next row.
        let is_behind = ends.get() == Ends::ReturnAndFeed && record.position().is_some_and(|it| it.byte() > 0);
        let line = line + u64::from(is_behind);
        let mut found = Row { line, ..Row::default() };
        for (at, bytes) in record.iter().enumerate() {
            let (text, fault) = encoding.decode(bytes);
            found.cells.push(text);
            found.faults.extend(fault.map(|code| (Some(at), code)));
        }
        if width.is_none()
            && let Some(first) = found.cells.first_mut()
            && let Some(rest) = first.strip_prefix('\u{feff}')
        {
            *first = rest.to_owned();
        }
        if found.is_blank() {
            continue;
        }
        found.judge_cells();
        let width = *width.get_or_insert(found.cells.len());
        let beyond = found.cells.iter().skip(width).any(|cell| !cell.trim().is_empty());
        if beyond || found.cells.len() < width {
            found.faults.push((None, "wrong_number_of_cells"));
        }
        found.cells.resize(width, String::new());
        row(found, reader.position().byte())?;
    }
}
