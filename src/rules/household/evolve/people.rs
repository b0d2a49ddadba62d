//! Members, and who a fact names.

use events::facts::case::ClosedAs;
use events::facts::household::{
    DissolvedBecause, HeadChanged, HouseholdDissolved, MemberCorrected, MemberDied, MemberJoined, MemberLeft,
    ResidenceStatusChanged,
};
use events::facts::people::Relation;
use events::id::PersonId;

use super::Fits;
use super::course::closes;
use crate::rules::household::state::{Case, Member};

pub(super) fn joined(case: &mut Case, it: &MemberJoined) -> Fits {
    let before = case.members.get(&it.person);
    let (stays, died) = before.map_or((0, false), |before| (before.stay, before.died));
    let member = Member {
        sex: it.sex,
        relation: it.relation,
        residence: it.residence,
        details: it.details.clone(),
        joined_on: it.happened_on,
        left_on: None,
        died: false,
        stay: stays + 1,
        family: None,
    };
    let new = case.present().all(|(person, _)| *person != it.person);
    let headed = case.present().any(|(_, before)| before.relation == Relation::Head);
    case.members.insert(it.person, member);
    if !new {
        return Err("the person is a member already");
    }
    if died {
        return Err("the person has died");
    }
    (it.relation != Relation::Head || !headed).then_some(()).ok_or("there is a head already")
}

pub(super) fn left(case: &mut Case, it: &MemberLeft) -> Fits {
    let member = case.members.get_mut(&it.person).ok_or("the person is no member")?;
    let gone = member.left_on.replace(it.happened_on).is_some();
    (!gone).then_some(()).ok_or("the person left before")
}

pub(super) fn died(case: &mut Case, it: &MemberDied) -> Fits {
    let member = case.members.get_mut(&it.person).ok_or("the person is no member")?;
    member.died = true;
    let gone = member.left_on.replace(it.happened_on).is_some();
    (!gone).then_some(()).ok_or("the person left before")
}

pub(super) fn corrected(case: &mut Case, it: &MemberCorrected) -> Fits {
    let member = case.members.get_mut(&it.person).ok_or("the person was never a member")?;
    (member.sex, member.relation, member.residence) = (it.sex, it.relation, it.residence);
    member.details = it.details.clone();
    if member.stay != it.stay {
        return Err("the stay it corrects is missing");
    }
    one_head(case)
}

pub(super) fn residence_changed(case: &mut Case, it: &ResidenceStatusChanged) -> Fits {
    let member = case.members.get_mut(&it.person).ok_or("the person is no member")?;
    member.residence = it.residence;
    member.left_on.is_none().then_some(()).ok_or("the person left before")
}

pub(super) fn head_changed(case: &mut Case, it: &HeadChanged) -> Fits {
    for kin in &it.relations {
        case.members.get_mut(&kin.person).ok_or("a member it names is missing")?.relation = kin.relation;
    }
    let head = case.members.get_mut(&it.head).ok_or("the new head is no member")?;
    head.relation = Relation::Head;
    if head.left_on.is_some() {
        return Err("the new head left before");
    }
    one_head(case)
}

fn one_head(case: &Case) -> Fits {
    let heads = case.present().filter(|(_, member)| member.relation == Relation::Head).count();
    (heads <= 1).then_some(()).ok_or("there is a head already")
}

pub(super) fn dissolved(case: &mut Case, it: &HouseholdDissolved) -> Fits {
    closes(case, ClosedAs::Dissolved)?;
    let somebody = match it.because {
        DissolvedBecause::LastMemberDied => case.present().next().is_some(),
        DissolvedBecause::NobodyLivesThere => case.present().any(|(_, member)| member.residence.lives_there()),
    };
    (!somebody).then_some(()).ok_or("somebody is left")
}

/// Whether everybody a fact names was ever noted with the household.
pub(super) fn named<'a>(case: &Case, mut people: impl Iterator<Item = &'a PersonId>) -> Result<(), &'static str> {
    people.all(|person| case.members.contains_key(person)).then_some(()).ok_or("a member it names is missing")
}
