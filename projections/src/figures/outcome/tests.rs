//! The report beside a slow look at every household that was helped, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::facts::case::Standing;
use events::facts::household::Capital;

use super::*;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees, counts_as_household};
use crate::figures::transitions::tests::{Done, assessments_of};
use crate::oracle::Oracle;

/// Under what a fact counts, and which scale is looked at.
type Under = fn(&HouseholdEvent) -> Option<(String, usize)>;

fn counted_under(events: &[Occurrence], moment: DateTime<Utc>, keyed: bool, under: Under) -> Counted {
    let mut counts: BTreeMap<(String, Vec<Option<String>>), [u64; 7]> = BTreeMap::new();
    for story in Oracle::stories(events, moment).values().filter(|it| counts_as_household(it.standing)) {
        let mut begun: BTreeMap<(String, usize), NaiveDate> = BTreeMap::new();
        for (_, fact) in &story.facts {
            if let (Some(key), Some(day)) = (under(fact), fact.happened_on()) {
                let first = begun.entry(key).or_insert(day);
                *first = day.min(*first);
            }
        }
        let mut done: Vec<Done> = assessments_of(story).into_values().collect();
        done.sort_by_key(|it| (it.day, it.sequence));
        for ((key, scale), day) in begun {
            let complete = || done.iter().filter(|it| it.levels[scale].is_some());
            let before = complete().rfind(|it| it.day <= day);
            let after = complete().rfind(|it| it.day > day);
            let keys = if keyed { vec![Some(key)] } else { Vec::new() };
            let counts = counts.entry((story.tambon[..4].to_owned(), keys)).or_default();
            counts[0] += 1;
            counts[1] += u64::from(story.standing == Standing::Graduated);
            counts[2] += u64::from(story.standing == Standing::Sustained);
            match (before, after) {
                (Some(before), Some(after)) if before.instrument == after.instrument => {
                    let way = after.levels[scale].cmp(&before.levels[scale]);
                    counts[usize::try_from(4 - i8::from(way as i8 > 0) + i8::from((way as i8) < 0)).unwrap()] += 1;
                }
                _ => counts[6] += 1,
            }
        }
    }
    counts.into_iter().map(|(place, counts)| (place, counts.map(Amount::Count).to_vec())).collect()
}

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_under(events, moment, false, |fact| match fact {
        HouseholdEvent::AssistanceDelivered(_) | HouseholdEvent::ModelEnrolled(_) => Some((String::new(), 0)),
        _ => None,
    })
}

fn by_model(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_under(events, moment, true, |fact| match fact {
        HouseholdEvent::AssistanceDelivered(it) => it.model.map(|it| (it.to_string(), 0)),
        HouseholdEvent::ModelEnrolled(it) => Some((it.model.to_string(), 0)),
        _ => None,
    })
}

fn by_agency(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_under(events, moment, true, |fact| match fact {
        HouseholdEvent::AssistanceDelivered(it) => it.agency.map(|it| (it.to_string(), 0)),
        _ => None,
    })
}

fn by_capital(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_under(events, moment, true, |fact| match fact {
        HouseholdEvent::AssistanceDelivered(it) => {
            let nth = Capital::ALL.iter().position(|capital| *capital == it.capital).unwrap();
            Some((it.capital.as_str().to_owned(), nth + 1))
        }
        _ => None,
    })
}

agrees!(fn the_outcome_is_what_looking_at_every_household_says() { OUTCOME, None, counted });
agrees!(fn the_outcome_by_model_is_what_looking_at_every_household_says() { OUTCOME, Some("model"), by_model });
agrees!(fn the_outcome_by_agency_is_what_looking_at_every_household_says() { OUTCOME, Some("agency"), by_agency });
agrees!(fn the_outcome_by_capital_is_what_looking_at_every_household_says() { OUTCOME, Some("capital"), by_capital });
