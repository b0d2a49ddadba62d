//! What the facts have made of a household: everything a rule may ask about.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::area::Place;
use events::case_no::CaseNo;
use events::facts::case::{After, DueWhat, NextDue, Stage, Standing};
use events::facts::household::{
    CapitalScore, Evidence, HouseholdEvent, LegalBasis, Level, MoneyTotals, PanelFinding, Seen, Verdict,
};
use events::facts::people::{Composition, PersonDetails, Relation, ResidenceStatus, Sex};
use events::id::{
    AgencyId, AssessmentId, AssistanceId, ModelId, NeedId, PanelId, PersonId, ProposalId, ReferralId, StaffId, VisitId,
};
use events::sealed::Sealed;
use serde::{Deserialize, Serialize};

use crate::rules::policy::PolicyBook;
use crate::rules::refusal::{Refusal, Thing};

/// A household: its facts, and the case they add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Household {
    /// Every fact so far, in order: the fact of sequence n stands at n − 1. A retraction folds them again.
    pub(super) facts: Vec<HouseholdEvent>,
    /// Sequences of the facts taken back.
    pub(super) retracted: BTreeSet<u64>,
    /// What the facts that hold add up to; `None` before the household is identified.
    pub(super) case: Option<Case>,
}

/// The case of an identified household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The day it was found.
    pub identified_on: NaiveDate,
    /// Where it lives.
    pub place: Place,
    /// Why its data may be held.
    pub basis: LegalBasis,
    /// How far it has come.
    pub stage: Stage,
    /// Whether work goes on.
    pub standing: Standing,
    /// Which opening of the case this is.
    pub episode: u32,
    /// Its number.
    pub case_no: Option<CaseNo>,
    /// Who looks after it.
    pub caseworker: Option<StaffId>,
    /// What is due next.
    pub next_due: Option<NextDue>,
    /// The day on which the clock of what is due began.
    pub due_since: Option<NaiveDate>,
    /// Everybody ever noted with it.
    pub members: BTreeMap<PersonId, Member>,
    /// Who makes it up now.
    pub composition: Composition,
    /// Visits at which somebody was met, in the order they were recorded.
    pub visits: Vec<Visit>,
    /// Attempts in vain.
    pub attempts: Vec<(VisitId, NaiveDate)>,
    /// Panels.
    pub panels: Vec<Panel>,
    /// Assessments.
    pub assessments: Vec<Assessment>,
    /// Needs.
    pub needs: BTreeMap<NeedId, Need>,
    /// Referrals.
    pub referrals: BTreeMap<ReferralId, Referral>,
    /// Operating models it takes part in now.
    pub models: BTreeSet<ModelId>,
    /// Help delivered.
    pub help: BTreeMap<AssistanceId, NaiveDate>,
    /// A proposal that waits for a decision.
    pub proposal: Option<Proposal>,
}

/// A person noted with the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Sex.
    pub sex: Sex,
    /// Relation to the head.
    pub relation: Relation,
    /// Registered, living there, or both.
    pub residence: ResidenceStatus,
    /// Everything personal, as far as it could be opened.
    pub details: Sealed<PersonDetails>,
    /// Since when.
    pub joined_on: NaiveDate,
    /// Until when; `None`: a member now.
    pub left_on: Option<NaiveDate>,
}

/// A visit at which somebody was met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// The visit.
    pub id: VisitId,
    /// The day.
    pub on: NaiveDate,
    /// What was seen.
    pub seen: Seen,
}

/// A panel that spoke about the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// The panel.
    pub id: PanelId,
    /// The day.
    pub on: NaiveDate,
    /// What it found.
    pub finding: PanelFinding,
}

/// An assessment, as far as a later verdict needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The assessment.
    pub id: AssessmentId,
    /// The day of the survey.
    pub on: NaiveDate,
    /// Scores.
    pub capitals: Vec<CapitalScore>,
    /// Level overall; `None`: incomplete.
    pub level: Option<Level>,
    /// Money.
    pub money: MoneyTotals,
    /// How surely the income is known.
    pub evidence: Evidence,
}

