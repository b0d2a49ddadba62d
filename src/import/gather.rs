//! The rows of one household, wherever in the file they stand.
//!
//! One pass reads the file and sorts its rows by household; the second hands out one household after the other, in the
//! order of their references. Citizen ids are sorted beside them, so that people who stand in two households are found.

use std::io;
use std::path::Path;

use events::thai::citizen_id::CitizenId;
use events::thai::digits::{fold, known};
use events::thai::spreadsheet::damage;

use super::file::{Book, FileError};
use super::form::Column;
use super::header::{FormRow, Header};
use super::reason::Reason;
use super::sorted::{Sorted, Sorter};

/// So much of the rows is held in memory before they go to a file.
const ROWS_IN_MEMORY: usize = 48 << 20;
/// The same of citizen ids.
const IDS_IN_MEMORY: usize = 16 << 20;
/// More rows than this are no household; they come in pieces of so many.
pub const MOST_ROWS: usize = 60;
/// The longest reference, in bytes.
const LONGEST_REFERENCE: usize = 200;

/// Why rows could not be gathered.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// No room for what does not fit into memory.
    #[error("rows can't be set aside on disk")]
    Aside(#[from] io::Error),
    /// Somebody wants it to end.
    #[error("it was stopped")]
    Stopped,
}

/// A file whose rows are in order.
#[derive(Debug)]
pub struct Gathered {
    /// How many rows it has, without the heading.
    pub rows: u64,
    /// Headings that nobody reads.
    pub unread: Vec<String>,
    households: Households,
    ids: Sorted,
}

/// Where somebody with a citizen id stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Whose household.
    pub reference: String,
    /// Which member.
    pub number: u32,
}

impl Gathered {
    /// Reads a file. `dir` is where rows are set aside; `read` hears how many of its bytes are behind, and says whether
    /// to go on.
    pub fn read(book: &Book, dir: &Path, mut read: impl FnMut(u64) -> bool) -> Result<Self, GatherError> {
        let mut rows = Sorter::new(dir, ROWS_IN_MEMORY);
        let mut ids = Sorter::new(dir, IDS_IN_MEMORY);
        let mut header: Option<Header> = None;
        let mut count = 0_u64;
        let mut value = Vec::new();
        book.each_row::<GatherError>(|row, bytes| {
            let Some(header) = &header else {
                header = Some(Header::read(&row)?);
                return Ok(());
            };
            count += 1;
            if count.is_multiple_of(1_000) && !read(bytes) {
                return Err(GatherError::Stopped);
            }
            let row = header.sort(row);
            let reference = reference(&row);
            if let Some(reference) = &reference {
                enter_id(&mut ids, &row, reference)?;
            }
            value.clear();
            write(&row, &mut value);
            rows.push(reference.unwrap_or_default().as_bytes(), &value)?;
            Ok(())
        })?;
        let header = header.ok_or(FileError::Empty)?;
        if count == 0 {
            return Err(FileError::HeadingOnly.into());
        }
        let households = Households { rows: rows.finish()?, waiting: None, beyond: None };
        Ok(Self { rows: count, unread: header.unread, households, ids: ids.finish()? })
    }

    /// The households, and apart from them the citizen ids.
    pub fn apart(self) -> (Households, Ids) {
        (self.households, Ids { ids: self.ids, waiting: None })
    }
}

/// A household's reference as it is told apart by; none where there is none, or one that a spreadsheet destroyed.
fn reference(row: &FormRow) -> Option<String> {
    let text = known(row.cell(Column::HouseholdRef))?;
    let faulty = row.faults.iter().any(|(column, _)| *column == Some(Column::HouseholdRef));
    let sound = damage(text).is_none() && text.len() <= LONGEST_REFERENCE && !faulty;
    sound.then(|| fold(text).into_owned())
}

fn enter_id(ids: &mut Sorter, row: &FormRow, reference: &str) -> io::Result<()> {
    let id = known(row.cell(Column::CitizenId)).and_then(|text| CitizenId::parse(text).ok());
    let number = events::thai::digits::whole(row.cell(Column::MemberNo)).ok().flatten();
    if let (Some((id, _)), Some(number)) = (id, number.and_then(|it| u32::try_from(it).ok())) {
        let mut value = number.to_be_bytes().to_vec();
        value.extend_from_slice(reference.as_bytes());
        ids.push(id.plain().as_bytes(), &value)?;
    }
    Ok(())
}

/// The rows of one household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its reference; none: rows that name no household, each of which stands for itself.
    pub reference: Option<String>,
    /// Its rows in the file's order.
    pub rows: Vec<FormRow>,
    /// More rows than a household has: this is one piece of them.
    pub too_many: bool,
    /// Whether earlier pieces of it came before.
    pub goes_on: bool,
}

impl Group {
    /// What is wrong with rows that name no household.
    pub fn without_reference(&self) -> Vec<Reason> {
        let column = Some(Column::HouseholdRef);
        let reasons = self.rows.iter().map(|row| {
            let text = row.cell(Column::HouseholdRef);
            match known(text) {
                Some(text) if damage(text).is_some() => {
                    let what = "a spreadsheet has destroyed this value; type it again as text";
                    Reason::of_value(row.line, Column::HouseholdRef, "destroyed_by_spreadsheet", &what)
                }
                Some(text) if text.len() > LONGEST_REFERENCE => Reason::of(row.line, column, "cell_too_long"),
                Some(_) | None => row
                    .reasons()
                    .find(|reason| reason.column == column)
                    .unwrap_or_else(|| Reason::of(row.line, column, "missing")),
            }
        });
        reasons.collect()
    }
}

