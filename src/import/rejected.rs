//! The rows that did not go in: the same form with the reasons beside it, to be corrected in a spreadsheet and imported
//! again. Nothing in it is a formula to a spreadsheet.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::form::{Column, REASONS};
use super::judge::Rejected;
use super::reason::Reason;

/// What a spreadsheet takes for the beginning of a formula.
pub(super) const BEGINS_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The file of rejected rows; made when the first one comes.
#[derive(Debug)]
pub struct RejectedFile {
    path: PathBuf,
    writer: Option<csv::Writer<BufWriter<File>>>,
}

impl RejectedFile {
    /// Will write to `path`. What stands there is replaced only when there is something to write.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), writer: None }
    }

    /// Writes the rows of a household with their reasons.
    pub fn write(&mut self, rejected: &Rejected) -> io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(begun(&self.path)?),
        };
        let mut of_lines: BTreeMap<u64, Vec<&Reason>> = BTreeMap::new();
        for reason in &rejected.reasons {
            of_lines.entry(reason.line).or_default().push(reason);
        }
        for row in &rejected.rows {
            let whole = [Reason::of(row.line, None, "whole_household")];
            let reasons = of_lines.get(&row.line).cloned().unwrap_or_else(|| whole.iter().collect());
            let mut codes: Vec<&str> = reasons.iter().map(|it| it.code).collect();
            codes.dedup();
            let told: Vec<String> = reasons.iter().map(|it| it.told()).collect();
            for cell in &row.cells {
                writer.write_field(guarded(cell))?;
            }
            writer.write_field(codes.join("|"))?;
            writer.write_field(guarded(&told.join("; ")))?;
            writer.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }

    /// Ends the file. Says where it is, if there is one.
    pub fn finish(self) -> io::Result<Option<PathBuf>> {
        let Some(writer) = self.writer else { return Ok(None) };
        let mut file = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        file.flush()?;
        Ok(Some(self.path))
    }
}

/// A file that only its owner can read: personal values stand in it. With a mark, so that spreadsheets see UTF-8.
fn begun(path: &Path) -> io::Result<csv::Writer<BufWriter<File>>> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = BufWriter::new(options.open(path)?);
    file.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::Writer::from_writer(file);
    for name in Column::all().map(Column::name).chain(REASONS.iter().map(|(en, _)| *en)) {
        writer.write_field(name)?;
    }
    writer.write_record(None::<&[u8]>)?;
    Ok(writer)
}

/// A cell that a spreadsheet shows and does not work out. A dash alone and a plain number are neither.
fn guarded(cell: &str) -> String {
    let harmless = cell.chars().all(|c| c == '-' || c == '.' || c == ',' || c.is_ascii_digit());
    if cell.starts_with(BEGINS_FORMULA) && !harmless { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_written_is_a_formula_to_a_spreadsheet() {
        for (cell, written) in [
            ("=HYPERLINK(\"http://a\")", "'=HYPERLINK(\"http://a\")"),
            ("+66 81", "'+66 81"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("-", "-"),
            ("-1,250.00", "-1,250.00"),
            ("สมหญิง", "สมหญิง"),
            ("<b>", "<b>"),
        ] {
            assert_eq!(guarded(cell), written);
        }
    }
}
