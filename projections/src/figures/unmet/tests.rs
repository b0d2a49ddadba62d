//! The report beside a slow look at every need, on random histories.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use events::facts::household::NeedClosedBecause;
use events::id::{NeedId, ReferralId};

use super::*;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees, counts_as_household};
use crate::oracle::{Oracle, Story};

/// A need and how it ended.
pub(crate) struct Need<'a> {
    pub(crate) recorded: &'a NeedRecorded,
    pub(crate) closed: Option<NeedClosedBecause>,
}

impl Need<'_> {
    pub(crate) fn goes_on_elsewhere(&self) -> bool {
        matches!(self.closed, Some(NeedClosedBecause::Merged | NeedClosedBecause::Split))
    }
}

/// The needs of a household.
pub(crate) fn needs_of<'a>(story: &Story<'a>) -> BTreeMap<NeedId, Need<'a>> {
    let mut needs = BTreeMap::new();
    for (_, fact) in &story.facts {
        match fact {
            HouseholdEvent::NeedRecorded(recorded) => {
                needs.insert(recorded.need, Need { recorded, closed: None });
            }
            HouseholdEvent::NeedClosed(it) => {
                if let Some(need) = needs.get_mut(&it.need) {
                    need.closed = Some(it.because);
                }
            }
            _ => {}
        }
    }
    needs
}

fn helped(story: &Story<'_>, need: &NeedRecorded, referrals: &BTreeSet<ReferralId>) -> bool {
    story.facts.iter().any(|(_, fact)| match fact {
        HouseholdEvent::AssistanceDelivered(help) => {
            let answers = help.capital == need.capital
                || need.dimensions.contains(&help.dimension)
                || help.referral.is_some_and(|it| referrals.contains(&it));
            help.happened_on >= need.happened_on && answers
        }
        _ => false,
    })
}

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    let mut counts: BTreeMap<(String, Vec<Option<String>>), [u64; 6]> = BTreeMap::new();
    for story in Oracle::stories(events, moment).values().filter(|it| counts_as_household(it.standing)) {
        for (id, need) in needs_of(story).into_iter().filter(|(_, it)| !it.goes_on_elsewhere()) {
            let made = story.facts.iter().filter_map(|(_, fact)| match fact {
                HouseholdEvent::ReferralMade(it) if it.need == id => Some(it.referral),
                _ => None,
            });
            let made: BTreeSet<_> = made.collect();
            let place = story.tambon[..4].to_owned();
            let counts = counts.entry((place, vec![Some(need.recorded.capital.as_str().to_owned())])).or_default();
            counts[0] += 1;
            match need.closed {
                Some(NeedClosedBecause::Met) => counts[1] += 1,
                Some(_) => counts[2] += 1,
                None if helped(story, need.recorded, &made) => counts[3] += 1,
                None => {
                    counts[4] += 1;
                    counts[5] += u64::from(made.is_empty());
                }
            }
        }
    }
    counts.into_iter().map(|(place, counts)| (place, counts.map(Amount::Count).to_vec())).collect()
}

agrees!(fn what_waits_for_help_is_what_looking_at_every_need_says() { UNMET, None, counted });
