//! Which facts rest on which policies: found by asking what another version would have decided, and held to a table.

use std::collections::{BTreeMap, BTreeSet};

use events::facts::household::{HouseholdEvent, Level};
use events::facts::policy::{
    ChangeThatCounts, DaysCounted, Holiday, ItemRule, PolicyBody, PolicyEvent, PolicyKind, PolicyPublished,
    PolicyWithdrawn,
};
use events::money::Baht;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::steps::{beginnings, steps};
use crate::rules::household::command::Name;
use crate::rules::policy::PolicyBook;
use crate::rules::{Decision, Refusal};

type Kinds = BTreeSet<PolicyKind>;

/// The same versions in force on the same days, each saying what `says` makes of it.
fn rewritten(book: &PolicyBook, says: impl Fn(&mut PolicyBody)) -> PolicyBook {
    let mut other = PolicyBook::default();
    for version in book.all_versions() {
        let PolicyPublished { policy, effective_on, mut body } = version.published.clone();
        says(&mut body);
        other.evolve(&PolicyEvent::PolicyPublished(PolicyPublished { policy: policy.clone(), effective_on, body }));
        if let Some(effective_on) = version.withdrawn_from {
            other.evolve(&PolicyEvent::PolicyWithdrawn(PolicyWithdrawn { policy, effective_on }));
        }
    }
    other
}

/// Turns a policy into one that says something else in all it says.
pub(in crate::rules::spec) fn otherwise(body: &mut PolicyBody) {
    match body {
        PolicyBody::Sla(it) => {
            it.answer_days += 1;
            it.deliver_days += 1;
            for days in it.services.values_mut() {
                days.answer_days += 1;
                days.deliver_days += 1;
            }
        }
        PolicyBody::Contact(it) => {
            for days in [
                &mut it.first_visit_days,
                &mut it.assessment_days,
                &mut it.referral_days,
                &mut it.follow_up_days,
                &mut it.reassessment_days,
                &mut it.attempts_before_unreachable,
            ] {
                *days += 1;
            }
            it.post_exit_months.iter_mut().for_each(|month| *month += 1);
            it.complaint_days = it.complaint_days.map(|days| days + 1);
        }
        PolicyBody::Scoring(it) => {
            for item in &mut it.items {
                item.rule = match &item.rule {
                    ItemRule::Single { points } => {
                        let most = points.values().copied().max().unwrap_or(0);
                        let turned = points.iter().map(|(answer, it)| (answer.clone(), most - it)).collect();
                        ItemRule::Single { points: turned }
                    }
                    ItemRule::Multiple { points, max } => ItemRule::Multiple { points: points.clone(), max: max + 1 },
                    ItemRule::Penalty { full, each } => ItemRule::Penalty { full: *full, each: each + 1 },
                };
            }
        }
        PolicyBody::Graduation(it) => {
            it.level_at_least = Level::new(4).unwrap();
            it.capital_at_least = Level::new(4).unwrap();
            it.months_apart += 6;
        }
        PolicyBody::PovertyLine(it) => it.lines.iter_mut().for_each(|line| line.baht = Baht::whole(90_000)),
        PolicyBody::Threshold(it) => it.at_least = ChangeThatCounts::Points { hundredths: 9_000 },
        PolicyBody::Crosswalk(it) => it.lines.clear(),
        PolicyBody::Holidays(it) => {
            let first = it.days[0].on;
            it.days = first.iter_days().take(4_000).map(|on| Holiday { on, name: "ปิด".to_owned() }).collect();
        }
    }
}

/// For each kind, the book in which that kind alone says something else.
fn others(book: &PolicyBook) -> Vec<(PolicyKind, PolicyBook)> {
    let other = |kind| {
        rewritten(book, |body| {
            if body.kind() == kind {
                otherwise(body);
            }
        })
    };
    PolicyKind::ALL.map(|kind| (kind, other(kind))).to_vec()
}

/// The kinds of policy that a fact names.
fn named(fact: &HouseholdEvent) -> Kinds {
    let kind = |id: &str| PolicyKind::ALL.into_iter().find(|kind| id.split('/').next() == Some(kind.as_str()));
    fact.policies().into_iter().map(|policy| kind(&policy.id).expect("a policy's id begins with its kind")).collect()
}

fn facts(decision: &Decision) -> Vec<&HouseholdEvent> {
    decision.household.iter().chain(decision.households.iter().map(|(_, fact)| fact)).collect()
}

/// A fact that would have been another under another version names the kind; where nothing would have happened at all,
/// one of the facts does.
fn names_what_it_rests_on(decision: &Decision, other: &Result<Decision, Refusal>, kind: PolicyKind) {
    let facts = facts(decision);
    match other {
        Err(refusal) => {
            assert!(facts.iter().any(|fact| named(fact).contains(&kind)), "{kind:?} {refusal:?} {facts:?}");
        }
        Ok(other) => {
            let others = self::facts(other);
            for fact in facts.iter().filter(|fact| !others.contains(fact)) {
                assert!(named(fact).contains(&kind), "{kind:?} {fact:?}");
            }
        }
    }
}

