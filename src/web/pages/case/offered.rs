//! What this reader may do with the household now, by subject, and what stands in the way of the rest.

use crate::case_view::{ActionView, CaseView};
use crate::web::language::Language;
use crate::web::pages::locale::{fill, say};

/// Something that may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Where its form is.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// Why it can't be done now; empty when it can.
    pub because: String,
}

/// What may be done about one subject.
#[derive(Debug, Clone)]
pub struct Group {
    /// The subject.
    pub name: String,
    /// What may be done.
    pub offers: Vec<Offer>,
}

/// Which commands belong to which subject, in the order of the page. What is not named belongs to the last.
const SUBJECTS: [(&str, &[&str]); 6] = [
    (
        "offer.course",
        &[
            "visit-home",
            "attempt-visit",
            "hold-panel",
            "verify",
            "assess",
            "follow-up-visit",
            "plan-visit",
            "propose-graduation",
            "graduate",
            "decline-graduation",
            "post-exit-check",
            "propose-sustained-support",
            "enter-sustained-support",
            "record-income",
            "rescore-assessment",
            "write-note",
        ],
    ),
    (
        "offer.help",
        &[
            "record-need",
            "prioritise-need",
            "close-need",
            "give-consent",
            "withdraw-consent",
            "make-referral",
            "deliver-assistance",
            "confirm-assistance",
            "reverse-assistance",
            "enrol-in-model",
            "record-model-result",
            "leave-model",
        ],
    ),
    (
        "offer.referral",
        &[
            "accept-referral",
            "return-referral",
            "decline-referral",
            "complete-referral",
            "take-back-acceptance",
            "resubmit-referral",
            "reroute-referral",
            "remind-agency",
            "escalate-referral",
            "extend-deadline",
            "withdraw-referral",
        ],
    ),
    (
        "offer.people",
        &[
            "add-member",
            "correct-member",
            "remove-member",
            "record-death",
            "change-head",
            "change-residence-status",
            "group-family",
            "note-same-person",
            "reject-same-person",
            "record-address",
            "correct-address",
            "record-house-code",
            "move-within-area",
            "split-household",
            "merge-into",
            "undo-merge",
        ],
    ),
    (
        "offer.voice",
        &[
            "receive-complaint",
            "answer-complaint",
            "receive-rights-request",
            "answer-rights-request",
            "lift-restriction",
            "erase-personal-data",
        ],
    ),
    ("offer.case", &[]),
];

/// What only other doors do: the watcher's notes.
fn is_elsewhere(command: &str) -> bool {
    command.starts_with("note-") && command != "note-same-person"
}

fn offer(view: &CaseView, action: &ActionView, language: Language) -> Offer {
    let because = action.because.as_ref();
    Offer {
        path: format!("/cases/{}/do/{}", view.id, action.command),
        name: say(language, &format!("do.{}", action.command)),
        because: because
            .map_or_else(String::new, |it| if language == Language::Thai { it.th.clone() } else { it.en.clone() }),
    }
}

/// What may be done, by subject, and what may not be done now.
pub fn offered(view: &CaseView, language: Language) -> (Vec<Group>, Vec<Offer>) {
    let subject = |command: &str| {
        let found = SUBJECTS.iter().position(|(_, commands)| commands.contains(&command));
        found.unwrap_or(SUBJECTS.len() - 1)
    };
    let own = || view.actions.iter().filter(|it| !is_elsewhere(it.command));
    let group = |(at, (key, commands)): (usize, &(&str, &[&str]))| {
        let mut allowed: Vec<&ActionView> = own().filter(|it| it.allowed && subject(it.command) == at).collect();
        allowed.sort_by_key(|it| commands.iter().position(|command| *command == it.command));
        let offers: Vec<Offer> = allowed.into_iter().map(|it| offer(view, it, language)).collect();
        (!offers.is_empty()).then(|| Group { name: say(language, key), offers })
    };
    let can = SUBJECTS.iter().enumerate().filter_map(group).collect();
    let refused = own().filter(|it| it.because.as_ref().is_some_and(|because| because.code != "role_may_not"));
    (can, refused.map(|it| offer(view, it, language)).collect())
}

/// How many things are other roles' to do.
pub fn not_this_role(view: &CaseView, language: Language) -> String {
    let others =
        view.actions.iter().filter(|it| it.because.as_ref().is_some_and(|it| it.code == "role_may_not")).count();
    if others == 0 { String::new() } else { fill(language, "offer.others", &[&others.to_string()]) }
}

/// The one thing that moves the case on: what is due, or the next step.
pub fn first(can: &[Group], view: &CaseView, officer: bool) -> Option<Offer> {
    let wanted = [
        "accept-referral",
        "graduate",
        "verify",
        "visit-home",
        "hold-panel",
        "assess",
        "record-need",
        "make-referral",
        "deliver-assistance",
        "complete-referral",
        "follow-up-visit",
        "propose-graduation",
        "post-exit-check",
    ];
    let stage = view.stage.as_str();
    // A home that was seen is not visited for the first time again.
    let passed = |command: &str| match command {
        "visit-home" | "hold-panel" | "verify" => {
            stage != "identified" || (command == "visit-home" && !view.calls.is_empty())
        }
        "assess" => stage != "verified",
        // Somebody else answers in an agency's name only where it has nobody of its own.
        "accept-referral" | "complete-referral" => !officer,
        "record-need" => !view.needs.is_empty(),
        "make-referral" => !view.referrals.is_empty(),
        _ => false,
    };
    let all: Vec<&Offer> = can.iter().flat_map(|group| &group.offers).collect();
    let mut found = wanted.iter().filter(|command| !passed(command));
    found.find_map(|command| all.iter().find(|it| it.path.ends_with(&format!("/do/{command}")))).map(|it| (*it).clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::household::command::Name;

    #[test]
    fn every_command_of_a_subject_is_one() {
        for command in SUBJECTS.iter().flat_map(|(_, commands)| *commands) {
            assert!(Name::ALL.iter().any(|name| name.as_str() == *command), "{command}");
        }
    }
}
