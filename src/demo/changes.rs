//! What the offices change while the service runs: services, policies, and who works there.

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::agency::PausedBecause;
use events::facts::household::{Capital, Dimension};
use events::facts::policy::{ItemRule, PolicyBody, PolicyKind};
use events::facts::staff::{Scope, StaffDetails};
use events::id::StaffId;

use super::agencies;
use super::models::Dated;
use super::opening::publish;
use super::plan::DemoError;
use super::staff::FIRST;
use super::world::World;
use crate::access::Role;
use crate::desk::{AgencyCommand, Order, StaffCommand};
use crate::rules::agency::{ChangeService, OfferService, PauseService, ResumeService};
use crate::rules::policy::Withdraw;
use crate::rules::policy_defaults;
use crate::rules::staff::{GrantRole, Join, Leave, RevokeRole};

/// When a buyer pays a group at once, in thousandths of the time, and for which kind of model.
pub(super) const PAID: [(i64, usize); 5] = [(280, 1), (400, 0), (520, 1), (760, 1), (900, 1)];

/// From then on the new scoring holds.
pub(super) const RESCORED: i64 = 480;

/// Every change, each with its day.
pub(super) fn offices(world: &World) -> Result<Vec<Dated>, DemoError> {
    let mut changes = Vec::new();
    for (at, province) in world.places.provinces.iter().enumerate() {
        let orders = [services(world, at)?, policies(world, province.code)].concat();
        let administrator = world.staff.administrator(at);
        changes.extend(orders.into_iter().map(|(permille, order)| (permille, administrator, order)));
    }
    changes.extend(staff(world).into_iter().map(|(permille, order)| (permille, FIRST, order)));
    let day = |permille| world.calendar.at_permille(permille);
    Ok(changes.into_iter().map(|(permille, who, order)| (day(permille), who, order)).collect())
}

/// Seedlings are given in the season alone, and one day also to those without land of their own.
fn services(world: &World, province: usize) -> Result<Vec<(i64, Order)>, DemoError> {
    // The centre that gives seedlings.
    let farm = agencies::id(world, world.agencies.named("farm", province)?);
    let service = || "seedlings".to_owned();
    let offer = OfferService {
        happened_on: None,
        service: service(),
        name_th: "แจกกล้าไม้".to_owned(),
        name_en: "Seedlings".to_owned(),
        capital: Capital::Natural,
        dimension: Dimension::Income,
    };
    let change = ChangeService {
        happened_on: None,
        service: service(),
        name_th: "แจกกล้าไม้และกระถาง".to_owned(),
        name_en: "Seedlings and pots".to_owned(),
        capital: Capital::Economic,
        dimension: Dimension::Income,
    };
    let pause = PauseService { happened_on: None, service: service(), because: PausedBecause::Season, until: None };
    let resume = ResumeService { happened_on: None, service: service() };
    let order = |command| Order::Agency { id: farm, command };
    Ok(vec![
        (60, order(AgencyCommand::OfferService(offer))),
        (240, order(AgencyCommand::PauseService(pause.clone()))),
        (410, order(AgencyCommand::ResumeService(resume))),
        (430, order(AgencyCommand::ChangeService(change))),
        (740, order(AgencyCommand::PauseService(pause))),
    ])
}

/// A slip of the pen is withdrawn before it takes effect, and debt weighs more in a new scoring.
fn policies(world: &World, province: AreaCode) -> Vec<(i64, Order)> {
    let day = |permille| world.calendar.at_permille(permille);
    let mut orders = Vec::new();
    for body in policy_defaults::defaults() {
        match body {
            PolicyBody::Contact(mut contact) => {
                contact.follow_up_days = 9;
                orders.push((600, publish(province, PolicyBody::Contact(contact), day(650))));
            }
            PolicyBody::Scoring(mut scoring) => {
                for item in scoring.items.iter_mut().filter(|item| item.indicator == "economic.debt") {
                    if let ItemRule::Single { points } = &mut item.rule {
                        for points in points.values_mut() {
                            *points *= 2;
                        }
                    }
                }
                orders.push((450, publish(province, PolicyBody::Scoring(scoring), day(RESCORED))));
            }
            PolicyBody::Sla(_)
            | PolicyBody::Graduation(_)
            | PolicyBody::PovertyLine(_)
            | PolicyBody::Threshold(_)
            | PolicyBody::Crosswalk(_)
            | PolicyBody::Holidays(_) => {}
        }
    }
    let withdraw = Withdraw {
        province: province.to_string(),
        kind: PolicyKind::Contact,
        version: 2,
        effective_on: Some(day(650)),
    };
    orders.push((605, Order::Withdraw(withdraw)));
    orders
}

/// Somebody helped out for a year and left; somebody else had a role too many. Neither acts in any story.
fn staff(world: &World) -> Vec<(i64, Order)> {
    let id = |n: u32| StaffId::derived(world.root, &format!("staff/former/{n}"));
    let order = |n, command| Order::Staff { id: id(n), command };
    let join = |name: &str| {
        let details = StaffDetails { name: name.to_owned(), phone: None };
        StaffCommand::Join(Join { happened_on: None, details, agency: None })
    };
    let areas = world.places.provinces.iter().map(|province| province.code).collect();
    let everywhere = Scope { areas, laos: Vec::new() };
    let grant = |role: Role, until: Option<NaiveDate>| {
        let role = role.as_str().to_owned();
        StaffCommand::GrantRole(GrantRole { happened_on: None, role, scope: everywhere.clone(), until })
    };
    let revoke = RevokeRole { role: Role::Operations.as_str().to_owned(), scope: None };
    vec![
        (20, order(0, join("ปราณี ช่วยงาน"))),
        (21, order(0, grant(Role::Researcher, None))),
        (520, order(0, StaffCommand::Leave(Leave::default()))),
        (30, order(1, join("ทองสุข หลายหน้าที่"))),
        (31, order(1, grant(Role::Auditor, None))),
        (32, order(1, grant(Role::Operations, None))),
        (340, order(1, StaffCommand::RevokeRole(revoke))),
    ]
}
