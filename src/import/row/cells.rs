//! One cell: what it says, or the reason why nobody can tell.

use chrono::NaiveDate;
use events::thai::date::{PartialDate, parse_date};
use events::thai::digits::{self, known};
use events::thai::spreadsheet::damage;

use super::codes::{ANSWERS, Codes};
use crate::import::form::Column;
use crate::import::header::FormRow;
use crate::import::reason::{Reason, Warning};

/// The longest text of a cell that is kept, in characters.
const LONGEST: usize = 200;

/// Cells, where each stands in the file, and what was found out about them so far.
#[derive(Debug)]
pub struct Cells<'a> {
    texts: Vec<(&'a str, u64)>,
    faulty: Vec<Column>,
    line: u64,
    /// Why they can't go in.
    pub reasons: Vec<Reason>,
    /// What somebody should look at.
    pub warnings: Vec<(u64, Warning)>,
}

impl<'a> Cells<'a> {
    /// The cells of one row.
    pub fn of_row(row: &'a FormRow) -> Self {
        let texts = row.cells.iter().map(|text| (text.as_str(), row.line)).collect();
        Self::new(texts, std::slice::from_ref(row), |column| !column.is_of_household())
    }

    /// What the rows of a household say of it: a cell may be filled on one of them or on all, with the same.
    pub fn of_household(rows: &'a [FormRow]) -> Self {
        let line = rows.first().map_or(0, |row| row.line);
        let mut texts = vec![("", line); Column::COUNT];
        let mut differing = Vec::new();
        for column in Column::all().filter(|it| it.is_of_household()) {
            let mut said = rows.iter().filter_map(|row| known(row.cell(column)).map(|text| (text, row.line)));
            let Some(first) = said.next() else { continue };
            if let Some(text) = texts.get_mut(column.place()) {
                *text = first;
            }
            // A sheet that was filled downwards may write 4 and ๔.
            let other = said.find(|(text, _)| digits::fold(text) != digits::fold(first.0));
            differing.extend(other.map(|(_, line)| Reason::of(line, Some(column), "rows_differ")));
        }
        let mut cells = Self::new(texts, rows, Column::is_of_household);
        cells.reasons.extend(differing);
        cells
    }

    fn new(texts: Vec<(&'a str, u64)>, rows: &[FormRow], mine: impl Fn(Column) -> bool) -> Self {
        let reasons: Vec<Reason> = rows
            .iter()
            .flat_map(FormRow::reasons)
            // What is wrong with a row as a whole is told with the row.
            .filter(|reason| reason.column.map_or_else(|| !mine(Column::HouseholdRef), &mine))
            .collect();
        let faulty = reasons.iter().filter_map(|reason| reason.column).collect();
        Self { texts, faulty, line: rows.first().map_or(0, |row| row.line), reasons, warnings: Vec::new() }
    }

    /// Where a column's cell stands.
    pub fn line(&self, column: Column) -> u64 {
        self.texts.get(column.place()).map_or(self.line, |(_, line)| *line)
    }

    /// What a cell says, without surrounding space; none where it says that nobody knows, or is known to be wrong.
    pub fn said(&self, column: Column) -> Option<&'a str> {
        if self.faulty.contains(&column) {
            return None;
        }
        self.texts.get(column.place()).and_then(|(text, _)| known(text))
    }

    /// Says what is wrong with a column.
    pub fn wrong(&mut self, column: Column, code: &'static str) {
        self.reasons.push(Reason::of(self.line(column), Some(column), code));
    }

    /// Says that a column's value can't be read.
    pub fn unreadable(&mut self, column: Column, code: &'static str, error: &impl ToString) {
        self.reasons.push(Reason::of_value(self.line(column), column, code, error));
    }

    /// Notes what somebody should look at.
    pub fn warn(&mut self, column: Column, warning: Warning) {
        self.warnings.push((self.line(column), warning));
    }

    /// Says that a cell is needed, unless something is known to be wrong with it.
    pub fn missing(&mut self, column: Column) {
        if !self.faulty.contains(&column) {
            self.wrong(column, "missing");
        }
    }

    /// A text: of a name, a house number, a village.
    pub fn text(&mut self, column: Column) -> Option<String> {
        let text = self.said(column)?;
        if damage(text).is_some() {
            let what = "a spreadsheet has destroyed this value; type it again as text";
            self.unreadable(column, "destroyed_by_spreadsheet", &what);
            return None;
        }
        if text.chars().count() > LONGEST {
            self.wrong(column, "cell_too_long");
            return None;
        }
        Some(text.to_owned())
    }

    /// A whole number from 1.
    pub fn number(&mut self, column: Column, prefixes: &[&str]) -> Option<u32> {
        let text = self.said(column)?;
        let bare = prefixes.iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
        let error = match digits::whole(bare) {
            Ok(Some(number)) => match u32::try_from(number) {
                Ok(number) if number > 0 => return Some(number),
                Ok(_) | Err(_) => digits::NumberError::Unreadable,
            },
            Ok(None) => return None,
            Err(error) => error,
        };
        self.unreadable(column, error.code(), &error);
        None
    }

    /// Degrees as written, in Latin digits.
    pub fn degrees(&mut self, column: Column) -> Option<String> {
        let text = self.said(column)?;
        match digits::decimal(text) {
            Ok(_) => Some(digits::fold(text).replace('\u{2212}', "-")),
            Err(error) => {
                self.unreadable(column, error.code(), &error);
                None
            }
        }
    }

    /// A whole day.
    pub fn day(&mut self, column: Column) -> Option<NaiveDate> {
        match parse_date(self.said(column)?) {
            Ok(day) => Some(day),
            Err(error) => {
                self.unreadable(column, error.code(), &error);
                None
            }
        }
    }

    /// A day, or as much of it as is known.
    pub fn partial_day(&mut self, column: Column) -> Option<PartialDate> {
        match PartialDate::parse(self.said(column)?) {
            Ok(day) => Some(day),
            Err(error) => {
                self.unreadable(column, error.code(), &error);
                None
            }
        }
    }

    /// One of the codes that may stand in a column.
    pub fn code<T: Copy>(&mut self, column: Column, codes: &Codes<T>) -> Option<T> {
        let found = codes.named(self.said(column)?);
        if found.is_none() {
            self.unknown_code(column, codes);
        }
        found
    }

    /// Several codes, with `|` between them.
    pub fn list<T: Copy + PartialEq>(&mut self, column: Column, codes: &Codes<T>) -> Vec<T> {
        let Some(text) = self.said(column) else { return Vec::new() };
        let mut found = Vec::new();
        for part in text.split('|').filter_map(known) {
            match codes.named(part) {
                None => {
                    self.unknown_code(column, codes);
                    return Vec::new();
                }
                Some(code) if found.contains(&code) => {
                    self.wrong(column, "code_twice");
                    return Vec::new();
                }
                Some(code) => found.push(code),
            }
        }
        found
    }

    /// Yes or no.
    pub fn answer(&mut self, column: Column) -> Option<bool> {
        let found = ANSWERS.named(self.said(column)?);
        if found.is_none() {
            self.wrong(column, "not_yes_or_no");
        }
        found
    }

    fn unknown_code<T: Copy>(&mut self, column: Column, codes: &Codes<T>) {
        let list: Vec<&str> = codes.codes().collect();
        self.reasons.push(Reason::of(self.line(column), Some(column), "code_unknown").saying(&list.join(", ")));
    }
}
