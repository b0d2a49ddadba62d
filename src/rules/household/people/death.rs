//! Record that a member died. With the last one the household dissolves.

use chrono::NaiveDate;
use events::facts::case::{After, ClosedAs, Standing};
use events::facts::household::{DissolvedBecause, HouseholdDissolved, HouseholdEvent, MemberDied};
use events::id::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::course::closing;
use crate::rules::household::people::composition;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Records a death.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordDeath {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Who.
    pub person: PersonId,
}

impl Rule for RecordDeath {
    const RECORDS: &'static [&'static str] = &[
        "MemberDied",
        "ReferralWithdrawn",
        "DisclosureEnded",
        "ModelLeft",
        "NeedClosed",
        "ProposalWithdrawn",
        "HouseholdDissolved",
    ];
    const BESIDE: &'static [&'static str] = &["CapacityFreed", "PlaceFreed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known()?.present().next().map(|_| ()).ok_or(Refusal::NotAMember)
    }

    fn needs(&self, household: &Household) -> Needs {
        match household.case() {
            Some(case) if self.dissolves(case) => closing::needs(household),
            Some(_) | None => Needs::default(),
        }
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        // People die whatever has become of the case.
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut members = case.members.clone();
        let member = members.get_mut(&self.person).filter(|it| it.left_on.is_none()).ok_or(Refusal::NotAMember)?;
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        // A closing can't lie before the opening of the episode that it closes.
        let opened = if self.dissolves(case) { case.stands_since } else { member.joined_on };
        fields.not_before("/happened_on", on, opened.max(member.joined_on));
        fields.finish()?;
        member.left_on = Some(on);
        let died = HouseholdEvent::MemberDied(MemberDied {
            happened_on: on,
            person: self.person,
            composition: composition::of(members.values(), on),
        });
        let mut decision = Decision::fact(died);
        if self.dissolves(case) {
            let ended = dissolved(household, asked, on, DissolvedBecause::LastMemberDied)?;
            decision.household.extend(ended.household);
            decision.agencies = ended.agencies;
            decision.models = ended.models;
        }
        Ok(decision)
    }
}

impl RecordDeath {
    /// Whether nobody is left then, in a household that is one still.
    fn dissolves(&self, case: &Case) -> bool {
        let closed = matches!(case.standing, Standing::Closed(_));
        !closed && case.present().all(|(person, _)| *person == self.person)
    }
}

/// The end of all open work, and of the household.
pub(super) fn dissolved(
    household: &Household,
    asked: &Asked<'_>,
    on: NaiveDate,
    because: DissolvedBecause,
) -> Result<Decision, Refusal> {
    let mut decision = closing::ended_work(household, asked, on)?;
    let after = After { standing: Standing::Closed(ClosedAs::Dissolved), ..household.known()?.after() };
    let dissolved = HouseholdDissolved { happened_on: on, because, after };
    decision.household.push(HouseholdEvent::HouseholdDissolved(dissolved));
    Ok(decision)
}
