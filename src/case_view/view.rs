//! A case as a reader sees it: what the page of one household shows.

#![expect(clippy::large_stack_arrays, reason = "the derived schema of a case lists its many fields in an array")]

use chrono::NaiveDate;
use events::area::Place;
use events::case_no::CaseNo;
use events::facts::case::{DueWhat, PolicyRef, Stage, Standing};
use events::facts::household::{
    AssistanceDelivered, Capital, CapitalScore, ConfirmedHow, Dimension, Evidence, GraduationDeclineReason, HelpState,
    LeftModelBecause, LegalBasis, Level, ListStatusRecorded, ModelResultRecorded, MoneyTotals, NeedClosedBecause,
    NotMet, OutOfPayment, OverallScore, PanelFinding, PartOf, PrioritisedBy, ProposalKind, Received, ReversedBecause,
    Seen, Source, Verdict, Worth,
};
use events::facts::people::{Composition, Relation, ResidenceStatus, Sex};
use events::id::{
    AgencyId, AssessmentId, AssistanceId, CycleId, FamilyId, HouseholdId, ModelId, NeedId, NoteId, PersonId,
    ProposalId, ReferralId, StaffId,
};
use events::money::Baht;
use projections::AsOf;
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::ActionView;
use super::contact::{CheckView, ComplaintView, PlanView, RightsRequestView};
use super::lens::Shown;
use super::living::{DocumentView, MoveView, ResemblanceView};
use super::referral::{ConsentView, DisclosureView, ReferralView};
use crate::rules::household::assessment::compare::Comparison;

/// One household's case, as one reader sees it at one moment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseView {
    /// The household.
    pub id: HouseholdId,
    /// Its case number.
    pub case_no: Option<CaseNo>,
    /// The sequence of the last fact shown: what `If-Match` takes.
    pub sequence: u64,
    /// What moment is shown.
    pub as_of: AsOf,
    /// How far it has come.
    pub stage: Stage,
    /// Whether work goes on.
    pub standing: Standing,
    /// Which opening of the case this is.
    pub episode: u32,
    /// Households that it became, took over, came of or let go.
    pub related: RelatedView,
    /// The day it was found.
    pub identified_on: NaiveDate,
    /// Who pointed to it.
    pub sources: Vec<Source>,
    /// Why its data may be held.
    pub basis: LegalBasis,
    /// Where it lives.
    pub place: Place,
    /// Where the house stands, and its code.
    pub address: Option<Shown>,
    /// The code of the house in the registry.
    pub house_code: Option<Shown>,
    /// Where it moved within the province, the latest last.
    pub moves: Vec<MoveView>,
    /// Who looks after it.
    pub caseworker: Option<StaffId>,
    /// Score and level by the latest complete assessment.
    pub score: Option<OverallScore>,
    /// What is due next.
    pub next_due: Option<DueView>,
    /// Every date that runs, the earliest first.
    pub clocks: Vec<DueView>,
    /// Visits that were planned.
    pub plans: Vec<PlanView>,
    /// Who makes it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composition: Option<Composition>,
    /// Everybody ever noted with it.
    pub members: Vec<MemberView>,
    /// Members who may be the same person as somebody of another household.
    pub resemblances: Vec<ResemblanceView>,
    /// What state lists say of it.
    pub lists: Vec<ListStatusRecorded>,
    /// Visits, attempts and panels, in the order they were recorded.
    pub calls: Vec<CallView>,
    /// Assessments, the latest day last.
    pub assessments: Vec<AssessmentView>,
    /// What changed from the first assessment to the latest; none: it was never assessed.
    pub comparison: Option<Comparison>,
    /// Incomes noted between assessments.
    pub incomes: Vec<IncomeView>,
    /// What it lacks.
    pub needs: Vec<NeedView>,
    /// What it said yes to.
    pub consents: Vec<ConsentView>,
    /// What was asked of agencies.
    pub referrals: Vec<ReferralView>,
    /// What was given to whom, and until when.
    pub disclosures: Vec<DisclosureView>,
    /// Operating models it takes part in or took part in.
    pub models: Vec<EnrolmentView>,
    /// Help that arrived.
    pub help: Vec<HelpView>,
    /// Notes.
    pub notes: Vec<NoteView>,
    /// Papers and files.
    pub documents: Vec<DocumentView>,
    /// Proposals to graduate, the latest last.
    pub proposals: Vec<ProposalView>,
    /// Checks after leaving, made and missed.
    pub checks: Vec<CheckView>,
    /// Complaints.
    pub complaints: Vec<ComplaintView>,
    /// Requests under the law on personal data.
    pub rights_requests: Vec<RightsRequestView>,
    /// What this reader may do now; empty for a past moment.
    pub actions: Vec<ActionView>,
}

