//! Look after the help that is under way. The next visit is due from here.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{Evidence, FollowUpVisited, HelpState, HouseholdEvent};
use events::id::{PersonId, VisitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes a visit that looked after the help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUpVisit {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The member who gave the answers.
    #[serde(default)]
    pub informant: Option<PersonId>,
    /// What became of the help.
    pub help: HelpState,
    /// Told, seen, or on paper.
    pub evidence: Evidence,
    /// In words.
    #[serde(default)]
    pub remarks: Option<Said>,
}

impl Rule for FollowUpVisit {
    const RECORDS: &'static [&'static str] = &["FollowUpVisited"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.open()?.reached(Stage::Referred)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        case.reached(Stage::Referred)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        words::check("/remarks", self.remarks.as_ref(), case, &mut fields);
        fields.finish()?;
        if self.informant.is_some_and(|person| !case.members.contains_key(&person)) {
            return Err(Refusal::NotAMember);
        }
        Ok(Decision::fact(HouseholdEvent::FollowUpVisited(FollowUpVisited {
            visit: VisitId(asked.mint("visit")),
            happened_on: on,
            informant: self.informant,
            help: self.help,
            evidence: self.evidence,
            remarks: words::sealed("follow_up.remarks", self.remarks.as_ref(), asked),
            next_due: case.due(asked.policies, DueWhat::FollowUp, on)?,
        })))
    }
}