use PolicyKind::{Contact, Crosswalk, Graduation, Holidays, PovertyLine, Scoring, Sla};

/// Per fact the kinds that it always names, and those that it names where it begins a clock or needs a line. A fact
/// that is not listed names none. Holidays are named where working days are counted, as they are here.
const RESTS_ON: [(&str, &[PolicyKind], &[PolicyKind]); 28] = [
    ("AcceptanceTakenBack", &[Sla, Holidays], &[]),
    ("AssessmentRescored", &[Scoring], &[]),
    ("AssistanceDelivered", &[], &[Contact]),
    ("AssistanceReversed", &[], &[Contact]),
    ("CaseReopened", &[Contact], &[]),
    ("ComplaintReceived", &[Contact], &[]),
    ("ContactOverdue", &[Contact], &[]),
    ("ContactResumed", &[Contact], &[]),
    ("FactRetracted", &[], &[Contact]),
    ("FollowUpVisited", &[], &[Contact]),
    ("GraduationProposed", &[Graduation], &[PovertyLine]),
    ("HomeVisited", &[], &[Contact]),
    ("HouseholdAssessed", &[Scoring], &[Contact]),
    ("HouseholdFormedBySplit", &[Contact], &[]),
    ("HouseholdGraduated", &[Contact, Graduation, PovertyLine], &[]),
    ("HouseholdIdentified", &[Contact], &[]),
    ("HouseholdUnreachable", &[Contact], &[]),
    ("HouseholdVerified", &[Contact], &[]),
    ("ModelEnrolled", &[], &[Contact]),
    ("NeedRecorded", &[Crosswalk], &[]),
    ("PostExitCheckMissed", &[Contact], &[]),
    ("PostExitChecked", &[Contact, PovertyLine], &[]),
    ("ReferralAccepted", &[Sla, Holidays], &[]),
    ("ReferralMade", &[Sla, Holidays], &[Contact]),
    ("ReferralRerouted", &[Sla, Holidays], &[]),
    ("ReferralResubmitted", &[Sla, Holidays], &[]),
    ("SustainedSupportEntered", &[Contact, Graduation], &[]),
    ("VisitPlanned", &[], &[Contact]),
];

#[test]
fn whatever_a_policy_decides_names_its_version() {
    let mut runner = TestRunner::deterministic();
    let stories = (beginnings(), steps());
    let mut changed = Kinds::new();
    let mut carried: BTreeMap<&str, (Kinds, Kinds)> = BTreeMap::new();
    for _ in 0..1_500 {
        let (mut story, steps) = stories.new_tree(&mut runner).unwrap().current();
        let working = |body: &mut PolicyBody| {
            if let PolicyBody::Sla(it) = body {
                it.counted = DaysCounted::Working;
            }
        };
        story.book = rewritten(&story.book, working);
        let mut books = others(&story.book);
        let mut versions = story.book.all_versions().count();
        for step in steps {
            let body = step.take(&mut story);
            if story.book.all_versions().count() != versions {
                versions = story.book.all_versions().count();
                books = others(&story.book);
            }
            let command = step.name.read(body.to_string().as_bytes()).unwrap();
            if let Ok(decision) = story.decide(&command) {
                for (kind, book) in &books {
                    let other = story.decide_by(&command, book);
                    if other.as_ref() != Ok(&decision) {
                        changed.insert(*kind);
                        names_what_it_rests_on(&decision, &other, *kind);
                    }
                }
                // A merge says again what was said elsewhere, by the versions of then.
                let anew = ![Name::MergeInto, Name::UndoMerge].contains(&step.name);
                for fact in facts(&decision).into_iter().filter(|_| anew) {
                    let kinds = named(fact);
                    let (always, ever) =
                        carried.entry(fact.schema().name).or_insert_with(|| (kinds.clone(), Kinds::new()));
                    always.retain(|kind| kinds.contains(kind));
                    ever.extend(kinds);
                }
                story.happen(&decision);
            }
            story.command += 1;
        }
    }
    // How much of a change counts is asked when two assessments are compared, and stored nowhere.
    let every = PolicyKind::ALL.into_iter().filter(|kind| *kind != PolicyKind::Threshold);
    assert_eq!(changed, every.collect(), "each kind decided something that another version would not have");
    let listed: BTreeMap<_, _> = RESTS_ON.map(|(name, always, also)| (name, (always, also))).into();
    for (name, (always, ever)) in &carried {
        let (must, may) = listed.get(name).copied().unwrap_or_default();
        assert!(must.iter().all(|kind| always.contains(kind)), "{name} names {always:?} always, and must {must:?}");
        assert_eq!(*ever, must.iter().chain(may).copied().collect(), "{name}");
    }
    assert!(listed.keys().all(|name| carried.contains_key(name)), "every fact of the table was recorded");
}
