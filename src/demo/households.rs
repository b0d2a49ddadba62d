//! A household that nobody is: where it lives, who belongs to it, and the command that enters it.

use chrono::NaiveDate;
use events::facts::household::{Address, LegalBasis, ListStatus, Source, StateList};
use events::facts::people::{Health, Welfare};
use events::id::{HouseholdId, PersonId};
use events::thai::house_code::HouseCode;

use super::chance::Chance;
use super::family::{self, Member};
use super::geography::{Lao, VILLAGES};
use super::plan::DemoError;
use super::world::World;
use crate::rules::household::command::Identify;
use crate::rules::household::found::identify::OnList;

/// The list of the state that the article speaks of.
const TPMAP_DATE: (i32, u32, u32) = (2021, 12, 31);
/// The welfare card's list.
const CARD_DATE: (i32, u32, u32) = (2023, 3, 31);

/// A neighbour is looked for among so many households.
const LOOKED_BACK: u32 = 200;

/// A household as its story knows it.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) number: u32,
    pub(super) id: HouseholdId,
    /// Place in the list of local organisations.
    pub(super) at: usize,
    /// The household that was found before it in its province.
    pub(super) neighbour: Option<u32>,
    pub(super) members: Vec<Member>,
}

impl Home {
    /// Invents the `number`th household of a demo, as it was on a day.
    pub(super) fn invented(world: &World, number: u32, on: NaiveDate, chance: &mut Chance) -> Result<Self, DemoError> {
        let at = place(world, chance);
        let province = world.places.organisation(at)?.province;
        let id = HouseholdId::derived(world.root, &format!("household/{number}"));
        let size = world.sizes.as_ref().map(|sizes| sizes.of_household(number));
        let members = family::invented(id, number, on, size, chance);
        Ok(Self { number, id, at, neighbour: neighbour(world, number, province), members })
    }

    /// Residents.
    pub(super) fn residents(&self) -> i64 {
        self.members.iter().filter(|it| it.person.residence.lives_there()).fold(0, |n, _| n + 1)
    }

    /// The first member of whom something is true.
    pub(super) fn member(&self, is: impl Fn(&Member) -> bool) -> Option<PersonId> {
        self.members.iter().find(|it| is(it)).and_then(|it| it.person.person)
    }

    /// A resident who can work, if there is one.
    pub(super) fn worker(&self) -> Option<PersonId> {
        self.member(Member::works)
    }

    /// Somebody who is disabled or bedridden.
    pub(super) fn disabled(&self) -> Option<PersonId> {
        self.member(|it| matches!(it.person.details.health, Health::DisabledSelfReliant | Health::Bedridden))
    }

    /// The command that enters it.
    pub(super) fn identify(
        &self,
        (organisation, corner): (&Lao, (u32, u32)),
        on: NaiveDate,
        chance: &mut Chance,
    ) -> Identify {
        let sources = sources(chance);
        let lists = self.lists(&sources, chance);
        let moo = chance.between(1, 12);
        let degrees = |least: u32, more: u32| format!("{}.{:04}", (least + more) / 10_000, (least + more) % 10_000);
        // Two families under one roof are two households with one house code.
        let shared = chance.percent(2);
        let house = self.neighbour.filter(|_| shared).unwrap_or(self.number);
        let village = VILLAGES.get(usize::from(moo - 1_u16) % VILLAGES.len());
        Identify {
            happened_on: Some(on),
            tambon: organisation.tambon,
            moo: Some(moo),
            lao: (chance.percent(97) || where_it_matters(organisation)).then_some(organisation.code),
            sources,
            basis: if chance.percent(92) { LegalBasis::PublicTask } else { LegalBasis::Consent },
            address: Some(Address {
                house_no: Some(house_no(chance)),
                road: None,
                village: village.map(|name| format!("บ้าน{name}")),
                house_code: chance.percent(93).then(|| HouseCode::invented(house)),
                lat: chance.percent(70).then(|| degrees(corner.0, chance.between(5200, 7600))),
                lon: chance.percent(70).then(|| degrees(corner.1, chance.between(4300, 7900))),
            }),
            lists,
            members: self.members.iter().map(|it| it.person.clone()).collect(),
            origin: None,
            retired_area: None,
        }
    }

    /// What the lists said when the household was found: many were missed.
    fn lists(&self, sources: &[Source], chance: &mut Chance) -> Vec<OnList> {
        let mut lists = Vec::new();
        let named = sources.contains(&Source::Tpmap);
        if named || chance.percent(80) {
            let listed = named || chance.percent(15);
            let status = if listed { ListStatus::Listed } else { ListStatus::Missed };
            lists.extend(on_list(StateList::Tpmap, TPMAP_DATE, status));
        }
        if chance.percent(55) {
            let card = self.members.iter().any(|it| it.person.details.welfare.contains(&Welfare::StateWelfareCard));
            let status = match (card, chance.percent(6)) {
                (_, true) => ListStatus::Unknown,
                (true, false) => ListStatus::Listed,
                (false, false) => ListStatus::Missed,
            };
            lists.extend(on_list(StateList::WelfareCard, CARD_DATE, status));
        }
        lists
    }
}

fn on_list(list: StateList, (year, month, day): (i32, u32, u32), status: ListStatus) -> Option<OnList> {
    NaiveDate::from_ymd_opt(year, month, day).map(|list_date| OnList { list, list_date, status })
}

/// A later look into the list of basic minimum needs.
pub(super) fn basic_needs_list(on: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 9, 30).unwrap_or(on).min(on)
}

/// The first thing that is drawn of a household.
fn place(world: &World, chance: &mut Chance) -> usize {
    world.places.at(chance.between(0, world.places.whole() - 1))
}

/// Where a tambon has two organisations the household's must be known; elsewhere it may be left out.
const fn where_it_matters(lao: &Lao) -> bool {
    !lao.alone
}

/// The chance of a household's own.
pub(super) fn chance_of(world: &World, number: u32) -> Chance {
    Chance::of(world.root, &format!("household/{number}"))
}

/// The household that was found before this one in the same province, if it was among the last so many.
fn neighbour(world: &World, number: u32, province: usize) -> Option<u32> {
    if world.places.provinces.len() == 1 {
        return number.checked_sub(1);
    }
    let lives_there = |before: &u32| {
        let at = place(world, &mut chance_of(world, *before));
        world.places.organisation(at).is_ok_and(|it| it.province == province)
    };
    (number.saturating_sub(LOOKED_BACK)..number).rev().find(lives_there)
}

fn sources(chance: &mut Chance) -> Vec<Source> {
    let first = chance.weighted(&[
        (26, Source::VillageLeader),
        (24, Source::Volunteer),
        (18, Source::Tpmap),
        (10, Source::SurveyTeam),
        (6, Source::Lao),
        (4, Source::WelfareCard),
        (4, Source::Neighbour),
        (3, Source::ReligiousLeader),
        (3, Source::CommunityOrg),
        (2, Source::Self_),
    ]);
    let second = chance.pick(&[Source::Lao, Source::VillageLeader, Source::SurveyTeam, Source::Bmn]);
    let mut sources = vec![first];
    if chance.percent(35) && second != first {
        sources.push(second);
    }
    sources
}

fn house_no(chance: &mut Chance) -> String {
    let number = chance.between(1, 240);
    if chance.percent(25) { format!("{number}/{}", chance.between(1, 6)) } else { number.to_string() }
}
