//! The ways in which a case ends without leaving poverty, beside being found not poor and being merged.

use chrono::NaiveDate;
use events::facts::case::{After, ClosedAs, Standing};
use events::facts::household::{
    DissolvedBecause, HouseholdDissolved, HouseholdEvent, HouseholdMovedAway, HouseholdRefused, HouseholdUnreachable,
    RefusedBecause,
};

/// One of them.
pub(super) fn left(on: NaiveDate, now: After, pick: u16) -> HouseholdEvent {
    let closed = |closed| After { standing: Standing::Closed(closed), ..now };
    match pick % 4 {
        0 => HouseholdEvent::HouseholdRefused(HouseholdRefused {
            happened_on: on,
            because: RefusedBecause::NoHelpWanted,
            said_by: None,
            words: None,
            after: closed(ClosedAs::Refused),
        }),
        1 => HouseholdEvent::HouseholdUnreachable(HouseholdUnreachable {
            happened_on: on,
            attempted_on: vec![on],
            policy: None,
            after: closed(ClosedAs::Unreachable),
        }),
        2 => HouseholdEvent::HouseholdMovedAway(HouseholdMovedAway {
            happened_on: on,
            to: None,
            words: None,
            after: closed(ClosedAs::MovedAway),
        }),
        _ => HouseholdEvent::HouseholdDissolved(HouseholdDissolved {
            happened_on: on,
            because: DissolvedBecause::LastMemberDied,
            after: closed(ClosedAs::Dissolved),
        }),
    }
}
