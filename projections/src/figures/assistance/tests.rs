//! The report beside a slow count over the help that counts, on random histories.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use events::facts::household::{Capital, PartOf};

use super::*;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees};
use crate::oracle::Oracle;

type Given<'a> = (NaiveDate, u64, &'a str, String, &'a AssistanceDelivered);

fn counted_by(
    events: &[Occurrence],
    moment: DateTime<Utc>,
    key: Option<fn(&AssistanceDelivered) -> Option<String>>,
) -> Counted {
    let stories = Oracle::stories(events, moment);
    let mut help: Vec<Given<'_>> = Vec::new();
    for (household, story) in &stories {
        for (event, fact) in &story.facts {
            if let HouseholdEvent::AssistanceDelivered(it) = fact {
                let place = story.places[&event.sequence][..4].to_owned();
                help.push((it.happened_on, event.sequence, household, place, it));
            }
        }
    }
    help.sort_by_key(|(day, sequence, household, ..)| (*household, *day, *sequence));
    let mut seen = BTreeSet::new();
    let mut counts: BTreeMap<(String, Vec<Option<String>>), [i64; 7]> = BTreeMap::new();
    for (_, _, household, place, it) in help {
        let keys: Vec<_> = key.map(|key| key(it)).into_iter().collect();
        let counts = counts.entry((place, keys.clone())).or_default();
        counts[0] += i64::from(seen.insert((household, keys)));
        counts[1] += 1;
        match it.worth {
            Worth::Baht { amount } => {
                counts[2] += 1;
                counts[3] += amount.satang();
            }
            Worth::InKind { worth } => {
                counts[4] += 1;
                counts[5] += worth.map_or(0, events::money::Baht::satang);
                counts[6] += i64::from(worth.is_none());
            }
        }
    }
    let count = |n: i64| Amount::Count(u64::try_from(n).unwrap());
    let row = |(place, [households, episodes, in_baht, baht, in_kind, worth, unknown]): (_, [i64; 7])| {
        let counts = [count(households), count(episodes), count(in_baht), Amount::Sum(baht), count(in_kind)];
        (place, [&counts[..], &[Amount::Sum(worth), count(unknown)]].concat())
    };
    counts.into_iter().map(row).collect()
}

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_by(events, moment, None)
}

fn by_capital(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_by(events, moment, Some(|it| Some(Capital::as_str(it.capital).to_owned())))
}

fn by_agency(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    counted_by(events, moment, Some(|it| it.agency.map(|it| it.to_string())))
}

agrees!(fn the_help_is_what_going_through_every_delivery_says() { ASSISTANCE, None, counted });
agrees!(fn the_help_by_capital_is_what_going_through_every_delivery_says() { ASSISTANCE, Some("capital"), by_capital });
agrees!(fn the_help_by_agency_is_what_going_through_every_delivery_says() { ASSISTANCE, Some("agency"), by_agency });

#[test]
fn a_share_of_a_payment_counts_with_its_own_worth_and_never_with_the_whole() {
    let home = Home { key: 1, tambon: 460_901, lao: None };
    let choices = crate::figures::sheet::tests::everything();
    let found = crate::histories::tell(&choices).into_iter().find_map(|event| match event.fact {
        events::facts::Fact::Household(fact) => match *fact {
            HouseholdEvent::AssistanceDelivered(it) => Some(it),
            _ => None,
        },
        _ => None,
    });
    let mut shared = found.unwrap();
    shared.worth = Worth::Baht { amount: events::money::Baht::from_satang(100) };
    let total = events::money::Baht::from_satang(900);
    shared.part_of = Some(PartOf { payment: events::id::PaymentId(uuid::Uuid::nil()), total, shares: 9 });
    assert!(row(&home, &shared).contains(&Value::Integer(100)));
    assert!(!row(&home, &shared).contains(&Value::Integer(900)));
}
