//! One household becomes two: some members are a household of their own from now on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::facts::case::{After, DueWhat, Stage, Standing};
use events::facts::household::{
    CaseNumberAssigned, CaseworkerAssigned, HouseholdEvent, HouseholdFormedBySplit, HouseholdIdentified,
    HouseholdSplit, NeedClosed, NeedClosedBecause, NeedPrioritised, NeedRecorded, Source,
};
use events::facts::people::{Relation, Words};
use events::id::{HouseholdId, NeedId, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::course::carrying::restrictions;
use crate::rules::household::course::leaving::on_a_day_of_this_episode;
use crate::rules::household::course::merging::{joined, left};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household, Member, ReferralState};
use crate::rules::refusal::{Course, Thing};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Somebody who leaves for the new household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    /// Who.
    pub person: PersonId,
    /// How the person stands to the head of the new household.
    pub relation: Relation,
}

/// Lets some members be a household of their own. Their open needs go with them, unless a referral of one is open: that
/// stays with this household, which the agency knows, and so does everything else that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitHousehold {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// A new id for the new household, which the client chooses: any UUID that is not in use.
    pub household: HouseholdId,
    /// Who leaves, at least one; somebody must stay.
    pub members: Vec<Leaving>,
}

impl Rule for SplitHousehold {
    const RECORDS: &'static [&'static str] = &["HouseholdSplit", "MemberLeft", "NeedClosed"];
    const BESIDE: &'static [&'static str] = &[
        "HouseholdIdentified",
        "CaseNumberAssigned",
        "CaseworkerAssigned",
        "MemberJoined",
        "NeedRecorded",
        "NeedPrioritised",
        "RightsRequestReceived",
        "RightsRequestAnswered",
        "HouseholdFormedBySplit",
    ];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.not_closed()?;
        if case.present().count() < 2 { Err(Refusal::Course(Course::NobodyStays)) } else { Ok(()) }
    }

    fn needs(&self, household: &Household) -> Needs {
        let case_no_of = household.case().map(|case| case.place.province());
        Needs { households: vec![self.household], case_no_of, ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let id = HouseholdId(asked.target);
        let taken = others.households.get(&self.household).is_some_and(|it| it.sequence() > 0);
        if taken || self.household == id {
            return Err(Refusal::IdTaken);
        }
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        on_a_day_of_this_episode(on, case, asked, &mut fields);
        self.check(case, on, &mut fields);
        fields.finish()?;
        if self.members.len() >= case.present().count() {
            return Err(Refusal::Course(Course::NobodyStays));
        }
        if self.members.iter().filter(|it| it.relation == Relation::Head).count() > 1 {
            return Err(Refusal::SecondHead);
        }
        let people: Vec<_> = self.members.iter().map(|it| it.person).collect();
        let going = needs_of(case, &people, asked);
        let closed = going.keys().filter_map(|need| Some((*need, case.needs.get(need)?))).map(|(need, it)| {
            // A need that is said to have come up later ends on its own day.
            NeedClosed { need, happened_on: on.max(it.on), because: NeedClosedBecause::Split }
        });
        let mut decision = Decision::facts(closed.map(HouseholdEvent::NeedClosed).collect());
        decision.household.extend(left(case, &people, on));
        decision.household.push(HouseholdEvent::HouseholdSplit(HouseholdSplit {
            happened_on: on,
            formed: self.household,
            members: people.clone(),
        }));
        let formed = self.formed(household, others, (on, people, going), asked)?;
        decision.households = formed.into_iter().map(|fact| (self.household, fact)).collect();
        Ok(decision)
    }
}

impl SplitHousehold {
    fn check(&self, case: &Case, on: NaiveDate, fields: &mut Fields) {
        fields.entries("/members", self.members.len(), 1, 60);
        for (at, it) in self.members.iter().enumerate() {
            let pointer = format!("/members/{at}/person");
            match case.members.get(&it.person).filter(|member| member.left_on.is_none()) {
                None => {
                    fields.wrong(pointer, "not_a_member", "ไม่ใช่สมาชิกครัวเรือนนี้", "is no member of this household");
                }
                Some(_) if self.members.iter().take(at).any(|before| before.person == it.person) => {
                    fields.wrong(pointer, "named_twice", "ระบุซ้ำ", "is named twice");
                }
                Some(member) if member.joined_on > on => {
                    let (th, en) = ("เข้ามาหลังวันนี้", "joined after that day");
                    fields.wrong(pointer, "joined_later", th, en);
                }
                // Nobody can be noted anew whose data was erased.
                Some(member) if member.details.get().is_none() => {
                    fields.wrong(pointer, "erased", "ข้อมูลถูกลบแล้ว", "was erased and can't be noted anew");
                }
                Some(_) => {}
            }
        }
    }

