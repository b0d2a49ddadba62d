//! The report beside a slow look at every leaving, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::facts::household::ExitFinding;

use super::*;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees, counts_as_household};
use crate::oracle::Oracle;

struct Exit {
    left_as: &'static str,
    day: NaiveDate,
    episode: u32,
    checks: Vec<(NaiveDate, ExitFinding)>,
    missed: bool,
}

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    let mut counts: BTreeMap<(String, Vec<Option<String>>), [u64; 8]> = BTreeMap::new();
    for story in Oracle::stories(events, moment).values().filter(|it| counts_as_household(it.standing)) {
        let mut exits: Vec<Exit> = Vec::new();
        for (_, fact) in &story.facts {
            let (checks, missed) = (Vec::new(), false);
            match fact {
                HouseholdEvent::HouseholdGraduated(it) => {
                    let (day, episode) = (it.happened_on, it.after.episode);
                    exits.push(Exit { left_as: "graduated", day, episode, checks, missed });
                }
                HouseholdEvent::SustainedSupportEntered(it) => {
                    let (day, episode) = (it.happened_on, it.after.episode);
                    exits.push(Exit { left_as: "sustained", day, episode, checks, missed });
                }
                HouseholdEvent::PostExitChecked(it) => {
                    exits.last_mut().unwrap().checks.push((it.happened_on, it.finding));
                }
                HouseholdEvent::PostExitCheckMissed(_) => exits.last_mut().unwrap().missed = true,
                _ => {}
            }
        }
        for exit in exits {
            let key = (story.tambon[..4].to_owned(), vec![Some(exit.left_as.to_owned())]);
            let counts = counts.entry(key).or_default();
            counts[0] += 1;
            let relapsed = exit.checks.iter().filter(|(_, finding)| *finding == ExitFinding::Relapsed);
            if let Some(on) = relapsed.map(|(on, _)| *on).min() {
                counts[2] += 1;
                counts[3] += u64::from((on - exit.day).num_days() <= 365);
            } else {
                let nth = match exit.checks.last() {
                    Some((_, ExitFinding::StillOut)) => 1,
                    Some(_) => 4,
                    None => 5,
                };
                counts[nth] += 1;
            }
            counts[6] += u64::from(exit.missed);
            counts[7] += u64::from(story.episode > exit.episode);
        }
    }
    counts.into_iter().map(|(place, counts)| (place, counts.map(Amount::Count).to_vec())).collect()
}

agrees!(fn the_relapses_are_what_looking_at_every_leaving_says() { RELAPSE, None, counted });