/// Other households that a household has to do with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct RelatedView {
    /// The one that goes on with it; none: it was not merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<HouseholdId>,
    /// Those that it goes on with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absorbed: Vec<HouseholdId>,
    /// The one that its members left to form it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formed_from: Option<HouseholdId>,
    /// Those that members of it have formed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub split_off: Vec<HouseholdId>,
    /// How many of them lie where this reader may not look: they are not named above.
    #[serde(skip_serializing_if = "is_none")]
    pub beyond: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over as a reference")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

impl RelatedView {
    /// How many are named.
    pub(super) fn count(&self) -> usize {
        let one = usize::from(self.merged_into.is_some()) + usize::from(self.formed_from.is_some());
        one + self.absorbed.len() + self.split_off.len()
    }
}

/// What must happen next.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DueView {
    /// What.
    pub what: DueWhat,
    /// The last day on which it is in time.
    pub by: NaiveDate,
    /// The policy that set the day.
    pub policy: PolicyRef,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// A person noted with the household.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MemberView {
    /// The person.
    pub person: PersonId,
    /// Sex.
    pub sex: Sex,
    /// Relation to the head.
    pub relation: Relation,
    /// Registered, living there, or both.
    pub residence: ResidenceStatus,
    /// Since when.
    pub joined_on: NaiveDate,
    /// Until when; none: a member now.
    pub left_on: Option<NaiveDate>,
    /// Whether the person died as a member.
    pub died: bool,
    /// The family within the household, where several live in one house.
    pub family: Option<FamilyId>,
    /// Names and everything else personal.
    pub details: Shown,
}

/// A visit, an attempt in vain, or a panel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum CallView {
    /// Somebody came in vain.
    Attempt {
        /// The day.
        on: NaiveDate,
        /// Why nobody was met.
        because: NotMet,
    },
    /// The home was visited.
    Visit {
        /// The day.
        on: NaiveDate,
        /// What was seen.
        seen: Seen,
        /// In words.
        remarks: Option<Shown>,
    },
    /// Somebody looked after the help.
    FollowUp {
        /// The day.
        on: NaiveDate,
        /// What became of the help.
        help: HelpState,
        /// How surely that is known.
        evidence: Evidence,
        /// In words.
        remarks: Option<Shown>,
    },
    /// The village panel spoke.
    Panel {
        /// The day.
        on: NaiveDate,
        /// How many took part.
        attended: u16,
        /// What they found.
        finding: PanelFinding,
        /// In words.
        remarks: Option<Shown>,
    },
}

/// An assessment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssessmentView {
    /// The assessment.
    pub assessment: AssessmentId,
    /// The day of the survey.
    pub on: NaiveDate,
    /// Instrument and version.
    pub instrument: String,
    /// The scoring policy.
    pub scoring: PolicyRef,
    /// One score per capital.
    pub capitals: Vec<CapitalScore>,
    /// The household's score; none: a capital is incomplete.
    pub overall: Option<OverallScore>,
    /// Dimensions in which it is deprived.
    pub deprived: Vec<Dimension>,
    /// Money.
    pub money: MoneyTotals,
    /// How surely the income is known.
    pub income_evidence: Evidence,
    /// The scores it had before it was scored again, the oldest first.
    pub scored_before: Vec<ScoredView>,
}

/// A score that another scoring took the place of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoredView {
    /// The scoring policy.
    pub scoring: PolicyRef,
    /// The household's score by it.
    pub overall: Option<OverallScore>,
    /// The day on which it was scored again.
    pub until: NaiveDate,
}

/// Income noted between assessments.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomeView {
    /// The day.
    pub on: NaiveDate,
    /// Money.
    pub money: MoneyTotals,
    /// How surely it is known.
    pub evidence: Evidence,
}

