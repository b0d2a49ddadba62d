//! Note a visit at which somebody was met.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{HomeVisited, HouseholdEvent, Seen};
use events::id::{PersonId, VisitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes a visit at which somebody was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitHome {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The member who gave the answers.
    #[serde(default)]
    pub informant: Option<PersonId>,
    /// What the visitors saw.
    pub seen: Seen,
    /// In words.
    #[serde(default)]
    pub remarks: Option<Said>,
}

impl Rule for VisitHome {
    const RECORDS: &'static [&'static str] = &["HomeVisited"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        words::check("/remarks", self.remarks.as_ref(), case, &mut fields);
        fields.finish()?;
        if self.informant.is_some_and(|person| !case.members.contains_key(&person)) {
            return Err(Refusal::NotAMember);
        }
        // The first visit is done; a visit while help is under way is the follow-up, and starts the next one's clock.
        let (ends, next_due) = match case.stage {
            Stage::Identified => (Some(DueWhat::FirstVisit), None),
            Stage::Referred | Stage::Assisted if case.standing.is_open() => {
                (None, case.due(asked.policies, DueWhat::FollowUp, on)?)
            }
            Stage::Verified | Stage::Assessed | Stage::Referred | Stage::Assisted | Stage::Graduated => (None, None),
        };
        Ok(Decision::fact(HouseholdEvent::HomeVisited(HomeVisited {
            visit: VisitId(asked.mint("visit")),
            happened_on: on,
            informant: self.informant,
            seen: self.seen,
            remarks: words::sealed("visit.remarks", self.remarks.as_ref(), asked),
            ends,
            next_due,
        })))
    }
}
