//! Who works in the demo: caseworkers by tambon or local organisation, supervisors by district, officers, and the rest.

use events::facts::people::Sex;
use events::facts::staff::{Scope, StaffDetails};
use events::id::{AgencyId, StaffId};
use events::metadata::Channel;

use super::agencies;
use super::chance::Chance;
use super::geography::{Geography, Lao};
use super::people_names::{family_name, given_name};
use super::plan::{DemoError, DemoPerson};
use super::world::World;
use crate::access::{Caller, Role};
use crate::desk::{Order, StaffCommand};
use crate::rules::staff::{GrantRole, Join};

/// A member of staff by place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Who(u32);

/// Somebody who works in the demo.
#[derive(Debug, Clone)]
struct Member {
    name: String,
    work: String,
    caller: Caller,
}

/// Everybody, with the places of those whom stories call on.
#[derive(Debug, Default)]
pub(super) struct Staff {
    members: Vec<Member>,
    /// By place in the list of provinces.
    administrators: Vec<Who>,
    /// By place in the list of provinces.
    operations: Vec<Who>,
    /// By place in the list of local organisations.
    caseworkers: Vec<Who>,
    /// By place in the list of districts.
    supervisors: Vec<Who>,
    /// By place in the list of agencies; `None`: the operations center answers.
    officers: Vec<Option<Who>>,
}

/// The administrator of the first province, who is there before everybody else.
pub(super) const FIRST: Who = Who(0);

impl Staff {
    /// Takes everybody on.
    pub(super) fn hired(world: &World) -> Self {
        let mut staff = Self::default();
        let mut chance = Chance::of(world.root, "staff");
        let places = &world.places;
        for province in &places.provinces {
            let scope = Scope { areas: vec![province.code], laos: Vec::new() };
            let place = if places.provinces.len() == 1 { String::new() } else { province.name_th.to_owned() };
            let mut hire = |role: Role, work: &str| {
                staff.hire(world, &mut chance, role, &format!("{work}{place}"), scope.clone(), None)
            };
            let administrator = hire(Role::Administrator, "ผู้ดูแลระบบ");
            let operations = hire(Role::Operations, "ศูนย์ปฏิบัติการจังหวัด");
            hire(Role::Auditor, "ผู้ตรวจสอบ");
            hire(Role::Researcher, "นักวิจัย");
            staff.administrators.push(administrator);
            staff.operations.push(operations);
        }
        let mut before: Option<(&Lao, Who)> = None;
        for lao in &places.organisations {
            // Two small organisations in the first tambon of a district share a caseworker.
            let shared = before.filter(|(it, _)| it.tambon == lao.tambon && shares(places, it)).map(|(_, who)| who);
            let who = shared.unwrap_or_else(|| {
                let work = format!("ผู้ดูแลครัวเรือน {}", lao.name_th);
                staff.hire(world, &mut chance, Role::Caseworker, &work, scope_of(places, lao), None)
            });
            staff.caseworkers.push(who);
            before = Some((lao, who));
        }
        for district in &places.districts {
            let scope = Scope { areas: vec![district.code], laos: Vec::new() };
            let work = format!("หัวหน้างานอำเภอ{}", district.name_th);
            let who = staff.hire(world, &mut chance, Role::Supervisor, &work, scope, None);
            staff.supervisors.push(who);
        }
        for (at, agency) in world.agencies.all().iter().enumerate() {
            let scope = Scope { areas: agency.areas.clone(), laos: Vec::new() };
            let id = agencies::id(world, at);
            let officer = agency
                .signs_in
                .then(|| staff.hire(world, &mut chance, Role::AgencyOfficer, &agency.name_th, scope, Some(id)));
            staff.officers.push(officer);
        }
        staff
    }

    fn hire(
        &mut self,
        world: &World,
        chance: &mut Chance,
        role: Role,
        work: &str,
        scope: Scope,
        agency: Option<AgencyId>,
    ) -> Who {
        let at = self.members.len();
        let sex = if chance.percent(60) { Sex::Female } else { Sex::Male };
        let name = format!("{} {}", given_name(sex, chance), family_name(chance));
        let id = StaffId::derived(world.root, &format!("staff/{at}"));
        let caller = Caller { staff: id, role, scope, agency, channel: Channel::Demo, request: None };
        self.members.push(Member { name, work: work.to_owned(), caller });
        Who(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// The caller that somebody is to the desk.
    pub(super) fn caller(&self, who: Who) -> Result<&Caller, DemoError> {
        self.members.get(who.0 as usize).map(|it| &it.caller).ok_or(DemoError::Data("staff"))
    }

    /// The administrator of a province.
    pub(super) fn administrator(&self, province: usize) -> Who {
        self.administrators.get(province).copied().unwrap_or(FIRST)
    }

    /// The operations center of a province.
    pub(super) fn operations(&self, province: usize) -> Who {
        self.operations.get(province).copied().unwrap_or(FIRST)
    }

    /// The caseworker of a local organisation.
    pub(super) fn caseworker(&self, lao: usize) -> Who {
        self.caseworkers.get(lao).copied().unwrap_or(FIRST)
    }

    /// The supervisor of a district.
    pub(super) fn supervisor(&self, district: usize) -> Who {
        self.supervisors.get(district).copied().unwrap_or(FIRST)
    }

    /// Who answers for an agency of a province.
    pub(super) fn answers_for(&self, agency: usize, province: usize) -> Who {
        self.officers.get(agency).copied().flatten().unwrap_or_else(|| self.operations(province))
    }

    /// The orders that note everybody with their roles, the first administrator first.
    pub(super) fn opening(&self, world: &World) -> Vec<Order> {
        let mut orders = Vec::new();
        for (at, member) in self.members.iter().enumerate() {
            let Caller { staff: id, role, scope, agency, .. } = member.caller.clone();
            let details = StaffDetails { name: member.name.clone(), phone: Some(format!("000-000-8{:03}", at % 1000)) };
            let happened_on = Some(world.calendar.start);
            let join = StaffCommand::Join(Join { happened_on, details, agency });
            orders.push(Order::Staff { id, command: join });
            let role = role.as_str().to_owned();
            let grant = StaffCommand::GrantRole(GrantRole { happened_on, role, scope, until: None });
            orders.push(Order::Staff { id, command: grant });
        }
        orders
    }

    /// Everybody, for the list of sign-ins.
    pub(super) fn people(&self) -> Vec<DemoPerson> {
        let person = |it: &Member| DemoPerson {
            label: format!("{} · {}", it.work, it.name),
            role: it.caller.role,
            staff: it.caller.staff,
            scope: it.caller.scope.clone(),
            agency: it.caller.agency,
        };
        self.members.iter().map(person).collect()
    }
}

/// Whether the organisations of a tambon have one caseworker: in the first tambon of a province alone.
fn shares(places: &Geography, lao: &Lao) -> bool {
    let first = places.organisations.iter().find(|it| it.province == lao.province);
    first.is_some_and(|it| it.tambon == lao.tambon)
}

/// Where an organisation has its tambon to itself, the tambon is the scope; else the organisations are.
fn scope_of(places: &Geography, lao: &Lao) -> Scope {
    if lao.alone {
        return Scope { areas: vec![lao.tambon], laos: Vec::new() };
    }
    let together = |it: &&Lao| it.code == lao.code || (shares(places, lao) && it.tambon == lao.tambon);
    Scope { areas: Vec::new(), laos: places.organisations.iter().filter(together).map(|it| it.code).collect() }
}
