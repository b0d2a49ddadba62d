//! What becomes of people and place in the histories: moves, deaths, corrections, another head, nobody who looks after it.

use chrono::NaiveDate;
use events::area::Place;
use events::facts::household::*;
use events::facts::people::{Composition, Relation, ResidenceStatus, Sex};
use events::id::*;
use events::sealed::{Sealed, Subject};
use uuid::Uuid;

use super::{PLACES, Told, household, joined, person};

/// One of them.
pub(super) fn change(told: &Told, number: usize, on: NaiveDate, pick: u16) -> Option<HouseholdEvent> {
    let there: Vec<_> = told.members().into_iter().filter(|(_, there)| *there).map(|(person, _)| person).collect();
    let any = there.get(usize::from(pick / 8) % there.len().max(1)).copied();
    let composition = told.composition();
    match pick % 8 {
        0 => {
            let (tambon, lao) = PLACES[usize::from(pick / 8) % PLACES.len()];
            let place = Place::new(tambon.parse().unwrap(), Some(pick % 7 + 1), lao.map(|lao| lao.parse().unwrap()));
            Some(HouseholdEvent::MovedWithinArea(MovedWithinArea {
                happened_on: on,
                from: told.place(),
                place: place.unwrap(),
                address: None,
                wrong_check_digit: false,
            }))
        }
        1 => any.map(|person| {
            let (living, registered) = (composition.living - 1, composition.registered - 1);
            let composition = Composition { living, registered, ..composition };
            HouseholdEvent::MemberDied(MemberDied { happened_on: on, person, composition })
        }),
        2 => any.map(|person| {
            let HouseholdEvent::MemberJoined(it) = joined(told, number, on, pick / 8) else { unreachable!() };
            let details = it.details.get().unwrap().clone();
            HouseholdEvent::MemberCorrected(MemberCorrected {
                happened_on: on,
                person,
                stay: 1,
                sex: Sex::Female,
                relation: if pick.is_multiple_of(2) { Relation::Head } else { Relation::Sibling },
                residence: ResidenceStatus::LivingOnly,
                details: Sealed::open(Subject::new("person", person), "person.details", details),
                composition,
            })
        }),
        3 => any.map(|head| {
            let others = there.iter().filter(|person| **person != head);
            let relations = others.map(|person| Kin { person: *person, relation: Relation::Relative }).collect();
            HouseholdEvent::HeadChanged(HeadChanged { happened_on: on, head, previous: None, relations, composition })
        }),
        4 | 5 => any.map(|here| {
            let other = usize::from(pick / 8) % 16;
            HouseholdEvent::SamePersonNoted(SamePersonNoted {
                happened_on: on,
                person: here,
                household: household(if other == number { 0x77 } else { other }),
                other: person(other, 0),
                by: if pick.is_multiple_of(3) { MatchedBy::CitizenId } else { MatchedBy::NameAndBirth },
            })
        }),
        6 => told.standing().find_map(|(_, fact)| match fact {
            HouseholdEvent::SamePersonNoted(it) => Some(HouseholdEvent::SamePersonRejected(SamePersonRejected {
                happened_on: on,
                person: it.person,
                household: it.household,
                other: it.other,
            })),
            _ => None,
        }),
        _ => Some(HouseholdEvent::CaseworkerUnassigned(CaseworkerUnassigned {
            happened_on: on,
            caseworker: StaffId(Uuid::from_u128(1)),
            because: UnassignedBecause::Workload,
        })),
    }
}
