//! Who may be whom: the index says what laying everybody beside everybody says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use events::area::Place;
use events::facts::Fact;
use events::facts::household::HouseholdEvent;
use events::facts::people::PersonDetails;
use events::facts::staff::Scope;
use events::id::{HouseholdId, PersonId};
use events::recorded::Occurrence;
use events::thai::date::PartialDate;
use events::thai::name::{likeness_key, similarity};
use proptest::prelude::*;
use rusqlite::Connection;

use super::names::finder;
use crate::histories::{Choice, choices, tell};
use crate::people::{AlikeIn, Finder, Newcomer, Newcomers, People, candidates, sweep};
use crate::projector::fold_in_memory;
use crate::reach::Reach;

/// Somebody who is there, as the facts say.
struct There {
    household: HouseholdId,
    order: usize,
    person: PersonId,
    details: PersonDetails,
    tambon: String,
}

/// Everybody who is there at the end of a history, and in which order the households came.
fn there(events: &[Occurrence]) -> Vec<There> {
    let mut order: Vec<HouseholdId> = Vec::new();
    let mut streams: BTreeMap<HouseholdId, Vec<(u64, &HouseholdEvent)>> = BTreeMap::new();
    for event in events {
        let Fact::Household(fact) = &event.fact else { continue };
        let id = HouseholdId(event.stream.aggregate_id.parse().unwrap());
        if !order.contains(&id) {
            order.push(id);
        }
        streams.entry(id).or_default().push((event.sequence, fact));
    }
    let mut all = Vec::new();
    for (household, stream) in streams {
        let out: BTreeSet<u64> = stream
            .iter()
            .filter_map(|(_, fact)| match fact {
                HouseholdEvent::FactRetracted(it) => Some(it.sequence),
                _ => None,
            })
            .collect();
        // A place that was taken back is said anew by the fact that takes it back.
        let tambon = stream.iter().rev().find_map(|(_, fact)| fact.place()).unwrap().tambon().to_string();
        let mut members: BTreeMap<PersonId, (PersonDetails, bool)> = BTreeMap::new();
        for (_, fact) in stream.iter().filter(|(sequence, _)| !out.contains(sequence)) {
            match fact {
                HouseholdEvent::MemberJoined(it) => {
                    members.insert(it.person, (it.details.get().unwrap().clone(), true));
                }
                HouseholdEvent::MemberCorrected(it) => {
                    if let Some(known) = members.get_mut(&it.person) {
                        known.0 = it.details.get().unwrap().clone();
                    }
                }
                HouseholdEvent::MemberLeft(it) => drop(members.get_mut(&it.person).map(|known| known.1 = false)),
                HouseholdEvent::MemberDied(it) => drop(members.get_mut(&it.person).map(|known| known.1 = false)),
                _ => {}
            }
        }
        let order = order.iter().position(|it| *it == household).unwrap();
        let here = members.into_iter().filter(|(_, (_, here))| *here);
        all.extend(here.map(|(person, (details, _))| There {
            household,
            order,
            person,
            details,
            tambon: tambon.clone(),
        }));
    }
    all
}

/// The table of the rule, read line by line; no history knows a house code.
fn may_be_one(one: &PersonDetails, at: &str, other: &PersonDetails, there: &str) -> bool {
    let name =
        |it: &PersonDetails| likeness_key(&format!("{} {}", it.given_name, it.family_name.clone().unwrap_or_default()));
    let same_id = one.citizen_id.is_some() && one.citizen_id == other.citizen_id;
    let same_name = name(one) == name(other);
    let same_day =
        one.birth.and_then(PartialDate::full).is_some_and(|day| other.birth.and_then(PartialDate::full) == Some(day));
    let may_agree = one.birth.zip(other.birth).is_none_or(|(one, other)| one.may_equal(other));
    let similar = similarity(&name(one), &name(other)) >= 0.85;
    same_id
        || same_name && same_day
        || same_name && may_agree && at == there
        || similar && same_day && at[..4] == there[..4]
}

