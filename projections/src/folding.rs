//! Tests of all folds together: any split into batches gives the same rows, and the rows say what the oracle says.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use events::clock;
use events::facts::case::{ClosedAs, Stage, Standing};
use events::id::AgencyId;
use events::recorded::Occurrence;
use proptest::prelude::*;
use rusqlite::Connection;
use uuid::Uuid;

use crate::check::{Checked, compare, one_queue, one_stage};
use crate::figures::Figures;
use crate::figures::backlog::{BacklogBy, backlog, history};
use crate::figures::caseload::{self, CaseQuery};
use crate::figures::clocks::{self, TaskDue, TaskQuery};
use crate::figures::cohort::{Cohort, CohortBy};
use crate::figures::funnel::funnel;
use crate::figures::referrals::{self, AgeBucket, ReferralQuery};
use crate::histories::{choices, tell};
use crate::oracle::{Cell, Oracle, Task};
use crate::page::AsOf;
use crate::projector::fold_in_memory;
use crate::reach::Reach;

/// A history in which everything happens.
fn choices_of_everything() -> Vec<crate::histories::Choice> {
    (0..400_u16).map(|n| ((n * 7 % 16) as u8, n.wrapping_mul(2_311), n % 9)).collect()
}

/// A file of figures of these events, folded in batches of these sizes in turn.
fn figures(events: &[Occurrence], sizes: &[usize]) -> Connection {
    fold_in_memory::<Figures>(events, sizes, &()).unwrap()
}

fn moments(events: &[Occurrence], picks: &[usize]) -> Vec<DateTime<Utc>> {
    let mut moments: Vec<_> = picks.iter().map(|pick| events[pick % events.len()].recorded_at).collect();
    moments.push(clock::end_of(clock::day_of(moments[0])));
    moments
}

fn counted(db: &Connection, query: &ReferralQuery) -> BTreeMap<Cell, (u64, u64)> {
    let by = [BacklogBy::Agency, BacklogBy::Service, BacklogBy::District, BacklogBy::Age];
    let rows = backlog(db, query, &by).unwrap().rows;
    rows.into_iter()
        .map(|row| {
            let cases = row.cases;
            let district = cases.district.unwrap().to_string();
            let cell = (cases.agency.unwrap(), cases.service.unwrap(), district, cases.age.unwrap(), cases.state);
            (cell, (row.waiting, row.overdue))
        })
        .collect()
}

/// Every date of a query, page by page.
fn running(db: &Connection, query: &TaskQuery) -> BTreeMap<Task, (NaiveDate, bool)> {
    let mut query = TaskQuery { limit: Some(7), ..query.clone() };
    let mut all = BTreeMap::new();
    let mut last = None;
    loop {
        let page = clocks::list(db, &query).unwrap();
        for row in page.items {
            assert!(last <= Some(row.by), "they come in the order of their days");
            last = Some(row.by);
            let date = (row.by, row.noted_at.is_some());
            assert_eq!(all.insert((row.household.to_string(), row.clock, row.subject), date), None);
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            assert_eq!(all.len() as u64, page.total);
            return all;
        }
    }
}

