//! The report beside a slow look at every household, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events::facts::people::Sex;

use super::*;
use crate::figures::equity::tests::composition_of;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees, counts_as_household};
use crate::oracle::Oracle;

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    let mut counts: BTreeMap<(String, Vec<Option<String>>), [u64; 10]> = BTreeMap::new();
    for (id, story) in &Oracle::stories(events, moment) {
        if !counts_as_household(story.standing) {
            continue;
        }
        let counts = counts.entry((story.tambon[..4].to_owned(), Vec::new())).or_default();
        counts[0] += 1;
        let composition = composition_of(events, id, moment);
        let living = composition.is_some_and(|it| it.living > 0);
        counts[1] += u64::from(!living);
        counts[2] += u64::from(composition.is_none_or(|it| it.sex_of_head == Sex::Unknown));
        if let Some(it) = composition.filter(|_| living) {
            counts[3] += u64::from(it.elderly_only.is_none());
            counts[4] += u64::from(it.without_id_card.yes == 0 && it.without_id_card.unknown > 0);
        }
        let any = |is: &dyn Fn(&Occurrence, &HouseholdEvent) -> bool| {
            // What is doubtful about help stays so when the help was reversed: it was recorded like that.
            u64::from(story.facts.iter().chain(&story.reversed).any(|(event, fact)| is(event, fact)))
        };
        counts[5] += any(&|_, fact| match fact {
            HouseholdEvent::HouseholdIdentified(it) => it.wrong_check_digit,
            HouseholdEvent::MemberJoined(it) => it.wrong_check_digit,
            HouseholdEvent::MovedWithinArea(it) => it.wrong_check_digit,
            _ => false,
        });
        counts[6] +=
            any(&|_, fact| matches!(fact, HouseholdEvent::HouseholdIdentified(it) if it.retired_area.is_some()));
        counts[7] += any(&|_, fact| matches!(fact, HouseholdEvent::HouseholdAssessed(it) if it.overall.is_none()));
        counts[8] += any(
            &|_, fact| matches!(fact, HouseholdEvent::HouseholdAssessed(it) if it.money.net_per_resident_month.is_none()),
        );
        counts[9] += any(&|event, fact| {
            let recorded = clock::day_of(event.recorded_at);
            fact.happened_on().is_some_and(|day| recorded > day + chrono::Duration::days(30))
        });
    }
    counts.into_iter().map(|(place, counts)| (place, counts.map(Amount::Count).to_vec())).collect()
}

agrees!(fn the_doubts_are_what_looking_at_every_household_says() { QUALITY, None, counted });