/// Histories in which many people join many households, because only together they may be one.
fn crowded() -> impl Strategy<Value = Vec<Choice>> {
    let crowd = |what: u8| match what % 8 {
        0 => 0,
        1..=5 => 1,
        _ => what,
    };
    choices(300).prop_map(move |all| all.into_iter().map(|(what, pick, days)| (crowd(what), pick, days)).collect())
}

fn file(choices: &[Choice]) -> (Vec<Occurrence>, Connection, Arc<Finder>) {
    let events = tell(choices);
    let finder = Arc::new(finder());
    let db = fold_in_memory::<People>(&events, &[7], &finder).unwrap();
    (events, db, finder)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_sweep_finds_every_pair_that_laying_all_beside_all_finds(choices in crowded()) {
        let (events, db, _) = file(&choices);
        let swept = sweep(&db, &Reach::All).unwrap();
        let all = there(&events);
        prop_assert_eq!(swept.people, all.len() as u64);
        let mut expected = BTreeSet::new();
        for one in &all {
            for other in all.iter().filter(|other| other.order < one.order && other.person != one.person) {
                if may_be_one(&one.details, &one.tambon, &other.details, &other.tambon) {
                    expected.insert((one.household, one.person, other.household, other.person));
                }
            }
        }
        let found: Vec<_> = swept.pairs.iter().map(|it| (it.household, it.person, it.other_household, it.other)).collect();
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    #[test]
    fn a_newcomer_meets_everybody_she_may_be_and_nobody_beyond_the_reach(choices in crowded(), pick in any::<usize>()) {
        let (events, db, finder) = file(&choices);
        let all = there(&events);
        prop_assume!(!all.is_empty());
        let like = &all[pick % all.len()];
        let place = Place::new(like.tambon.parse().unwrap(), None, None).unwrap();
        let details = &like.details;
        let newcomer = Newcomer {
            given_name: format!("นาง{}", details.given_name),
            family_name: details.family_name.clone(),
            birth: details.birth,
            citizen_id: details.citizen_id,
        };
        let newcomers = Newcomers { place, house_code: None, members: vec![newcomer] };
        let near = Reach::Within(Scope { areas: vec!["4609".parse().unwrap()], laos: Vec::new() });
        for (reach, within) in [(Reach::All, ""), (near, "4609"), (Reach::Within(Scope::default()), "none")] {
            let found = candidates(&db, &finder, &reach, &newcomers).unwrap();
            let found: BTreeSet<_> = found.iter().map(|it| (it.household, it.person.unwrap())).collect();
            let expected = all.iter().filter(|it| {
                it.tambon.starts_with(within) && may_be_one(details, &like.tambon, &it.details, &it.tambon)
            });
            prop_assert_eq!(found, expected.map(|it| (it.household, it.person)).collect::<BTreeSet<_>>());
        }
    }
}

#[test]
fn a_candidate_says_why_and_prints_no_name() {
    let choices: Vec<_> = (0..60_u16).map(|n| (u8::from(n % 4 != 0), n.wrapping_mul(2_311), 1)).collect();
    let (events, db, finder) = file(&choices);
    let all = there(&events);
    let like = all.iter().find(|it| it.details.citizen_id.is_some()).unwrap();
    let newcomer = Newcomer {
        given_name: "ใครก็ไม่รู้".to_owned(),
        family_name: None,
        birth: None,
        citizen_id: like.details.citizen_id,
    };
    let place = Place::new("460201".parse().unwrap(), None, None).unwrap();
    let newcomers = Newcomers { place, house_code: None, members: vec![newcomer] };
    let found = candidates(&db, &finder, &Reach::All, &newcomers).unwrap();
    let found = found.iter().find(|it| it.person == Some(like.person)).unwrap();
    assert!(found.alike_in.starts_with(&[AlikeIn::CitizenId]) && !found.alike_in.contains(&AlikeIn::Name));
    let printed = format!("{newcomers:?} {found:?}");
    assert!(!printed.contains("ใครก็ไม่รู้") && !printed.contains(&like.details.given_name), "{printed}");
}
