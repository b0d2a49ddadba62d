//! Which column is which? Headings in Thai or English, in any order, and what is wrong with them.

use events::thai::name::normalise;

use super::file::{FileError, Row};
use super::form::{Column, REASONS};
use super::reason::Reason;

/// More columns than this have been made, not typed.
const MOST: usize = 300;

/// Where each column of the form stands in a file.
#[derive(Debug, Clone)]
pub struct Header {
    /// For each cell of a row, the column it is in.
    columns: Vec<Option<Column>>,
    /// Headings that the form does not have: their cells are passed over.
    pub unread: Vec<String>,
}

/// A row as the form has it: a text for every column, blank where the file lacks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRow {
    /// Where it stands in the file.
    pub line: u64,
    /// A text for each column, in the form's order.
    pub cells: Vec<String>,
    /// What is wrong with it already.
    pub faults: Vec<(Option<Column>, &'static str)>,
}

impl Header {
    /// Reads the heading.
    pub fn read(heading: &Row) -> Result<Self, FileError> {
        if let [only] = heading.cells.as_slice()
            && let Some(found) = [';', '\t', '|', ':'].into_iter().find(|it| only.split(*it).any(is_known))
        {
            return Err(FileError::Delimiter { found });
        }
        if heading.cells.len() > MOST {
            return Err(FileError::TooManyColumns { found: heading.cells.len() });
        }
        let mut columns = Vec::with_capacity(heading.cells.len());
        let mut unread = Vec::new();
        for cell in &heading.cells {
            let column = named(cell);
            if let Some(column) = column
                && columns.contains(&Some(column))
            {
                return Err(FileError::ColumnTwice { name: column.name() });
            }
            if column.is_none() && !cell.trim().is_empty() && !is_reasons(cell) {
                unread.push(cell.chars().take(60).collect());
            }
            columns.push(column);
        }
        let mut missing: Vec<String> =
            Column::all().filter(|column| column.is_needed() && !columns.contains(&Some(*column))).map(told).collect();
        let by_names = [Column::Tambon, Column::Province].iter().all(|it| columns.contains(&Some(*it)));
        if !by_names && !columns.contains(&Some(Column::TambonCode)) {
            missing.push(told(Column::TambonCode));
        }
        if missing.is_empty() {
            Ok(Self { columns, unread })
        } else {
            Err(FileError::MissingColumns { names: missing })
        }
    }

    /// A row's cells under their columns.
    pub fn sort(&self, row: Row) -> FormRow {
        let mut cells = vec![String::new(); Column::COUNT];
        let mut faults = Vec::new();
        let column_at = |at: usize| self.columns.get(at).copied().flatten();
        for (at, code) in row.faults {
            match at {
                None => faults.push((None, code)),
                // What stands under a heading that nobody reads does no harm.
                Some(at) => faults.extend(column_at(at).map(|column| (Some(column), code))),
            }
        }
        for at in row.days {
            faults.extend(
                column_at(at).filter(|it| !it.holds_date()).map(|column| (Some(column), "destroyed_by_spreadsheet")),
            );
        }
        for (at, text) in row.cells.into_iter().enumerate() {
            if let Some(column) = column_at(at)
                && let Some(cell) = cells.get_mut(column.place())
            {
                *cell = unguarded(text);
            }
        }
        FormRow { line: row.line, cells, faults }
    }
}

impl FormRow {
    /// The text in a column.
    pub fn cell(&self, column: Column) -> &str {
        self.cells.get(column.place()).map_or("", String::as_str)
    }

    /// What is wrong with it already, in words.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.faults.iter().map(|(column, code)| match column {
            Some(column) if *code == "destroyed_by_spreadsheet" => {
                Reason::of_value(self.line, *column, code, &"a spreadsheet has put a day here; type it again as text")
            }
            _ => Reason::of(self.line, *column, code),
        })
    }
}

fn told(column: Column) -> String {
    format!("{} ({})", column.name(), column.name_th())
}

/// The column of a heading: its English or Thai name, or both as in the template.
fn named(heading: &str) -> Option<Column> {
    let heading = normalise(heading);
    let (first, rest) = heading.split_once(' ').unwrap_or((&heading, ""));
    let is = |name: &str, column: Column| name == column.name() || name == normalise(column.name_th());
    let spelled = heading.replace([' ', '-'], "_");
    Column::all().find(|column| {
        is(&heading, *column)
            || spelled == column.name()
            || (first == column.name() && normalise(column.name_th()) == rest)
    })
}

fn is_known(heading: &str) -> bool {
    named(heading.trim_matches(['"', '\'', ' '])).is_some()
}

fn is_reasons(heading: &str) -> bool {
    let heading = normalise(heading);
    REASONS.iter().any(|(en, th)| heading.starts_with(en) || heading == *th)
}

/// A cell without the mark that keeps a spreadsheet from taking it for a formula, if one was put before it.
fn unguarded(text: String) -> String {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(super::rejected::BEGINS_FORMULA) => rest.to_owned(),
        Some(_) | None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Row {
        Row { line: 1, cells: cells.iter().map(ToString::to_string).collect(), ..Row::default() }
    }

    fn needed() -> Vec<&'static str> {
        let needed = Column::all().filter(|it| it.is_needed()).map(Column::name);
        needed.chain(["tambon_code"]).collect()
    }

    #[test]
    fn headings_are_read_in_either_language_in_any_order_and_with_both_names() {
        let mut cells = needed();
        cells.reverse();
        assert!(Header::read(&row(&cells)).is_ok());
        let thai: Vec<_> = Column::all().map(Column::name_th).collect();
        assert!(Header::read(&row(&thai)).is_ok());
        let both: Vec<String> = Column::all().map(|it| format!("{} {}", it.name(), it.name_th())).collect();
        let both: Vec<&str> = both.iter().map(String::as_str).collect();
        let header = Header::read(&row(&both)).unwrap();
        assert_eq!(header.columns.iter().flatten().count(), Column::COUNT);
        assert_eq!(named(" Household Ref "), Some(Column::HouseholdRef));
        assert_eq!(named("คำนำหน้า"), named("คํานำหน้า"));
    }

    #[test]
    fn headings_that_can_t_be_right_are_refused_with_what_is_wrong() {
        let said = |cells: &[&str]| Header::read(&row(cells)).unwrap_err().to_string();
        assert!(said(&["household_ref;member_no;given_name"]).contains("';'"));
        assert!(said(&["household_ref\tmember_no"]).contains("\\t"));
        let mut twice = needed();
        twice.push("คนที่");
        assert!(said(&twice).contains("member_no twice"));
        assert!(said(&["given_name", "member_no"]).contains("household_ref (เลขอ้างอิงครัวเรือน)"));
        let mut lacking = needed();
        lacking.pop();
        assert!(said(&lacking).contains("tambon_code"));
        lacking.extend(["tambon", "province"]);
        assert!(Header::read(&row(&lacking)).is_ok(), "an area may be given by names");
    }

    #[test]
    fn unknown_headings_are_told_and_the_columns_of_a_rejected_file_are_passed_over() {
        let mut cells = needed();
        cells.extend(["remarks", "reason_codes", "reasons เหตุผล", ""]);
        assert_eq!(Header::read(&row(&cells)).unwrap().unread, ["remarks"]);
    }

    #[test]
    fn a_cell_comes_back_from_a_rejected_file_as_it_was() {
        for (stood, is) in [("'=1+1", "=1+1"), ("'@home", "@home"), ("'ก", "'ก"), ("=1", "=1"), ("'-5x", "-5x")] {
            assert_eq!(unguarded(stood.to_owned()), is);
        }
    }
}
