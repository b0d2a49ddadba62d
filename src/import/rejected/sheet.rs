//! Rejected rows as a workbook. Every cell is a text and stays one when it is corrected, so that no spreadsheet makes a
//! day of a house number, a formula of a name, or 1.46E+12 of a citizen id.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// The longest text that a cell of a workbook may hold, in characters; what is longer was rejected for it.
const LONGEST: usize = 32_000;

/// The only worksheet of a workbook, written row by row to a file without a name until the end.
pub(super) struct Sheet {
    file: File,
    book: Workbook,
    text: Format,
    row: u32,
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sheet({} rows)", self.row)
    }
}

impl Sheet {
    /// `aside` is where rows are kept until the workbook is whole.
    pub(super) fn begun(file: File, aside: &Path) -> io::Result<Self> {
        let mut book = Workbook::new();
        let aside = if aside.as_os_str().is_empty() { Path::new(".") } else { aside };
        book.set_tempdir(aside).map_err(told)?;
        let text = Format::new().set_num_format("@");
        let sheet = book.add_worksheet_with_constant_memory().map_err(told)?;
        sheet.set_freeze_panes(1, 0).map_err(told)?;
        Ok(Self { file, book, text, row: 0 })
    }

    pub(super) fn write(&mut self, cells: &[String]) -> io::Result<()> {
        let sheet = self.book.worksheet_from_index(0).map_err(told)?;
        for (column, cell) in (0..).zip(cells) {
            let cell: String = cell.chars().take(LONGEST).collect();
            if cell.is_empty() {
                // What is filled in later is a text as well.
                sheet.write_blank(self.row, column, &self.text).map_err(told)?;
            } else {
                sheet.write_string_with_format(self.row, column, cell, &self.text).map_err(told)?;
            }
        }
        self.row += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.book.save_to_writer(BufWriter::new(self.file)).map_err(told)
    }
}

fn told(error: XlsxError) -> io::Error {
    if let XlsxError::IoError(error) = error { error } else { io::Error::other(error.to_string()) }
}
