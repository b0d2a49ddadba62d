//! The report beside a slow look at every household, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events::facts::case::Standing;
use events::recorded::Occurrence;

use super::*;
use crate::figures::equity::tests::composition_of;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees, counts_as_household};
use crate::oracle::Oracle;

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    let mut counts: BTreeMap<String, [u64; 7]> = BTreeMap::new();
    for (id, story) in &Oracle::stories(events, moment) {
        if !counts_as_household(story.standing) {
            continue;
        }
        let counts = counts.entry(story.tambon[..4].to_owned()).or_default();
        counts[0] += 1;
        let nth = match story.standing {
            Standing::Open => 1,
            Standing::Graduated | Standing::Sustained => 2,
            Standing::Closed(_) => 3,
        };
        counts[nth] += 1;
        let Some(people) = composition_of(events, id, moment) else { continue };
        counts[4] += u64::from(people.registered + people.living_only);
        counts[5] += u64::from(people.living);
        counts[6] += u64::from(people.registered);
    }
    let amounts = |counts: [u64; 7]| {
        let [households @ .., people, living, registered] = counts;
        households.map(Amount::Count).into_iter().chain([people, living, registered].map(Amount::Total)).collect()
    };
    counts.into_iter().map(|(district, counts)| ((district, Vec::new()), amounts(counts))).collect()
}

agrees!(fn the_register_is_what_counting_every_household_says() { REGISTER, None, counted });
