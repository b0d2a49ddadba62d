//! The report beside a slow count over folded households, on random histories.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use events::facts::Fact;
use proptest::prelude::*;

use super::*;
use crate::figures::Figures;
use crate::figures::cohort::CohortBy;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::told as sheet_told;
use crate::histories::{choices, tell};
use crate::oracle::Oracle;
use crate::projector::fold_in_memory;
use crate::reach::Reach;

type Cell = (StateList, NaiveDate, String);
type Counts = BTreeMap<Cell, [ByStatus; 3]>;

/// What each household's list was last said to be, taken from its facts one by one.
fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counts {
    let known: Vec<_> = events.iter().filter(|event| event.recorded_at <= moment).collect();
    let mut taken_back = BTreeSet::new();
    for event in &known {
        if let Fact::Household(fact) = &event.fact
            && let HouseholdEvent::FactRetracted(it) = &**fact
        {
            taken_back.insert((event.stream.aggregate_id.clone(), it.sequence));
        }
    }
    let mut said = BTreeMap::new();
    for event in known {
        let id = event.stream.aggregate_id.clone();
        if let Fact::Household(fact) = &event.fact
            && let HouseholdEvent::ListStatusRecorded(it) = &**fact
            && !taken_back.contains(&(id.clone(), event.sequence))
        {
            said.insert((it.list, it.list_date, id), it.status);
        }
    }
    let households = Oracle::at(events, moment).households;
    let counts_as_found = |standing| !matches!(standing, Standing::Closed(ClosedAs::Merged | ClosedAs::EnteredInError));
    let lists: BTreeSet<_> = said
        .iter()
        .filter(|((_, _, id), _)| counts_as_found(households[id].standing))
        .map(|((list, date, _), _)| (*list, *date))
        .collect();
    let mut counts = Counts::new();
    for (list, date) in lists {
        for (id, household) in households.iter().filter(|(_, it)| counts_as_found(it.standing)) {
            let verdict = match (household.standing, household.stage) {
                (Standing::Closed(ClosedAs::NotPoor), _) => 1,
                (_, Stage::Identified) => 2,
                _ => 0,
            };
            let status = said.get(&(list, date, id.clone())).copied().unwrap_or(ListStatus::Unknown);
            let cell = counts.entry((list, date, household.tambon[..4].to_owned())).or_default();
            *cell[verdict].of(status) += 1;
        }
    }
    counts
}

fn told(db: &Connection, as_of: Option<DateTime<Utc>>) -> Counts {
    let cohort = Cohort { by: Some(CohortBy::District), as_of, ..Cohort::all(Reach::All) };
    let rows = coverage(db, &CoverageQuery { cohort, list: None }).unwrap().rows;
    let row = |row: CoverageRow| {
        let cell = (row.list, row.list_date, row.part.area.unwrap().to_string());
        (cell, [row.poor, row.not_poor, row.unverified])
    };
    rows.into_iter().map(row).collect()
}

/// The same counts, taken from the cases behind them.
fn by_cases(db: &Connection, as_of: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Counts {
    let each = |mut counts: &[Amount]| {
        let mut next = || {
            let (first, rest) = counts.split_first().unwrap();
            counts = rest;
            let Amount::Count(count) = first else { panic!("it counts") };
            *count
        };
        [(); 3].map(|()| ByStatus { listed: next(), missed: next(), unknown: next() })
    };
    let rows = sheet_told(db, &COVERAGE_CASES, None, as_of, now);
    let row = |((place, keys), amounts): ((String, Vec<Option<String>>), Vec<Amount>)| {
        let (list, date) = (keys[0].clone().unwrap(), keys[1].clone().unwrap());
        ((list.parse().unwrap(), date.parse().unwrap(), place), each(&amounts))
    };
    rows.into_iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_coverage_is_what_counting_every_household_up_to_the_moment_says(
        choices in choices(200), pick in any::<usize>(),
    ) {
        let events = tell(&choices);
        let db = fold_in_memory::<Figures>(&events, &[9], &()).unwrap();
        prop_assert_eq!(told(&db, None), counted(&events, events.last().unwrap().recorded_at));
        let moment = events[pick % events.len()].recorded_at;
        prop_assert_eq!(told(&db, Some(moment)), counted(&events, moment), "{}", moment);
        let now = events.last().unwrap().recorded_at;
        prop_assert_eq!(by_cases(&db, None, now), told(&db, None));
        prop_assert_eq!(by_cases(&db, Some(moment), now), told(&db, Some(moment)));
    }

    #[test]
    fn the_parts_of_the_coverage_add_up_to_the_whole_and_to_the_funnel(choices in choices(200)) {
        let events = tell(&choices);
        let db = fold_in_memory::<Figures>(&events, &[50], &()).unwrap();
        let found: u64 =
            crate::figures::funnel::funnel(&db, &Cohort::all(Reach::All)).unwrap().rows.iter().map(|it| it.found).sum();
        let whole = coverage(&db, &CoverageQuery { cohort: Cohort::all(Reach::All), list: None }).unwrap().rows;
        for row in whole {
            prop_assert_eq!(row.poor.all() + row.not_poor.all() + row.unverified.all(), found);
            for by in [CohortBy::District, CohortBy::Tambon, CohortBy::Lao, CohortBy::Month] {
                let cohort = Cohort { by: Some(by), ..Cohort::all(Reach::All) };
                let parts = coverage(&db, &CoverageQuery { cohort, list: Some(row.list) }).unwrap().rows;
                let parts = parts.iter().filter(|it| it.list_date == row.list_date);
                let sum = |of: fn(&CoverageRow) -> u64| parts.clone().map(of).sum::<u64>();
                prop_assert_eq!(sum(|it| it.poor.listed), row.poor.listed);
                prop_assert_eq!(sum(|it| it.poor.missed), row.poor.missed);
                prop_assert_eq!(sum(|it| it.not_poor.listed), row.not_poor.listed);
                prop_assert_eq!(sum(|it| it.unverified.all()), row.unverified.all());
            }
        }
    }
}

#[test]
fn what_a_list_says_is_counted_at_all() {
    let choices: Vec<_> = (0..400_u16).map(|n| ((n * 7 % 16) as u8, n.wrapping_mul(2_311), n % 9)).collect();
    let events = tell(&choices);
    let db = fold_in_memory::<Figures>(&events, &[100], &()).unwrap();
    let rows = coverage(&db, &CoverageQuery { cohort: Cohort::all(Reach::All), list: None }).unwrap().rows;
    let sum = |of: fn(&CoverageRow) -> u64| rows.iter().map(of).sum::<u64>();
    assert!(rows.len() > 1, "{rows:?}");
    assert!(
        sum(|it| it.poor.listed) > 0 && sum(|it| it.poor.missed) > 0 && sum(|it| it.unverified.unknown) > 0,
        "{rows:?}"
    );
}