fn stood(db: &Connection, query: &Cohort) -> BTreeMap<(String, Stage, Standing), u64> {
    let rows = funnel(db, query).unwrap().rows;
    let each = rows.into_iter().flat_map(|row| {
        let district = row.part.area.unwrap().to_string();
        row.standing.into_iter().map(move |it| ((district.clone(), it.stage, it.standing), it.households))
    });
    each.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_split_into_batches_gives_the_same_rows(
        choices in choices(160), sizes in prop::collection::vec(1_usize..40, 1..6),
    ) {
        let events = tell(&choices);
        let (one, many) = (figures(&events, &[usize::MAX]), figures(&events, &sizes));
        let mut checked = Checked { what: "", looked_at: 0, faults: Vec::new() };
        compare(&one, &many, &mut checked).unwrap();
        prop_assert_eq!(&checked.faults, &Vec::<String>::new());
        prop_assert!(checked.looked_at > 0);
        for checked in [one_stage(&many).unwrap(), one_queue(&many).unwrap()] {
            prop_assert_eq!(&checked.faults, &Vec::<String>::new());
        }
    }

    #[test]
    fn the_caseload_says_what_folding_every_stream_says(choices in choices(160)) {
        let events = tell(&choices);
        let db = figures(&events, &[7]);
        let last = events.last().unwrap();
        let oracle = Oracle::at(&events, last.recorded_at);
        let households = CaseQuery { limit: Some(200), ..CaseQuery::all(Reach::All, last.recorded_at) };
        let merged = Standing::Closed(ClosedAs::Merged);
        let gone = oracle.households.values().filter(|it| it.standing == merged).count() as u64;
        let page = caseload::list(&db, &households).unwrap();
        prop_assert_eq!(page.total, oracle.households.len() as u64 - gone, "a merged household is no household");
        let left = [Standing::Open, Standing::Graduated, Standing::Sustained];
        let all = ClosedAs::ALL.into_iter().map(Standing::Closed).chain(left).collect();
        let page = caseload::list(&db, &CaseQuery { standings: all, ..households }).unwrap();
        prop_assert_eq!(page.as_of, AsOf { position: last.position, time: last.recorded_at });
        prop_assert_eq!(page.total, oracle.households.len() as u64);
        for row in page.items {
            let known = &oracle.households[&row.id.to_string()];
            prop_assert_eq!(
                (row.stage, row.standing, row.level.map(events::facts::household::Level::get), row.caseworker.map(|it| it.0)),
                (known.stage, known.standing, known.level, known.caseworker)
            );
            prop_assert_eq!(
                (row.due.map(|due| due.by), row.residents, row.last.position, row.identified_on),
                (known.due_by, known.residents, known.position, known.identified_on)
            );
            let open = oracle.referrals.values().filter(|it| it.household == row.id.to_string());
            let open = open.filter(|it| it.state.queue().is_some()).count();
            prop_assert_eq!(row.open_referrals as usize, open);
        }
    }

    #[test]
    fn queues_and_backlog_are_what_folding_every_stream_up_to_the_moment_says(
        choices in choices(200), picks in prop::collection::vec(any::<usize>(), 1..4),
    ) {
        let events = tell(&choices);
        let db = figures(&events, &[11]);
        let now = events.last().unwrap().recorded_at + Duration::days(3);
        let oracle = Oracle::at(&events, now);
        prop_assert_eq!(counted(&db, &ReferralQuery::all(Reach::All, now)), oracle.backlog(now));
        for moment in moments(&events, &picks) {
            let oracle = Oracle::at(&events, moment);
            let query = ReferralQuery { as_of: Some(moment), limit: Some(200), ..ReferralQuery::all(Reach::All, now) };
            prop_assert_eq!(counted(&db, &query), oracle.backlog(moment), "{}", moment);
            let page = referrals::list(&db, &query).unwrap();
            let listed: BTreeMap<_, _> = page.items.iter().map(|row| (row.id, (row.state, row.due_by))).collect();
            let asked: BTreeMap<_, _> = oracle.referrals.iter().map(|(id, it)| (*id, (it.state, it.due_by))).collect();
            prop_assert_eq!(listed, asked, "{}", moment);
        }
    }

    #[test]
    fn the_dates_that_run_are_what_folding_every_stream_up_to_the_moment_says(
        choices in choices(200), picks in prop::collection::vec(any::<usize>(), 1..4),
    ) {
        let events = tell(&choices);
        let db = figures(&events, &[8]);
        let now = events.last().unwrap().recorded_at + Duration::days(9);
        prop_assert_eq!(running(&db, &TaskQuery::all(Reach::All, now)), Oracle::at(&events, now).tasks);
        for moment in moments(&events, &picks) {
            let all = TaskQuery { as_of: Some(moment), ..TaskQuery::all(Reach::All, now) };
            let tasks = Oracle::at(&events, moment).tasks;
            prop_assert_eq!(&running(&db, &all), &tasks, "{}", moment);
            let to_note = TaskQuery { due: Some(TaskDue::Overdue), noted: Some(false), ..all };
            let today = clock::day_of(moment);
            let missed = tasks.into_iter().filter(|(_, (by, noted))| *by < today && !noted).collect();
            prop_assert_eq!(running(&db, &to_note), missed, "{}", moment);
        }
    }

    #[test]
    fn every_number_of_the_backlog_leads_to_just_so_many_cases(choices in choices(200), pick in any::<usize>()) {
        let events = tell(&choices);
        let db = figures(&events, &[50]);
        let now = events.last().unwrap().recorded_at;
        for as_of in [None, Some(moments(&events, &[pick])[0])] {
            let all = ReferralQuery { as_of, ..ReferralQuery::all(Reach::All, now) };
            for by in [vec![], vec![BacklogBy::Age], vec![BacklogBy::Agency, BacklogBy::District]] {
                for row in backlog(&db, &all, &by).unwrap().rows {
                    let cases = ReferralQuery {
                        agency: row.cases.agency,
                        service: row.cases.service.clone(),
                        area: row.cases.district,
                        age: row.cases.age,
                        states: vec![row.cases.state],
                        as_of: row.cases.as_of,
                        ..ReferralQuery::all(Reach::All, now)
                    };
                    prop_assert_eq!(referrals::list(&db, &cases).unwrap().total, row.waiting);
                }
            }
        }
    }

    #[test]
    fn the_history_of_a_queue_is_its_backlog_at_the_end_of_each_day(choices in choices(160)) {
        let events = tell(&choices);
        let db = figures(&events, &[13]);
        let (first, last) = (clock::day_of(events[0].recorded_at), clock::day_of(events.last().unwrap().recorded_at));
        let query = ReferralQuery::all(Reach::All, clock::end_of(last));
        for day in history(&db, &query, first, last).unwrap() {
            let oracle = Oracle::at(&events, clock::end_of(day.day));
            let count = |wanted| oracle.referrals.values().filter(|it| it.state.queue() == Some(wanted)).count() as u64;
            prop_assert_eq!(
                (day.to_answer, day.to_deliver),
                (count(referrals::Queue::ToAnswer), count(referrals::Queue::ToDeliver)),
                "{}", day.day
            );
            let then = ReferralQuery { as_of: Some(clock::end_of(day.day)), ..query.clone() };
            let mut ages = [0; 4];
            for row in backlog(&db, &then, &[BacklogBy::Age]).unwrap().rows {
                let age = AgeBucket::ALL.iter().position(|it| Some(*it) == row.cases.age).unwrap();
                ages[age] += row.waiting;
            }
            prop_assert_eq!(day.ages, ages, "{}", day.day);
        }
    }

    #[test]
    fn the_funnel_is_what_folding_every_stream_up_to_the_moment_says(
        choices in choices(160), picks in prop::collection::vec(any::<usize>(), 1..4),
    ) {
        let events = tell(&choices);
        let db = figures(&events, &[9]);
        let by = Some(CohortBy::District);
        let last = events.last().unwrap().recorded_at;
        let now = Cohort { by, ..Cohort::all(Reach::All) };
        prop_assert_eq!(stood(&db, &now), Oracle::at(&events, last).funnel());
        for moment in moments(&events, &picks) {
            let then = Cohort { as_of: Some(moment), ..now.clone() };
            prop_assert_eq!(stood(&db, &then), Oracle::at(&events, moment).funnel(), "{}", moment);
        }
    }
}

