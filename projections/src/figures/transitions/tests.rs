//! The report beside a slow look at every household's assessments, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::id::AssessmentId;

use super::*;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees, counts_as_household};
use crate::oracle::{Oracle, Story};

/// An assessment by its newest scoring.
pub(crate) struct Done {
    pub(crate) day: NaiveDate,
    /// Of the scoring.
    pub(crate) sequence: u64,
    pub(crate) instrument: String,
    /// By scale.
    pub(crate) levels: [Option<i64>; 6],
}

fn levels_of(overall: Option<&OverallScore>, capitals: &[CapitalScore]) -> [Option<i64>; 6] {
    let mut levels = [None; 6];
    levels[0] = overall.map(|it| i64::from(it.level.get()));
    for (nth, capital) in Capital::ALL.into_iter().enumerate() {
        let score = capitals.iter().find(|it| it.capital == capital);
        levels[nth + 1] = score.and_then(|it| it.level).map(|it| i64::from(it.get()));
    }
    levels
}

/// The assessments of a household.
pub(crate) fn assessments_of(story: &Story<'_>) -> BTreeMap<AssessmentId, Done> {
    let mut done = BTreeMap::new();
    for (event, fact) in &story.facts {
        let sequence = event.sequence;
        if let HouseholdEvent::HouseholdAssessed(it) = fact {
            let levels = levels_of(it.overall.as_ref(), &it.capitals);
            let instrument = it.instrument.clone();
            done.insert(it.assessment, Done { day: it.happened_on, sequence, instrument, levels });
        }
        if let HouseholdEvent::AssessmentRescored(it) = fact
            && let Some(known) = done.get_mut(&it.assessment)
        {
            known.levels = levels_of(it.overall.as_ref(), &it.capitals);
            known.sequence = sequence;
        }
    }
    done
}

fn way(story: &Story<'_>, scale: usize) -> (Option<i64>, Option<i64>) {
    let done = assessments_of(story);
    let mut complete: Vec<_> = done.iter().filter(|(_, it)| it.levels[scale].is_some()).collect();
    complete.sort_by_key(|(_, it)| (it.day, it.sequence));
    let Some((latest, last)) = complete.last() else { return (None, None) };
    let (first, begin) = complete.iter().find(|(_, it)| it.instrument == last.instrument).unwrap();
    (begin.levels[scale], last.levels[scale].filter(|_| first != latest))
}

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    let mut counts: BTreeMap<(String, Vec<Option<String>>), [u64; 7]> = BTreeMap::new();
    for story in Oracle::stories(events, moment).values().filter(|it| counts_as_household(it.standing)) {
        for (nth, scale) in SCALES.into_iter().enumerate() {
            let (from, to) = way(story, nth);
            let keys = vec![Some(scale.to_owned()), from.map(|it| it.to_string())];
            let counts = counts.entry((story.tambon[..4].to_owned(), keys)).or_default();
            counts[0] += 1;
            match (from, to) {
                (_, Some(to)) => counts[usize::try_from(to).unwrap()] += 1,
                (Some(_), None) => counts[5] += 1,
                (None, None) => counts[6] += 1,
            }
        }
    }
    counts.into_iter().map(|(place, counts)| (place, counts.map(Amount::Count).to_vec())).collect()
}

agrees!(fn the_ways_from_level_to_level_are_what_looking_at_every_household_says() { TRANSITIONS, None, counted });
