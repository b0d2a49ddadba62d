//! The report beside a slow look at every household, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events::facts::Fact;
use events::facts::case::{Stage, Standing};
use events::facts::people::Sex;

use super::*;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees, counts_as_household};
use crate::oracle::Oracle;

/// Who made up a household at a moment, as the last fact said that says so.
pub(crate) fn composition_of<'a>(events: &'a [Occurrence], id: &str, moment: DateTime<Utc>) -> Option<&'a Composition> {
    let known = events.iter().filter(|event| event.recorded_at <= moment && event.stream.aggregate_id == id);
    let mut said = known.filter_map(|event| match &event.fact {
        Fact::Household(fact) => fact.composition(),
        _ => None,
    });
    said.next_back()
}

fn counted_by(events: &[Occurrence], moment: DateTime<Utc>, key: Option<fn(&Composition) -> &'static str>) -> Counted {
    let mut counts: BTreeMap<(String, Vec<Option<String>>), [u64; 8]> = BTreeMap::new();
    for (id, story) in &Oracle::stories(events, moment) {
        if !counts_as_household(story.standing) {
            continue;
        }
        let composition = composition_of(events, id, moment);
        let keys = key.map(|key| Some(composition.map_or("unknown", key).to_owned())).into_iter().collect();
        let counts = counts.entry((story.tambon[..4].to_owned(), keys)).or_default();
        let stage = Stage::ALL.iter().position(|it| *it == story.stage).unwrap();
        for count in &mut counts[..=stage] {
            *count += 1;
        }
        counts[6] += u64::from(story.standing == Standing::Sustained);
        counts[7] += u64::from(matches!(story.standing, Standing::Closed(_)));
    }
    let row = |(place, counts): (_, [u64; 8])| {
        let share = Amount::Share(counts[4], counts[1]);
        (place, counts.map(Amount::Count).into_iter().chain([share]).collect())
    };
    counts.into_iter().map(row).collect()
}

fn by_head(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_by(
        events,
        moment,
        Some(|it| match it.sex_of_head {
            Sex::Female => "female",
            Sex::Male => "male",
            Sex::Unknown => "unknown",
        }),
    )
}

fn by_disability(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_by(
        events,
        moment,
        Some(|it| match (it.disabled.yes, it.disabled.unknown) {
            (0, 0) => "no",
            (0, _) => "unknown",
            (_, _) => "yes",
        }),
    )
}

fn by_age(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_by(events, moment, Some(|it| it.elderly_only.map_or("unknown", |all| if all { "yes" } else { "no" })))
}

agrees!(fn the_equity_by_sex_of_head_is_what_looking_at_every_household_says() { EQUITY, Some("sex_of_head"), by_head });
agrees!(fn the_equity_by_disability_is_what_looking_at_every_household_says() { EQUITY, Some("disability"), by_disability });
agrees!(fn the_equity_by_age_is_what_looking_at_every_household_says() { EQUITY, Some("elderly_only"), by_age });

#[test]
fn what_is_unknown_of_one_is_yes_when_it_is_true_of_another() {
    let of = |yes, unknown| of_any(Tally { yes, unknown });
    assert_eq!([of(0, 0), of(0, 2), of(1, 2), of(1, 0)], ["no", "unknown", "yes", "yes"]);
}
