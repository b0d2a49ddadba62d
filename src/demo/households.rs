//! A household that nobody is: where it lives, who belongs to it, and the command that enters it.

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::household::{Address, LegalBasis, ListStatus, Source, StateList};
use events::facts::people::{Health, Welfare};
use events::id::{HouseholdId, PersonId};
use events::thai::house_code::HouseCode;

use super::chance::Chance;
use super::family::{self, Member};
use super::geography::{LAOS, Lao, VILLAGES, area, lao_code};
use super::plan::DemoError;
use super::world::World;
use crate::rules::household::command::Identify;
use crate::rules::household::found::identify::OnList;

/// The list of the state that the article speaks of.
const TPMAP_DATE: (i32, u32, u32) = (2021, 12, 31);
/// The welfare card's list.
const CARD_DATE: (i32, u32, u32) = (2023, 3, 31);

/// A household as its story knows it.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) number: u32,
    pub(super) id: HouseholdId,
    /// Place in the list of local organisations.
    pub(super) lao: usize,
    pub(super) tambon: AreaCode,
    pub(super) members: Vec<Member>,
}

impl Home {
    /// Invents the `number`th household of a demo, as it was on a day.
    pub(super) fn invented(world: &World, number: u32, on: NaiveDate, chance: &mut Chance) -> Result<Self, DemoError> {
        let lao = place(chance);
        let tambon = area(LAOS.get(lao).ok_or(DemoError::Data("local organisation"))?.tambon)?;
        let id = HouseholdId::derived(world.root, &format!("household/{number}"));
        let members = family::invented(id, number, on, chance);
        Ok(Self { number, id, lao, tambon, members })
    }

    /// The organisation it belongs to.
    pub(super) fn organisation(&self) -> &'static Lao {
        LAOS.get(self.lao).unwrap_or(&LAOS[0])
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
    pub(super) fn identify(&self, on: NaiveDate, chance: &mut Chance) -> Result<Identify, DemoError> {
        let sources = sources(chance);
        let lists = self.lists(&sources, chance);
        let moo = chance.between(1, 12);
        let organisation = self.organisation();
        // Two families under one roof are two households with one house code.
        let shared = chance.percent(2) && self.number > 0;
        let house = if shared { self.number - 1 } else { self.number };
        let village = VILLAGES.get(usize::from(moo - 1_u16) % VILLAGES.len());
        Ok(Identify {
            happened_on: Some(on),
            tambon: self.tambon,
            moo: Some(moo),
            lao: if chance.percent(97) { Some(lao_code(organisation.code)?) } else { self.lao_where_it_matters()? },
            sources,
            basis: if chance.percent(92) { LegalBasis::PublicTask } else { LegalBasis::Consent },
            address: Some(Address {
                house_no: Some(house_no(chance)),
                road: None,
                village: village.map(|name| format!("บ้าน{name}")),
                house_code: chance.percent(93).then(|| HouseCode::invented(house)),
                lat: chance.percent(70).then(|| format!("16.{:04}", chance.between(5200, 7600))),
                lon: chance.percent(70).then(|| format!("103.{:04}", chance.between(4300, 7900))),
            }),
            lists,
            members: self.members.iter().map(|it| it.person.clone()).collect(),
            origin: None,
            retired_area: None,
        })
    }

    /// Where a tambon has two organisations the household's must be known; elsewhere it may be left out.
    fn lao_where_it_matters(&self) -> Result<Option<events::area::LaoCode>, DemoError> {
        let organisation = self.organisation();
        let alone = LAOS.iter().filter(|it| it.tambon == organisation.tambon).count() == 1;
        if alone { Ok(None) } else { lao_code(organisation.code).map(Some) }
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

fn place(chance: &mut Chance) -> usize {
    let mut left = chance.between(0, 999_u32);
    for (at, lao) in LAOS.iter().enumerate() {
        if left < lao.weight {
            return at;
        }
        left -= lao.weight;
    }
    0
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