/// A need.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NeedView {
    /// The need.
    pub need: NeedId,
    /// The day it was noted.
    pub on: NaiveDate,
    /// The capital it belongs to.
    pub capital: Capital,
    /// The indicator it came from.
    pub indicator: Option<String>,
    /// The member who has it.
    pub person: Option<PersonId>,
    /// 1 most urgent to 5, as last said.
    pub priority: u8,
    /// Who said so last; none: whoever recorded the need.
    pub prioritised_by: Option<PrioritisedBy>,
    /// The dimensions of help that answer it.
    pub dimensions: Vec<Dimension>,
    /// In the household's words.
    pub words: Option<Shown>,
    /// Why it is open no longer; none: it is open.
    pub closed: Option<NeedClosedBecause>,
}

/// Taking part in an operating model.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnrolmentView {
    /// The model.
    pub model: ModelId,
    /// Since when.
    pub on: NaiveDate,
    /// Until when.
    pub left_on: Option<NaiveDate>,
    /// Why it left.
    pub left_because: Option<LeftModelBecause>,
    /// What it brought the household, cycle by cycle.
    pub results: Vec<ModelResultView>,
}

/// What a model brought the household in one cycle.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModelResultView {
    /// The cycle.
    pub cycle: CycleId,
    /// The day.
    pub on: NaiveDate,
    /// The product.
    pub product: String,
    /// The unit.
    pub unit: String,
    /// How many units it produced.
    pub produced: Option<u32>,
    /// What it earned: its own share.
    pub earned: Option<Baht>,
    /// The payment that its share comes from.
    pub payment: Option<OutOfPayment>,
}

/// Help that arrived.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HelpView {
    /// The delivery.
    pub assistance: AssistanceId,
    /// The day it arrived.
    pub on: NaiveDate,
    /// What it was.
    pub kind: String,
    /// The capital it strengthens.
    pub capital: Capital,
    /// The dimension it counts under.
    pub dimension: Dimension,
    /// What it was worth.
    pub worth: Worth,
    /// The shared payment it is a part of.
    pub part_of: Option<PartOf>,
    /// Members it was for.
    pub beneficiaries: Vec<PersonId>,
    /// Who gave it.
    pub agency: Option<AgencyId>,
    /// The referral it answers.
    pub referral: Option<ReferralId>,
    /// The model it came through.
    pub model: Option<ModelId>,
    /// What the household last said of it.
    pub confirmed: Option<ConfirmationView>,
    /// Why it counts no longer; none: it counts.
    pub reversed: Option<ReversedBecause>,
}

/// What the household says of help.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConfirmationView {
    /// The day it said so.
    pub on: NaiveDate,
    /// How.
    pub how: ConfirmedHow,
    /// What arrived.
    pub received: Received,
}

/// A note.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoteView {
    /// The note.
    pub note: NoteId,
    /// The day it speaks of.
    pub on: NaiveDate,
    /// Members it is about.
    pub about: Vec<PersonId>,
    /// The words.
    pub text: Shown,
}

/// A proposal to graduate, and what became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProposalView {
    /// The proposal.
    pub proposal: ProposalId,
    /// What was proposed.
    pub kind: ProposalKind,
    /// The day.
    pub on: NaiveDate,
    /// Who proposed.
    pub proposer: StaffId,
    /// What the policy said.
    pub verdict: Verdict,
    /// The day it was decided; none: it waits.
    pub decided_on: Option<NaiveDate>,
    /// Who approved.
    pub approver: Option<StaffId>,
    /// Why it was turned down.
    pub declined: Option<GraduationDeclineReason>,
    /// Whether the case closed before anybody decided.
    pub withdrawn: bool,
}

impl From<&ModelResultRecorded> for ModelResultView {
    fn from(it: &ModelResultRecorded) -> Self {
        Self {
            cycle: it.cycle,
            on: it.happened_on,
            product: it.product.clone(),
            unit: it.unit.clone(),
            produced: it.produced,
            earned: it.earned,
            payment: it.payment,
        }
    }
}

impl From<&AssistanceDelivered> for HelpView {
    fn from(it: &AssistanceDelivered) -> Self {
        Self {
            assistance: it.assistance,
            on: it.happened_on,
            kind: it.kind.clone(),
            capital: it.capital,
            dimension: it.dimension,
            worth: it.worth,
            part_of: it.part_of,
            beneficiaries: it.beneficiaries.clone(),
            agency: it.agency,
            referral: it.referral,
            model: it.model,
            confirmed: None,
            reversed: None,
        }
    }
}

impl CaseView {
    /// The level by the latest complete assessment.
    pub fn level(&self) -> Option<Level> {
        self.score.as_ref().map(|score| score.level)
    }
}
