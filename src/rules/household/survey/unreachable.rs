//! Close a case because nobody can be reached.

use chrono::NaiveDate;
use events::facts::case::{After, ClosedAs, PolicyRef, Standing};
use events::facts::household::{HouseholdEvent, HouseholdUnreachable};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::course::closing;
use crate::rules::household::course::leaving::on_a_day_of_this_episode;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Closes the case because nobody can be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseUnreachable {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for CloseUnreachable {
    const RECORDS: &'static [&'static str] = &[
        "HouseholdUnreachable",
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ModelLeft",
        "NeedClosed",
        "ProposalWithdrawn",
    ];
    const BESIDE: &'static [&'static str] = &["CapacityFreed", "PlaceFreed"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        attempted(household.open()?, asked.today(), asked).map(|_| ())
    }

    fn needs(&self, household: &Household) -> Needs {
        closing::needs(household)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        on_a_day_of_this_episode(on, case, asked, &mut fields);
        fields.finish()?;
        let (attempted_on, policy) = attempted(case, on, asked)?;
        let mut decision = closing::ended_work(household, asked, on)?;
        let after = After { standing: Standing::Closed(ClosedAs::Unreachable), ..case.after() };
        decision.household.push(HouseholdEvent::HouseholdUnreachable(HouseholdUnreachable {
            happened_on: on,
            attempted_on,
            policy: Some(policy),
            after,
        }));
        Ok(decision)
    }
}

/// The days on which somebody came in vain since anyone was last met, if they are enough, and the policy that says so.
fn attempted(case: &Case, on: NaiveDate, asked: &Asked<'_>) -> Result<(Vec<NaiveDate>, PolicyRef), Refusal> {
    let last_met = case.visits.iter().map(|it| it.on).chain(case.follow_ups.iter().copied()).max();
    let mut attempted_on: Vec<_> = case
        .attempts
        .iter()
        .map(|(_, day)| *day)
        .filter(|day| *day <= on && last_met.is_none_or(|met| *day > met))
        .collect();
    attempted_on.sort_unstable();
    attempted_on.dedup();
    let (contact, policy) = asked.policies.contact(&case.province(), on)?;
    let needed = usize::from(contact.attempts_before_unreachable);
    if attempted_on.len() < needed {
        return Err(Refusal::TooFewAttempts { found: attempted_on.len(), needed });
    }
    Ok((attempted_on, policy))
}
