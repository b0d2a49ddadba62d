//! Complaints, and requests under the law on personal data.

use chrono::NaiveDate;
use events::facts::household::{
    ComplaintAnswered, ComplaintOverdue, ComplaintReceived, PersonalDataErased, RestrictionLifted, RightsAnswer,
    RightsRequestAnswered, RightsRequestOverdue, RightsRequestReceived,
};
use events::sealed::SealedState;

use super::Fits;
use super::people::named;
use crate::rules::household::state::{Case, Complaint, RightsRequest, Wait};

pub(super) fn complained(case: &mut Case, it: &ComplaintReceived) -> Fits {
    let complaint = Complaint { about: it.about, wait: Wait::new(it.happened_on, it.answer_by) };
    let new = case.complaints.insert(it.complaint, complaint).is_none();
    new.then_some(()).ok_or("the complaint is known already")
}

pub(super) fn complaint_answered(case: &mut Case, it: &ComplaintAnswered) -> Fits {
    answered(case.complaints.get_mut(&it.complaint).map(|it| &mut it.wait), it.happened_on)
}

pub(super) fn complaint_overdue(case: &mut Case, it: &ComplaintOverdue) -> Fits {
    overdue(case.complaints.get_mut(&it.complaint).map(|it| &mut it.wait))
}

pub(super) fn right_asked(case: &mut Case, it: &RightsRequestReceived) -> Fits {
    let request = RightsRequest {
        right: it.right,
        person: it.person,
        refused: false,
        lifted_on: None,
        wait: Wait::new(it.happened_on, it.answer_by),
    };
    if case.rights_requests.insert(it.request, request).is_some() {
        return Err("the request is known already");
    }
    named(case, std::iter::once(&it.person))
}

pub(super) fn right_answered(case: &mut Case, it: &RightsRequestAnswered) -> Fits {
    let mut request = case.rights_requests.get_mut(&it.request);
    if let Some(request) = &mut request {
        request.refused = it.answer == RightsAnswer::Refused;
    }
    answered(request.map(|it| &mut it.wait), it.happened_on)
}

pub(super) fn right_overdue(case: &mut Case, it: &RightsRequestOverdue) -> Fits {
    overdue(case.rights_requests.get_mut(&it.request).map(|it| &mut it.wait))
}

pub(super) fn restriction_lifted(case: &mut Case, it: &RestrictionLifted) -> Fits {
    let request = case.rights_requests.get_mut(&it.request).filter(|request| request.restricts());
    request.map(|request| request.lifted_on = Some(it.happened_on)).ok_or("it restricts nothing")
}

/// Nothing is known of the person from here on, whoever still has a key. That the person was ever a member may have been
/// taken back since: what was destroyed stays so.
pub(super) fn erased(case: &mut Case, it: &PersonalDataErased) {
    if let Some(member) = case.members.get_mut(&it.person) {
        member.details.state = SealedState::Erased;
    }
}

fn answered(wait: Option<&mut Wait>, on: NaiveDate) -> Fits {
    let wait = wait.ok_or("nothing of that id was asked")?;
    wait.answered_on.replace(on).is_none().then_some(()).ok_or("it was answered before")
}

/// What was asked may have been taken back since, because it belonged to another household; the note stays.
fn overdue(wait: Option<&mut Wait>) -> Fits {
    let Some(wait) = wait else { return Ok(()) };
    let fits = wait.is_open() && !wait.overdue_noted;
    wait.overdue_noted = true;
    fits.then_some(()).ok_or("it does not wait for an answer, or it was noted before")
}
