//! The rows that did not go in: the same form with the reasons beside it, to be corrected in a spreadsheet and imported
//! again. A file comes back as what it came in: CSV or workbook. Nothing in it is a formula to a spreadsheet.

mod sheet;
mod text;

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use self::sheet::Sheet;
use self::text::Lines;
use super::file::Book;
use super::form::{Column, REASONS};
use super::judge::Rejected;
use super::reason::Reason;

/// What a spreadsheet takes for the beginning of a formula.
pub(super) const BEGINS_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// CSV, UTF-8 with a mark.
    Csv,
    /// A workbook all of whose cells are texts.
    Xlsx,
}

impl Form {
    /// The form that a file of rejected rows has beside this one.
    pub fn of(book: &Book) -> Self {
        if book.is_workbook() { Self::Xlsx } else { Self::Csv }
    }

    /// The form that somebody asks for by a file's name, if it says one.
    pub fn named(path: &Path) -> Option<Self> {
        let ending = path.extension()?;
        if ending.eq_ignore_ascii_case("xlsx") {
            Some(Self::Xlsx)
        } else if ending.eq_ignore_ascii_case("csv") {
            Some(Self::Csv)
        } else {
            None
        }
    }

    /// How the names of such files end.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// The file of rejected rows; made when the first one comes.
#[derive(Debug)]
pub struct RejectedFile {
    path: PathBuf,
    form: Form,
    rows: Option<Rows>,
}

#[derive(Debug)]
enum Rows {
    Lines(Box<Lines>),
    Sheet(Box<Sheet>),
}

impl Rows {
    fn write(&mut self, cells: &[String]) -> io::Result<()> {
        match self {
            Self::Lines(lines) => lines.write(cells),
            Self::Sheet(sheet) => sheet.write(cells),
        }
    }
}

impl RejectedFile {
    /// Will write to `path`. What stands there is replaced only when there is something to write.
    pub fn new(path: &Path, form: Form) -> Self {
        Self { path: path.to_owned(), form, rows: None }
    }

    /// Writes the rows of a household with their reasons.
    pub fn write(&mut self, rejected: &Rejected) -> io::Result<()> {
        let rows = match &mut self.rows {
            Some(rows) => rows,
            none => none.insert(begun(&self.path, self.form)?),
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
            let mut cells = row.cells.clone();
            cells.extend([codes.join("|"), told.join("; ")]);
            rows.write(&cells)?;
        }
        Ok(())
    }

    /// Ends the file. Says where it is, if there is one.
    pub fn finish(self) -> io::Result<Option<PathBuf>> {
        match self.rows {
            None => return Ok(None),
            Some(Rows::Lines(lines)) => lines.finish()?,
            Some(Rows::Sheet(sheet)) => sheet.finish()?,
        }
        Ok(Some(self.path))
    }
}

fn begun(path: &Path, form: Form) -> io::Result<Rows> {
    let file = owners_alone(path)?;
    let heading: Vec<String> =
        Column::all().map(Column::name).chain(REASONS.iter().map(|(en, _)| *en)).map(ToOwned::to_owned).collect();
    let mut rows = match form {
        Form::Csv => Rows::Lines(Box::new(Lines::begun(file)?)),
        Form::Xlsx => Rows::Sheet(Box::new(Sheet::begun(file, path.parent().unwrap_or(Path::new(".")))?)),
    };
    rows.write(&heading)?;
    Ok(rows)
}

/// A file that only its owner can read: personal values stand in it.
fn owners_alone(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests;
