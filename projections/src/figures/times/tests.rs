//! The report beside a slow count over the facts that stand, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::clock;
use events::facts::case::Stage;
use events::id::ReferralId;

use super::*;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees, counts_as_household, quantile_of};
use crate::figures::unmet::tests::needs_of;
use crate::oracle::{Oracle, Story};

#[derive(Default)]
struct Step {
    done: Vec<i64>,
    open: Vec<i64>,
    left: u64,
}

fn stage_steps(known: &Story<'_>, today: NaiveDate, steps: &mut BTreeMap<(String, &'static str), Step>, place: &str) {
    let mut reached: [Option<NaiveDate>; 6] = [None; 6];
    let mut began = 0;
    for (_, fact) in &known.facts {
        let Some(after) = fact.after().filter(|after| after.episode == known.episode) else { continue };
        let Some((most, begins)) = brings(fact) else { continue };
        let came = usize::try_from(stage_number(after.stage).min(most)).unwrap();
        if begins {
            began = began.max(came);
        }
        for day in &mut reached[..=came] {
            day.get_or_insert(fact.happened_on().unwrap());
        }
    }
    let stage = Stage::ALL.iter().position(|it| *it == known.stage).unwrap();
    let names = [
        "identified_to_verified",
        "verified_to_assessed",
        "assessed_to_referred",
        "referred_to_assisted",
        "assisted_to_graduated",
    ];
    for (x, name) in names.into_iter().enumerate().filter(|(x, _)| (began..=stage).contains(x)) {
        // In the log a stage always rests on a fact; in these histories one may be left behind by what was taken back.
        let Some(from) = reached[x].filter(|_| x == stage || reached[x + 1].is_some()) else { continue };
        let step = steps.entry((place.to_owned(), name)).or_default();
        let days = |to: NaiveDate| (to - from).num_days().max(0);
        if x < stage {
            step.done.extend(reached[x + 1].map(days));
        } else if known.standing.is_open() {
            step.open.push(days(today));
        } else {
            step.left += 1;
        }
    }
}

fn referral_steps(
    known: &Story<'_>,
    today: NaiveDate,
    steps: &mut BTreeMap<(String, &'static str), Step>,
    place: &str,
) {
    let mut waits: BTreeMap<ReferralId, (&'static str, DateTime<Utc>)> = BTreeMap::new();
    let over = |steps: &mut BTreeMap<(String, &'static str), Step>, was, done, at: DateTime<Utc>| {
        let (name, since): (&'static str, DateTime<Utc>) = was;
        let step = steps.entry((place.to_owned(), name)).or_default();
        if done {
            step.done.push((clock::day_of(at) - clock::day_of(since)).num_days());
        } else {
            step.left += 1;
        }
    };
    let (answer, deliver) = ("reached_to_answered", "accepted_to_delivered");
    for (event, fact) in &known.facts {
        let at = event.recorded_at;
        let (referral, next, done) = match fact {
            HouseholdEvent::ReferralMade(it) => (it.referral, Some(answer), false),
            HouseholdEvent::ReferralRerouted(it) => (it.referral, Some(answer), false),
            HouseholdEvent::ReferralResubmitted(it) => (it.referral, Some(answer), false),
            HouseholdEvent::AcceptanceTakenBack(it) => (it.referral, Some(answer), false),
            HouseholdEvent::ReferralAccepted(it) => (it.referral, Some(deliver), true),
            HouseholdEvent::ReferralDeclined(it) => (it.referral, None, true),
            HouseholdEvent::ReferralReturned(it) => (it.referral, None, true),
            HouseholdEvent::ReferralCompleted(it) => (it.referral, None, true),
            HouseholdEvent::ReferralWithdrawn(it) => (it.referral, None, false),
            _ => continue,
        };
        if let Some(was) = waits.remove(&referral) {
            over(steps, was, done, at);
        }
        waits.extend(next.map(|next| (referral, (next, at))));
    }
    for (name, since) in waits.into_values() {
        let open = &mut steps.entry((place.to_owned(), name)).or_default().open;
        open.push((today - clock::day_of(since)).num_days());
    }
}

fn need_steps(known: &Story<'_>, today: NaiveDate, steps: &mut BTreeMap<(String, &'static str), Step>, place: &str) {
    for (need, it) in needs_of(known).into_iter().filter(|(_, it)| !it.goes_on_elsewhere()) {
        let step = steps.entry((place.to_owned(), "need_to_referral")).or_default();
        let asked = known.facts.iter().find_map(|(_, fact)| match fact {
            HouseholdEvent::ReferralMade(made) if made.need == need => Some(made.happened_on),
            _ => None,
        });
        let days = |to: NaiveDate| (to - it.recorded.happened_on).num_days().max(0);
        match (asked, it.closed) {
            (Some(on), _) => step.done.push(days(on)),
            (None, None) => step.open.push(days(today)),
            (None, Some(_)) => step.left += 1,
        }
    }
}

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    let today = clock::day_of(moment);
    let mut steps = BTreeMap::new();
    for known in Oracle::stories(events, moment).values().filter(|it| counts_as_household(it.standing)) {
        stage_steps(known, today, &mut steps, &known.tambon[..4]);
        referral_steps(known, today, &mut steps, &known.tambon[..4]);
        need_steps(known, today, &mut steps, &known.tambon[..4]);
    }
    let row = |((place, name), step): ((String, &'static str), Step)| {
        let amounts = vec![
            Amount::Count(step.done.len() as u64),
            Amount::Count(step.open.len() as u64),
            Amount::Count(step.left),
            Amount::Days(quantile_of(&step.done, 500)),
            Amount::Days(quantile_of(&step.done, 900)),
            Amount::Days(quantile_of(&step.open, 500)),
        ];
        ((place, vec![Some(name.to_owned())]), amounts)
    };
    steps.into_iter().map(row).collect()
}

agrees!(fn the_times_are_what_following_every_household_says() { TIMES, None, counted });
