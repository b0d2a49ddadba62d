//! What do the rows of a household ask of the desk? One bad row rejects them all: the household is the unit.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::facts::household::LegalBasis;
use events::facts::people::{PersonDetails, Relation};
use events::thai::name::normalise;

use super::form::Column;
use super::gather::Group;
use super::header::FormRow;
use super::reason::{Reason, Warning};
use super::row::{self, House, MemberRow};
use crate::rules::Refusal;
use crate::rules::field::FieldError;
use crate::rules::household::found::identify::Identify;

/// A household as its rows tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The file's name for it.
    pub reference: String,
    /// Where its first row stands.
    pub line: u64,
    /// Its rows, in case the desk says no.
    pub rows: Vec<FormRow>,
    /// The command that enters it, without ids and origin.
    pub identify: Identify,
    /// The numbers of its members within it, in their order.
    pub numbers: Vec<u32>,
    /// Whether it agrees that partners outside the state see it.
    pub consent: bool,
    /// What somebody should look at, and where it stands.
    pub warnings: Vec<(u64, Warning)>,
}

impl Entry {
    /// How many rows it has.
    pub fn count(&self) -> u64 {
        self.rows.len() as u64
    }
}

/// Rows that do not go in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// All rows of the household, or the next piece of them.
    pub rows: Vec<FormRow>,
    /// Whether earlier rows of the household were told of before.
    pub goes_on: bool,
    /// Why, at least one.
    pub reasons: Vec<Reason>,
}

/// Judges the rows of a household, as of today. What is wrong with them is told all at once.
pub fn judge(group: Group, today: NaiveDate) -> Result<Entry, Rejected> {
    let Some(reference) = group.reference.clone() else {
        return Err(Rejected { reasons: group.without_reference(), rows: group.rows, goes_on: false });
    };
    let (house, cells) = row::house(&group.rows);
    let (mut reasons, mut warnings) = (cells.reasons, cells.warnings);
    let mut members = Vec::with_capacity(group.rows.len());
    for it in &group.rows {
        let (member, cells) = row::member(it);
        reasons.extend(cells.reasons);
        warnings.extend(cells.warnings);
        members.extend(member);
    }
    if group.too_many {
        reasons.extend(group.rows.iter().map(|row| Reason::of(row.line, None, "too_many_members")));
    }
    among(&members, &mut reasons, &mut warnings);
    let line = group.rows.first().map_or(0, |row| row.line);
    let goes_on = group.goes_on;
    let rejected = |rows, reasons| Rejected { rows, goes_on, reasons };
    let Some(house) = house.filter(|_| reasons.is_empty()) else { return Err(rejected(group.rows, reasons)) };
    // Rows that were sorted otherwise are the same household.
    members.sort_by_key(|member| member.number);
    let lines: Vec<u64> = members.iter().map(|member| member.line).collect();
    let numbers = members.iter().map(|member| member.number).collect();
    let consent = house.consent;
    let identify = identify(house, members);
    match identify.review(today) {
        Ok(_) => Ok(Entry { reference, line, rows: group.rows, identify, numbers, consent, warnings }),
        Err(Refusal::Fields(errors)) => {
            Err(rejected(group.rows, errors.into_iter().map(|error| at_its_row(error, line, &lines)).collect()))
        }
        Err(refusal) => Err(rejected(group.rows, vec![refused(line, &refusal)])),
    }
}

/// A refusal of the household as a whole.
pub fn refused(line: u64, refusal: &Refusal) -> Reason {
    let text = refusal.text();
    Reason { line, column: None, code: refusal.code(), th: text.th.into(), en: text.en.into() }
}

fn identify(house: House, members: Vec<MemberRow>) -> Identify {
    Identify {
        happened_on: house.identified_on,
        tambon: house.tambon,
        moo: house.moo,
        lao: None,
        sources: house.sources,
        // Without a yes the household is kept for the public task, and nothing is told to partners outside the state.
        basis: if house.consent { LegalBasis::Consent } else { LegalBasis::PublicTask },
        address: house.address,
        lists: house.tpmap.into_iter().collect(),
        members: members.into_iter().map(|member| member.person).collect(),
        origin: None,
        retired_area: house.retired,
    }
}

/// What is wrong between the members of a household.
fn among(members: &[MemberRow], reasons: &mut Vec<Reason>, warnings: &mut Vec<(u64, Warning)>) {
    let mut again = |it: &MemberRow, column, code| reasons.push(Reason::of(it.line, Some(column), code));
    let mut heads = 0;
    for (at, it) in members.iter().enumerate() {
        let before = || members.iter().take(at);
        if before().any(|other| other.number == it.number) {
            again(it, Column::MemberNo, "member_twice");
        }
        let citizen_id = it.person.details.citizen_id;
        if citizen_id.is_some() && before().any(|other| other.person.details.citizen_id == citizen_id) {
            again(it, Column::CitizenId, "same_citizen_id");
        }
        if it.person.relation == Relation::Head {
            heads += 1;
            if heads > 1 {
                again(it, Column::Relation, "second_head");
            }
        }
    }
    // Without ids the same name and birth date is a question: twins bear other names, cousins may not.
    let mut seen: BTreeMap<(String, String), u64> = BTreeMap::new();
    for it in members.iter().filter(|it| it.person.details.citizen_id.is_none()) {
        let Some(birth) = it.person.details.birth else { continue };
        let key = (name(&it.person.details), birth.to_string());
        if seen.insert(key, it.line).is_some() {
            warnings.push((it.line, Warning::SameNameAndBirth));
        }
    }
}

fn name(details: &PersonDetails) -> String {
    normalise(&format!("{} {}", details.given_name, details.family_name.as_deref().unwrap_or_default()))
}

/// A rule speaks of the command's fields; people look at rows and columns.
fn at_its_row(error: FieldError, first: u64, lines: &[u64]) -> Reason {
    let mut parts = error.pointer.split('/').skip(1);
    let (line, field) = match (parts.next(), parts.next()) {
        (Some("members"), Some(at)) => {
            let line = at.parse::<usize>().ok().and_then(|at| lines.get(at)).copied();
            (line.unwrap_or(first), parts.last())
        }
        (Some("address"), field) => (first, field),
        (Some("lists"), _) => (first, Some("tpmap_list_date")),
        (field, _) => (first, field),
    };
    let column = match field {
        Some("happened_on") => Some(Column::IdentifiedOn),
        Some("birth") => Some(Column::BirthDate),
        Some("members") => Some(Column::MemberNo),
        Some("tambon") => Some(Column::TambonCode),
        Some(name) => Column::all().find(|column| column.name() == name),
        None => None,
    };
    Reason::of_field(line, column, error)
}
