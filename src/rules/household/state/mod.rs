//! What the facts have made of a household: everything a rule may ask about.

mod case;
mod clock;
mod consent;
mod fieldwork;
mod help;
mod member;
mod referral;
mod voice;
mod whereabouts;

use std::collections::BTreeSet;

use events::facts::case::Standing;
use events::facts::household::HouseholdEvent;
use events::id::{AgencyId, ReferralId};
use serde::{Deserialize, Serialize};

pub use self::case::Case;
pub use self::clock::{Exit, Relapse};
pub use self::consent::Consent;
pub use self::fieldwork::{Assessment, Need, Panel, Proposal, ResultOf, Visit};
pub use self::help::Help;
pub use self::member::Member;
pub use self::referral::{Disclosure, Referral, ReferralState};
pub use self::voice::{Complaint, RightsRequest, Wait};
pub use self::whereabouts::{Located, Resemblance};
use crate::rules::refusal::{Refusal, Thing};

/// A household: its facts, and the case they add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Household {
    /// Every fact so far, in order: the fact of sequence n stands at n − 1. A retraction folds them again.
    pub(in crate::rules::household) facts: Vec<HouseholdEvent>,
    /// Sequences of the facts taken back.
    pub(in crate::rules::household) retracted: BTreeSet<u64>,
    /// What the facts that hold add up to; `None` before the household is identified.
    pub(in crate::rules::household) case: Option<Case>,
}

impl Household {
    /// How many facts made it: the sequence of the last one.
    pub fn sequence(&self) -> u64 {
        self.facts.len() as u64
    }

    /// The case, once identified.
    pub fn case(&self) -> Option<&Case> {
        self.case.as_ref()
    }

    /// The case, or the refusal that there is none.
    pub fn known(&self) -> Result<&Case, Refusal> {
        self.case.as_ref().ok_or(Refusal::Unknown(Thing::Household))
    }

    /// The case when work on it goes on.
    pub fn open(&self) -> Result<&Case, Refusal> {
        let case = self.known()?;
        match case.standing {
            Standing::Open => Ok(case),
            standing @ (Standing::Closed(_) | Standing::Graduated | Standing::Sustained) => {
                Err(Refusal::Closed(standing))
            }
        }
    }

    /// The case unless it is closed: graduated and sustained households can still be visited and helped.
    pub fn not_closed(&self) -> Result<&Case, Refusal> {
        let case = self.known()?;
        match case.standing {
            Standing::Open | Standing::Graduated | Standing::Sustained => Ok(case),
            standing @ Standing::Closed(_) => Err(Refusal::Closed(standing)),
        }
    }

    /// The household as it would be with these referrals alone: what somebody sees who may see no others.
    #[must_use]
    pub fn seen_with(&self, mut keeps: impl FnMut(&Referral) -> bool) -> Self {
        let mut part = self.clone();
        if let Some(case) = &mut part.case {
            case.referrals.retain(|_, it| keeps(it));
        }
        part
    }

    /// The refusal of everything that needs some help that counts.
    pub fn any_help(&self) -> Result<(), Refusal> {
        let case = self.not_closed()?;
        if case.help.values().any(|it| !it.reversed) {
            return Ok(());
        }
        Err(if case.help.is_empty() { Refusal::Unknown(Thing::Assistance) } else { Refusal::HelpReversed })
    }

    /// The agency that has a referral now.
    pub fn agency_of(&self, referral: ReferralId) -> Option<AgencyId> {
        Some(self.case()?.referrals.get(&referral)?.agency)
    }

    /// Every fact, in order.
    pub fn facts(&self) -> &[HouseholdEvent] {
        &self.facts
    }

    /// The fact of a sequence.
    pub fn fact(&self, sequence: u64) -> Option<&HouseholdEvent> {
        self.facts.get(usize::try_from(sequence).ok()?.checked_sub(1)?)
    }

    /// Whether the fact of a sequence was taken back.
    pub fn is_retracted(&self, sequence: u64) -> bool {
        self.retracted.contains(&sequence)
    }
}
