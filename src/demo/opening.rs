//! What is there before the first household: policies, staff, agencies, models; and what the offices change later.

use chrono::Duration;
use events::facts::policy::{PolicyBody, SlaDays};
use events::id::HouseholdId;

use super::calendar::Calendar;
use super::chance::Chance;
use super::geography::PROVINCE;
use super::plan::DemoError;
use super::script::{Act, MAIN, Script};
use super::staff::{ADMINISTRATOR, OPERATIONS};
use super::world::World;
use super::{agencies, changes, models};
use crate::desk::Order;
use crate::rules::policy::Publish;
use crate::rules::policy_defaults;

/// The script of the offices. It belongs to no household.
pub(super) fn script(world: &World) -> Result<Script, DemoError> {
    let nobody = HouseholdId::derived(world.root, "offices");
    let mut script = Script::new(nobody, world.calendar.until, Chance::of(world.root, "offices"));
    let start = world.calendar.start;
    let mut orders = world.staff.opening(world);
    orders.extend(policy_defaults::defaults().into_iter().map(|body| publish(body, start)));
    orders.extend(agencies::opening(world)?);
    let orders = orders.into_iter().map(|order| (ADMINISTRATOR, order)).chain(models::opening(world)?);
    let mut moment = Calendar::moment(start, 8 * 60);
    for (who, order) in orders {
        moment += Duration::seconds(20);
        script.insert(moment, who, MAIN, Act::Ask(Box::new(order)));
    }
    // Half-way the province asks for faster answers about food.
    let half = world.calendar.at_permille(500);
    if let Some(order) = faster_food(half + Duration::days(7)) {
        script.insert(Calendar::moment(half, 600), ADMINISTRATOR, MAIN, Act::Ask(Box::new(order)));
    }
    let later = [changes::offices(world), models::life(world)?].concat();
    for (at, (day, who, order)) in (0..).zip(later) {
        script.insert(Calendar::moment(day, 630 + at), who, MAIN, Act::Ask(Box::new(order)));
    }
    for (permille, model) in changes::PAID {
        let moment = Calendar::moment(world.calendar.at_permille(permille), 900);
        script.insert(moment, OPERATIONS, MAIN, Act::Share(model));
    }
    Ok(script)
}

pub(super) fn publish(body: PolicyBody, effective_on: chrono::NaiveDate) -> Order {
    Order::Policy(Publish { province: PROVINCE.to_owned(), effective_on, body })
}

fn faster_food(effective_on: chrono::NaiveDate) -> Option<Order> {
    policy_defaults::defaults().into_iter().find_map(|body| {
        let PolicyBody::Sla(mut sla) = body else { return None };
        sla.services.insert("food_support".to_owned(), SlaDays { answer_days: 3, deliver_days: 10 });
        Some(publish(PolicyBody::Sla(sla), effective_on))
    })
}
