//! The people of an invented household: ages, relations and work that fit together.

use chrono::NaiveDate;
use events::facts::people::{Health, Relation, Sex, Work};
use events::id::HouseholdId;

use super::chance::Chance;
use super::people_names::family_name;
use super::person::{IDS, Ids, Sketch, member};
use crate::rules::household::people::person::Person;

/// A member with the age that the story reckons with.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) age: i32,
    pub(super) person: Person,
}

impl Member {
    /// Whether the rules will count this resident as able to work, whatever the unknown part of the birth date.
    pub(super) fn works(&self) -> bool {
        self.person.residence.lives_there()
            && (17..=55).contains(&self.age)
            && self.person.details.work != Work::Unable
            && self.person.details.health != Health::Bedridden
            && self.person.details.birth.is_some()
    }

    /// Whether this member goes to school.
    pub(super) fn at_school(&self) -> bool {
        self.person.residence.lives_there() && (6..=18).contains(&self.age)
    }

    /// Whether this resident is old.
    pub(super) fn elderly(&self) -> bool {
        self.person.residence.lives_there() && self.age >= 62
    }
}

/// A household has at most so many members when it is found.
pub(super) const MOST: usize = 8;
/// A household of a wanted size is drawn so often.
const TRIES: usize = 6;

/// How a household is made up.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Elderly,
    GrandparentsWithGrandchildren,
    Couple,
    OneParent,
    ThreeGenerations,
    Alone,
}

/// Invents the members of a household.
///
/// `size`: how many they are, whether they live there, are in its register, or both; else as many as the chance gives.
pub(super) fn invented(
    household: HouseholdId,
    number: u32,
    on: NaiveDate,
    size: Option<usize>,
    chance: &mut Chance,
) -> Vec<Member> {
    let name = family_name(chance);
    let mut ids = Ids::of(household, number, 0);
    let sketches = match size {
        Some(size) => sketches_of(size, chance),
        None => sketches(chance),
    };
    let married = sketches.iter().any(|(relation, ..)| *relation == Relation::Spouse);
    sketches.into_iter().take(MOST).map(|it| member(it, married, &name, on, &mut ids, chance)).collect()
}

/// A child that is born to a household, or a relative who comes home.
pub(super) fn newcomer(household: HouseholdId, number: u32, on: NaiveDate, chance: &mut Chance) -> Member {
    let mut ids = Ids::of(household, number, IDS - 1);
    let sex = any_sex(chance);
    let sketch = if chance.percent(60) {
        (Relation::Grandchild, sex, 0)
    } else {
        (Relation::Relative, sex, chance.between(20, 70))
    };
    let name = family_name(chance);
    member(sketch, false, &name, on, &mut ids, chance)
}

fn any_sex(chance: &mut Chance) -> Sex {
    if chance.percent(50) { Sex::Female } else { Sex::Male }
}

/// A household of so many: drawn until it fits, and if it never does, by leaving some out or adding to it.
fn sketches_of(size: usize, chance: &mut Chance) -> Vec<Sketch> {
    let size = size.clamp(1, MOST);
    let mut found = Vec::new();
    for _ in 0..TRIES {
        found = sketches(chance);
        if found.len() == size {
            return found;
        }
    }
    found.truncate(size);
    let head = found.first().map_or(40, |(_, _, age)| *age);
    while found.len() < size {
        let sex = any_sex(chance);
        found.push(if head >= 52 {
            (Relation::Grandchild, sex, chance.between(1, head - 36))
        } else if head >= 24 && chance.percent(60) {
            (Relation::Child, sex, chance.between(0, head - 20))
        } else {
            (Relation::Relative, sex, chance.between(20, 70))
        });
    }
    found
}

