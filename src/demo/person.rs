//! One invented person: name, ids, health, schooling, work and welfare that go with an age.

use chrono::{Datelike, NaiveDate};
use events::facts::people::{Education, Health, PersonDetails, Relation, ResidenceStatus, Sex, Welfare, Work};
use events::id::{HouseholdId, PersonId};
use events::money::Baht;
use events::thai::citizen_id::CitizenId;
use events::thai::date::PartialDate;

use super::chance::Chance;
use super::family::Member;
use super::people_names::{family_name, given_name, monk_name, prefix};
use crate::rules::household::people::person::Person;

/// The most citizen ids that one household can use up.
pub(super) const IDS: u32 = 16;

/// Who there is: relation, sex and age.
pub(super) type Sketch = (Relation, Sex, i32);

/// Where the next ids come from.
pub(super) struct Ids {
    household: HouseholdId,
    next: u32,
    member: u32,
}

impl Ids {
    /// The ids of a household's members after the first so many.
    pub(super) fn of(household: HouseholdId, number: u32, members: u32) -> Self {
        Self { household, next: number.saturating_mul(IDS) + members, member: members }
    }

    fn person(&mut self) -> PersonId {
        self.member += 1;
        PersonId::derived(self.household.0, &format!("person/{}", self.member))
    }

    fn citizen(&mut self, age: i32) -> CitizenId {
        self.next += 1;
        // Whoever was in a house register in 1984 has a 3 in front, those born later a 1.
        CitizenId::invented(if age >= 41 { 3 } else { 1 }, self.next)
    }
}

/// A member with everything that goes with sex, age and relation.
pub(super) fn member(
    (relation, sex, age): Sketch,
    married: bool,
    family: &str,
    on: NaiveDate,
    ids: &mut Ids,
    chance: &mut Chance,
) -> Member {
    let health = health(age, chance);
    let work = work(age, health, chance);
    let monk = relation != Relation::Head && sex == Sex::Male && age >= 20 && chance.percent(2);
    let no_card = chance.percent(3);
    // Those who work elsewhere stay in the register; now and then somebody lives here without being in it.
    let away = relation == Relation::Child && age >= 20 && chance.percent(55);
    let residence = if away || monk {
        ResidenceStatus::RegisteredOnly
    } else if relation != Relation::Head && chance.percent(7) {
        ResidenceStatus::LivingOnly
    } else {
        ResidenceStatus::RegisteredAndLiving
    };
    let wife = married && matches!(relation, Relation::Head | Relation::Spouse);
    let details = PersonDetails {
        prefix: Some(if monk { "พระ" } else { prefix(sex, age, wife || age > 60, chance) }.to_owned()),
        given_name: given_name(sex, chance),
        family_name: Some(if relation == Relation::Spouse && chance.percent(20) {
            family_name(chance)
        } else {
            family.to_owned()
        }),
        citizen_id: if no_card { None } else { Some(ids.citizen(age)) },
        // Cards are given from seven years on.
        has_id_card: if age < 7 { None } else { Some(!no_card) },
        birth: birth(age, on, chance),
        phone: (age >= 15 && chance.percent(45)).then(|| format!("000-000-{:04}", chance.between(0, 7999))),
        health,
        education: education(age, chance),
        work,
        income_month: income(work, chance),
        welfare: welfare(age, health, chance),
    };
    let details = if monk {
        PersonDetails { given_name: monk_name(chance), family_name: None, work: Work::Other, ..details }
    } else {
        details
    };
    Member { age, person: Person { person: Some(ids.person()), sex, relation, residence, details } }
}