    /// The facts of the new household: found as the old one was, with a number of its own, standing where that one
    /// stands.
    fn formed(
        &self,
        household: &Household,
        others: &Others,
        (on, people, going): (NaiveDate, Vec<PersonId>, BTreeMap<NeedId, NeedId>),
        asked: &Asked<'_>,
    ) -> Result<Vec<HouseholdEvent>, Refusal> {
        let case = household.known()?;
        let case_no = others.case_no.ok_or(Refusal::Unknown(Thing::Place))?;
        let after = After { stage: case.stage, standing: case.standing, episode: 1 };
        let begins = After { stage: Stage::Identified, standing: Standing::Open, episode: 1 };
        let due = |what| asked.policies.due(&case.province(), what, on);
        let mut facts = vec![
            HouseholdEvent::HouseholdIdentified(HouseholdIdentified {
                happened_on: on,
                place: case.place,
                sources: sources(household),
                basis: case.basis,
                address: None,
                wrong_check_digit: false,
                retired_area: None,
                origin: None,
                after: begins,
                next_due: Some(due(DueWhat::FirstVisit)?),
            }),
            HouseholdEvent::CaseNumberAssigned(CaseNumberAssigned { case_no }),
        ];
        facts.extend(case.caseworker.map(|caseworker| {
            HouseholdEvent::CaseworkerAssigned(CaseworkerAssigned { happened_on: on, caseworker, previous: None })
        }));
        let mut members = BTreeMap::new();
        for it in &self.members {
            let Some(member) = case.members.get(&it.person) else { continue };
            let member = Member { relation: it.relation, joined_on: on, left_on: None, ..member.clone() };
            members.insert(it.person, member.clone());
            facts.push(joined(it.person, &member, &members, on));
        }
        facts.extend(carried(household, &going, &people));
        facts.extend(restrictions(household, |person| people.contains(&person).then_some(person), |_| false));
        // What was assessed was the old household, so the new one is assessed next, however far it has come.
        let what = match (after.standing, after.stage) {
            (Standing::Graduated | Standing::Sustained, _) => DueWhat::PostExitCheck,
            (_, Stage::Identified) => DueWhat::FirstVisit,
            (_, _) => DueWhat::Assessment,
        };
        facts.push(HouseholdEvent::HouseholdFormedBySplit(HouseholdFormedBySplit {
            happened_on: on,
            from: HouseholdId(asked.target),
            members: people,
            after,
            next_due: Some(due(what)?),
        }));
        Ok(facts)
    }
}

/// The open needs of those who leave, and what each is called in the new household: there it is another one, so that the
/// two can be merged again. One that an agency is asked for stays.
fn needs_of(case: &Case, people: &[PersonId], asked: &Asked<'_>) -> BTreeMap<NeedId, NeedId> {
    let referred = |need: NeedId| case.referrals.values().any(|it| it.need == need && it.state != ReferralState::Ended);
    let going = case.needs.iter().filter(|(id, need)| {
        need.open && need.person.is_some_and(|person| people.contains(&person)) && !referred(**id)
    });
    going.map(|(need, _)| (*need, NeedId(asked.mint(&format!("need/{}", need.0))))).collect()
}

/// What was said of those needs and holds, as the new household says it. Words that are also about somebody who stays,
/// or that nobody can read any more, stay behind.
fn carried(household: &Household, going: &BTreeMap<NeedId, NeedId>, people: &[PersonId]) -> Vec<HouseholdEvent> {
    let facts = household.facts.iter().zip(1u64..).filter(|(_, sequence)| !household.is_retracted(*sequence));
    let told = |fact: &HouseholdEvent| {
        if let HouseholdEvent::NeedRecorded(it) = fact {
            let need = *going.get(&it.need)?;
            let theirs = |words: &Words| words.text.get().is_some() && words.about.iter().all(|it| people.contains(it));
            let words = it.words.clone().filter(theirs);
            return Some(HouseholdEvent::NeedRecorded(NeedRecorded { need, words, ..it.clone() }));
        }
        if let HouseholdEvent::NeedPrioritised(it) = fact {
            let need = *going.get(&it.need)?;
            return Some(HouseholdEvent::NeedPrioritised(NeedPrioritised { need, ..it.clone() }));
        }
        None
    };
    facts.filter_map(|(fact, _)| told(fact)).collect()
}

/// Who pointed to the household.
fn sources(household: &Household) -> Vec<Source> {
    let identified = household.facts.iter().find_map(|fact| {
        if let HouseholdEvent::HouseholdIdentified(it) = fact { Some(it.sources.clone()) } else { None }
    });
    identified.unwrap_or_default()
}
