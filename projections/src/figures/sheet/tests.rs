//! Tests of all reports over cases at once, and what the test of each one shares.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events::clock;
use events::facts::case::{ClosedAs, Standing};
use proptest::prelude::*;

use super::tally::quantile;
use super::*;
use crate::figures::cohort::CohortBy;
use crate::figures::{Figures, SHEETS};
use crate::histories::{Choice, choices, tell};
use crate::projector::fold_in_memory;
use crate::reach::Reach;

/// What a slow count says: figures by district and keys.
pub(crate) type Counted = BTreeMap<(String, Vec<Option<String>>), Vec<Amount>>;

/// Whether a household counts in reports about households.
pub(crate) fn counts_as_household(standing: Standing) -> bool {
    !matches!(standing, Standing::Closed(ClosedAs::Merged | ClosedAs::EnteredInError))
}

/// The value that so many in a thousand do not exceed, by sorting.
pub(crate) fn quantile_of(values: &[i64], permille: usize) -> Option<i64> {
    let mut values = values.to_vec();
    values.sort_unstable();
    let nth = (values.len() * permille).div_ceil(1000).max(1) - 1;
    values.get(nth).copied()
}

/// A question about everything.
pub(crate) fn all(as_of: Option<DateTime<Utc>>, now: DateTime<Utc>) -> SheetQuery {
    SheetQuery { cohort: Cohort { as_of, ..Cohort::all(Reach::All) }, per: None, today: clock::day_of(now) }
}

/// What the report says by district.
pub(crate) fn told(
    db: &Connection,
    of: &Sheet,
    per: Option<&'static str>,
    as_of: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Counted {
    let mut query = SheetQuery { per, ..all(as_of, now) };
    query.cohort.by = Some(CohortBy::District);
    let rows = sheet(db, of, &query).unwrap().rows;
    rows.into_iter().map(|row| ((row.part.area.unwrap().to_string(), row.keys), row.amounts)).collect()
}

/// A history in which everything happens.
pub(crate) fn everything() -> Vec<Choice> {
    let mut state = 7_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u16::try_from(state >> 48).unwrap()
    };
    // Few households to which much happens: rarely another one is found, and lists are asked for often.
    let what = |what: u16, rare: bool| if what == 0 && !rare { 11 } else { u8::try_from(what).unwrap() };
    (0..12_000).map(|_| (what(next() % 24, next() % 6 == 0), next(), next() % 9)).collect()
}

/// One test per report: on random histories, now and at a past moment, it says what the slow count says.
macro_rules! agrees {
    (fn $name:ident() { $sheet:expr, $per:expr, $counted:expr }) => {
        proptest::proptest! {
            #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

            #[test]
            fn $name(choices in $crate::histories::choices(300), pick in proptest::prelude::any::<usize>()) {
                let events = $crate::histories::tell(&choices);
                let db = $crate::projector::fold_in_memory::<$crate::figures::Figures>(&events, &[9], &()).unwrap();
                let now = events.last().unwrap().recorded_at;
                let told = |as_of| $crate::figures::sheet::tests::told(&db, &$sheet, $per, as_of, now);
                proptest::prop_assert_eq!(told(None), $counted(&events, now));
                let moment = events[pick % events.len()].recorded_at;
                proptest::prop_assert_eq!(told(Some(moment)), $counted(&events, moment), "{}", moment);
            }
        }
    };
}
pub(crate) use agrees;

fn sums(rows: &[SheetRow]) -> BTreeMap<Vec<Option<String>>, Vec<(u64, i64)>> {
    let mut sums: BTreeMap<_, Vec<(u64, i64)>> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry(row.keys.clone()).or_insert_with(|| vec![(0, 0); row.amounts.len()]);
        for (sum, amount) in sum.iter_mut().zip(&row.amounts) {
            match amount {
                Amount::Count(count) | Amount::Total(count) => sum.0 += count,
                Amount::Sum(satang) => sum.1 += satang,
                Amount::Share(part, whole) => (sum.0, sum.1) = (sum.0 + part, sum.1 + i64::try_from(*whole).unwrap()),
                Amount::Days(_) | Amount::Middle(_) => {}
            }
        }
    }
    sums
}

