//! Who makes up a household, without saying who they are.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, MemberJoined};
use events::facts::people::{
    AgeBand, Composition, Health, PersonDetails, Relation, ResidenceStatus, Sex, SexAge, Tally, Welfare, Work,
};
use events::id::PersonId;
use events::sealed::{Sealed, Subject};

use crate::rules::Asked;
use crate::rules::household::people::person::Person;
use crate::rules::household::state::Member;

/// The lowest age of each band.
const BANDS: [(u32, AgeBand); 7] = [
    (0, AgeBand::From0To5),
    (6, AgeBand::From6To14),
    (15, AgeBand::From15To24),
    (25, AgeBand::From25To59),
    (60, AgeBand::From60To69),
    (70, AgeBand::From70To79),
    (80, AgeBand::From80),
];

/// The facts of people joining a household that had no members.
pub(in crate::rules::household) fn joining(people: &[Person], on: NaiveDate, asked: &Asked<'_>) -> Vec<HouseholdEvent> {
    joining_to(&BTreeMap::new(), people, on, asked)
}

/// The facts of people joining: each carries the household as it is with that person.
pub(in crate::rules::household) fn joining_to(
    members: &BTreeMap<PersonId, Member>,
    people: &[Person],
    on: NaiveDate,
    asked: &Asked<'_>,
) -> Vec<HouseholdEvent> {
    let mut members = members.clone();
    let mut facts = Vec::with_capacity(people.len());
    for (at, person) in people.iter().enumerate() {
        let id = person.person.unwrap_or_else(|| PersonId(asked.mint(&format!("person/{at}"))));
        let details = Sealed::open(Subject::new("person", id), "person.details", person.details.clone());
        members.insert(
            id,
            Member {
                sex: person.sex,
                relation: person.relation,
                residence: person.residence,
                details: details.clone(),
                joined_on: on,
                left_on: None,
                died: false,
                stay: members.get(&id).map_or(1, |before| before.stay + 1),
                family: None,
            },
        );
        facts.push(HouseholdEvent::MemberJoined(MemberJoined {
            happened_on: on,
            person: id,
            sex: person.sex,
            relation: person.relation,
            residence: person.residence,
            details,
            wrong_check_digit: person.details.citizen_id.is_some_and(|id| id.checked().is_some()),
            composition: of(members.values(), on),
        }));
    }
    facts
}

/// The composition of those members who have not left, with their ages on a day. What can't be read counts as unknown.
pub(in crate::rules) fn of<'a>(members: impl Iterator<Item = &'a Member>, on: NaiveDate) -> Composition {
    let mut it = Composition::empty();
    let mut sex_age: BTreeMap<(Sex, AgeBand), u16> = BTreeMap::new();
    let (mut elderly, mut unknown_ages) = (0, 0);
    for member in members.filter(|member| member.left_on.is_none()) {
        match member.residence {
            ResidenceStatus::RegisteredAndLiving => it.registered_and_living += 1,
            ResidenceStatus::LivingOnly => it.living_only += 1,
            ResidenceStatus::RegisteredOnly => it.registered_only += 1,
        }
        if member.relation == Relation::Head {
            it.sex_of_head = member.sex;
        }
        if !member.residence.lives_there() {
            continue;
        }
        let details = member.details.get();
        let age = age_band(details, on);
        *sex_age.entry((member.sex, age)).or_default() += 1;
        match age {
            AgeBand::From60To69 | AgeBand::From70To79 | AgeBand::From80 => elderly += 1,
            AgeBand::Unknown => unknown_ages += 1,
            AgeBand::From0To5 | AgeBand::From6To14 | AgeBand::From15To24 | AgeBand::From25To59 => {}
        }
        count(&mut it.disabled, details.and_then(disabled));
        count(&mut it.bedridden, details.and_then(bedridden));
        count(&mut it.without_id_card, details.and_then(|it| it.has_id_card).map(|has| !has));
        count(&mut it.able_to_work, details.and_then(|details| able_to_work(details, age)));
    }
    it.registered = it.registered_and_living + it.registered_only;
    it.living = it.registered_and_living + it.living_only;
    it.sex_age = sex_age.into_iter().map(|((sex, age), n)| SexAge { sex, age, n }).collect();
    it.elderly_only = match (it.living, unknown_ages) {
        (0, _) => None,
        (living, unknown) if elderly + unknown < living => Some(false),
        (_, 0) => Some(true),
        _ => None,
    };
    it
}

fn count(tally: &mut Tally, yes: Option<bool>) {
    match yes {
        Some(true) => tally.yes += 1,
        Some(false) => {}
        None => tally.unknown += 1,
    }
}

fn age_band(details: Option<&PersonDetails>, on: NaiveDate) -> AgeBand {
    let ages = details.and_then(|it| it.birth).and_then(|birth| birth.age_on(on));
    ages.and_then(|ages| ages.band(&BANDS).copied()).unwrap_or(AgeBand::Unknown)
}

fn disabled(details: &PersonDetails) -> Option<bool> {
    if details.welfare.contains(&Welfare::Disability) {
        return Some(true);
    }
    match details.health {
        Health::DisabledSelfReliant => Some(true),
        Health::Normal | Health::Chronic | Health::Bedridden => Some(false),
        Health::Unknown => None,
    }
}

fn bedridden(details: &PersonDetails) -> Option<bool> {
    match details.health {
        Health::Bedridden => Some(true),
        Health::Normal | Health::Chronic | Health::DisabledSelfReliant => Some(false),
        Health::Unknown => None,
    }
}

/// 15 to 59 years, not bedridden, and not noted as unable.
fn able_to_work(details: &PersonDetails, age: AgeBand) -> Option<bool> {
    if details.work == Work::Unable || details.health == Health::Bedridden {
        return Some(false);
    }
    match age {
        AgeBand::From15To24 | AgeBand::From25To59 => Some(true),
        AgeBand::From0To5 | AgeBand::From6To14 | AgeBand::From60To69 | AgeBand::From70To79 | AgeBand::From80 => {
            Some(false)
        }
        AgeBand::Unknown => None,
    }
}
