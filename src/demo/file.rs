//! The invented households as a file to import: for trying an import out, and for measuring one.

use std::io::{self, Write};

use chrono::NaiveDate;
use events::area::directory::directory;
use events::area::{AreaCode, Level};
use events::facts::household::ListStatus;
use events::facts::people::Relation;
use events::id::HouseholdId;
use events::money::Baht;
use events::thai::house_code::HouseCode;
use serde::Serialize;
use uuid::Uuid;

use super::chance::Chance;
use super::family;
use super::geography::{CORNER, Lao, provinces};
use super::households::Home;
use super::sizes::Sizes;
use crate::import::form::Column;
use crate::rules::household::found::identify::Identify;
use crate::rules::household::people::person::Person;

/// Writes so many households with so many people among them, or as many as chance gives them: then the first so many
/// households of one seed are always the same. Answers with the number of rows, one for each person.
pub fn household_file(
    into: impl Write,
    seed: u64,
    (households, people): (u32, Option<u32>),
    on: NaiveDate,
) -> io::Result<u64> {
    let root = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("huean household file/{seed}").as_bytes());
    let tambons: Vec<AreaCode> = directory()
        .of_level(Level::Tambon)
        .map(|area| area.code)
        .filter(|code| provinces().any(|province| code.province().to_string() == province))
        .collect();
    let mut writer = csv::Writer::from_writer(into);
    writer.write_record(Column::all().map(Column::name))?;
    let sizes = people.map(|people| Sizes::of(households, people, root));
    let mut rows = 0;
    for number in 0..households {
        let size = sizes.as_ref().map(|sizes| sizes.of_household(number));
        rows += household(&mut writer, root, (number, size), on, &tambons)?;
    }
    writer.flush()?;
    Ok(rows)
}

fn household(
    writer: &mut csv::Writer<impl Write>,
    root: Uuid,
    (number, size): (u32, Option<usize>),
    on: NaiveDate,
    tambons: &[AreaCode],
) -> io::Result<u64> {
    let mut chance = Chance::of(root, &format!("household/{number}"));
    let id = HouseholdId::derived(root, &format!("household/{number}"));
    let members = family::invented(id, number, on, size, &mut chance);
    let Some(tambon) = chance.choose(tambons) else { return Ok(0) };
    let home = Home { number, id, at: 0, neighbour: number.checked_sub(1), members };
    let organisation = Lao::of_tambon(tambon).map_err(|error| io::Error::other(error.to_string()))?;
    let identify = home.identify((&organisation, CORNER), on, &mut chance);
    for (at, person) in identify.members.iter().enumerate() {
        writer.write_record(Column::all().map(|column| match cell_of_household(column, number, &identify) {
            Some(cell) => cell,
            None => cell_of_member(column, at, person),
        }))?;
    }
    Ok(identify.members.len() as u64)
}

/// What every row of the household says alike; none where the column is of its member.
fn cell_of_household(column: Column, number: u32, identify: &Identify) -> Option<String> {
    let address = identify.address.clone().unwrap_or_default();
    let tpmap = identify.lists.first().filter(|it| it.status != ListStatus::Unknown);
    Some(match column {
        Column::HouseholdRef => format!("H{number:07}"),
        Column::HouseCode => address.house_code.map(HouseCode::dashed).unwrap_or_default(),
        Column::HouseNo => address.house_no.unwrap_or_default(),
        Column::Moo => identify.moo.map(|it| it.to_string()).unwrap_or_default(),
        Column::Village => address.village.unwrap_or_default(),
        Column::TambonCode => identify.tambon.to_string(),
        Column::Tambon | Column::Amphoe | Column::Province => String::new(),
        Column::Lat => address.lat.unwrap_or_default(),
        Column::Lon => address.lon.unwrap_or_default(),
        Column::IdentifiedOn => identify.happened_on.map(|it| it.to_string()).unwrap_or_default(),
        Column::Sources => identify.sources.iter().map(code).collect::<Vec<_>>().join("|"),
        Column::TpmapListed => tpmap.map(|it| yes(it.status == ListStatus::Listed)).unwrap_or_default(),
        Column::TpmapListDate => tpmap.map(|it| it.list_date.to_string()).unwrap_or_default(),
        Column::Consent => yes(number.is_multiple_of(10)),
        Column::MemberNo
        | Column::Prefix
        | Column::GivenName
        | Column::FamilyName
        | Column::CitizenId
        | Column::Sex
        | Column::BirthDate
        | Column::Relation
        | Column::IsHead
        | Column::ResidenceStatus
        | Column::Health
        | Column::Education
        | Column::Work
        | Column::IncomeMonth
        | Column::Welfare => return None,
    })
}

fn cell_of_member(column: Column, at: usize, person: &Person) -> String {
    let details = person.details.clone();
    match column {
        Column::MemberNo => (at + 1).to_string(),
        Column::Prefix => details.prefix.unwrap_or_default(),
        Column::GivenName => details.given_name,
        Column::FamilyName => details.family_name.unwrap_or_default(),
        Column::CitizenId => match (details.citizen_id, details.has_id_card) {
            (Some(id), _) => id.dashed(),
            (None, Some(false)) => "ไม่มีบัตร".to_owned(),
            (None, Some(true) | None) => "-".to_owned(),
        },
        Column::Sex => code(&person.sex),
        Column::BirthDate => details.birth.map(|it| it.to_string()).unwrap_or_default(),
        Column::Relation => code(&person.relation),
        Column::IsHead => yes(person.relation == Relation::Head),
        Column::ResidenceStatus => code(&person.residence),
        Column::Health => code(&details.health),
        Column::Education => code(&details.education),
        Column::Work => code(&details.work),
        Column::IncomeMonth => details.income_month.map(Baht::grouped).unwrap_or_default(),
        Column::Welfare => details.welfare.iter().map(code).collect::<Vec<_>>().join("|"),
        Column::HouseholdRef
        | Column::HouseCode
        | Column::HouseNo
        | Column::Moo
        | Column::Village
        | Column::TambonCode
        | Column::Tambon
        | Column::Amphoe
        | Column::Province
        | Column::Lat
        | Column::Lon
        | Column::IdentifiedOn
        | Column::Sources
        | Column::TpmapListed
        | Column::TpmapListDate
        | Column::Consent => String::new(),
    }
}

/// The stored code of a value, which is also the file's.
fn code(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn yes(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}