/// Pages follow each other without a row lost or doubled, in every order.
#[test]
fn all_pages_together_are_the_list() {
    let events = tell(&choices_of_everything());
    let db = figures(&events, &[100]);
    let now = events.last().unwrap().recorded_at;
    for sort in ["case_no", "due", "stage", "identified", "recent", "level", "-case_no", "-due", "-stage", "-level"] {
        let mut query = CaseQuery { sort: sort.parse().unwrap(), limit: Some(3), ..CaseQuery::all(Reach::All, now) };
        let mut seen = Vec::new();
        loop {
            let page = caseload::list(&db, &query).unwrap();
            seen.extend(page.items.iter().map(|row| row.id));
            query.cursor = page.next;
            if query.cursor.is_none() {
                let total = usize::try_from(page.total).unwrap();
                seen.sort_unstable();
                seen.dedup();
                assert_eq!(seen.len(), total, "{sort}");
                break;
            }
        }
        assert!(seen.len() > 6);
    }
    for sort in ["due", "age", "made", "-due", "-age", "-made"] {
        let mut query =
            ReferralQuery { sort: sort.parse().unwrap(), limit: Some(2), ..ReferralQuery::all(Reach::All, now) };
        let mut seen = Vec::new();
        loop {
            let page = referrals::list(&db, &query).unwrap();
            seen.extend(page.items.iter().map(|row| row.id));
            query.cursor = page.next;
            if query.cursor.is_none() {
                let total = usize::try_from(page.total).unwrap();
                seen.sort_unstable();
                seen.dedup();
                assert_eq!(seen.len(), total, "{sort}");
                break;
            }
        }
    }
}

