//! What is mended in the file of people: corrections, another head, moves, and their taking back.

use events::facts::Fact;
use events::facts::case::{After, Stage, Standing};
use events::facts::household::*;
use events::facts::people::{Composition, PersonDetails, Relation, ResidenceStatus, Sex};
use events::recorded::Occurrence;
use events::sealed::{Sealed, Subject};
use rusqlite::Connection;

use crate::histories::{day, household, tell};
use crate::people::{People, names};
use crate::projector::fold_in_memory;

/// A household with two members, the first its head, and what happens then.
fn folded(then: &[HouseholdEvent]) -> Connection {
    let mut events: Vec<Occurrence> = tell(&[(0, 0, 0), (1, 0, 1), (1, 1, 1)]);
    for fact in then {
        let mut next = events.last().unwrap().clone();
        next.position += 1;
        next.sequence += 1;
        next.fact = Fact::Household(Box::new(fact.clone()));
        events.push(next);
    }
    fold_in_memory::<People>(&events, &[2], &std::sync::Arc::new(super::names::finder())).unwrap()
}

fn joined() -> Vec<(MemberJoined, PersonDetails)> {
    let mut found = Vec::new();
    for event in tell(&[(0, 0, 0), (1, 0, 1), (1, 1, 1)]) {
        if let Fact::Household(fact) = event.fact
            && let HouseholdEvent::MemberJoined(it) = *fact
        {
            let details = it.details.get().unwrap().clone();
            found.push((it, details));
        }
    }
    found
}

fn named(db: &Connection) -> Vec<String> {
    let all = names(db, &[household(0)]).unwrap();
    all[&household(0)].members.iter().map(|it| it.name.given_name.clone()).collect()
}

fn taken_back(sequence: u64, event_type: &str) -> HouseholdEvent {
    HouseholdEvent::FactRetracted(FactRetracted {
        sequence,
        event_type: event_type.to_owned(),
        reason: RetractReason::Mistake,
        after: After { stage: Stage::Identified, standing: Standing::Open, episode: 1 },
        composition: Composition::empty(),
        next_due: None,
        reassess_due: None,
        place: None,
    })
}

#[test]
fn a_corrected_name_stands_in_place_of_the_wrong_one_until_it_is_taken_back() {
    let members = joined();
    let (first, second) = (&members[0].1.given_name, &members[1].1.given_name);
    assert_eq!(named(&folded(&[])), [first.clone(), second.clone()]);
    let (it, details) = &members[1];
    let details = PersonDetails { given_name: "ถูกต้อง".to_owned(), ..details.clone() };
    let corrected = HouseholdEvent::MemberCorrected(MemberCorrected {
        happened_on: day(1),
        person: it.person,
        stay: 1,
        sex: Sex::Female,
        relation: Relation::Child,
        residence: ResidenceStatus::LivingOnly,
        details: Sealed::open(Subject::new("person", it.person), "person.details", details),
        composition: Composition::empty(),
    });
    let died = HouseholdEvent::MemberDied(MemberDied {
        happened_on: day(2),
        person: it.person,
        composition: Composition::empty(),
    });
    assert_eq!(named(&folded(std::slice::from_ref(&corrected))), [first.clone(), "ถูกต้อง".to_owned()]);
    assert_eq!(named(&folded(&[corrected.clone(), died])), std::slice::from_ref(first));
    assert_eq!(named(&folded(&[corrected, taken_back(5, "MemberCorrected")])), [first.clone(), second.clone()]);
}

#[test]
fn the_new_head_is_named_first_until_the_change_is_taken_back() {
    let members = joined();
    let (first, second) = (&members[0].1.given_name, &members[1].1.given_name);
    let changed = HouseholdEvent::HeadChanged(HeadChanged {
        happened_on: day(1),
        head: members[1].0.person,
        previous: Some(members[0].0.person),
        relations: vec![Kin { person: members[0].0.person, relation: Relation::Parent }],
        composition: Composition::empty(),
    });
    assert_eq!(named(&folded(std::slice::from_ref(&changed))), [second.clone(), first.clone()]);
    assert_eq!(named(&folded(&[changed, taken_back(5, "HeadChanged")])), [first.clone(), second.clone()]);
}

#[test]
fn the_names_of_a_household_that_moved_are_found_in_its_new_place_alone() {
    let HouseholdEvent::HouseholdIdentified(first) = ({
        let Fact::Household(fact) = tell(&[(0, 0, 0)])
            .into_iter()
            .find_map(|it| match it.fact {
                Fact::Household(_) => Some(it.fact),
                Fact::Agency(_) | Fact::Model(_) | Fact::Staff(_) | Fact::Policy(_) | Fact::Numbering(_) => None,
            })
            .unwrap()
        else {
            unreachable!()
        };
        *fact
    }) else {
        unreachable!()
    };
    let place = events::area::Place::new("460201".parse().unwrap(), None, None).unwrap();
    let db = folded(&[HouseholdEvent::MovedWithinArea(MovedWithinArea {
        happened_on: day(1),
        from: first.place,
        place,
        address: None,
        wrong_check_digit: false,
    })]);
    let places: Vec<i64> = db
        .prepare("SELECT DISTINCT tambon FROM postings UNION SELECT tambon FROM homes")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(places, [460_201]);
}
