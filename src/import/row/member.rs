//! What one row says of its person.

use events::facts::people::{Education, Health, PersonDetails, Relation, Sex, Welfare, Work};
use events::money::Baht;
use events::thai::citizen_id::{CitizenId, says_no_card};

use super::{Cells, codes};
use crate::import::form::Column;
use crate::import::header::FormRow;
use crate::import::reason::Warning;
use crate::rules::household::people::person::Person;

/// A person of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberRow {
    /// Where the row stands.
    pub line: u64,
    /// The number of the person within the household.
    pub number: u32,
    /// The person, without an id of their own yet.
    pub person: Person,
}

/// Reads it; none where something is wrong. The cells say what.
pub fn member(row: &FormRow) -> (Option<MemberRow>, Cells<'_>) {
    let mut cells = Cells::of_row(row);
    let read = read(&mut cells, row.line);
    let read = if cells.reasons.is_empty() { read } else { None };
    (read, cells)
}

fn read(cells: &mut Cells<'_>, line: u64) -> Option<MemberRow> {
    let number = cells.number(Column::MemberNo, &[]);
    if number.is_none() && cells.said(Column::MemberNo).is_none() {
        cells.missing(Column::MemberNo);
    }
    let given_name = cells.text(Column::GivenName);
    if given_name.is_none() && cells.said(Column::GivenName).is_none() {
        cells.missing(Column::GivenName);
    }
    let (citizen_id, has_id_card) = citizen_id(cells);
    let relation = relation(cells);
    let residence = cells.code(Column::ResidenceStatus, &codes::RESIDENCES);
    if cells.said(Column::ResidenceStatus).is_none() {
        cells.missing(Column::ResidenceStatus);
    }
    let sex = cells.code(Column::Sex, &codes::SEXES).unwrap_or(Sex::Unknown);
    let details = PersonDetails {
        prefix: cells.text(Column::Prefix),
        given_name: given_name.unwrap_or_default(),
        family_name: cells.text(Column::FamilyName),
        citizen_id,
        has_id_card,
        birth: cells.partial_day(Column::BirthDate),
        phone: None,
        health: cells.code(Column::Health, &codes::HEALTHS).unwrap_or(Health::Unknown),
        education: cells.code(Column::Education, &codes::EDUCATIONS).unwrap_or(Education::Unknown),
        work: cells.code(Column::Work, &codes::WORKS).unwrap_or(Work::Unknown),
        income_month: income(cells),
        welfare: welfare(cells),
    };
    Some(MemberRow {
        line,
        number: number?,
        person: Person { person: None, sex, relation: relation?, residence: residence?, details },
    })
}

/// No card is no fault: such a person is as eligible as any. A wrong check digit is kept.
fn citizen_id(cells: &mut Cells<'_>) -> (Option<CitizenId>, Option<bool>) {
    let Some(text) = cells.said(Column::CitizenId) else {
        cells.warn(Column::CitizenId, Warning::NoCitizenId);
        return (None, None);
    };
    if says_no_card(text) {
        cells.warn(Column::CitizenId, Warning::NoCitizenId);
        return (None, Some(false));
    }
    match CitizenId::parse(text) {
        Ok((id, wrong)) => {
            if wrong.is_some() {
                cells.warn(Column::CitizenId, Warning::CitizenIdCheckDigit);
            }
            (Some(id), None)
        }
        Err(error) => {
            cells.unreadable(Column::CitizenId, error.code(), &error);
            (None, None)
        }
    }
}

/// `is_head` may say what `relation` leaves blank, and may not contradict it.
fn relation(cells: &mut Cells<'_>) -> Option<Relation> {
    let relation = cells.code(Column::Relation, &codes::RELATIONS);
    let is_head = cells.answer(Column::IsHead);
    match (relation, is_head) {
        (Some(Relation::Head), Some(false)) => {
            cells.wrong(Column::IsHead, "head_contradicts");
            None
        }
        (Some(relation), Some(true)) if relation != Relation::Head => {
            cells.wrong(Column::IsHead, "head_contradicts");
            None
        }
        (Some(relation), _) => Some(relation),
        (None, _) if cells.said(Column::Relation).is_some() => None,
        (None, Some(true)) => Some(Relation::Head),
        (None, Some(false) | None) => {
            cells.missing(Column::Relation);
            None
        }
    }
}

fn income(cells: &mut Cells<'_>) -> Option<Baht> {
    let read = Baht::parse(cells.said(Column::IncomeMonth)?);
    match read.and_then(|baht| baht.map(Baht::non_negative).transpose()) {
        Ok(baht) => baht,
        Err(error) => {
            cells.unreadable(Column::IncomeMonth, error.code(), &error);
            None
        }
    }
}

fn welfare(cells: &mut Cells<'_>) -> Vec<Welfare> {
    let welfare = cells.list(Column::Welfare, &codes::WELFARES);
    if welfare.len() > 1 && welfare.contains(&Welfare::None) {
        cells.wrong(Column::Welfare, "none_and_others");
    }
    welfare
}
