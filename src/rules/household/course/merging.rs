//! Two households go on as one: what the survivor takes over, said with the facts that its fold understands.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::facts::agency::{AgencyEvent, CapacityTaken};
use events::facts::case::{After, ClosedAs, Standing};
use events::facts::household::{
    HouseholdAbsorbed, HouseholdEvent, HouseholdMerged, LeftBecause, MemberJoined, MemberLeft, MergedBecause,
};
use events::facts::model::{ModelEvent, PlaceTaken};
use events::facts::people::Relation;
use events::id::{HouseholdId, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{ENTRIES, Fields};
use crate::rules::household::course::carrying::Carrying;
use crate::rules::household::course::closing::{self, Ended};
use crate::rules::household::course::leaving::on_a_day_of_this_episode;
use crate::rules::household::people::composition;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household, Member, ReferralState};
use crate::rules::refusal::{Course, Thing};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Says of one member how it goes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoingOver {
    /// The member of this household.
    pub person: PersonId,
    /// The member of the other one who is the same person: then nobody joins. The same citizen id says so by itself.
    #[serde(default)]
    pub same_as: Option<PersonId>,
    /// How the person stands to the head there; left out: as here, and a second head is a relative.
    #[serde(default)]
    pub relation: Option<Relation>,
}

/// Merges the household into another one, which goes on with its members and its open work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInto {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The household that goes on. It has come at least as far.
    pub into: HouseholdId,
    /// Why.
    pub because: MergedBecause,
    /// What is to be said of single members.
    #[serde(default)]
    pub members: Vec<GoingOver>,
}

impl Rule for MergeInto {
    const RECORDS: &'static [&'static str] = &[
        "HouseholdMerged",
        "DisclosureEnded",
        "ReferralWithdrawn",
        "ModelLeft",
        "NeedClosed",
        "ProposalWithdrawn",
        "MemberLeft",
    ];
    const BESIDE: &'static [&'static str] = &[
        "HouseholdAbsorbed",
        "MemberJoined",
        "NeedRecorded",
        "ConsentGiven",
        "ReferralMade",
        "DisclosureMade",
        "DisclosureEnded",
        "ReferralRerouted",
        "ReferralResubmitted",
        "ReferralEscalated",
        "ReminderSent",
        "DeadlineExtended",
        "AcceptanceTakenBack",
        "DeliveryOverdue",
        "ReferralAccepted",
        "ReferralReturned",
        "ResponseOverdue",
        "ModelEnrolled",
        "RightsRequestReceived",
        "RightsRequestAnswered",
        "CapacityFreed",
        "CapacityTaken",
        "PlaceFreed",
        "PlaceTaken",
    ];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn needs(&self, household: &Household) -> Needs {
        Needs { households: vec![self.into], ..closing::needs(household) }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let id = HouseholdId(asked.target);
        if self.into == id {
            return Err(Refusal::Course(Course::SameHousehold));
        }
        let survivor = others.households.get(&self.into).ok_or(Refusal::Unknown(Thing::Household))?;
        let other = survivor.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        on_a_day_of_this_episode(on, case, asked, &mut fields);
        fields.entries("/members", self.members.len(), 0, ENTRIES);
        self.check(case, other, &mut fields);
        fields.finish()?;
        may_take_over(case, other)?;

        let mut decision = closing::ended_work_as(household, asked, on, Ended::Merged)?;
        let joining = self.joining(case, other, on);
        decision.household.extend(leaving(case, on));
        let ended = u32::try_from(decision.household.len()).unwrap_or(u32::MAX);
        decision.household.push(HouseholdEvent::HouseholdMerged(HouseholdMerged {
            happened_on: on,
            into: self.into,
            because: self.because,
            beside: ended,
            after: After { standing: Standing::Closed(ClosedAs::Merged), ..case.after() },
        }));

        let carrying = Carrying { from: household, to: other, same: &joining.same };
        let mut taken: Vec<_> = joining.facts;
        taken.extend(carrying.needs()?);
        taken.extend(carrying.consents()?);
        taken.extend(carrying.referrals()?);
        taken.extend(carrying.withdrawals());
        taken.extend(carrying.models());
        taken.extend(carrying.restrictions());
        let absorbed = HouseholdAbsorbed {
            happened_on: on,
            absorbed: id,
            because: self.because,
            members: joining.members,
            beside: u32::try_from(taken.len()).unwrap_or(u32::MAX),
        };
        taken.push(HouseholdEvent::HouseholdAbsorbed(absorbed));
        decision.households = taken.into_iter().map(|fact| (self.into, fact)).collect();
        for (referral, it) in case.referrals.iter().filter(|(_, it)| it.state == ReferralState::ToDeliver) {
            let taken = CapacityTaken { service: it.service.clone(), referral: *referral, household: self.into };
            decision.agencies.push((it.agency, AgencyEvent::CapacityTaken(taken)));
        }
        for model in case.models.difference(&other.models) {
            decision.models.push((*model, ModelEvent::PlaceTaken(PlaceTaken { household: self.into })));
        }
        Ok(decision)
    }
}

