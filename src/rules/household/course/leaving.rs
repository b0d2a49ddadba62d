//! Close a case because the household refuses, has moved away, or should never have been entered.

use chrono::NaiveDate;
use events::area::AreaCode;
use events::area::directory::directory;
use events::facts::case::{After, ClosedAs, Stage, Standing};
use events::facts::household::{
    ConsentHow, EnteredWrongly, HouseholdEvent, HouseholdMovedAway, HouseholdRefused, IdentificationWithdrawn,
    RefusedBecause, ReopenedBecause,
};
use events::id::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::course::closing;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::refusal::{Course, Resting};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Closes the case because the household does not want this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseRefused {
    /// The day it said so; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Why.
    pub because: RefusedBecause,
    /// The member who said so.
    #[serde(default)]
    pub said_by: Option<PersonId>,
    /// In words.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for CloseRefused {
    const RECORDS: &'static [&'static str] =
        &["HouseholdRefused", "ReferralWithdrawn", "DisclosureEnded", "ModelLeft", "NeedClosed", "ProposalWithdrawn"];
    const BESIDE: &'static [&'static str] = &["CapacityFreed", "PlaceFreed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.open().map(|_| ())
    }

    fn needs(&self, household: &Household) -> Needs {
        closing::needs(household)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        on_a_day_of_this_episode(on, case, asked, &mut fields);
        words::check("/words", self.words.as_ref(), case, &mut fields);
        fields.finish()?;
        if self.said_by.is_some_and(|person| !case.members.contains_key(&person)) {
            return Err(Refusal::NotAMember);
        }
        let mut decision = closing::ended_work(household, asked, on)?;
        decision.household.push(HouseholdEvent::HouseholdRefused(HouseholdRefused {
            happened_on: on,
            because: self.because,
            said_by: self.said_by,
            words: words::sealed("refused.words", self.words.as_ref(), asked),
            after: After { standing: Standing::Closed(ClosedAs::Refused), ..case.after() },
        }));
        Ok(decision)
    }
}

/// Closes the case because the household lives in the area no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveAway {
    /// The day it moved, or was found gone; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Where it went, as far as known: a tambon, a district or a province.
    #[serde(default)]
    pub to: Option<AreaCode>,
    /// In words.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for MoveAway {
    const RECORDS: &'static [&'static str] =
        &["HouseholdMovedAway", "ReferralWithdrawn", "DisclosureEnded", "ModelLeft", "NeedClosed", "ProposalWithdrawn"];
    const BESIDE: &'static [&'static str] = &["CapacityFreed", "PlaceFreed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn needs(&self, household: &Household) -> Needs {
        closing::needs(household)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        on_a_day_of_this_episode(on, case, asked, &mut fields);
        if let Some(Err(error)) = self.to.map(|to| directory().resolve(to)) {
            fields.wrong("/to", error.code(), format!("ไม่พบพื้นที่: {error}"), error.to_string());
        }
        words::check("/words", self.words.as_ref(), case, &mut fields);
        fields.finish()?;
        let mut decision = closing::ended_work(household, asked, on)?;
        decision.household.push(HouseholdEvent::HouseholdMovedAway(HouseholdMovedAway {
            happened_on: on,
            to: self.to,
            words: words::sealed("moved.words", self.words.as_ref(), asked),
            after: After { standing: Standing::Closed(ClosedAs::MovedAway), ..case.after() },
        }));
        Ok(decision)
    }
}

/// Closes the case because the household was entered in error, as long as nobody has worked on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawIdentification {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Why.
    pub because: EnteredWrongly,
}

/// What belongs to entering a household: everything else is work on it.
const ENTERING: [&str; 15] = [
    "HouseholdIdentified",
    "CaseNumberAssigned",
    "SourceAdded",
    "ListStatusRecorded",
    "AddressRecorded",
    "AddressCorrected",
    "HouseCodeRecorded",
    "MemberJoined",
    "MemberCorrected",
    "SamePersonNoted",
    "CaseworkerAssigned",
    "CaseworkerUnassigned",
    "NoteWritten",
    "IdentificationWithdrawn",
    "FactRetracted",
];

impl Rule for WithdrawIdentification {
    const RECORDS: &'static [&'static str] = &["IdentificationWithdrawn"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        untouched(household).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = untouched(household)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        on_a_day_of_this_episode(on, case, asked, &mut fields);
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::IdentificationWithdrawn(IdentificationWithdrawn {
            happened_on: on,
            because: self.because,
            after: After { standing: Standing::Closed(ClosedAs::EnteredInError), ..case.after() },
        })))
    }
}

/// The open case on which nobody has worked.
fn untouched(household: &Household) -> Result<&Case, Refusal> {
    let case = household.open()?;
    if case.stage != Stage::Identified {
        return Err(Refusal::TooLate { stage: case.stage });
    }
    let again = |fact: &HouseholdEvent| matches!(fact, HouseholdEvent::CaseReopened(it) if it.because == ReopenedBecause::FoundAgain);
    // A yes that stood in the imported file came with the household; one that somebody asked for is work.
    let imported =
        |fact: &HouseholdEvent| matches!(fact, HouseholdEvent::ConsentGiven(it) if it.how == ConsentHow::InFile);
    let enters = |fact: &HouseholdEvent| again(fact) || imported(fact) || ENTERING.contains(&fact.schema().name);
    let work: Vec<_> = household
        .facts
        .iter()
        .zip(1u64..)
        .filter(|(fact, sequence)| !household.is_retracted(*sequence) && !enters(fact))
        .map(|(fact, sequence)| Resting { sequence, event_type: fact.schema().name.to_owned() })
        .collect();
    if work.is_empty() { Ok(case) } else { Err(Refusal::Course(Course::WorkedOn(work))) }
}

/// A closing can't lie before the opening of the episode that it closes.
pub(in crate::rules::household) fn on_a_day_of_this_episode(
    on: NaiveDate,
    case: &Case,
    asked: &Asked<'_>,
    fields: &mut Fields,
) {
    fields.happened("/happened_on", on, asked.today());
    fields.not_before("/happened_on", on, case.stands_since);
}
