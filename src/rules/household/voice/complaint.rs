//! Receive a complaint, answer it, and note when nobody did.

use chrono::{Duration, NaiveDate};
use events::facts::household::{
    ComplaintAbout, ComplaintAnswered, ComplaintOutcome, ComplaintOverdue, ComplaintReceived, HouseholdEvent,
};
use events::id::ComplaintId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Complaint, Household};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Days to answer where the contact policy does not say.
const DAYS: u16 = 15;

/// Receives a complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveComplaint {
    /// The day it was made; today when left out. The days to answer run from here.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The client may choose the id.
    #[serde(default)]
    pub complaint: Option<ComplaintId>,
    /// What it is about.
    pub about: ComplaintAbout,
    /// What was said.
    pub words: Said,
}

impl Rule for ReceiveComplaint {
    const RECORDS: &'static [&'static str] = &["ComplaintReceived"];

    // A case that is closed can be complained about too: that it was closed, for example.
    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known().map(|_| ())
    }

    fn needs(&self, _household: &Household) -> Needs {
        match self.about {
            ComplaintAbout::Agency { agency } => Needs { agencies: vec![agency], ..Needs::default() },
            ComplaintAbout::Staff { staff: Some(staff) } => Needs { staff: vec![staff], ..Needs::default() },
            ComplaintAbout::Staff { staff: None } | ComplaintAbout::Decision { .. } | ComplaintAbout::Other => {
                Needs::default()
            }
        }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        words::check("/words", Some(&self.words), case, &mut fields);
        fields.finish()?;
        match self.about {
            ComplaintAbout::Agency { agency } => {
                others.agencies.get(&agency).ok_or(Refusal::Unknown(Thing::Agency))?.known()?;
            }
            ComplaintAbout::Staff { staff: Some(staff) } => {
                let known = others.staff.get(&staff).is_some_and(|it| it.joined.is_some());
                known.then_some(()).ok_or(Refusal::Unknown(Thing::Staff))?;
            }
            ComplaintAbout::Decision { sequence: Some(sequence) } => {
                household.fact(sequence).ok_or(Refusal::Unknown(Thing::Fact))?;
            }
            ComplaintAbout::Staff { staff: None }
            | ComplaintAbout::Decision { sequence: None }
            | ComplaintAbout::Other => {}
        }
        let complaint = self.complaint.unwrap_or_else(|| ComplaintId(asked.mint("complaint")));
        if case.complaints.contains_key(&complaint) {
            return Err(Refusal::IdTaken);
        }
        let (contact, policy) = asked.policies.contact(&case.province(), on)?;
        let days = contact.complaint_days.unwrap_or(DAYS);
        Ok(Decision::fact(HouseholdEvent::ComplaintReceived(ComplaintReceived {
            complaint,
            happened_on: on,
            about: self.about,
            words: words::of("complaint.words", &self.words, asked),
            answer_by: on + Duration::days(i64::from(days)),
            policy,
        })))
    }
}

/// Answers a complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerComplaint {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which complaint.
    pub complaint: ComplaintId,
    /// How it ended.
    pub outcome: ComplaintOutcome,
    /// The answer.
    pub words: Said,
}

impl Rule for AnswerComplaint {
    const RECORDS: &'static [&'static str] = &["ComplaintAnswered"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.known()?;
        let mut open = case.complaints.values().filter(|it| it.wait.is_open()).peekable();
        open.peek().ok_or(Refusal::Unknown(Thing::Complaint))?;
        open.any(|it| !is_about(it, asked)).then_some(()).ok_or(Refusal::ComplaintAboutYou)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let complaint = case.complaints.get(&self.complaint).ok_or(Refusal::Unknown(Thing::Complaint))?;
        if !complaint.wait.is_open() {
            return Err(Refusal::AnsweredAlready);
        }
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, complaint.wait.since);
        words::check("/words", Some(&self.words), case, &mut fields);
        fields.finish()?;
        if is_about(complaint, asked) {
            return Err(Refusal::ComplaintAboutYou);
        }
        Ok(Decision::fact(HouseholdEvent::ComplaintAnswered(ComplaintAnswered {
            complaint: self.complaint,
            happened_on: on,
            outcome: self.outcome,
            words: words::of("complaint.answer", &self.words, asked),
        })))
    }
}

/// Whether the one who asks is complained about.
fn is_about(complaint: &Complaint, asked: &Asked<'_>) -> bool {
    complaint.about == ComplaintAbout::Staff { staff: Some(asked.actor) }
}

/// Notes a complaint that was not answered in time. The watcher asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteComplaintOverdue {
    /// Which complaint.
    pub complaint: ComplaintId,
}

impl Rule for NoteComplaintOverdue {
    const RECORDS: &'static [&'static str] = &["ComplaintOverdue"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.known()?;
        let mut missed = case.complaints.values().filter(|it| it.wait.is_missed(asked.today()));
        missed.next().map(|_| ()).ok_or(Refusal::NothingDue)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let wait = &case.complaints.get(&self.complaint).ok_or(Refusal::Unknown(Thing::Complaint))?.wait;
        if !wait.is_open() || wait.overdue_noted {
            return Ok(Decision::already_so());
        }
        if !wait.is_missed(asked.today()) {
            return Err(Refusal::NotYetOverdue { respond_by: wait.answer_by });
        }
        Ok(Decision::fact(HouseholdEvent::ComplaintOverdue(ComplaintOverdue {
            complaint: self.complaint,
            answer_by: wait.answer_by,
        })))
    }
}
