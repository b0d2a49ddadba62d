//! Facts about leaving poverty, and about taking a fact back.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assessment::Evidence;
use crate::area::Place;
use crate::facts::Schema;
use crate::facts::case::{After, NextDue, PolicyRef};
use crate::facts::household::told::{Told, Undone};
use crate::facts::people::Composition;
use crate::id::{AssessmentId, ProposalId, StaffId};

/// What the graduation policy asks of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Level overall at or above the policy's.
    LevelOverall,
    /// No capital at the lowest level.
    NoCapitalAtLowest,
    /// Net income per resident and month at or above the poverty line in force.
    IncomeAtLine,
    /// Two assessments far enough apart.
    HeldOverTime,
    /// Nobody who lives there can work, and of nobody it is unknown: support goes on.
    NobodyAbleToWork,
}

/// One criterion, judged on one assessment or between two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Judged {
    /// What was asked.
    pub criterion: Criterion,
    /// The assessment it was judged on, the earlier of two where it is about both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<AssessmentId>,
    /// Met, not met, or `None`: cannot be said.
    pub met: Option<bool>,
    /// What was found, as figures: `"3"`, `"3120.00"`, `"184 days"`.
    pub found: String,
    /// What is needed.
    pub needed: String,
    /// How surely it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// What the policy says, criterion by criterion, with the inputs it judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// The graduation policy.
    pub policy: PolicyRef,
    /// The poverty line used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineUsed>,
    /// Each criterion.
    pub judged: Vec<Judged>,
    /// Whether all are met.
    pub met: bool,
}

impl Verdict {
    /// The versions it was judged by.
    fn policies(&self) -> Vec<&PolicyRef> {
        std::iter::once(&self.policy).chain(self.line.as_ref().map(|line| &line.policy)).collect()
    }
}

/// The poverty line a verdict was judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineUsed {
    /// The year it was published for, common era.
    pub year: i32,
    /// Baht per person and month.
    pub baht: crate::money::Baht,
    /// Version of the line policy.
    pub policy: PolicyRef,
}

/// What is proposed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// That the household has left poverty.
    #[default]
    Graduation,
    /// That it cannot work and is supported for as long as it is needed.
    SustainedSupport,
}

impl ProposalKind {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks it so")]
    const fn is_graduation(&self) -> bool {
        matches!(self, Self::Graduation)
    }
}

/// Somebody proposes that the household has left poverty, or is supported from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GraduationProposed {
    /// The proposal.
    pub proposal: ProposalId,
    /// The day.
    pub happened_on: NaiveDate,
    /// What is proposed; left out: graduation.
    #[serde(default, skip_serializing_if = "ProposalKind::is_graduation")]
    pub kind: ProposalKind,
    /// Who proposes: it takes another person to approve.
    pub proposer: StaffId,
    /// What the policy says.
    pub verdict: Verdict,
}

impl Told for GraduationProposed {
    fn schema(&self) -> Schema {
        Schema::new("GraduationProposed", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        self.verdict.policies()
    }
}

/// Why a proposal was turned down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GraduationDeclineReason {
    /// The income does not look lasting.
    IncomeNotLasting,
    /// The household still needs help.
    NeedsHelp,
    /// The evidence is too weak.
    WeakEvidence,
    /// Something else.
    Other,
}

/// A supervisor turned the proposal down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GraduationDeclined {
    /// The proposal.
    pub proposal: ProposalId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub reason: GraduationDeclineReason,
}

impl Told for GraduationDeclined {
    fn schema(&self) -> Schema {
        Schema::new("GraduationDeclined", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// A supervisor who is not the proposer approved: the household has left poverty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdGraduated {
    /// The proposal.
    pub proposal: ProposalId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Who approved.
    pub approver: StaffId,
    /// What the policy says on that day; none in what was recorded before it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Where the household stands after this.
    pub after: After,
    /// The first check after leaving.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for HouseholdGraduated {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdGraduated", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        self.verdict.iter().flat_map(Verdict::policies).collect()
    }
}

/// A supervisor who is not the proposer approved: the household cannot work and is supported for as long as needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SustainedSupportEntered {
    /// The proposal.
    pub proposal: ProposalId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Who approved.
    pub approver: StaffId,
    /// What the policy says on that day; none in what was recorded before it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Where the household stands after this.
    pub after: After,
    /// The first check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for SustainedSupportEntered {
    fn schema(&self) -> Schema {
        Schema::new("SustainedSupportEntered", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        self.verdict.iter().flat_map(Verdict::policies).collect()
    }
}

/// Why a proposal waits no longer though nobody decided on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalWithdrawnBecause {
    /// The case closed.
    CaseClosed,
    /// The household was merged into another.
    Merged,
}

/// A proposal waits no longer: the case closed before anybody decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProposalWithdrawn {
    /// The proposal.
    pub proposal: ProposalId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: ProposalWithdrawnBecause,
}

impl Told for ProposalWithdrawn {
    fn schema(&self) -> Schema {
        Schema::new("ProposalWithdrawn", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// Why a fact is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetractReason {
    /// Entered by mistake.
    Mistake,
    /// Belongs to another household.
    WrongHousehold,
    /// Entered twice.
    EnteredTwice,
    /// Turned out not to be true.
    Untrue,
    /// The merge that it was part of was undone.
    MergeUndone,
}

impl RetractReason {
    /// Whether it is written beside another fact alone: nobody gives it as a reason.
    pub const fn is_of_the_system(self) -> bool {
        match self {
            Self::Mistake | Self::WrongHousehold | Self::EnteredTwice | Self::Untrue => false,
            Self::MergeUndone => true,
        }
    }
}

/// One earlier fact of this stream is taken back: the fold goes on as if it had not been, the history shows both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FactRetracted {
    /// The sequence of the fact taken back.
    pub sequence: u64,
    /// Its name.
    pub event_type: String,
    /// Why.
    pub reason: RetractReason,
    /// Where the household stands without it.
    pub after: After,
    /// Who makes up the household without it.
    pub composition: Composition,
    /// What is due next without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
    /// Where the household lives without it, if that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// When it must be assessed anew without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reassess_due: Option<NextDue>,
}

impl Told for FactRetracted {
    fn schema(&self) -> Schema {
        Schema::new("FactRetracted", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        None
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn reassess_due(&self) -> Option<&NextDue> {
        self.reassess_due.as_ref()
    }

    fn ends_due(&self) -> bool {
        true
    }

    fn composition(&self) -> Option<&Composition> {
        Some(&self.composition)
    }

    fn place(&self) -> Option<Place> {
        self.place
    }

    fn undone(&self) -> Undone {
        Undone::Never
    }
}
