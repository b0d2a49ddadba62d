//! Open work of one household in the words of another: everything that was said of it and holds is said again, so that
//! the survivor's fold comes to the same state, whatever kinds of facts there are about a need or a referral.

use std::collections::{BTreeMap, BTreeSet};

use events::facts::case::After;
use events::facts::household::{ConsentBy, HouseholdEvent, RightsRequestAnswered, RightsRequestReceived};
use events::id::{ConsentId, PersonId, RightsRequestId};
use serde_json::{Value, json};

use crate::rules::Refusal;
use crate::rules::household::state::{Case, Household, ReferralState};

/// From which household to which, and who is who.
pub(super) struct Carrying<'a> {
    pub(super) from: &'a Household,
    pub(super) to: &'a Case,
    pub(super) same: &'a BTreeMap<PersonId, Option<PersonId>>,
}

impl Carrying<'_> {
    /// The needs that are open, and those of referrals that are.
    pub(super) fn needs(&self) -> Result<Vec<HouseholdEvent>, Refusal> {
        let Some(case) = self.from.case() else { return Ok(Vec::new()) };
        let mut facts = Vec::new();
        let referred = |need| case.referrals.values().any(|it| it.state != ReferralState::Ended && it.need == need);
        for (need, _) in case.needs.iter().filter(|(id, need)| need.open || referred(**id)) {
            if self.to.needs.contains_key(need) {
                return Err(Refusal::IdTaken);
            }
            facts.extend(self.said("need", &json!(need), |name| name.starts_with("Need")));
        }
        Ok(facts)
    }

    /// The consents on which a disclosure of an open referral rests or ever rested: what the referral gave to an agency
    /// before it went elsewhere is told again with it. Whoever gave one and is not there is somebody who spoke there once.
    pub(super) fn consents(&self) -> Result<Vec<HouseholdEvent>, Refusal> {
        let Some(case) = self.from.case() else { return Ok(Vec::new()) };
        let mut facts = Vec::new();
        for consent in self.rested_on(case) {
            if self.to.consents.contains_key(&consent) {
                return Err(Refusal::IdTaken);
            }
            for mut fact in self.said("consent", &json!(consent), |name| name == "ConsentGiven") {
                if let HouseholdEvent::ConsentGiven(given) = &mut fact
                    && let ConsentBy::Member { person } = given.by
                {
                    let there =
                        self.to.members.contains_key(&person) || self.same.values().any(|now| *now == Some(person));
                    if !there {
                        given.by = ConsentBy::Informant;
                    }
                }
                facts.push(fact);
            }
        }
        Ok(facts)
    }

    /// That a consent was taken back, after all that rested on it.
    pub(super) fn withdrawals(&self) -> Vec<HouseholdEvent> {
        let Some(case) = self.from.case() else { return Vec::new() };
        let rested_on = self.rested_on(case).into_iter();
        rested_on.flat_map(|consent| self.said("consent", &json!(consent), |name| name == "ConsentWithdrawn")).collect()
    }

    fn rested_on(&self, case: &Case) -> BTreeSet<ConsentId> {
        let is_open = |id| case.referrals.get(id).is_some_and(|it| it.state != ReferralState::Ended);
        let standing = self.from.facts.iter().zip(1u64..).filter(|(_, sequence)| !self.from.is_retracted(*sequence));
        let disclosures = standing.filter_map(|(fact, _)| {
            let HouseholdEvent::DisclosureMade(it) = fact else { return None };
            it.consent.filter(|_| is_open(&it.referral))
        });
        disclosures.collect()
    }

    /// The referrals that are open.
    pub(super) fn referrals(&self) -> Result<Vec<HouseholdEvent>, Refusal> {
        let Some(case) = self.from.case() else { return Ok(Vec::new()) };
        let mut facts = Vec::new();
        for (referral, _) in case.referrals.iter().filter(|(_, it)| it.state != ReferralState::Ended) {
            if self.to.referrals.contains_key(referral) {
                return Err(Refusal::IdTaken);
            }
            // Help that came through it stays where it arrived.
            facts.extend(self.said("referral", &json!(referral), |name| !name.starts_with("Assistance")));
        }
        Ok(facts)
    }

    /// That somebody who goes over had the use of her data restricted.
    pub(super) fn restrictions(&self) -> Vec<HouseholdEvent> {
        let now = |person| self.same.get(&person).copied().flatten();
        restrictions(self.from, now, |request| self.to.rights_requests.contains_key(&request))
    }

    /// The models in which the other household does not take part yet.
    pub(super) fn models(&self) -> Vec<HouseholdEvent> {
        let Some(case) = self.from.case() else { return Vec::new() };
        let new = case.models.difference(&self.to.models);
        new.filter_map(|model| self.said("model", &json!(model), |name| name == "ModelEnrolled").pop()).collect()
    }

    /// What was said under an id and holds, in order, as the other household says it.
    fn said(&self, field: &str, id: &Value, speaks: impl Fn(&str) -> bool) -> Vec<HouseholdEvent> {
        let facts = self.from.facts.iter().zip(1u64..);
        facts
            .filter(|(fact, sequence)| !self.from.is_retracted(*sequence) && speaks(fact.schema().name))
            .filter_map(|(fact, _)| {
                let json = serde_json::to_value(fact).ok()?;
                (json.get(field) == Some(id)).then(|| self.told(json, self.to.after())).flatten()
            })
            .collect()
    }

    /// A fact as the other household says it: it stands where it stands, no clock of the household begins, and a
    /// person is who it is there.
    fn told(&self, mut fact: Value, after: After) -> Option<HouseholdEvent> {
        let fields = fact.as_object_mut()?;
        if let Some(stands) = fields.get_mut("after") {
            *stands = json!(after);
        }
        fields.remove("next_due");
        // What can't be read any more can't be sealed anew.
        fields.retain(|_, value| !is_unreadable(value));
        if let Some(person) = fields.get("person") {
            let known = self.same.iter().find(|(before, _)| json!(before) == *person);
            if known.is_none_or(|(_, now)| now.is_none()) {
                fields.remove("person");
            }
        }
        self.rename(&mut fact);
        serde_json::from_value(fact).ok()
    }

    /// Puts the ids that people have there where a fact names people. Ids of another kind may look alike: clients
    /// choose them.
    fn rename(&self, value: &mut Value) {
        match value {
            Value::Object(it) if it.contains_key("$o") => {}
            Value::Object(it) => {
                for (name, value) in it {
                    if NAMES_PEOPLE.contains(&name.as_str()) { self.now(value) } else { self.rename(value) }
                }
            }
            Value::Array(it) => it.iter_mut().for_each(|value| self.rename(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn now(&self, value: &mut Value) {
        if let Value::Array(it) = value {
            for value in it {
                self.now(value);
            }
        } else if let Some((_, Some(now))) = self.same.iter().find(|(before, _)| json!(before) == *value) {
            *value = json!(now);
        }
    }
}

/// The requests for a restriction that hold of those who go, received and granted, as the other household says them. The
/// words stay where they were said.
pub(super) fn restrictions(
    from: &Household,
    now: impl Fn(PersonId) -> Option<PersonId>,
    known: impl Fn(RightsRequestId) -> bool,
) -> Vec<HouseholdEvent> {
    let Some(case) = from.case() else { return Vec::new() };
    let holds = |request: RightsRequestId| {
        let restricts = case.rights_requests.get(&request).filter(|it| it.restricts());
        restricts.and_then(|it| now(it.person)).filter(|_| !known(request))
    };
    let standing = from.facts.iter().zip(1u64..).filter(|(_, sequence)| !from.is_retracted(*sequence));
    #[expect(clippy::wildcard_enum_match_arm, reason = "two facts make a restriction")]
    let said = standing.filter_map(|(fact, _)| match fact {
        HouseholdEvent::RightsRequestReceived(it) => {
            let person = holds(it.request)?;
            Some(HouseholdEvent::RightsRequestReceived(RightsRequestReceived { person, words: None, ..it.clone() }))
        }
        HouseholdEvent::RightsRequestAnswered(it) => {
            holds(it.request)?;
            Some(HouseholdEvent::RightsRequestAnswered(RightsRequestAnswered { words: None, ..it.clone() }))
        }
        _ => None,
    });
    said.collect()
}

/// The fields in which facts about needs and referrals name people.
const NAMES_PEOPLE: [&str; 4] = ["person", "about", "said_by", "beneficiaries"];

/// Whether a value holds anything sealed that is not open here.
fn is_unreadable(value: &Value) -> bool {
    match value {
        Value::Object(it) => it.contains_key("$s") || it.contains_key("$e") || it.values().any(is_unreadable),
        Value::Array(it) => it.iter().any(is_unreadable),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