/// Hands out households.
#[derive(Debug)]
pub struct Households {
    rows: Sorted,
    waiting: Option<(Vec<u8>, FormRow)>,
    /// The household whose first piece was too large.
    beyond: Option<Vec<u8>>,
}

impl Households {
    /// The next one.
    pub fn next_group(&mut self) -> io::Result<Option<Group>> {
        let first = match self.waiting.take() {
            Some(waiting) => Some(waiting),
            None => self.row()?,
        };
        let Some((key, row)) = first else { return Ok(None) };
        let mut rows = vec![row];
        while let Some((next, row)) = self.row()? {
            // Rows without a household have nothing in common.
            if next != key || key.is_empty() || rows.len() == MOST_ROWS {
                self.waiting = Some((next, row));
                break;
            }
            rows.push(row);
        }
        let more = !key.is_empty() && self.waiting.as_ref().is_some_and(|(next, _)| *next == key);
        let goes_on = self.beyond.as_ref() == Some(&key);
        let too_many = more || goes_on;
        self.beyond = too_many.then(|| key.clone());
        let reference = (!key.is_empty()).then(|| String::from_utf8_lossy(&key).into_owned());
        Ok(Some(Group { reference, rows, too_many, goes_on }))
    }

    fn row(&mut self) -> io::Result<Option<(Vec<u8>, FormRow)>> {
        let Some((key, value)) = self.rows.take_next()? else { return Ok(None) };
        let row = read(&value).ok_or_else(|| io::Error::other("what was set aside does not read back"))?;
        Ok(Some((key, row)))
    }
}

/// Hands out citizen ids.
#[derive(Debug)]
pub struct Ids {
    ids: Sorted,
    waiting: Option<(Vec<u8>, Holder)>,
}

impl Ids {
    /// The next citizen id with those who hold it in the file, at most `most` of them, and how many they are in all.
    pub fn next_id(&mut self, most: usize) -> io::Result<Option<(CitizenId, Vec<Holder>, u64)>> {
        let first = match self.waiting.take() {
            Some(waiting) => Some(waiting),
            None => self.holder()?,
        };
        let Some((key, holder)) = first else { return Ok(None) };
        let (mut holders, mut all) = (vec![holder], 1);
        while let Some((next, holder)) = self.holder()? {
            if next != key {
                self.waiting = Some((next, holder));
                break;
            }
            all += 1;
            if holders.len() < most {
                holders.push(holder);
            }
        }
        let id = CitizenId::parse(&String::from_utf8_lossy(&key)).map_err(io::Error::other)?.0;
        Ok(Some((id, holders, all)))
    }

    fn holder(&mut self) -> io::Result<Option<(Vec<u8>, Holder)>> {
        let Some((key, value)) = self.ids.take_next()? else { return Ok(None) };
        let (number, reference) = value.split_first_chunk().ok_or_else(|| io::Error::other("an id is cut off"))?;
        let reference = String::from_utf8_lossy(reference).into_owned();
        Ok(Some((key, Holder { reference, number: u32::from_be_bytes(*number) })))
    }
}

/// A row in bytes: its line, its faults, its cells, each behind its length.
fn write(row: &FormRow, into: &mut Vec<u8>) {
    let mut text = |bytes: &[u8]| {
        into.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        into.extend_from_slice(bytes);
    };
    text(&row.line.to_le_bytes());
    let faults: Vec<String> = row
        .faults
        .iter()
        .map(|(column, code)| format!("{} {code}", column.map_or(Column::COUNT, Column::place)))
        .collect();
    text(faults.join(",").as_bytes());
    for cell in &row.cells {
        text(cell.as_bytes());
    }
}

fn read(bytes: &[u8]) -> Option<FormRow> {
    let mut rest = bytes;
    let mut text = || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let text = after.get(..length)?;
        rest = after.get(length..)?;
        Some(text)
    };
    let line = u64::from_le_bytes(text()?.try_into().ok()?);
    let faults = std::str::from_utf8(text()?).ok()?;
    let faults = faults.split(',').filter_map(|fault| {
        let (place, code) = fault.split_once(' ')?;
        Some((Column::at(place.parse().ok()?), FAULTS.iter().find(|it| **it == code)?))
    });
    let faults = faults.map(|(column, code)| (column, *code)).collect();
    let mut cells = Vec::with_capacity(Column::COUNT);
    for _ in 0..Column::COUNT {
        cells.push(std::str::from_utf8(text()?).ok()?.to_owned());
    }
    Some(FormRow { line, cells, faults })
}

/// What the reading of a file finds wrong with cells and rows.
const FAULTS: [&str; 8] = [
    "mixed_encoding",
    "unreadable_character",
    "control_character",
    "cell_too_long",
    "wrong_number_of_cells",
    "formula",
    "merged_cells",
    "destroyed_by_spreadsheet",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_was_set_aside_reads_back_with_its_faults() {
        let mut cells: Vec<String> = (0..Column::COUNT).map(|n| "ก".repeat(n)).collect();
        cells[3] = String::new();
        let faults = FAULTS.iter().map(|code| (Some(Column::Sex), *code)).chain([(None, "formula")]).collect();
        let row = FormRow { line: 9_000_000_000, cells, faults };
        let mut bytes = Vec::new();
        write(&row, &mut bytes);
        assert_eq!(read(&bytes), Some(row));
        bytes.pop();
        assert_eq!(read(&bytes), None);
    }
}
