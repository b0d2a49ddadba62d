//! What caseworkers brought home: visits, panels, assessments, needs, proposals.

use chrono::NaiveDate;
use events::facts::case::PolicyRef;
use events::facts::household::{
    CapitalScore, Evidence, Level, MoneyTotals, PanelFinding, PrioritisedBy, ProposalKind, Seen, Verdict,
};
use events::id::{AssessmentId, CycleId, ModelId, PanelId, PaymentId, PersonId, ProposalId, StaffId, VisitId};
use serde::{Deserialize, Serialize};

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
    /// Scores, by the newest scoring.
    pub capitals: Vec<CapitalScore>,
    /// Level overall; `None`: incomplete.
    pub level: Option<Level>,
    /// The scoring policy that it was last scored by.
    pub scoring: PolicyRef,
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
    /// 1 most urgent to 5, as last said.
    pub priority: u8,
    /// Who said so; `None`: whoever recorded it.
    pub prioritised_by: Option<PrioritisedBy>,
    /// The day it was noted.
    pub on: NaiveDate,
}

/// Which result of an operating model: each is recorded once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ResultOf {
    /// The model.
    pub model: ModelId,
    /// Its cycle.
    pub cycle: CycleId,
    /// The product.
    pub product: String,
    /// The payment it is a share of.
    pub payment: Option<PaymentId>,
}

/// A proposal to graduate, or to be supported from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The proposal.
    pub id: ProposalId,
    /// What is proposed.
    pub kind: ProposalKind,
    /// The day.
    pub on: NaiveDate,
    /// Who proposes.
    pub proposer: StaffId,
    /// What the policy said.
    pub verdict: Verdict,
}
