//! What a case shows of keeping in touch: the dates that run, visits planned, checks after leaving, complaints, and
//! requests under the law on personal data.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, NextDue};
use events::facts::household::{
    ComplaintAbout, ComplaintOutcome, ExitFinding, ExitInputs, HouseholdEvent, Right, RightsAnswer,
};
use events::facts::people::Words;
use events::id::{ComplaintId, PersonId, RightsRequestId, VisitId};
use serde::Serialize;
use utoipa::ToSchema;

use super::history::Entry;
use super::lens::{Lens, Shown};
use super::view::{CallView, CaseView, DueView};

/// A visit that was planned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanView {
    /// The plan.
    pub visit: VisitId,
    /// The day of the visit.
    pub on: NaiveDate,
    /// What it is for.
    pub purpose: Option<DueWhat>,
    /// What to think of.
    pub words: Option<Shown>,
}

/// A check after leaving, made or missed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CheckView {
    /// Which of the policy's checks, in months after leaving.
    pub month: u16,
    /// The day it was made, or the last day on which it would have been in time.
    pub on: NaiveDate,
    /// What was found; none: nobody looked.
    pub finding: Option<ExitFinding>,
    /// What the finding rests on.
    pub inputs: Option<ExitInputs>,
    /// In words.
    pub remarks: Option<Shown>,
}

/// A complaint.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComplaintView {
    /// The complaint.
    pub complaint: ComplaintId,
    /// The day it was made.
    pub on: NaiveDate,
    /// What it is about.
    pub about: ComplaintAbout,
    /// What was said.
    pub words: Shown,
    /// The last day for an answer.
    pub answer_by: NaiveDate,
    /// The day it was answered.
    pub answered_on: Option<NaiveDate>,
    /// How it ended.
    pub outcome: Option<ComplaintOutcome>,
    /// The answer.
    pub answer: Option<Shown>,
    /// Whether it waits although its last day has passed.
    pub overdue: bool,
}

/// A request under the law on personal data.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RightsRequestView {
    /// The request.
    pub request: RightsRequestId,
    /// The day it was made.
    pub on: NaiveDate,
    /// Which right.
    pub right: Right,
    /// Whose data.
    pub person: PersonId,
    /// What was asked.
    pub words: Option<Shown>,
    /// Where the law sets the days.
    pub law: String,
    /// The last day for an answer.
    pub answer_by: NaiveDate,
    /// The day it was answered.
    pub answered_on: Option<NaiveDate>,
    /// The answer.
    pub answer: Option<RightsAnswer>,
    /// The answer in words.
    pub answer_words: Option<Shown>,
    /// Whether it waits although its last day has passed.
    pub overdue: bool,
    /// Whether it holds back what is known of the person: a restriction that was granted and not lifted.
    pub restricts: bool,
}

/// A date that runs.
pub(super) fn due_view(due: &NextDue, today: NaiveDate) -> DueView {
    DueView { what: due.what, by: due.by, policy: due.policy.clone(), overdue: due.by < today }
}

/// Adds what one fact says of keeping in touch; `today` decides what is overdue.
pub(super) fn add(view: &mut CaseView, entry: &Entry, lens: &Lens, today: NaiveDate) {
    use HouseholdEvent as E;
    let inner = |words: &Option<Words>| words.as_ref().map(|words| lens.inner(&words.text));
    #[expect(clippy::wildcard_enum_match_arm, reason = "the fold asks about the other facts")]
    match &entry.fact {
        E::VisitPlanned(it) => view.plans.push(PlanView {
            visit: it.visit,
            on: it.planned_on,
            purpose: it.purpose,
            words: inner(&it.words),
        }),
        E::FollowUpVisited(it) => view.calls.push(CallView::FollowUp {
            on: it.happened_on,
            help: it.help,
            evidence: it.evidence,
            remarks: inner(&it.remarks),
        }),
        E::PostExitChecked(it) => view.checks.push(CheckView {
            month: it.month,
            on: it.happened_on,
            finding: Some(it.finding),
            inputs: Some(it.inputs.clone()),
            remarks: inner(&it.remarks),
        }),
        E::PostExitCheckMissed(it) => {
            view.checks.push(CheckView { month: it.month, on: it.by, finding: None, inputs: None, remarks: None });
        }
        E::ComplaintReceived(it) => view.complaints.push(ComplaintView {
            complaint: it.complaint,
            on: it.happened_on,
            about: it.about,
            words: lens.inner(&it.words.text),
            answer_by: it.answer_by,
            answered_on: None,
            outcome: None,
            answer: None,
            overdue: it.answer_by < today,
        }),
        E::ComplaintAnswered(it) => {
            for complaint in view.complaints.iter_mut().filter(|known| known.complaint == it.complaint) {
                complaint.answered_on = Some(it.happened_on);
                complaint.outcome = Some(it.outcome);
                complaint.answer = Some(lens.inner(&it.words.text));
                complaint.overdue = false;
            }
        }
        E::RightsRequestReceived(it) => view.rights_requests.push(RightsRequestView {
            request: it.request,
            on: it.happened_on,
            right: it.right,
            person: it.person,
            words: inner(&it.words),
            law: it.law.clone(),
            answer_by: it.answer_by,
            answered_on: None,
            answer: None,
            answer_words: None,
            overdue: it.answer_by < today,
            restricts: false,
        }),
        E::RightsRequestAnswered(it) => {
            for request in view.rights_requests.iter_mut().filter(|known| known.request == it.request) {
                request.answered_on = Some(it.happened_on);
                request.answer = Some(it.answer);
                request.answer_words = inner(&it.words);
                request.overdue = false;
                request.restricts = request.right == Right::Restriction && it.answer == RightsAnswer::Granted;
            }
        }
        E::RestrictionLifted(it) => {
            for request in view.rights_requests.iter_mut().filter(|known| known.request == it.request) {
                request.restricts = false;
            }
        }
        _ => {}
    }
}

/// Takes away what an agency is not shown.
pub(super) fn narrow(view: &mut CaseView) {
    view.clocks.clear();
    view.plans.clear();
    view.checks.clear();
    view.complaints.clear();
    view.rights_requests.clear();
}
