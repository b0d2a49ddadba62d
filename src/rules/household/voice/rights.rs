//! Receive a request under the law on personal data, answer it, lift a restriction, and note when nobody answered.

use chrono::{Duration, NaiveDate};
use events::facts::household::{
    HouseholdEvent, LiftedBecause, RestrictionLifted, Right, RightsAnswer, RightsRequestAnswered, RightsRequestOverdue,
    RightsRequestReceived,
};
use events::id::{PersonId, RightsRequestId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, RightsRequest};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Others, Refusal};

/// What the law says of each right: days to answer, and where it stands. Each request carries what held for it.
const LAW: [(Right, u16, &str); 4] = [
    (Right::Access, 30, "PDPA B.E. 2562 s. 30"),
    (Right::Rectification, 30, "PDPA B.E. 2562 s. 35-36"),
    (Right::Restriction, 30, "PDPA B.E. 2562 s. 34"),
    (Right::Erasure, 90, "PDPA B.E. 2562 s. 33, PDPC notification B.E. 2567"),
];

/// Receives a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveRightsRequest {
    /// The day it was made; today when left out. The law's days run from here.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The client may choose the id.
    #[serde(default)]
    pub request: Option<RightsRequestId>,
    /// Which right.
    pub right: Right,
    /// Whose data: somebody who is or was noted with the household.
    pub person: PersonId,
    /// What was asked.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for ReceiveRightsRequest {
    const RECORDS: &'static [&'static str] = &["RightsRequestReceived"];

    // Data is held of closed cases too.
    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.known()?;
        if case.members.is_empty() { Err(Refusal::NotAMember) } else { Ok(()) }
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        words::check("/words", self.words.as_ref(), case, &mut fields);
        fields.finish()?;
        if !case.members.contains_key(&self.person) {
            return Err(Refusal::NotAMember);
        }
        let request = self.request.unwrap_or_else(|| RightsRequestId(asked.mint("rights_request")));
        if case.rights_requests.contains_key(&request) {
            return Err(Refusal::IdTaken);
        }
        let law = LAW.iter().find(|(right, _, _)| *right == self.right);
        let (days, law) = law.map_or((30, ""), |(_, days, law)| (*days, *law));
        let mut words = words::sealed("rights.words", self.words.as_ref(), asked);
        // What one person asks is about that person, also where nobody says so.
        if let Some(words) = words.as_mut().filter(|it| !it.about.contains(&self.person)) {
            words.about.push(self.person);
        }
        Ok(Decision::fact(HouseholdEvent::RightsRequestReceived(RightsRequestReceived {
            request,
            happened_on: on,
            right: self.right,
            person: self.person,
            words,
            days,
            law: law.to_owned(),
            answer_by: on + Duration::days(i64::from(days)),
        })))
    }
}

/// Answers a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRightsRequest {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which request.
    pub request: RightsRequestId,
    /// Granted or refused.
    pub answer: RightsAnswer,
    /// In words; a refusal must say why.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for AnswerRightsRequest {
    const RECORDS: &'static [&'static str] = &["RightsRequestAnswered"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.known()?;
        let mut open = case.rights_requests.values().filter(|it| it.wait.is_open());
        open.next().map(|_| ()).ok_or(Refusal::Unknown(Thing::RightsRequest))
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let wait = &case.rights_requests.get(&self.request).ok_or(Refusal::Unknown(Thing::RightsRequest))?.wait;
        if !wait.is_open() {
            return Err(Refusal::AnsweredAlready);
        }
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, wait.since);
        if self.answer == RightsAnswer::Refused && self.words.is_none() {
            fields.wrong("/words", "needed", "การปฏิเสธต้องบอกเหตุผล", "a refusal must say why");
        }
        words::check("/words", self.words.as_ref(), case, &mut fields);
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::RightsRequestAnswered(RightsRequestAnswered {
            request: self.request,
            happened_on: on,
            answer: self.answer,
            words: words::sealed("rights.answer", self.words.as_ref(), asked),
        })))
    }
}

/// Lifts a restriction that was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftRestriction {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The request that was granted.
    pub request: RightsRequestId,
    /// Why.
    pub because: LiftedBecause,
    /// In words; where the person did not ask, they must say what is settled.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for LiftRestriction {
    const RECORDS: &'static [&'static str] = &["RestrictionLifted"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.known()?;
        let restricts = case.rights_requests.values().any(RightsRequest::restricts);
        restricts.then_some(()).ok_or(Refusal::Unknown(Thing::RightsRequest))
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let request = case.rights_requests.get(&self.request).ok_or(Refusal::Unknown(Thing::RightsRequest))?;
        if !request.restricts() {
            return Err(Refusal::RestrictsNothing);
        }
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, request.wait.answered_on.unwrap_or(request.wait.since));
        if self.because == LiftedBecause::Settled && self.words.is_none() {
            fields.wrong("/words", "needed", "ต้องบอกว่าเรื่องใดยุติแล้ว", "say what is settled");
        }
        words::check("/words", self.words.as_ref(), case, &mut fields);
        fields.finish()?;
        let mut words = words::sealed("rights.lifted", self.words.as_ref(), asked);
        if let Some(words) = words.as_mut().filter(|it| !it.about.contains(&request.person)) {
            words.about.push(request.person);
        }
        Ok(Decision::fact(HouseholdEvent::RestrictionLifted(RestrictionLifted {
            request: self.request,
            happened_on: on,
            person: request.person,
            because: self.because,
            words,
        })))
    }
}

/// Notes a request that was not answered within the law's days. The watcher asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRightsRequestOverdue {
    /// Which request.
    pub request: RightsRequestId,
}

impl Rule for NoteRightsRequestOverdue {
    const RECORDS: &'static [&'static str] = &["RightsRequestOverdue"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.known()?;
        let mut missed = case.rights_requests.values().filter(|it| it.wait.is_missed(asked.today()));
        missed.next().map(|_| ()).ok_or(Refusal::NothingDue)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let wait = &case.rights_requests.get(&self.request).ok_or(Refusal::Unknown(Thing::RightsRequest))?.wait;
        if !wait.is_open() || wait.overdue_noted {
            return Ok(Decision::already_so());
        }
        if !wait.is_missed(asked.today()) {
            return Err(Refusal::NotYetOverdue { respond_by: wait.answer_by });
        }
        Ok(Decision::fact(HouseholdEvent::RightsRequestOverdue(RightsRequestOverdue {
            request: self.request,
            answer_by: wait.answer_by,
        })))
    }
}
