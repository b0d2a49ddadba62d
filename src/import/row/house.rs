//! What the rows of a household say of it as a whole.

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::household::{Address, ListStatus, Source, StateList};
use events::thai::house_code::HouseCode;

use super::area::tambon;
use super::{Cells, codes};
use crate::import::form::Column;
use crate::import::header::FormRow;
use crate::import::reason::Warning;
use crate::rules::household::found::identify::OnList;

/// A household without its members.
#[derive(Debug, Clone, PartialEq)]
pub struct House {
    /// The tambon in force.
    pub tambon: AreaCode,
    /// The retired code that the file means, where it was followed.
    pub retired: Option<AreaCode>,
    /// Number of the village.
    pub moo: Option<u16>,
    /// Where the house stands, if anything is said of it.
    pub address: Option<Address>,
    /// The day it was found.
    pub identified_on: Option<NaiveDate>,
    /// Who pointed to it.
    pub sources: Vec<Source>,
    /// What the state's list says of it.
    pub tpmap: Option<OnList>,
    /// Whether it agrees that partners outside the state see it.
    pub consent: bool,
}

/// Reads it; none where something is wrong. The cells say what.
pub fn house(rows: &[FormRow]) -> (Option<House>, Cells<'_>) {
    let mut cells = Cells::of_household(rows);
    let read = read(&mut cells);
    let read = if cells.reasons.is_empty() { read } else { None };
    (read, cells)
}

fn read(cells: &mut Cells<'_>) -> Option<House> {
    let tambon = tambon(cells);
    let moo = cells.number(Column::Moo, &["หมู่ที่", "หมู่", "ม."]);
    let moo = moo.and_then(|moo| {
        let fits = u16::try_from(moo).ok().filter(|moo| *moo < 100);
        if fits.is_none() {
            cells.unreadable(Column::Moo, "place_moo_out_of_range", &"must be 1 to 99");
        }
        fits
    });
    let address = Address {
        house_no: cells.text(Column::HouseNo),
        road: None,
        village: cells.text(Column::Village),
        house_code: house_code(cells),
        lat: cells.degrees(Column::Lat),
        lon: cells.degrees(Column::Lon),
    };
    let identified_on = cells.day(Column::IdentifiedOn);
    let sources = cells.list(Column::Sources, &codes::SOURCES);
    if sources.is_empty() && cells.said(Column::Sources).is_none() {
        cells.missing(Column::Sources);
    }
    let tpmap = tpmap(cells);
    let consent = cells.answer(Column::Consent).unwrap_or(false);
    let tambon = tambon?;
    Some(House {
        tambon: tambon.code,
        retired: tambon.retired,
        moo,
        address: (address != Address::default()).then_some(address),
        identified_on,
        sources,
        tpmap,
        consent,
    })
}

fn house_code(cells: &mut Cells<'_>) -> Option<HouseCode> {
    match HouseCode::parse(cells.said(Column::HouseCode)?) {
        Ok((code, wrong)) => {
            if wrong.is_some() {
                cells.warn(Column::HouseCode, Warning::HouseCodeCheckDigit);
            }
            Some(code)
        }
        Err(error) => {
            cells.unreadable(Column::HouseCode, error.code(), &error);
            None
        }
    }
}

/// A list without its date is no list: two dates are two lists.
fn tpmap(cells: &mut Cells<'_>) -> Option<OnList> {
    let listed = cells.answer(Column::TpmapListed);
    let list_date = cells.day(Column::TpmapListDate);
    let dated = cells.said(Column::TpmapListDate).is_some();
    match (listed, list_date) {
        (Some(listed), Some(list_date)) => {
            let status = if listed { ListStatus::Listed } else { ListStatus::Missed };
            Some(OnList { list: StateList::Tpmap, list_date, status })
        }
        (Some(_), None) if !dated => {
            cells.missing(Column::TpmapListDate);
            None
        }
        (None, Some(_)) if cells.said(Column::TpmapListed).is_none() => {
            cells.wrong(Column::TpmapListed, "date_without_list");
            None
        }
        (Some(_) | None, _) => None,
    }
}
