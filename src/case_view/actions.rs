//! What may this reader do with this household now, and what stands in the way? Asked of the policy, and of what each
//! rule wants to hold before it looks at a body.

use chrono::{DateTime, Utc};
use events::id::{CommandId, HouseholdId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Action, Caller, Denied, Relation, Role, may};
use crate::rules::Asked;
use crate::rules::household::Household;
use crate::rules::household::command::Name;
use crate::rules::policy::PolicyBook;

/// One command, and whether this reader may give it to this household now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActionView {
    /// The command's name, as it stands in the path.
    pub command: &'static str,
    /// Whether nothing that can be seen from here stands in the way.
    pub allowed: bool,
    /// What stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Because>,
}

/// What stands in the way of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Because {
    /// Stable: that of the refusal.
    pub code: &'static str,
    /// In Thai.
    pub th: String,
    /// In English.
    pub en: String,
}

/// Every command to a household that exists, for this caller.
pub fn actions(
    household: &Household,
    id: HouseholdId,
    caller: &Caller,
    policies: &PolicyBook,
    now: DateTime<Utc>,
) -> Vec<ActionView> {
    let Some(case) = household.case() else { return Vec::new() };
    let relation = caller.relation_to(case);
    let asked = Asked { now, actor: caller.staff, command: CommandId(Uuid::nil()), target: id.0, policies };
    // An officer answers for her own agency's referrals only, whatever else is open in the household.
    let hers = (caller.role == Role::AgencyOfficer)
        .then(|| household.seen_with(|referral| Some(referral.agency) == caller.agency));
    let household = hers.as_ref().unwrap_or(household);
    let names = Name::ALL.into_iter().filter(|name| *name != Name::Identify);
    names.map(|name| judged(name, household, (caller, relation), &asked)).collect()
}

fn judged(name: Name, household: &Household, (caller, relation): (&Caller, Relation), asked: &Asked<'_>) -> ActionView {
    let because = match may(caller.role, Action::Household(name), relation) {
        Err(denied @ (Denied::Role | Denied::OutOfScope | Denied::Nowhere)) => {
            Some(Because {
                code: "role_may_not", th: "บทบาทของท่านทำสิ่งนี้ไม่ได้".to_owned(), en: denied.to_string()
            })
        }
        Ok(()) => name.ready(household, asked).err().map(|refusal| {
            let text = refusal.text();
            Because { code: refusal.code(), th: text.th, en: text.en }
        }),
    };
    ActionView { command: name.as_str(), allowed: because.is_none(), because }
}

#[cfg(test)]
mod tests {
    use events::facts::staff::Scope;
    use events::id::{AgencyId, StaffId};
    use events::metadata::Channel;
    use serde_json::json;

    use super::*;
    use crate::rules::spec::story::{COMPANY, STATE, Story, id};

    #[test]
    fn an_officer_is_offered_what_the_referrals_of_her_own_agency_wait_for() {
        // One is accepted by the state's agency, the other waits for the company.
        let mut story = Story::accepted();
        let consent = json!({"consent": id(1), "by": {"as": "informant"}, "purpose": "disclosure_to_partners",
            "how": "signed"});
        let refer = json!({"referral": id(2), "need": id(2), "agency": id(COMPANY), "service": "repair",
            "basis": "consent"});
        story.given("give-consent", consent);
        story.given("record-need", json!({"need": id(2), "capital": "physical", "priority": 1}));
        story.given("make-referral", refer);
        let offered = |agency: u128| {
            let (staff, agency) = (StaffId(id(0xE1)), Some(AgencyId(id(agency))));
            let (role, scope, channel) = (Role::AgencyOfficer, Scope::default(), Channel::Api);
            let caller = Caller { staff, role, scope, agency, channel, request: None };
            let asked = story.asked();
            let all = actions(&story.household, HouseholdId(asked.target), &caller, asked.policies, asked.now);
            all.into_iter().filter(|it| it.allowed).map(|it| it.command).collect::<Vec<_>>()
        };
        let (state, company) = (offered(STATE), offered(COMPANY));
        assert!(state.contains(&"complete-referral") && !state.contains(&"accept-referral"), "{state:?}");
        assert!(company.contains(&"accept-referral") && !company.contains(&"complete-referral"), "{company:?}");
    }
}
