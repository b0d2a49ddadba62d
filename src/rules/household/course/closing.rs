//! What a closing ends in the same append: referrals, needs, places in operating models and at services, a proposal.

use chrono::NaiveDate;
use events::facts::household::{
    DisclosureEndedBecause, HouseholdEvent, LeftModelBecause, ModelLeft, NeedClosed, NeedClosedBecause,
    ProposalWithdrawn, ProposalWithdrawnBecause, ReferralWithdrawn, Undone, WithdrawnBecause,
};
use events::facts::model::{ModelEvent, PlaceFreed};
use events::id::HouseholdId;

use crate::rules::household::referral::withdraw;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Needs, Refusal};

/// The agencies and models that a closing gives places back to.
pub(in crate::rules::household) fn needs(household: &Household) -> Needs {
    let Some(case) = household.case() else { return Needs::default() };
    let accepted = case.referrals.values().filter(|it| it.state == ReferralState::ToDeliver);
    let mut agencies: Vec<_> = accepted.map(|it| it.agency).collect();
    agencies.sort_unstable();
    agencies.dedup();
    Needs { agencies, models: case.models.iter().copied().collect(), ..Needs::default() }
}

/// Why work ends: the case closes, or goes on as another household's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The case closes.
    Closed,
    /// Another household goes on with it.
    Merged,
}

/// The facts that end the open work of a case that closes.
pub(in crate::rules::household) fn ended_work(
    household: &Household,
    asked: &Asked<'_>,
    on: NaiveDate,
) -> Result<Decision, Refusal> {
    ended_work_as(household, asked, on, Ended::Closed)
}

/// The facts that end the open work of a case.
pub(in crate::rules::household) fn ended_work_as(
    household: &Household,
    asked: &Asked<'_>,
    on: NaiveDate,
    ended: Ended,
) -> Result<Decision, Refusal> {
    let (withdrawn, disclosed, left, closed, proposal_withdrawn) = match ended {
        Ended::Closed => (
            WithdrawnBecause::CaseClosed,
            DisclosureEndedBecause::CaseClosed,
            LeftModelBecause::CaseClosed,
            NeedClosedBecause::CaseClosed,
            ProposalWithdrawnBecause::CaseClosed,
        ),
        Ended::Merged => (
            WithdrawnBecause::Merged,
            DisclosureEndedBecause::Merged,
            LeftModelBecause::Merged,
            NeedClosedBecause::Merged,
            ProposalWithdrawnBecause::Merged,
        ),
    };
    let case = household.known()?;
    let id = HouseholdId(asked.target);
    let mut decision = Decision::default();
    for (referral, it) in &case.referrals {
        if it.state == ReferralState::Ended {
            continue;
        }
        let taken = ReferralWithdrawn { referral: *referral, happened_on: on, because: withdrawn, wish_of: None };
        let (facts, freed) = withdraw::ended(taken, it, disclosed, asked);
        decision.household.extend(facts);
        decision.agencies.extend(freed);
    }
    for model in &case.models {
        decision.household.push(HouseholdEvent::ModelLeft(ModelLeft { model: *model, happened_on: on, because: left }));
        decision.models.push((*model, ModelEvent::PlaceFreed(PlaceFreed { household: id })));
    }
    for (need, _) in case.needs.iter().filter(|(_, need)| need.open) {
        decision.household.push(HouseholdEvent::NeedClosed(NeedClosed {
            need: *need,
            happened_on: on,
            because: closed,
        }));
    }
    if let Some(proposal) = &case.proposal {
        decision.household.push(HouseholdEvent::ProposalWithdrawn(ProposalWithdrawn {
            proposal: proposal.id,
            happened_on: on,
            because: proposal_withdrawn,
        }));
    }
    Ok(decision)
}

/// Whether the closing of a sequence ended what nobody can bring back by taking a fact back: an agency or a model has
/// given its place to somebody else by now, or has put the referral aside.
pub(in crate::rules::household) fn ended_for_good(household: &Household, sequence: u64) -> bool {
    let before = usize::try_from(sequence).ok().and_then(|it| it.checked_sub(1)).unwrap_or_default();
    let ended = household.facts.iter().take(before).rev().take_while(|fact| ends_with_the_case(fact));
    ended.into_iter().any(|fact| fact.told().undone() != Undone::ByRetraction)
}

/// Whether a fact ends work because the case closes.
fn ends_with_the_case(fact: &HouseholdEvent) -> bool {
    #[expect(clippy::wildcard_enum_match_arm, reason = "most facts end no work")]
    match fact {
        HouseholdEvent::ReferralWithdrawn(it) => it.because == WithdrawnBecause::CaseClosed,
        HouseholdEvent::DisclosureEnded(it) => it.because == DisclosureEndedBecause::CaseClosed,
        HouseholdEvent::ModelLeft(it) => it.because == LeftModelBecause::CaseClosed,
        HouseholdEvent::NeedClosed(it) => it.because == NeedClosedBecause::CaseClosed,
        HouseholdEvent::ProposalWithdrawn(it) => it.because == ProposalWithdrawnBecause::CaseClosed,
        _ => false,
    }
}
