//! Who works in the demo: caseworkers by tambon or local organisation, supervisors by district, officers, and the rest.

use events::facts::people::Sex;
use events::facts::staff::{Scope, StaffDetails};
use events::id::{AgencyId, StaffId};
use events::metadata::Channel;

use super::agencies::{self, AGENCIES};
use super::chance::Chance;
use super::geography::{DISTRICTS, LAOS, PROVINCE, area, lao_code};
use super::people_names::{family_name, given_name};
use super::plan::{DemoError, DemoPerson};
use super::world::World;
use crate::access::{Caller, Role};
use crate::desk::{Order, StaffCommand};
use crate::rules::staff::{GrantRole, Join};

/// A member of staff by place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Who(usize);

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
    /// By place in the list of local organisations.
    caseworkers: Vec<Who>,
    /// By place in the list of districts.
    supervisors: Vec<Who>,
    /// By place in the list of agencies; `None`: the operations center answers.
    officers: Vec<Option<Who>>,
}

/// The administrator, who is there before everybody else.
pub(super) const ADMINISTRATOR: Who = Who(0);
/// The operations center.
pub(super) const OPERATIONS: Who = Who(1);

/// Two small organisations in one tambon share a caseworker.
const SHARED: usize = 1;

impl Staff {
    /// Takes everybody on.
    pub(super) fn hired(world: &World) -> Result<Self, DemoError> {
        let mut staff = Self::default();
        let mut chance = Chance::of(world.root, "staff");
        let mut hire = |role: Role, work: &str, scope: Scope, agency: Option<AgencyId>| {
            let at = staff.members.len();
            let sex = if chance.percent(60) { Sex::Female } else { Sex::Male };
            let name = format!("{} {}", given_name(sex, &mut chance), family_name(&mut chance));
            let id = StaffId::derived(world.root, &format!("staff/{at}"));
            let caller = Caller { staff: id, role, scope, agency, channel: Channel::Demo, request: None };
            staff.members.push(Member { name, work: work.to_owned(), caller });
            Who(at)
        };
        let province = Scope { areas: vec![area(PROVINCE)?], laos: Vec::new() };
        hire(Role::Administrator, "ผู้ดูแลระบบ", province.clone(), None);
        hire(Role::Operations, "ศูนย์ปฏิบัติการจังหวัด", province.clone(), None);
        hire(Role::Auditor, "ผู้ตรวจสอบ", province.clone(), None);
        hire(Role::Researcher, "นักวิจัย", province, None);
        let mut caseworkers = Vec::new();
        for (at, lao) in LAOS.iter().enumerate() {
            let (tambon, code) = (area(lao.tambon)?, lao_code(lao.code)?);
            let alone = LAOS.iter().filter(|it| it.tambon == lao.tambon).count() == 1;
            // Where an organisation has its tambon to itself, the tambon is the scope; else the organisation is.
            let scope = match (alone, at) {
                (true, _) => Scope { areas: vec![tambon], laos: Vec::new() },
                (false, 0) => Scope { areas: Vec::new(), laos: vec![code, lao_code(LAOS[SHARED].code)?] },
                (false, _) => Scope { areas: Vec::new(), laos: vec![code] },
            };
            let shared = if at == SHARED { caseworkers.first().copied() } else { None };
            let who =
                shared.unwrap_or_else(|| hire(Role::Caseworker, &format!("ผู้ดูแลครัวเรือน {}", lao.name_th), scope, None));
            caseworkers.push(who);
        }
        let mut supervisors = Vec::new();
        for (code, name) in DISTRICTS {
            let scope = Scope { areas: vec![area(code)?], laos: Vec::new() };
            supervisors.push(hire(Role::Supervisor, &format!("หัวหน้างานอำเภอ{name}"), scope, None));
        }
        let mut officers = Vec::new();
        for (at, agency) in AGENCIES.iter().enumerate() {
            let scope = || -> Result<Scope, DemoError> {
                let areas = agency.areas.iter().map(|code| area(code)).collect::<Result<_, _>>()?;
                Ok(Scope { areas, laos: Vec::new() })
            };
            officers.push(if agency.signs_in {
                Some(hire(Role::AgencyOfficer, agency.name_th, scope()?, Some(agencies::id(world, at))))
            } else {
                None
            });
        }
        staff.caseworkers = caseworkers;
        staff.supervisors = supervisors;
        staff.officers = officers;
        Ok(staff)
    }

    /// The caller that somebody is to the desk.
    pub(super) fn caller(&self, who: Who) -> Result<&Caller, DemoError> {
        self.members.get(who.0).map(|it| &it.caller).ok_or(DemoError::Data("staff"))
    }

    /// The caseworker of a local organisation.
    pub(super) fn caseworker(&self, lao: usize) -> Who {
        self.caseworkers.get(lao).copied().unwrap_or(ADMINISTRATOR)
    }

    /// The supervisor of the district that a tambon lies in.
    pub(super) fn supervisor(&self, tambon: &str) -> Who {
        let district = DISTRICTS.iter().position(|(code, _)| tambon.starts_with(code));
        district.and_then(|at| self.supervisors.get(at)).copied().unwrap_or(ADMINISTRATOR)
    }

    /// Who answers for an agency.
    pub(super) fn answers_for(&self, agency: usize) -> Who {
        self.officers.get(agency).copied().flatten().unwrap_or(OPERATIONS)
    }

    /// The orders that note everybody with their roles, the administrator first.
    pub(super) fn opening(&self, world: &World) -> Vec<Order> {
        let mut orders = Vec::new();
        for (at, member) in self.members.iter().enumerate() {
            let Caller { staff: id, role, scope, agency, .. } = member.caller.clone();
            let details = StaffDetails { name: member.name.clone(), phone: Some(format!("000-000-8{at:03}")) };
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
