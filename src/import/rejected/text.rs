//! Rejected rows as CSV.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::BEGINS_FORMULA;

/// Lines of a CSV file.
#[derive(Debug)]
pub(super) struct Lines(csv::Writer<BufWriter<File>>);

impl Lines {
    /// With a mark, so that spreadsheets see UTF-8.
    pub(super) fn begun(file: File) -> io::Result<Self> {
        let mut file = BufWriter::new(file);
        file.write_all("\u{feff}".as_bytes())?;
        Ok(Self(csv::Writer::from_writer(file)))
    }

    pub(super) fn write(&mut self, cells: &[String]) -> io::Result<()> {
        Ok(self.0.write_record(cells.iter().map(|cell| guarded(cell)))?)
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.0.into_inner().map_err(|error| io::Error::other(error.to_string()))?.flush()
    }
}

/// A cell that a spreadsheet shows and does not work out. A dash alone and a plain number are neither.
pub(super) fn guarded(cell: &str) -> String {
    let harmless = cell.chars().all(|c| c == '-' || c == '.' || c == ',' || c.is_ascii_digit());
    if cell.starts_with(BEGINS_FORMULA) && !harmless { format!("'{cell}") } else { cell.to_owned() }
}
