//! Dissolve a household in which nobody lives any more.

use chrono::NaiveDate;
use events::facts::household::DissolvedBecause;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::death::dissolved;
use crate::rules::field::Fields;
use crate::rules::household::course::closing;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Dissolves the household. People who are only registered in the house may be left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dissolve {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for Dissolve {
    const RECORDS: &'static [&'static str] =
        &["ReferralWithdrawn", "DisclosureEnded", "ModelLeft", "NeedClosed", "ProposalWithdrawn", "HouseholdDissolved"];
    const BESIDE: &'static [&'static str] = &["CapacityFreed", "PlaceFreed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        nobody_lives_in(household.not_closed()?)
    }

    fn needs(&self, household: &Household) -> Needs {
        closing::needs(household)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        let last_left = case.members.values().filter_map(|it| it.left_on).max();
        fields.not_before("/happened_on", on, last_left.map_or(case.stands_since, |it| it.max(case.stands_since)));
        fields.finish()?;
        nobody_lives_in(case)?;
        dissolved(household, asked, on, DissolvedBecause::NobodyLivesThere)
    }
}

fn nobody_lives_in(case: &Case) -> Result<(), Refusal> {
    match case.present().filter(|(_, member)| member.residence.lives_there()).count() {
        0 => Ok(()),
        living => Err(Refusal::SomebodyLivesThere { living }),
    }
}
