//! The report beside a slow count over all facts, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::clock;
use events::facts::Fact;
use events::facts::case::{After, ClosedAs, Stage, Standing};
use events::recorded::Occurrence;

use super::*;
use crate::figures::Figures;
use crate::figures::sheet::tests::{Counted, agrees, all, counts_as_household, everything};
use crate::figures::sheet::{Amount, sheet};
use crate::histories::tell;
use crate::oracle::Oracle;
use crate::projector::fold_in_memory;

/// How each episode of a household stands, in order; and on which day its opening was recorded.
fn episodes(events: &[Occurrence], id: &str, moment: DateTime<Utc>) -> Vec<(After, NaiveDate)> {
    let mut episodes: Vec<(After, NaiveDate)> = Vec::new();
    let own = events.iter().filter(|event| event.recorded_at <= moment && event.stream.aggregate_id == id);
    for event in own {
        let Fact::Household(fact) = &event.fact else { continue };
        let Some(after) = fact.after() else { continue };
        let nth = usize::try_from(after.episode).unwrap();
        // Taking an opening back leads to the episode before it.
        episodes.truncate(nth);
        if episodes.len() < nth {
            episodes.push((after, clock::day_of(event.recorded_at)));
        } else {
            episodes[nth - 1].0 = after;
        }
    }
    episodes
}

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    let mut counted = Counted::new();
    for (id, known) in Oracle::stories(events, moment) {
        if !counts_as_household(known.standing) {
            continue;
        }
        let episodes = episodes(events, id, moment);
        let last = episodes.len();
        for (nth, (after, _)) in (1..).zip(&episodes) {
            let reached = Stage::ALL.iter().position(|it| *it == after.stage).unwrap();
            let stands = |standing| u64::from(after.standing == standing);
            let closed = |closed| stands(Standing::Closed(closed));
            let stages = (1..Stage::ALL.len()).map(|stage| u64::from(reached >= stage));
            let ways = [
                stands(Standing::Open),
                stands(Standing::Sustained),
                closed(ClosedAs::NotPoor),
                closed(ClosedAs::Refused),
                closed(ClosedAs::Unreachable),
                closed(ClosedAs::MovedAway),
                closed(ClosedAs::Dissolved),
                u64::from(nth < last),
            ];
            let figures: Vec<_> = [1].into_iter().chain(stages).chain(ways).collect();
            let key = (known.tambon[..4].to_owned(), vec![Some(nth.to_string())]);
            let row = counted.entry(key).or_insert_with(|| vec![Amount::Count(0); figures.len()]);
            for (sum, one) in row.iter_mut().zip(figures) {
                if let Amount::Count(sum) = sum {
                    *sum += one;
                }
            }
        }
    }
    counted
}

agrees!(fn episodes_are_what_following_every_household_says() { EPISODES, None, counted });

#[test]
fn a_later_episode_falls_into_the_period_in_which_it_was_opened() {
    let events = tell(&everything());
    let db = fold_in_memory::<Figures>(&events, &[9], &()).unwrap();
    let now = events.last().unwrap().recorded_at;
    let mut opened: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    for (id, known) in Oracle::stories(&events, now) {
        if counts_as_household(known.standing) {
            for (_, day) in episodes(&events, id, now).into_iter().skip(1) {
                *opened.entry(day).or_default() += 1;
            }
        }
    }
    assert!(opened.len() > 2, "{opened:?}");
    for (day, count) in opened {
        let mut query = all(None, now);
        (query.cohort.from, query.cohort.to) = (Some(day), Some(day));
        let rows = sheet(&db, &EPISODES, &query).unwrap().rows;
        let later = rows.iter().filter(|row| row.keys != [Some("1".to_owned())]);
        let sum: u64 = later.map(|row| if let Amount::Count(count) = row.amounts[0] { count } else { 0 }).sum();
        assert_eq!(sum, count, "{day}");
    }
}
