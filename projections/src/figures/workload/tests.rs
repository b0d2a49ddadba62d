//! The report beside a slow look at every household, on random histories.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use events::clock;
use events::facts::case::{Stage, Standing};
use events::recorded::Occurrence;

use super::*;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees};
use crate::oracle::Oracle;

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    let oracle = Oracle::at(events, moment);
    let today = clock::day_of(moment);
    let late: BTreeSet<_> = oracle.tasks.iter().filter(|(_, (by, _))| *by < today).map(|((id, ..), _)| id).collect();
    let mut counts: BTreeMap<(String, Vec<Option<String>>), [u64; 6]> = BTreeMap::new();
    for (id, known) in &oracle.households {
        if matches!(known.standing, Standing::Closed(_)) {
            continue;
        }
        let key = (known.tambon[..4].to_owned(), vec![known.caseworker.map(|it| it.to_string())]);
        let counts = counts.entry(key).or_default();
        if known.standing.is_open() {
            counts[0] += 1;
            counts[1] += u64::from(known.stage == Stage::Identified);
            counts[2] += u64::from(known.stage == Stage::Verified);
            counts[3] += u64::from(known.stage >= Stage::Referred);
        } else {
            counts[4] += 1;
        }
        counts[5] += u64::from(late.contains(id));
    }
    counts.into_iter().map(|(place, counts)| (place, counts.map(Amount::Count).to_vec())).collect()
}

agrees!(fn the_workload_is_what_looking_at_every_household_says() { WORKLOAD, None, counted });