fn sketches(chance: &mut Chance) -> Vec<Sketch> {
    let kind = chance.weighted(&[
        (19, Kind::Elderly),
        (19, Kind::GrandparentsWithGrandchildren),
        (27, Kind::Couple),
        (12, Kind::OneParent),
        (17, Kind::ThreeGenerations),
        (6, Kind::Alone),
    ]);
    let head_sex = if chance.percent(58) { Sex::Male } else { Sex::Female };
    let other = if head_sex == Sex::Male { Sex::Female } else { Sex::Male };
    let mut found = Vec::new();
    let (head, spouse_percent) = match kind {
        Kind::Elderly => (chance.between(63, 89), 45),
        Kind::GrandparentsWithGrandchildren => (chance.between(55, 76), 55),
        Kind::Couple => (chance.between(26, 57), 100),
        Kind::OneParent => (chance.between(24, 55), 0),
        Kind::ThreeGenerations => (chance.between(34, 58), 80),
        Kind::Alone => (chance.between(28, 74), 0),
    };
    found.push((Relation::Head, head_sex, head));
    if chance.percent(spouse_percent) {
        found.push((Relation::Spouse, other, (head + chance.between(-6, 3)).max(18)));
    }
    let mut some = |relation: Relation, least: i32, most: i32, ages: (i32, i32), chance: &mut Chance| {
        for _ in 0..chance.between(least, most) {
            let age = chance.between(ages.0, ages.1.max(ages.0));
            found.push((relation, any_sex(chance), age.max(0)));
        }
    };
    match kind {
        Kind::Elderly | Kind::Alone => {}
        Kind::GrandparentsWithGrandchildren => {
            some(Relation::Child, 0, 1, (head - 30, head - 22), chance);
            some(Relation::Grandchild, 1, 3, (1, 16), chance);
        }
        Kind::Couple | Kind::OneParent => some(Relation::Child, 1, 4, (0, head - 19), chance),
        Kind::ThreeGenerations => {
            some(Relation::Parent, 1, 2, (head + 20, head + 30), chance);
            some(Relation::Child, 1, 3, (0, head - 20), chance);
            some(Relation::Sibling, 0, 1, (head - 8, head + 5), chance);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn families() -> Vec<Vec<Member>> {
        let on = NaiveDate::from_ymd_opt(2025, 3, 1).unwrap();
        let mut chance = Chance::of(Uuid::from_u128(3), "families");
        let invent = |n: u32, size, chance: &mut Chance| {
            invented(HouseholdId(Uuid::from_u128(u128::from(n))), n, on, size, chance)
        };
        let any: Vec<_> = (0..500).map(|n| invent(n, None, &mut chance)).collect();
        let sized = (0..200).map(|n| invent(500 + n, Some(1 + n as usize % MOST), &mut chance));
        any.into_iter().chain(sized).collect()
    }

    #[test]
    fn every_family_has_one_head_who_lives_there_and_one_to_eight_members() {
        for family in families() {
            let heads: Vec<_> = family.iter().filter(|it| it.person.relation == Relation::Head).collect();
            assert!(heads.len() == 1 && heads[0].person.residence.lives_there());
            assert!((1..=8).contains(&family.len()));
        }
    }

    #[test]
    fn a_family_is_as_large_as_it_is_to_be() {
        for (n, family) in families().iter().skip(500).enumerate() {
            assert_eq!(family.len(), 1 + n % MOST);
        }
    }

    #[test]
    fn children_are_younger_and_parents_older_than_the_head() {
        for family in families() {
            let head = family[0].age;
            for it in &family {
                match it.person.relation {
                    Relation::Child => assert!(head - it.age >= 15, "{head} {}", it.age),
                    Relation::Parent => assert!(it.age - head >= 15),
                    Relation::Grandchild => assert!(head - it.age >= 35),
                    Relation::Head
                    | Relation::Spouse
                    | Relation::Grandparent
                    | Relation::Sibling
                    | Relation::Relative
                    | Relation::Other => {}
                }
            }
        }
    }

    #[test]
    fn nobody_has_a_citizen_id_outside_the_office_that_does_not_exist_and_none_is_given_twice() {
        let ids: Vec<_> = families().iter().flatten().filter_map(|it| it.person.details.citizen_id).collect();
        assert!(ids.len() > 1000 && ids.iter().all(|it| it.registry_office() == 4600 && it.checked().is_none()));
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len());
    }

    #[test]
    fn some_have_no_card_some_births_are_known_in_part_and_monks_have_one_name() {
        let all: Vec<_> = families().into_iter().flatten().map(|it| it.person.details).collect();
        assert!(all.iter().any(|it| it.has_id_card == Some(false)));
        assert!(all.iter().any(|it| it.birth.is_some_and(|birth| birth.month().is_none())));
        let monks: Vec<_> = all.iter().filter(|it| it.prefix.as_deref() == Some("พระ")).collect();
        assert!(!monks.is_empty() && monks.iter().all(|it| it.family_name.is_none()));
    }
}
