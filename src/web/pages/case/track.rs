//! The six stages of a case: when each was reached, how long it took, and what is missing for the next.

use chrono::NaiveDate;
use events::facts::case::Stage;

use crate::case_view::{CaseView, TimelineEntry};
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::locale::{code, fill};

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// `reached`, `current` or `ahead`.
    pub class: &'static str,
    /// What it is called.
    pub name: String,
    /// When it was reached.
    pub on: Option<String>,
    /// How long it took, or has taken so far.
    pub took: Option<String>,
    /// What is missing, for the next.
    pub missing: Option<String>,
}

/// The commands that lead to a stage, the last one first.
const fn leads_to(stage: Stage) -> &'static [&'static str] {
    match stage {
        Stage::Identified => &[],
        Stage::Verified => &["verify"],
        Stage::Assessed => &["assess"],
        Stage::Referred => &["make-referral", "record-need"],
        Stage::Assisted => &["deliver-assistance"],
        Stage::Graduated => &["graduate", "propose-graduation"],
    }
}

/// The place of a stage among the six, from 0.
pub fn at(stage: Stage) -> usize {
    Stage::ALL.iter().position(|it| *it == stage).unwrap_or_default()
}

/// The day on which each stage was reached, for the last time.
fn reached(entries: &[TimelineEntry]) -> [Option<NaiveDate>; 6] {
    let mut reached = [None; 6];
    let mut before = None;
    for entry in entries {
        let stage = entry.fact.get("after").and_then(|after| after.get("stage")).and_then(|it| it.as_str());
        let Some(stage) = stage.and_then(|it| it.parse::<Stage>().ok()).map(at) else { continue };
        if before != Some(stage) {
            let day = entry.happened_on.unwrap_or_else(|| events::clock::day_of(entry.recorded_at));
            // A stage that was lost again is ahead once more.
            for (place, on) in reached.iter_mut().enumerate() {
                if place == stage {
                    *on = Some(day);
                } else if place > stage {
                    *on = None;
                }
            }
            before = Some(stage);
        }
    }
    reached
}

/// The track of a case on a day.
pub fn steps(view: &CaseView, entries: &[TimelineEntry], language: Language, today: NaiveDate) -> Vec<Step> {
    let (reached, now) = (reached(entries), at(view.stage));
    let day_of = |place: usize| reached.get(place).copied().flatten();
    let step = |(place, stage): (usize, Stage)| {
        let class = match place.cmp(&now) {
            std::cmp::Ordering::Less => "reached",
            std::cmp::Ordering::Equal => "current",
            std::cmp::Ordering::Greater => "ahead",
        };
        let on = day_of(place).filter(|_| place <= now);
        let next = (place + 1..6).find_map(day_of).filter(|_| place < now);
        let days = |from: NaiveDate, to: NaiveDate| (to - from).num_days().max(0).to_string();
        let took = match (on, next, class) {
            (Some(from), Some(to), _) => Some(fill(language, "track.took", &[&days(from, to)])),
            (Some(from), None, "current") => Some(fill(language, "track.so_far", &[&days(from, today)])),
            _ => None,
        };
        Step {
            number: place + 1,
            class,
            name: code(language, "Stage", stage.as_str()),
            on: on.map(|it| days::day(language, it)),
            took,
            missing: (place == now + 1).then(|| missing(view, stage, language)).flatten(),
        }
    };
    Stage::ALL.into_iter().enumerate().map(step).collect()
}

/// What stands in the way of a stage.
fn missing(view: &CaseView, stage: Stage, language: Language) -> Option<String> {
    let ways = leads_to(stage).iter().filter_map(|name| view.actions.iter().find(|it| it.command == *name));
    let because = ways.filter_map(|it| it.because.as_ref()).find(|it| it.code != "role_may_not")?;
    Some(if language == Language::Thai { because.th.clone() } else { because.en.clone() })
}

#[cfg(test)]
mod tests {
    use events::id::{CommandId, StaffId};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn entry(sequence: u64, day: &str, stage: &str) -> TimelineEntry {
        TimelineEntry {
            sequence,
            position: sequence,
            recorded_at: "2026-06-01T03:00:00Z".parse().unwrap(),
            happened_on: Some(day.parse().unwrap()),
            event: "SomethingHappened".to_owned(),
            says_th: "",
            says_en: "",
            actor: StaffId(Uuid::nil()),
            role: "caseworker".to_owned(),
            on_behalf_of: None,
            channel: "api",
            command: CommandId(Uuid::nil()),
            reason: None,
            captured_at: None,
            retracted_by: None,
            fact: json!({"after": {"stage": stage}}),
        }
    }

    #[test]
    fn a_stage_that_was_lost_again_has_no_day() {
        let entries = [
            entry(1, "2026-01-01", "identified"),
            entry(2, "2026-01-05", "verified"),
            entry(3, "2026-01-09", "assessed"),
            entry(4, "2026-01-20", "verified"),
        ];
        let days = reached(&entries);
        assert_eq!(days[1], Some("2026-01-20".parse().unwrap()));
        assert_eq!(days[2], None);
    }
}
