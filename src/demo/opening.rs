//! What is there before the first household: policies, staff, agencies, models; and what the offices change later.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};
use events::area::AreaCode;
use events::facts::policy::{PolicyBody, SlaDays};
use events::id::{HouseholdId, StaffId};

use super::calendar::Calendar;
use super::chance::Chance;
use super::plan::DemoError;
use super::script::{Act, MAIN, Script};
use super::staff::FIRST;
use super::world::World;
use super::{agencies, changes, models};
use crate::desk::{Order, StaffCommand};
use crate::rules::policy::Publish;
use crate::rules::policy_defaults;

/// The offices set everything up within so many hours.
const HOURS: i64 = 10;

/// The script of the offices. It belongs to no household.
pub(super) fn script(world: &World) -> Result<Script, DemoError> {
    let nobody = HouseholdId::derived(world.root, "offices");
    let mut script = Script::new(nobody, world.calendar.until, Chance::of(world.root, "offices"));
    let start = world.calendar.start;
    let staff = world.staff.opening(world);
    let officers: BTreeSet<_> = staff.iter().filter_map(joins_an_agency).collect();
    let (later, first): (Vec<_>, Vec<_>) =
        staff.into_iter().partition(|order| matches!(order, Order::Staff { id, .. } if officers.contains(id)));
    let mut orders: Vec<_> = first.into_iter().map(|order| (FIRST, order)).collect();
    let provinces = || (0..).zip(&world.places.provinces).map(|(at, it)| (world.staff.administrator(at), it.code));
    for (administrator, code) in provinces() {
        let bodies = policy_defaults::defaults().into_iter();
        orders.extend(bodies.map(|body| (administrator, publish(code, body, start))));
    }
    let registering = agencies::opening(world)?.into_iter();
    orders.extend(registering.map(|(province, order)| (world.staff.administrator(province), order)));
    // Whoever works for an agency joins when it is registered.
    orders.extend(later.into_iter().map(|order| (FIRST, order)));
    orders.extend(models::opening(world)?);
    // Everything is there by the evening of the first day.
    let apart = (HOURS * 3_600_000 / i64::try_from(orders.len()).unwrap_or(i64::MAX).max(1)).min(20_000);
    let mut moment = Calendar::moment(start, 8 * 60);
    for (who, order) in orders {
        moment += Duration::milliseconds(apart);
        script.insert(moment, who, MAIN, Act::Ask(Box::new(order)));
    }
    // Half-way each province asks for faster answers about food.
    let half = world.calendar.at_permille(500);
    for (at, (administrator, code)) in (0..).zip(provinces()) {
        if let Some(order) = faster_food(code, half + Duration::days(7)) {
            let moment = Calendar::moment(half, 600) + Duration::seconds(at);
            script.insert(moment, administrator, MAIN, Act::Ask(Box::new(order)));
        }
    }
    let later = [changes::offices(world)?, models::life(world)?].concat();
    // A minute apart, and closer where there are many.
    let apart = (5 * 3_600_000 / i64::try_from(later.len()).unwrap_or(i64::MAX).max(1)).min(60_000);
    for (at, (day, who, order)) in (0..).zip(later) {
        let moment = Calendar::moment(day, 630) + Duration::milliseconds(apart * at);
        script.insert(moment, who, MAIN, Act::Ask(Box::new(order)));
    }
    for (permille, kind) in changes::PAID {
        let moment = Calendar::moment(world.calendar.at_permille(permille), 900);
        for (at, model) in world.models.iter().enumerate().skip(kind).step_by(2) {
            script.insert(moment, world.staff.operations(model.province), MAIN, Act::Share(at));
        }
    }
    Ok(script)
}

fn joins_an_agency(order: &Order) -> Option<StaffId> {
    let Order::Staff { id, command: StaffCommand::Join(join) } = order else { return None };
    join.agency.map(|_| *id)
}

pub(super) fn publish(province: AreaCode, body: PolicyBody, effective_on: NaiveDate) -> Order {
    Order::Policy(Publish { province: province.to_string(), effective_on, body })
}

fn faster_food(province: AreaCode, effective_on: NaiveDate) -> Option<Order> {
    policy_defaults::defaults().into_iter().find_map(|body| {
        let PolicyBody::Sla(mut sla) = body else { return None };
        sla.services.insert("food_support".to_owned(), SlaDays { answer_days: 3, deliver_days: 10 });
        Some(publish(province, PolicyBody::Sla(sla), effective_on))
    })
}
