//! The two operating models of the pilot and their life: straw mushrooms in Sahatsakhan, shared vegetable plots in Na Mon.

use chrono::NaiveDate;
use events::facts::household::{Capital, Level};
use events::facts::model::{
    CapitalAtMost, CycleResult, Eligibility, ModelClosedBecause, ModelFamily, PartnerLeftBecause, PartnerRole,
    ReviewFinding,
};
use events::id::{CycleId, ModelId};
use events::money::Baht;

use super::agencies;
use super::geography::area;
use super::plan::DemoError;
use super::staff::{ADMINISTRATOR, OPERATIONS, Who};
use super::world::World;
use crate::desk::{ModelCommand, Order};
use crate::rules::model::{
    Approve, Close, Draft, EndCycle, JoinPartner, OpenApproved, RemovePartner, Review, Scale, StartCycle,
};

/// One model.
pub(super) struct Model {
    word: &'static str,
    name_th: &'static str,
    name_en: &'static str,
    capital: Capital,
    pub(super) district: &'static str,
    /// The agencies that carry it, by their place in the list, and as what.
    partners: &'static [(usize, PartnerRole)],
    /// What it grows, by the kilogram, and what a kilogram brings in baht.
    pub(super) product: (&'static str, i32),
    /// Places for a thousand households, at first and once it went well.
    places: (u32, u32),
    /// What those who join get first, and its worth in baht.
    pub(super) kit: (&'static str, i32),
    /// The agency that buys.
    pub(super) buyer: usize,
    /// Whether households share a plot, and what it brings.
    pub(super) shared: bool,
}

/// The models.
pub(super) const MODELS: [Model; 2] = [
    Model {
        word: "mushroom",
        name_th: "เห็ดฟางเงินล้านแก้จน",
        name_en: "Straw mushrooms against poverty",
        capital: Capital::Economic,
        district: "4609",
        partners: &[(3, PartnerRole::Trainer), (6, PartnerRole::Buyer)],
        product: ("straw_mushroom", 75),
        places: (62, 90),
        kit: ("mushroom_kit", 4_800),
        buyer: 6,
        shared: false,
    },
    Model {
        word: "vegetables",
        name_th: "ปลูกผักแก้จน แปลงรวม",
        name_en: "Shared vegetable plots against poverty",
        capital: Capital::Natural,
        district: "4602",
        partners: &[(3, PartnerRole::Certifier), (7, PartnerRole::Buyer)],
        product: ("vegetables", 24),
        places: (55, 85),
        kit: ("shared_plot", 3_200),
        buyer: 7,
        shared: true,
    },
];

/// A model's id.
pub(super) fn id(world: &World, at: usize) -> ModelId {
    ModelId::derived(world.root, &format!("model/{}", MODELS.get(at).map_or("", |it| it.word)))
}

fn places(world: &World, per_thousand: u32) -> u32 {
    (per_thousand * world.households / 1000).max(1)
}

/// When cycles begin and end, in thousandths of the demo's time. The last one runs on.
const CYCLES: [(i64, Option<i64>); 3] = [(90, Some(290)), (320, Some(540)), (640, None)];
/// When both models are looked back on, and when they are widened.
const REVIEWED: i64 = 560;
const WIDENED: i64 = 580;
/// When those who certify or train have done what was agreed.
const TAUGHT: i64 = 700;
/// When a third model is thought of, and when it is given up.
const THOUGHT_OF: i64 = 200;
const GIVEN_UP: i64 = 330;

/// A cycle's id.
fn cycle(world: &World, model: usize, number: usize) -> CycleId {
    CycleId::derived(id(world, model).0, &format!("cycle/{number}"))
}

/// The cycle of a model that a day belongs to: the last one that has begun.
pub(super) fn cycle_on(world: &World, model: usize, day: NaiveDate) -> Option<CycleId> {
    let begun = CYCLES.iter().rposition(|(begins, _)| world.calendar.at_permille(*begins) <= day)?;
    Some(cycle(world, model, begun))
}

/// An order of the offices: on which day, and who gives it.
pub(super) type Dated = (NaiveDate, Who, Order);

/// The orders that draft, approve and open both models. One resident's pair of hands is asked for, and level 3 at most;
/// the third wants those who are poorest in economic capital.
pub(super) fn opening(world: &World) -> Result<Vec<(Who, Order)>, DemoError> {
    let start = Some(world.calendar.start);
    let mut orders = Vec::new();
    for (at, model) in MODELS.iter().enumerate() {
        let id = id(world, at);
        let mut order = |who: Who, command: ModelCommand| orders.push((who, Order::Model { id, command }));
        order(
            ADMINISTRATOR,
            ModelCommand::Draft(Draft {
                happened_on: start,
                name_th: model.name_th.to_owned(),
                name_en: model.name_en.to_owned(),
                family: ModelFamily::ProPoorValueChain,
                capital: model.capital,
                areas: vec![area(model.district)?],
                eligibility: Eligibility {
                    level_at_most: Level::new(3),
                    able_to_work_at_least: 1,
                    capitals: Vec::new(),
                },
            }),
        );
        order(OPERATIONS, ModelCommand::Approve(Approve { happened_on: start }));
        let places = places(world, model.places.0);
        order(ADMINISTRATOR, ModelCommand::OpenApproved(OpenApproved { happened_on: start, places }));
        for (agency, role) in model.partners {
            let agency = agencies::id(world, *agency);
            order(OPERATIONS, ModelCommand::JoinPartner(JoinPartner { happened_on: start, agency, role: *role }));
        }
    }
    Ok(orders)
}

/// What becomes of the models later, in the order of days.
pub(super) fn life(world: &World) -> Result<Vec<Dated>, DemoError> {
    let mut orders = Vec::new();
    for (at, model) in MODELS.iter().enumerate() {
        orders.extend(cycles(world, at, model));
        let mut order = |permille: i64, who: Who, command: ModelCommand| {
            orders.push((world.calendar.at_permille(permille), who, Order::Model { id: id(world, at), command }));
        };
        let review = Review { happened_on: None, finding: ReviewFinding::Scale };
        order(REVIEWED, OPERATIONS, ModelCommand::Review(review));
        let scale = Scale {
            happened_on: None,
            places: places(world, model.places.1).max(places(world, model.places.0) + 1),
            areas: vec![area(model.district)?],
        };
        order(WIDENED, ADMINISTRATOR, ModelCommand::Scale(scale));
        if let Some((agency, role)) = model.partners.first() {
            order(
                TAUGHT,
                OPERATIONS,
                ModelCommand::RemovePartner(RemovePartner {
                    happened_on: None,
                    agency: agencies::id(world, *agency),
                    role: *role,
                    because: PartnerLeftBecause::Finished,
                }),
            );
        }
    }
    orders.extend(given_up(world)?);
    Ok(orders)
}

fn cycles(world: &World, at: usize, model: &Model) -> Vec<Dated> {
    let day = |permille| world.calendar.at_permille(permille);
    let mut orders = Vec::new();
    for (number, (begins, ends)) in CYCLES.iter().enumerate() {
        let start = StartCycle { happened_on: None, cycle: Some(cycle(world, at, number)), season: None };
        let id = id(world, at);
        orders.push((day(*begins), OPERATIONS, Order::Model { id, command: ModelCommand::StartCycle(start) }));
        let Some(ends) = ends else { continue };
        // A group grows so many kilograms a place, and a little is left unsold.
        let produced = places(world, model.places.0) * (30 + 12 * u32::try_from(number).unwrap_or(0));
        let sold = produced - produced / 12;
        let (product, price) = model.product;
        let result = CycleResult {
            product: product.to_owned(),
            unit: "kg".to_owned(),
            produced: Some(produced),
            sold: Some(sold),
            earned: Some(Baht::whole(i32::try_from(sold).unwrap_or(0) * price)),
        };
        let end = EndCycle { happened_on: None, results: vec![result] };
        orders.push((day(*ends), OPERATIONS, Order::Model { id, command: ModelCommand::EndCycle(end) }));
    }
    orders
}

/// A third model that stayed a draft.
fn given_up(world: &World) -> Result<Vec<Dated>, DemoError> {
    let id = ModelId::derived(world.root, "model/crickets");
    let draft = Draft {
        happened_on: None,
        name_th: "เลี้ยงจิ้งหรีดแก้จน".to_owned(),
        name_en: "Crickets against poverty".to_owned(),
        family: ModelFamily::LocalContent,
        capital: Capital::Economic,
        areas: vec![area("4602")?],
        eligibility: Eligibility {
            level_at_most: Level::new(2),
            able_to_work_at_least: 1,
            capitals: Level::new(1)
                .map(|level_at_most| CapitalAtMost { capital: Capital::Economic, level_at_most })
                .into_iter()
                .collect(),
        },
    };
    let close = Close { happened_on: None, because: ModelClosedBecause::NeverOpened };
    let order = |permille, command| (world.calendar.at_permille(permille), OPERATIONS, Order::Model { id, command });
    Ok(vec![order(THOUGHT_OF, ModelCommand::Draft(draft)), order(GIVEN_UP, ModelCommand::Close(close))])
}
