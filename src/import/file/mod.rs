//! What kind of file is this, and what stands in its rows? Nothing here knows what a household is.
//!
//! Whoever hands in a file may have made it to hurt: what is read is bounded, nothing in it is run or worked out, and
//! what can't be read with certainty is said.

mod csv;
mod encoding;
mod marks;
mod words;
mod workbook;
mod xlsx;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use self::encoding::Encoding;

/// A cell longer than this is no cell.
const LONGEST_CELL: usize = 10_000;

/// A row as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Its line, or its row in the worksheet. The heading is 1.
    pub line: u64,
    /// Its cells, as many as the heading has.
    pub cells: Vec<String>,
    /// Which of them a worksheet keeps as days: where no day belongs, one has taken the place of something else.
    pub days: Vec<usize>,
    /// What is wrong with it already: where, and the reason's code.
    pub faults: Vec<(Option<usize>, &'static str)>,
}

impl Row {
    /// Whether nothing stands in it.
    pub fn is_blank(&self) -> bool {
        self.faults.is_empty() && self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// Says what is wrong with the text of its cells.
    fn judge_cells(&mut self) {
        for (at, cell) in self.cells.iter().enumerate() {
            if cell.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
                self.faults.push((Some(at), "control_character"));
            }
            if cell.len() > LONGEST_CELL {
                self.faults.push((Some(at), "cell_too_long"));
            }
        }
    }
}

/// Why a file can't be read at all. Nothing of it goes in then.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Not there, not to be read, a directory.
    #[error("the file {path} can't be read")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Nothing in it.
    #[error("the file is empty: it needs a heading and a row per person")]
    Empty,
    /// A heading without rows.
    #[error("the file has a heading and no rows")]
    HeadingOnly,
    /// UTF-16, as some programs call Unicode.
    #[error("the file is UTF-16: save it as “CSV UTF-8”")]
    Utf16,
    /// A row beyond all measure.
    #[error(
        "the row that begins on line {line} is longer than {} MB: a quotation mark may be left open there",
        csv::LONGEST_RECORD >> 20
    )]
    RecordTooLong {
        /// Where it begins.
        line: u64,
    },
    /// The heading's cells are apart by another character.
    #[error("the columns are separated by {found:?}: save the file with commas between them")]
    Delimiter {
        /// By which.
        found: char,
    },
    /// Columns that no file can do without.
    #[error("these columns are missing in the heading: {}", names.join(", "))]
    MissingColumns {
        /// Which.
        names: Vec<String>,
    },
    /// One column twice, or in both languages.
    #[error("the heading names the column {name} twice")]
    ColumnTwice {
        /// Which.
        name: &'static str,
    },
    /// A heading made to hurt.
    #[error("the heading has {found} columns, which is more than anybody's file has")]
    TooManyColumns {
        /// How many.
        found: usize,
    },
    /// No workbook, or one that is damaged.
    #[error("the file begins like a workbook and can't be read as one: {what}")]
    Workbook {
        /// What the reader says.
        what: String,
    },
    /// The old form of workbooks.
    #[error("the file is a workbook of an old form (.xls): save it as .xlsx or CSV")]
    OldWorkbook,
    /// It would unpack to more than anybody's data.
    #[error("the workbook unpacks to more than it may ({what}): it is not opened")]
    Bomb {
        /// Which part, and how large.
        what: String,
    },
    /// Macros are programs.
    #[error("the workbook holds macros: save it as .xlsx without them, or as CSV")]
    Macros,
    /// Somebody writes it meanwhile.
    #[error("the file changed while it was read")]
    Changed,
}

/// A file that was recognised.
#[derive(Debug, Clone)]
pub struct Book {
    path: PathBuf,
    kind: Kind,
    /// How large it is, in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Csv(Encoding),
    Xlsx,
}

/// What a reader of rows is told besides the row: how many of the file's bytes are behind it.
pub type BytesRead = u64;

impl Book {
    /// Recognises a file by what is in it, not by its name.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let unreadable = |source| FileError::Unreadable { path: path.display().to_string(), source };
        let mut file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(std::io::ErrorKind::IsADirectory.into()));
        }
        let mut first = [0; 4];
        let n = read_up_to(&mut file, &mut first).map_err(unreadable)?;
        let kind = match first.get(..n).unwrap_or_default() {
            [] => return Err(FileError::Empty),
            [b'P', b'K', ..] => Kind::Xlsx,
            [0xd0, 0xcf, 0x11, 0xe0] => return Err(FileError::OldWorkbook),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(FileError::Utf16),
            _ => Kind::Csv(encoding::recognise(path).map_err(unreadable)?),
        };
        if kind == Kind::Xlsx {
            workbook::measure(path)?;
        }
        let (bytes, digest) = digest(path).map_err(unreadable)?;
        Ok(Self { path: path.to_owned(), kind, bytes, digest })
    }

    /// Hands every row to `row`, the heading first; blank rows are passed over. Stops where `row` says so.
    pub fn each_row<E: From<FileError>>(&self, row: impl FnMut(Row, BytesRead) -> Result<(), E>) -> Result<(), E> {
        match self.kind {
            Kind::Csv(encoding) => csv::each_row(&self.path, encoding, row)?,
            Kind::Xlsx => xlsx::each_row(&self.path, self.bytes, row)?,
        }
        let size = std::fs::metadata(&self.path).map_or(0, |it| it.len());
        if size == self.bytes { Ok(()) } else { Err(FileError::Changed.into()) }
    }

    /// Whether it is a workbook.
    pub fn is_workbook(&self) -> bool {
        self.kind == Kind::Xlsx
    }

    /// What it is, for people.
    pub fn describe(&self) -> &'static str {
        match self.kind {
            Kind::Csv(Encoding::Utf8) => "CSV, UTF-8",
            Kind::Csv(Encoding::Thai) => "CSV, Windows-874 (TIS-620)",
            Kind::Xlsx => "XLSX",
        }
    }
}

fn read_up_to(file: &mut File, into: &mut [u8]) -> std::io::Result<usize> {
    let mut n = 0;
    while let Some(rest) = into.get_mut(n..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            read => n += read,
        }
    }
    Ok(n)
}

fn digest(path: &Path) -> std::io::Result<(u64, [u8; 32])> {
    let mut hash = Sha256::new();
    let bytes = std::io::copy(&mut File::open(path)?, &mut hash)?;
    Ok((bytes, hash.finalize().into()))
}

#[cfg(test)]
mod tests;