/// A need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// The member who has it.
    pub person: Option<PersonId>,
    /// Whether it is open.
    pub open: bool,
}

/// Where a referral is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferralState {
    /// With the agency, to answer.
    ToAnswer,
    /// Accepted, to deliver.
    ToDeliver,
    /// Sent back for what is missing.
    Returned,
    /// Ended: declined, completed or withdrawn.
    Ended,
}

impl ReferralState {
    /// As people and answers call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToAnswer => "to_answer",
            Self::ToDeliver => "to_deliver",
            Self::Returned => "returned",
            Self::Ended => "ended",
        }
    }
}

/// A referral.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Referral {
    /// Where it is.
    pub state: ReferralState,
    /// The need it is for.
    pub need: NeedId,
    /// To whom.
    pub agency: AgencyId,
    /// Which service.
    pub service: String,
    /// The day it was agreed.
    pub made_on: NaiveDate,
    /// The last day for an answer.
    pub respond_by: NaiveDate,
    /// Whether the missed answer was noted.
    pub overdue_noted: bool,
    /// The day of acceptance.
    pub accepted_on: Option<NaiveDate>,
}

/// A proposal to graduate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The proposal.
    pub id: ProposalId,
    /// The day.
    pub on: NaiveDate,
    /// Who proposes.
    pub proposer: StaffId,
    /// What the policy said.
    pub verdict: Verdict,
}

impl Referral {
    /// Whether the agency still has something to do with it.
    pub const fn is_with_agency(&self) -> bool {
        match self.state {
            ReferralState::ToAnswer | ReferralState::ToDeliver => true,
            ReferralState::Returned | ReferralState::Ended => false,
        }
    }
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

impl Case {
    /// Where it stands.
    pub const fn after(&self) -> After {
        After { stage: self.stage, standing: self.standing, episode: self.episode }
    }

    /// Where it stands once it has reached a stage at least.
    pub fn after_reaching(&self, stage: Stage) -> After {
        After { stage: self.stage.max(stage), ..self.after() }
    }

    /// What is due when a clock begins on a day; `None` when the same clock began again since, so that what is
    /// entered late moves no date back.
    pub fn due(&self, policies: &PolicyBook, what: DueWhat, on: NaiveDate) -> Result<Option<NextDue>, Refusal> {
        let runs = self.next_due.as_ref().is_some_and(|due| due.what == what);
        if runs && self.due_since.is_some_and(|since| since > on) {
            return Ok(None);
        }
        policies.due(&self.province(), what, on).map(Some)
    }

    /// The two digits of its province.
    pub fn province(&self) -> String {
        self.place.province().to_string()
    }

    /// Members now.
    pub fn present(&self) -> impl Iterator<Item = (&PersonId, &Member)> {
        self.members.iter().filter(|(_, member)| member.left_on.is_none())
    }

    /// A need that is open.
    pub fn open_need(&self, need: NeedId) -> Result<&Need, Refusal> {
        let need = self.needs.get(&need).ok_or(Refusal::Unknown(Thing::Need))?;
        if need.open { Ok(need) } else { Err(Refusal::NeedClosed) }
    }

    /// A referral in a given state.
    pub fn referral_in(&self, referral: ReferralId, state: ReferralState) -> Result<&Referral, Refusal> {
        let referral = self.referrals.get(&referral).ok_or(Refusal::Unknown(Thing::Referral))?;
        if referral.state == state {
            Ok(referral)
        } else {
            Err(Refusal::ReferralIs { state: referral.state.as_str(), needed: state.as_str() })
        }
    }

    /// The refusal of everything that needs a stage which is not reached.
    pub fn reached(&self, needed: Stage) -> Result<(), Refusal> {
        if self.stage >= needed { Ok(()) } else { Err(Refusal::TooEarly { stage: self.stage, needed }) }
    }

    /// The last complete assessment by the day of the survey.
    pub fn last_complete(&self) -> Option<&Assessment> {
        self.assessments.iter().filter(|it| it.level.is_some()).max_by_key(|it| it.on)
    }
}