/// Whether one household can go on with what another one has.
fn may_take_over(case: &Case, survivor: &Case) -> Result<(), Refusal> {
    let closed = || Err(Refusal::Course(Course::SurvivorClosed(survivor.standing)));
    if matches!(survivor.standing, Standing::Closed(_)) {
        return closed();
    }
    if survivor.place.province() != case.place.province() {
        return Err(Refusal::Course(Course::OtherProvince));
    }
    if case.stage > survivor.stage {
        return Err(Refusal::Course(Course::SurvivorBehind { survivor: survivor.stage, stage: case.stage }));
    }
    let works = case.needs.values().any(|it| it.open)
        || case.referrals.values().any(|it| it.state != ReferralState::Ended)
        || !case.models.is_empty();
    if works && !survivor.standing.is_open() { closed() } else { Ok(()) }
}

/// Those who join the survivor.
struct Joining {
    facts: Vec<HouseholdEvent>,
    members: Vec<PersonId>,
    /// Everybody who goes over, and who they are there; `None`: was forgotten, so that nothing can be taken over.
    same: BTreeMap<PersonId, Option<PersonId>>,
}

impl MergeInto {
    fn check(&self, case: &Case, other: &Case, fields: &mut Fields) {
        let present = |case: &Case, person| case.members.get(&person).is_some_and(|it| it.left_on.is_none());
        for (at, it) in self.members.iter().enumerate() {
            let pointer = |name: &str| format!("/members/{at}/{name}");
            if !present(case, it.person) {
                fields.wrong(pointer("person"), "not_a_member", "ไม่ใช่สมาชิกครัวเรือนนี้", "is no member of this household");
            } else if self.members.iter().take(at).any(|before| before.person == it.person) {
                fields.wrong(pointer("person"), "named_twice", "ระบุซ้ำ", "is named twice");
            }
            if it.same_as.is_some_and(|person| !present(other, person)) {
                let (th, en) = ("ไม่ใช่สมาชิกครัวเรือนที่รับรวม", "is no member of the other household");
                fields.wrong(pointer("same_as"), "not_a_member", th, en);
            }
        }
        let together = case.present().count() + other.present().count();
        fields.entries("/members", together, 0, ENTRIES);
    }

    fn joining(&self, case: &Case, other: &Case, on: NaiveDate) -> Joining {
        let mut joining = Joining { facts: Vec::new(), members: Vec::new(), same: BTreeMap::new() };
        let mut members = other.members.clone();
        for (person, member) in case.present() {
            let said = self.members.iter().find(|it| it.person == *person);
            let same = said.and_then(|it| it.same_as).or_else(|| same_person(*person, member, other));
            if let Some(same) = same {
                joining.same.insert(*person, Some(same));
                continue;
            }
            // Whoever was erased has nothing left to be noted with anew.
            if member.details.get().is_none() {
                joining.same.insert(*person, None);
                continue;
            }
            let relation = said.and_then(|it| it.relation).unwrap_or(member.relation);
            let headed = members.values().any(|it| it.left_on.is_none() && it.relation == Relation::Head);
            let relation = if headed && relation == Relation::Head { Relation::Relative } else { relation };
            let member = Member { relation, joined_on: on, left_on: None, ..member.clone() };
            members.insert(*person, member.clone());
            joining.same.insert(*person, Some(*person));
            joining.members.push(*person);
            joining.facts.push(joined(*person, &member, &members, on));
        }
        joining
    }
}

/// The fact of a member joining those who are there with it.
pub(super) fn joined(
    person: PersonId,
    member: &Member,
    members: &BTreeMap<PersonId, Member>,
    on: NaiveDate,
) -> HouseholdEvent {
    HouseholdEvent::MemberJoined(MemberJoined {
        happened_on: on,
        person,
        sex: member.sex,
        relation: member.relation,
        residence: member.residence,
        details: member.details.clone(),
        wrong_check_digit: member.details.get().and_then(|it| it.citizen_id).is_some_and(|id| id.checked().is_some()),
        composition: composition::of(members.values(), on),
    })
}

/// The member of the other household who is this person: by the id, or by the citizen id.
fn same_person(person: PersonId, member: &Member, other: &Case) -> Option<PersonId> {
    let citizen_id = |it: &Member| it.details.get().and_then(|details| details.citizen_id);
    let mine = citizen_id(member);
    let same = |id: &PersonId, it: &Member| *id == person || (mine.is_some() && citizen_id(it) == mine);
    other.present().find(|(id, it)| same(id, it)).map(|(id, _)| *id)
}

/// The facts of everybody leaving, one after the other.
fn leaving(case: &Case, on: NaiveDate) -> Vec<HouseholdEvent> {
    left(case, &case.present().map(|(person, _)| *person).collect::<Vec<_>>(), on)
}

/// The facts of some members leaving for another household.
pub(super) fn left(case: &Case, people: &[PersonId], on: NaiveDate) -> Vec<HouseholdEvent> {
    let mut members = case.members.clone();
    let mut facts = Vec::with_capacity(people.len());
    for person in people {
        if let Some(member) = members.get_mut(person) {
            member.left_on = Some(on);
        }
        facts.push(HouseholdEvent::MemberLeft(MemberLeft {
            happened_on: on,
            person: *person,
            because: LeftBecause::AnotherHousehold,
            composition: composition::of(members.values(), on),
        }));
    }
    facts
}