/// Every further key that a report can be asked by.
fn pers(of: &Sheet) -> Vec<Option<&'static str>> {
    std::iter::once(None).chain(of.per.iter().copied().map(Some)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_areas_of_every_report_add_up_to_the_whole(choices in choices(300), pick in any::<usize>()) {
        let events = tell(&choices);
        let db = fold_in_memory::<Figures>(&events, &[50], &()).unwrap();
        let now = events.last().unwrap().recorded_at;
        for as_of in [None, Some(events[pick % events.len()].recorded_at)] {
            for (name, of) in SHEETS {
                for per in pers(of) {
                    let query = SheetQuery { per, ..all(as_of, now) };
                    let whole = sums(&sheet(&db, of, &query).unwrap().rows);
                    for by in [CohortBy::District, CohortBy::Tambon, CohortBy::Lao] {
                        let cohort = Cohort { by: Some(by), ..query.cohort.clone() };
                        let parts = sums(&sheet(&db, of, &SheetQuery { cohort, ..query.clone() }).unwrap().rows);
                        prop_assert_eq!(&parts, &whole, "{} by {:?} per {:?}", name, by, per);
                    }
                    // The areas are the same ones when they are asked for one by one.
                    let mut asked = Vec::new();
                    for area in ["4602", "4609"] {
                        let cohort = Cohort { area: Some(area.parse().unwrap()), ..query.cohort.clone() };
                        asked.extend(sheet(&db, of, &SheetQuery { cohort, ..query.clone() }).unwrap().rows);
                    }
                    prop_assert_eq!(&sums(&asked), &whole, "{} per {:?}", name, per);
                }
            }
        }
    }

    #[test]
    fn every_number_of_every_report_leads_to_just_so_many_cases(choices in choices(250), pick in any::<usize>()) {
        let events = tell(&choices);
        let db = fold_in_memory::<Figures>(&events, &[50], &()).unwrap();
        let now = events.last().unwrap().recorded_at;
        for as_of in [None, Some(events[pick % events.len()].recorded_at)] {
            for (name, of) in SHEETS {
                for (per, by) in pers(of).into_iter().flat_map(|per| {
                    [None, Some(CohortBy::Tambon), Some(CohortBy::Month)].map(|by| (per, by))
                }) {
                    let query = SheetQuery { per, ..all(as_of, now) };
                    let split = SheetQuery { cohort: Cohort { by, ..query.cohort.clone() }, ..query.clone() };
                    let table = sheet(&db, of, &split).unwrap();
                    for row in &table.rows {
                        let month_end = |first: NaiveDate| first + chrono::Months::new(1) - chrono::Days::new(1);
                        let cohort = Cohort {
                            area: row.part.area,
                            from: row.part.month,
                            to: row.part.month.map(month_end),
                            ..query.cohort.clone()
                        };
                        for (figure, amount) in of.figures.iter().zip(&row.amounts) {
                            let Amount::Count(count) = amount else { continue };
                            let keys = table.keys.iter().copied().zip(row.keys.clone()).collect();
                            let query = SheetQuery { cohort: cohort.clone(), ..query.clone() };
                            let page = behind(&db, of, &BehindQuery::of_row(query, figure.name, keys)).unwrap();
                            prop_assert_eq!(page.total, *count, "{} {} {:?} {:?}", name, figure.name, row.keys, by);
                            prop_assert_eq!(page.items.len() as u64, (*count).min(200));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_figure_of_every_report_counts_something_in_a_history_of_everything() {
    let events = tell(&everything());
    let db = fold_in_memory::<Figures>(&events, &[100], &()).unwrap();
    let now = events.last().unwrap().recorded_at;
    let moments: Vec<_> = (1..40).map(|nth| events[events.len() * nth / 40].recorded_at).collect();
    // The coverage has a test of its own that it counts at all.
    for (name, of) in SHEETS.iter().filter(|(name, _)| *name != "coverage") {
        let rows: Vec<_> = moments.iter().flat_map(|at| sheet(&db, of, &all(Some(*at), now)).unwrap().rows).collect();
        for (nth, figure) in of.figures.iter().enumerate() {
            let counts = |amount: &Amount| {
                !matches!(amount, Amount::Count(0) | Amount::Total(0) | Amount::Days(None) | Amount::Middle(None))
            };
            assert!(rows.iter().any(|row| counts(&row.amounts[nth])), "{name} {}", figure.name);
        }
    }
}

#[test]
fn nothing_outside_a_reach_is_counted_or_stands_behind_a_number() {
    let events = tell(&everything());
    let db = fold_in_memory::<Figures>(&events, &[100], &()).unwrap();
    let now = events.last().unwrap().recorded_at;
    for (name, of) in SHEETS {
        let nobody = Reach::Within(events::facts::staff::Scope { areas: Vec::new(), laos: Vec::new() });
        for reach in [nobody, Reach::Agency(crate::histories::agency(1))] {
            let mut query = all(None, now);
            query.cohort.reach = reach;
            assert_eq!(sheet(&db, of, &query).unwrap().rows, [], "{name}");
            let behind = behind(&db, of, &BehindQuery::of_row(query, of.figures[0].name, Vec::new())).unwrap();
            assert_eq!((behind.total, behind.items.len()), (0, 0), "{name}");
        }
        let district: events::area::AreaCode = "4609".parse().unwrap();
        let mut within = all(None, now);
        within.cohort.reach = Reach::Within(events::facts::staff::Scope { areas: vec![district], laos: Vec::new() });
        let mut asked = all(None, now);
        asked.cohort.area = Some(district);
        assert_eq!(sheet(&db, of, &within).unwrap(), sheet(&db, of, &asked).unwrap(), "{name}");
    }
}

#[test]
fn the_median_is_the_smallest_value_that_half_of_them_do_not_exceed() {
    for values in [vec![], vec![7], vec![3, 1], vec![5, 1, 3], (0..100).collect(), vec![2, 2, 2, 9]] {
        let mut counts = BTreeMap::new();
        for value in &values {
            *counts.entry(*value).or_insert(0) += 1;
        }
        for permille in [500, 900] {
            let expected = quantile_of(&values, usize::try_from(permille).unwrap());
            assert_eq!(quantile(&counts, permille), expected, "{values:?}");
        }
    }
    assert_eq!(quantile(&BTreeMap::from([(1, 1), (2, 1), (8, 2)]), 500), Some(2));
}
