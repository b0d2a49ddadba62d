//! Members, and who a fact names.

use events::facts::household::{MemberJoined, MemberLeft};
use events::facts::people::Relation;
use events::id::PersonId;

use super::Fits;
use crate::rules::household::state::{Case, Member};

pub(super) fn joined(case: &mut Case, it: &MemberJoined) -> Fits {
    let member = Member {
        sex: it.sex,
        relation: it.relation,
        residence: it.residence,
        details: it.details.clone(),
        joined_on: it.happened_on,
        left_on: None,
    };
    let new = case.present().all(|(person, _)| *person != it.person);
    let headed = case.present().any(|(_, before)| before.relation == Relation::Head);
    case.members.insert(it.person, member);
    if !new {
        return Err("the person is a member already");
    }
    (it.relation != Relation::Head || !headed).then_some(()).ok_or("there is a head already")
}

pub(super) fn left(case: &mut Case, it: &MemberLeft) -> Fits {
    let member = case.members.get_mut(&it.person).ok_or("the person is no member")?;
    let gone = member.left_on.replace(it.happened_on).is_some();
    (!gone).then_some(()).ok_or("the person left before")
}

/// Whether everybody a fact names was ever noted with the household.
pub(super) fn named<'a>(case: &Case, mut people: impl Iterator<Item = &'a PersonId>) -> Result<(), &'static str> {
    people.all(|person| case.members.contains_key(person)).then_some(()).ok_or("a member it names is missing")
}
