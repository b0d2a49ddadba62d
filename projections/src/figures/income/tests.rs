//! The report beside a slow look at every household's incomes, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use events::clock;
use events::facts::Fact;
use events::facts::case::PolicyRef;
use events::facts::policy::{PolicyPublished, PolicyWithdrawn};

use super::*;
use crate::figures::Figures;
use crate::figures::sheet::tests::{Counted, agrees, all, counts_as_household, everything, quantile_of};
use crate::figures::sheet::{Amount, sheet};
use crate::histories::tell;
use crate::oracle::Oracle;
use crate::projector::fold_in_memory;

/// The line for a year, by the versions published until then.
fn line(events: &[Occurrence], moment: DateTime<Utc>, year: i32) -> Option<i64> {
    let today = clock::day_of(moment);
    let published: Vec<_> = events
        .iter()
        .filter(|event| event.recorded_at <= moment)
        .filter_map(|event| match &event.fact {
            Fact::Policy(PolicyEvent::PolicyPublished(it)) => Some(it),
            _ => None,
        })
        .collect();
    let holds: Option<&&PolicyPublished> = published.iter().rev().find(|it| it.effective_on <= today);
    let PolicyBody::PovertyLine(body) = &holds.or_else(|| published.first())?.body else { return None };
    let until = body.lines.iter().filter(|line| line.year <= year);
    until.max_by_key(|line| line.year).map(|line| line.baht.satang())
}

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    type Seen = (u64, [u64; 9], [Vec<i64>; 3]);
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for story in Oracle::stories(events, moment).values().filter(|it| counts_as_household(it.standing)) {
        let mut known: Vec<(NaiveDate, u64, i64)> = Vec::new();
        for (event, fact) in &story.facts {
            if let Some((day, MoneyTotals { net_per_resident_month: Some(baht), .. })) = told(fact) {
                known.push((day, event.sequence, baht.satang()));
            }
        }
        known.sort_unstable();
        let (all, counts, middles) = seen.entry(story.tambon[..4].to_owned()).or_default();
        *all += 1;
        let Some((last_day, _, after)) = known.last() else {
            counts[0] += 1;
            continue;
        };
        let line_after = line(events, moment, last_day.year());
        counts[7] += u64::from(line_after.is_some_and(|line| *after >= line));
        counts[8] += u64::from(line_after.is_none());
        if known.len() == 1 {
            counts[1] += 1;
            continue;
        }
        let (first_day, _, before) = known[0];
        counts[2] += 1;
        counts[3] += u64::from(*after > before);
        counts[4] += u64::from(*after < before);
        counts[5] += u64::from(line(events, moment, first_day.year()).is_some_and(|line| before >= line));
        counts[6] += u64::from(line_after.is_some_and(|line| *after >= line));
        for (middle, value) in middles.iter_mut().zip([before, *after, after - before]) {
            middle.push(value);
        }
    }
    let row = |(place, (all, counts, middles)): (String, Seen)| {
        let mut amounts = vec![Amount::Count(all)];
        amounts.extend(counts[..5].iter().copied().map(Amount::Count));
        amounts.extend(middles.map(|values| Amount::Middle(quantile_of(&values, 500))));
        amounts.extend(counts[5..].iter().copied().map(Amount::Count));
        ((place, Vec::new()), amounts)
    };
    seen.into_iter().map(row).collect()
}

agrees!(fn the_change_of_incomes_is_what_looking_at_every_household_says() { INCOME, None, counted });

#[test]
fn a_version_that_was_withdrawn_is_no_line_from_its_day_on() {
    let mut events = tell(&everything());
    let last = events.last().unwrap().clone();
    let today = clock::day_of(last.recorded_at);
    let mut sequence = 0;
    for event in &events {
        if matches!(event.fact, Fact::Policy(_)) {
            sequence += 1;
        }
    }
    let judged = |events: &[Occurrence]| {
        let db = fold_in_memory::<Figures>(events, &[100], &()).unwrap();
        let rows = sheet(&db, &INCOME, &all(None, last.recorded_at)).unwrap().rows;
        (rows[0].amounts[11], rows[0].amounts[12])
    };
    let (before, _) = judged(&events);
    assert!(matches!(before, Amount::Count(1..)), "{before:?}");
    for version in 1..=u32::try_from(sequence).unwrap() {
        let policy = PolicyRef { id: "poverty_line/46".to_owned(), version };
        let effective_on = today.checked_sub_days(Days::new(1)).unwrap();
        let fact = Fact::Policy(PolicyEvent::PolicyWithdrawn(PolicyWithdrawn { policy, effective_on }));
        let stream = events::log::StreamId::new("policy", "poverty_line/46");
        let (position, sequence) = (events.len() as u64 + 1, sequence + u64::from(version));
        events.push(Occurrence { position, sequence, stream, fact, ..last.clone() });
    }
    let (at_line, no_line) = judged(&events);
    assert_eq!(at_line, Amount::Count(0));
    assert!(matches!(no_line, Amount::Count(1..)), "{no_line:?}");
}
