//! The report and the queue beside a slow look at every question, on random histories.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events::facts::case::{ClosedAs, Standing};
use events::facts::household::{HouseholdEvent, MatchedBy, SamePersonNoted};
use events::id::HouseholdId;
use proptest::prelude::*;

use super::*;
use crate::figures::Figures;
use crate::figures::sheet::Amount;
use crate::figures::sheet::tests::{Counted, agrees};
use crate::histories::{choices, tell};
use crate::oracle::{Oracle, Story};
use crate::projector::fold_in_memory;
use crate::reach::Reach;

/// Every question that counts, with the story of its household, whether it was answered, and whether it was merged away.
fn questions<'a>(
    stories: &'a BTreeMap<&'a str, Story<'a>>,
) -> Vec<(&'a str, &'a Story<'a>, &'a SamePersonNoted, bool, bool)> {
    let standing = |id: HouseholdId| stories.get(id.to_string().as_str()).map(|it| it.standing);
    let mut found = Vec::new();
    for (&id, story) in stories {
        for (_, fact) in &story.facts {
            let HouseholdEvent::SamePersonNoted(it) = fact else { continue };
            let error = Standing::Closed(ClosedAs::EnteredInError);
            if story.standing == error || standing(it.household) == Some(error) {
                continue;
            }
            let two = story.facts.iter().any(|(_, fact)| match fact {
                HouseholdEvent::SamePersonRejected(no) => {
                    (no.person, no.household, no.other) == (it.person, it.household, it.other)
                }
                _ => false,
            });
            let merged = Standing::Closed(ClosedAs::Merged);
            found.push((id, story, it, two, story.standing == merged || standing(it.household) == Some(merged)));
        }
    }
    found
}

fn counted(events: &[Occurrence], moment: DateTime<Utc>) -> Counted {
    let stories = Oracle::stories(events, moment);
    let mut counts: BTreeMap<(String, Vec<Option<String>>), [u64; 4]> = BTreeMap::new();
    for (_, story, it, two, merged) in questions(&stories) {
        let by = match it.by {
            MatchedBy::CitizenId => "citizen_id",
            MatchedBy::NameAndBirth => "name_and_birth",
            MatchedBy::Told => "told",
            MatchedBy::Other => "other",
        };
        let key = (story.tambon[..4].to_owned(), vec![Some(by.to_owned())]);
        let counts = counts.entry(key).or_default();
        counts[0] += 1;
        counts[1] += u64::from(two);
        counts[2] += u64::from(merged && !two);
        counts[3] += u64::from(!merged && !two);
    }
    counts.into_iter().map(|(place, counts)| (place, counts.map(Amount::Count).to_vec())).collect()
}

agrees!(fn what_may_be_double_is_what_looking_at_every_question_says() { DUPLICATES, None, counted });

#[test]
fn an_answer_that_is_taken_back_leaves_the_question_open() {
    // Somebody joins, a question is noted, it is answered, and then everything is taken back, one fact after the other.
    let begin = [(0, 0, 1), (1, 2, 1), (15, 4, 1), (15, 14, 1)];
    let choices: Vec<_> = begin.into_iter().chain((0..6).map(|nth| (12, nth, 1))).collect();
    let events = tell(&choices);
    let back = |event: &&Occurrence| match &event.fact {
        events::facts::Fact::Household(fact) => match &**fact {
            HouseholdEvent::FactRetracted(it) => it.event_type == "SamePersonRejected",
            _ => false,
        },
        _ => false,
    };
    assert!(events.iter().filter(back).count() > 0, "no answer was taken back");
    let db = fold_in_memory::<Figures>(&events, &[9], &()).unwrap();
    for event in events.iter().filter(back) {
        let now = event.recorded_at;
        let told = crate::figures::sheet::tests::told(&db, &DUPLICATES, None, Some(now), now);
        assert_eq!(told, counted(&events, now), "{now}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_queue_holds_every_open_question_once_page_by_page(choices in choices(300), pick in any::<usize>()) {
        let events = tell(&choices);
        let db = fold_in_memory::<Figures>(&events, &[9], &()).unwrap();
        for moment in [None, Some(events[pick % events.len()].recorded_at)] {
            let mut query = DoublesQuery { as_of: moment, limit: Some(2), ..DoublesQuery::all(Reach::All) };
            let mut found = Vec::new();
            let total = loop {
                let page = list(&db, &query).unwrap();
                found.extend(page.items.iter().map(|it| (it.household.to_string(), it.person, it.other_household, it.other)));
                query.cursor = page.next;
                if query.cursor.is_none() {
                    break page.total;
                }
            };
            let stories = Oracle::stories(&events, moment.unwrap_or(events.last().unwrap().recorded_at));
            let mut expected: Vec<_> = questions(&stories)
                .into_iter()
                .filter(|(_, _, it, two, merged)| !two && !merged && stories.contains_key(it.household.to_string().as_str()))
                .map(|(id, _, it, ..)| (id.to_owned(), it.person, it.household, it.other))
                .collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(total, expected.len() as u64);
            prop_assert_eq!(found, expected);
        }
    }
}