/// Whether the last day of the queue it waits in was noted as missed.
fn noted_of(row: &referrals::ReferralRow) -> bool {
    let delivers = row.state == referrals::ReferralState::ToDeliver;
    if delivers { row.delivery_overdue_noted_at.is_some() } else { row.overdue_noted_at.is_some() }
}

#[test]
fn what_was_noted_as_overdue_is_not_asked_for_again() {
    let choices: Vec<_> = (0..600_u16).map(|n| ((n * 7 % 16) as u8, n / 7, n % 9)).collect();
    let events = tell(&choices);
    let db = figures(&events, &[100]);
    let now = events.last().unwrap().recorded_at;
    let all = ReferralQuery { limit: Some(200), ..ReferralQuery::all(Reach::All, now) };
    let noted = |wanted| {
        let query = ReferralQuery { overdue_noted: Some(wanted), ..all.clone() };
        let page = referrals::list(&db, &query).unwrap();
        assert!(page.items.iter().all(|row| noted_of(row) == wanted), "{wanted}");
        assert!(page.total > 0, "{wanted}");
        page.total
    };
    assert_eq!(noted(true) + noted(false), referrals::list(&db, &all).unwrap().total);
}

#[test]
fn nothing_outside_a_reach_is_listed_or_counted() {
    let events = tell(&choices_of_everything());
    let db = figures(&events, &[100]);
    let now = events.last().unwrap().recorded_at;
    let within = |areas: &[&str], laos: &[&str]| {
        let areas = areas.iter().map(|area| area.parse().unwrap()).collect();
        let laos = laos.iter().map(|lao| lao.parse().unwrap()).collect();
        Reach::Within(events::facts::staff::Scope { areas, laos })
    };
    let all = caseload::list(&db, &CaseQuery::all(Reach::All, now)).unwrap();
    for reach in [within(&["4609"], &[]), within(&["460201"], &["46090001"]), within(&["47"], &[]), within(&[], &[])] {
        let expected = all.items.iter().filter(|row| reach.covers(&row.place)).count() as u64;
        let page = caseload::list(&db, &CaseQuery::all(reach.clone(), now)).unwrap();
        assert!(page.items.iter().all(|row| reach.covers(&row.place)));
        assert_eq!((page.total, page.items.len() as u64), (expected, expected));
        let page = referrals::list(&db, &ReferralQuery::all(reach.clone(), now)).unwrap();
        assert!(page.items.iter().all(|row| reach.covers(&row.place)));
        let counted: u64 = funnel(&db, &Cohort::all(reach)).unwrap().rows.iter().map(|row| row.found).sum();
        assert_eq!(counted, expected);
    }
    assert!(all.total < 51, "one page holds them all");
}

#[test]
fn an_agency_sees_its_own_referrals_while_they_are_open_also_when_it_asks_about_the_past() {
    let choices: Vec<_> = (0..600_u16).map(|n| ((n * 7 % 16) as u8, n.wrapping_mul(2_311), n % 9)).collect();
    let events = tell(&choices);
    let db = figures(&events, &[100]);
    let now = events.last().unwrap().recorded_at;
    let agency = crate::histories::agency(1);
    let open = |row: &referrals::ReferralRow| {
        row.agency == agency && (row.state.queue().is_some() || row.state == referrals::ReferralState::Returned)
    };
    let all = ReferralQuery { limit: Some(200), ..ReferralQuery::all(Reach::All, now) };
    let expected: Vec<_> = referrals::list(&db, &all).unwrap().items.into_iter().filter(open).map(|it| it.id).collect();
    let own = ReferralQuery { reach: Reach::Agency(agency), ..all };
    let seen: Vec<_> = referrals::list(&db, &own).unwrap().items.into_iter().map(|it| it.id).collect();
    assert!(!seen.is_empty());
    assert_eq!(seen, expected);
    let past = ReferralQuery { as_of: Some(now - Duration::days(20)), ..own };
    assert!(referrals::list(&db, &past).unwrap().items.iter().all(|row| expected.contains(&row.id)));
    let nobody = Reach::Agency(AgencyId(Uuid::nil()));
    assert_eq!(referrals::list(&db, &ReferralQuery::all(nobody.clone(), now)).unwrap().total, 0);
    assert_eq!(caseload::list(&db, &CaseQuery::all(nobody, now)).unwrap().total, 0);
}
