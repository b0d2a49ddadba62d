//! Where the household lives, who pointed to it, and who looks after it.

use events::facts::household::{
    AddressCorrected, AddressRecorded, CaseworkerUnassigned, HouseCodeRecorded, MovedWithinArea, SourceAdded,
};

use super::Fits;
use crate::rules::household::state::{Case, Located};

pub(super) fn source_added(case: &mut Case, it: &SourceAdded) -> Fits {
    case.sources.insert(it.source).then_some(()).ok_or("the source is known already")
}

pub(super) fn unassigned(case: &mut Case, it: &CaseworkerUnassigned) -> Fits {
    let was = case.caseworker.take();
    (was == Some(it.caseworker)).then_some(()).ok_or("somebody else looks after it, or nobody")
}

pub(super) fn address_recorded(case: &mut Case, it: &AddressRecorded) -> Fits {
    case.located = Some(Located { address: it.address.clone(), since: it.happened_on });
    Ok(())
}

pub(super) fn address_corrected(case: &mut Case, it: &AddressCorrected) -> Fits {
    if let Some(place) = it.place {
        case.place = place;
    }
    let Some(address) = &it.address else { return Ok(()) };
    let since = it.since.unwrap_or(it.happened_on);
    let was = case.located.replace(Located { address: address.clone(), since });
    was.is_some_and(|was| was.since == since).then_some(()).ok_or("the address it corrects is missing")
}

pub(super) fn moved(case: &mut Case, it: &MovedWithinArea) -> Fits {
    let from = std::mem::replace(&mut case.place, it.place);
    case.placed_on = it.happened_on;
    case.located = it.address.clone().map(|address| Located { address, since: it.happened_on });
    // The code was the old house's.
    case.house_code = None;
    (from == it.from).then_some(()).ok_or("it moved from where it did not live")
}

pub(super) fn house_code(case: &mut Case, it: &HouseCodeRecorded) -> Fits {
    case.house_code = Some(it.house_code.clone());
    Ok(())
}