/// The older somebody is, the more often only the year is known.
fn birth(age: i32, on: NaiveDate, chance: &mut Chance) -> Option<PartialDate> {
    let year = on.year() - age - i32::from(age > 0);
    let (month, day) = (chance.between(1, 12_u32), chance.between(1, 28_u32));
    let (year_only, month_only) = if age >= 60 { (24, 8) } else { (2, 2) };
    let known = chance.between(0, 99);
    let birth = if known < year_only {
        PartialDate::new(year, None, None)
    } else if known < year_only + month_only {
        PartialDate::new(year, Some(month), None)
    } else {
        PartialDate::new(year, Some(month), Some(day))
    };
    // A newborn is not born after the day it is entered.
    birth.ok().map(|birth| {
        if birth.is_after(on) { PartialDate::new(on.year() - 1, Some(12), None).unwrap_or(birth) } else { birth }
    })
}

fn health(age: i32, chance: &mut Chance) -> Health {
    let (chronic, disabled, bedridden) = match age {
        0..=39 => (2, 3, 0),
        40..=59 => (14, 5, 1),
        60..=74 => (38, 7, 3),
        _ => (44, 10, 9),
    };
    let drawn = chance.between(0, 99);
    if drawn < bedridden {
        Health::Bedridden
    } else if drawn < bedridden + disabled {
        Health::DisabledSelfReliant
    } else if drawn < bedridden + disabled + chronic {
        Health::Chronic
    } else if chance.percent(2) {
        Health::Unknown
    } else {
        Health::Normal
    }
}

fn work(age: i32, health: Health, chance: &mut Chance) -> Work {
    match (age, health) {
        (_, Health::Bedridden) => Work::Unable,
        (0..=5, _) => Work::Other,
        (6..=17, _) => Work::Student,
        (18..=21, _) if chance.percent(45) => Work::Student,
        (70.., _) => chance.pick(&[Work::Unable, Work::Housework, Work::Housework, Work::Farmer]),
        _ => chance.weighted(&[
            (40, Work::Farmer),
            (30, Work::Labourer),
            (5, Work::Trader),
            (6, Work::Employee),
            (1, Work::Government),
            (8, Work::Unemployed),
            (8, Work::Housework),
            (2, Work::Unknown),
        ]),
    }
}

fn education(age: i32, chance: &mut Chance) -> Education {
    match age {
        0..=6 => Education::None,
        7..=12 => Education::BelowPrimary,
        13..=15 => Education::Primary,
        16..=18 => Education::LowerSecondary,
        19..=45 => chance.weighted(&[
            (25, Education::Primary),
            (35, Education::LowerSecondary),
            (25, Education::UpperSecondary),
            (10, Education::Vocational),
            (5, Education::BachelorOrHigher),
        ]),
        _ => chance.weighted(&[
            (8, Education::None),
            (30, Education::BelowPrimary),
            (50, Education::Primary),
            (9, Education::LowerSecondary),
            (3, Education::Unknown),
        ]),
    }
}

fn income(work: Work, chance: &mut Chance) -> Option<Baht> {
    let (low, high) = match work {
        Work::Farmer | Work::Trader => (800, 4_500),
        Work::Labourer => (1_500, 6_000),
        Work::Employee | Work::Government => (5_000, 9_500),
        Work::Student | Work::Unemployed | Work::Unable | Work::Housework | Work::Other | Work::Unknown => return None,
    };
    chance.percent(70).then(|| Baht::whole(chance.between(low, high) / 50 * 50))
}

fn welfare(age: i32, health: Health, chance: &mut Chance) -> Vec<Welfare> {
    let mut found = Vec::new();
    if age >= 60 && chance.percent(93) {
        found.push(Welfare::Elderly);
    }
    if age < 6 && chance.percent(60) {
        found.push(Welfare::Newborn);
    }
    if matches!(health, Health::DisabledSelfReliant | Health::Bedridden) && chance.percent(70) {
        found.push(Welfare::Disability);
    }
    if age >= 18 && chance.percent(52) {
        found.push(Welfare::StateWelfareCard);
    }
    if (18..60).contains(&age) && chance.percent(9) {
        found.push(Welfare::SocialSecurity40);
    }
    found
}
