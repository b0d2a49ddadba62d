//! How each fact moves a household. Total: it never fails and never judges, but it can be surprised.
//!
//! A surprise is a fact that no decision leads to in this state. A property test shows that decisions never surprise,
//! `check` folds every stored stream looking for it, and a retraction that would surprise a later fact is refused.

#![expect(clippy::unnecessary_wraps, reason = "every effect says whether its fact fits, also where each one does")]

mod assessment;
mod change;
mod clock;
mod consent;
mod course;
mod exit;
mod help;
mod identity;
mod people;
mod place;
mod referral;
mod survey;
mod voice;

use std::collections::{BTreeMap, BTreeSet};

use events::facts::case::{Stage, Standing};
use events::facts::household::HouseholdEvent;
use events::facts::people::Composition;
use events::id::AssistanceId;

use super::people::composition;
use super::state::{Case, Household, Located};

/// Help that a later fact says counts no longer.
type Reversed = BTreeSet<AssistanceId>;

/// What a fact that follows says, and what does not fit otherwise.
type Fits = Result<(), &'static str>;

/// A fact that does not follow from what came before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{event} does not follow from what came before: {why}")]
pub struct Surprise {
    /// The fact.
    pub event: &'static str,
    /// What does not fit.
    pub why: &'static str,
}

impl Household {
    /// Moves past one fact. The state is right also after a surprise: the fact is kept and changes what it can.
    pub fn evolve(&mut self, event: &HouseholdEvent) -> Result<(), Surprise> {
        self.facts.push(event.clone());
        if let HouseholdEvent::AssistanceReversed(_) = event {
            return self.fold_without_reversed();
        }
        let HouseholdEvent::FactRetracted(retracted) = event else {
            return apply(&mut self.case, event, &Reversed::new());
        };
        let surprise = |why| Err(Surprise { event: "FactRetracted", why });
        if retracted.sequence == 0 || retracted.sequence >= self.sequence() {
            return surprise("it names no earlier fact");
        }
        if !self.retracted.insert(retracted.sequence) {
            return surprise("the fact was taken back before");
        }
        let (case, surprises) = self.folded();
        self.case = case;
        // The composition as it was decided: to count anew takes keys, which not every reader has.
        if let Some(case) = &mut self.case {
            case.composition = retracted.composition.clone();
        }
        match surprises.into_iter().next() {
            Some((_, surprise)) => Err(surprise),
            None => Ok(()),
        }
    }

    /// Help that counts no longer may have moved the stage and a due date: all is folded anew without it.
    fn fold_without_reversed(&mut self) -> Result<(), Surprise> {
        let counted = self.case.as_ref().map(|case| case.composition.clone());
        let (case, surprises) = self.folded();
        self.case = case;
        // Nobody came or went, and to count anew takes keys, which not every reader has.
        if let (Some(case), Some(counted)) = (&mut self.case, counted) {
            case.composition = counted;
        }
        surprises.into_values().next().map_or(Ok(()), Err)
    }

    /// The case that the facts which hold add up to, and every fact that surprised on the way.
    pub(super) fn folded(&self) -> (Option<Case>, BTreeMap<u64, Surprise>) {
        self.folded_without(None)
    }

    /// The same as if this help had been reversed too.
    pub(super) fn folded_without(&self, help: Option<AssistanceId>) -> (Option<Case>, BTreeMap<u64, Surprise>) {
        let holds = |sequence: &u64| !self.retracted.contains(sequence);
        let standing = self.facts.iter().zip(1u64..).filter(|(_, sequence)| holds(sequence));
        let reversed = standing.filter_map(|(event, _)| {
            if let HouseholdEvent::AssistanceReversed(it) = event { Some(it.assistance) } else { None }
        });
        let reversed: Reversed = reversed.chain(help).collect();
        let mut case = None;
        let mut surprises = BTreeMap::new();
        // What facts after a member's coming or going counted is wrong once that is taken back.
        let mut count_anew = false;
        for (event, sequence) in self.facts.iter().zip(1u64..) {
            if matches!(event, HouseholdEvent::FactRetracted(_)) {
                continue;
            }
            if self.retracted.contains(&sequence) {
                count_anew |= event.composition().is_some();
                continue;
            }
            if let Err(surprise) = apply(&mut case, event, &reversed) {
                surprises.insert(sequence, surprise);
            }
            if count_anew
                && event.composition().is_some()
                && let (Some(case), Some(on)) = (&mut case, event.happened_on())
            {
                case.composition = composition::of(case.members.values(), on);
            }
        }
        (case, surprises)
    }
}

/// Applies a fact that holds.
fn apply(slot: &mut Option<Case>, event: &HouseholdEvent, reversed: &Reversed) -> Result<(), Surprise> {
    let name = event.schema().name;
    let surprise = |why| Surprise { event: name, why };
    let Some(case) = slot else {
        let HouseholdEvent::HouseholdIdentified(it) = event else {
            return Err(surprise("the household is not identified"));
        };
        *slot = Some(Case {
            identified_on: it.happened_on,
            place: it.place,
            placed_on: it.happened_on,
            located: it.address.clone().map(|address| Located { address, since: it.happened_on }),
            house_code: None,
            sources: it.sources.iter().copied().collect(),
            basis: it.basis,
            stage: Stage::Identified,
            standing: Standing::Open,
            episode: 1,
            case_no: None,
            caseworker: None,
            next_due: it.next_due.clone(),
            due_since: Some(it.happened_on),
            reassess_due: None,
            noted: BTreeSet::new(),
            exit: None,
            members: BTreeMap::new(),
            composition: Composition::empty(),
            resemblances: Vec::new(),
            documents: BTreeMap::new(),
            visits: Vec::new(),
            attempts: Vec::new(),
            follow_ups: Vec::new(),
            panels: Vec::new(),
            assessments: Vec::new(),
            needs: BTreeMap::new(),
            referrals: BTreeMap::new(),
            models: BTreeSet::new(),
            results: BTreeSet::new(),
            help: BTreeMap::new(),
            consents: BTreeMap::new(),
            proposal: None,
            stands_since: it.happened_on,
            stood_as: Standing::Open,
            counts_from: None,
            complaints: BTreeMap::new(),
            rights_requests: BTreeMap::new(),
            merged_into: None,
        });
        return Ok(());
    };
    let before = case.standing;
    let fits = change::change(case, event, reversed);
    if case.standing != before {
        case.stood_as = before;
        case.stands_since = event.happened_on().unwrap_or(case.stands_since);
    }
    // What was reversed started no clock, and what reverses it says what is due without it: so it was folded already.
    let starts_clocks = !matches!(event, HouseholdEvent::AssistanceDelivered(it) if reversed.contains(&it.assistance))
        && !matches!(event, HouseholdEvent::AssistanceReversed(_));
    clock::run(case, event, starts_clocks);
    if let Some(composition) = event.composition() {
        case.composition = composition.clone();
    }
    fits.map_err(surprise)
}
