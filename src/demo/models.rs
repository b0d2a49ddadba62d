//! The article's two operating models and their life, in each province: straw mushrooms in one district (in Kalasin it is
//! Sahatsakhan), shared vegetable plots in another (Na Mon).

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::household::{Capital, Level};
use events::facts::model::{
    CapitalAtMost, CycleResult, Eligibility, ModelClosedBecause, ModelFamily, PartnerLeftBecause, PartnerRole,
    ReviewFinding,
};
use events::id::{CycleId, ModelId};
use events::money::Baht;

use super::agencies;
use super::geography::Geography;
use super::plan::{DemoError, Scale as PlanScale};
use super::staff::Who;
use super::world::World;
use crate::desk::{ModelCommand, Order};
use crate::rules::model::{
    Approve, Close, Draft, EndCycle, JoinPartner, OpenApproved, RemovePartner, Review, Scale, StartCycle,
};

/// What a model is, wherever it is.
#[derive(Debug)]
pub(super) struct Kind {
    word: &'static str,
    name_th: &'static str,
    name_en: &'static str,
    capital: Capital,
    /// The agencies that carry it, and as what.
    partners: &'static [(&'static str, PartnerRole)],
    /// What it grows, by the kilogram, and what a kilogram brings in baht.
    pub(super) product: (&'static str, i32),
    /// Places for a thousand households, at first and once it went well.
    places: (u32, u32),
    /// What those who join get first, and its worth in baht.
    pub(super) kit: (&'static str, i32),
    /// The agency that buys.
    buyer: &'static str,
    /// Whether households share a plot, and what it brings.
    pub(super) shared: bool,
}

const KINDS: [Kind; 2] = [
    Kind {
        word: "mushroom",
        name_th: "เห็ดฟางเงินล้านแก้จน",
        name_en: "Straw mushrooms against poverty",
        capital: Capital::Economic,
        partners: &[("farm", PartnerRole::Trainer), ("starch", PartnerRole::Buyer)],
        product: ("straw_mushroom", 75),
        places: (62, 90),
        kit: ("mushroom_kit", 4_800),
        buyer: "starch",
        shared: false,
    },
    Kind {
        word: "vegetables",
        name_th: "ปลูกผักแก้จน แปลงรวม",
        name_en: "Shared vegetable plots against poverty",
        capital: Capital::Natural,
        partners: &[("farm", PartnerRole::Certifier), ("greens", PartnerRole::Buyer)],
        product: ("vegetables", 24),
        places: (55, 85),
        kit: ("shared_plot", 3_200),
        buyer: "greens",
        shared: true,
    },
];

/// One model.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) kind: &'static Kind,
    /// Its id follows from it.
    word: String,
    name_th: String,
    name_en: String,
    pub(super) province: usize,
    /// Place in the list of districts.
    pub(super) district: usize,
    area: AreaCode,
    /// So many households its places are counted on.
    households: u32,
}

impl Model {
    /// The agency that buys, by its place in the list.
    pub(super) fn buyer(&self, world: &World) -> Result<usize, DemoError> {
        world.agencies.named(self.kind.buyer, self.province)
    }

    fn places(&self, per_thousand: u32) -> u32 {
        (per_thousand * self.households / 1000).max(1)
    }
}

/// The models of a demo: two in each province, in its first and its second district.
pub(super) fn of(scale: PlanScale, places: &Geography) -> Vec<Model> {
    let mut found = Vec::new();
    for (province, place) in places.provinces.iter().enumerate() {
        for (kind, (district, it)) in KINDS.iter().zip(places.districts_of(province)) {
            let (area, households) = (it.code, if scale.is_pilot() { scale.households() } else { 2 * it.households });
            let (word, name_th, name_en) = if scale.is_pilot() {
                (kind.word.to_owned(), kind.name_th.to_owned(), kind.name_en.to_owned())
            } else {
                let th = format!("{} {}", kind.name_th, place.name_th);
                (format!("{}/{}", kind.word, place.code), th, format!("{}, {}", kind.name_en, place.name_en))
            };
            found.push(Model { kind, word, name_th, name_en, province, district, area, households });
        }
    }
    found
}

/// A model's id.
pub(super) fn id(world: &World, at: usize) -> ModelId {
    ModelId::derived(world.root, &format!("model/{}", world.models.get(at).map_or("", |it| &it.word)))
}

/// The model of a district, and its place in the list.
pub(super) fn of_district(world: &World, district: usize) -> Option<(usize, &Model)> {
    world.models.iter().enumerate().find(|(_, it)| it.district == district)
}

/// When cycles begin and end, in thousandths of the demo's time. The last one runs on.
const CYCLES: [(i64, Option<i64>); 3] = [(90, Some(290)), (320, Some(540)), (640, None)];
/// When the models are looked back on, and when they are widened.
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

/// The orders that draft, approve and open the models. One resident's pair of hands is asked for, and level 3 at most;
/// the third wants those who are poorest in economic capital.
pub(super) fn opening(world: &World) -> Result<Vec<(Who, Order)>, DemoError> {
    let start = Some(world.calendar.start);
    let mut orders = Vec::new();
    for (at, model) in world.models.iter().enumerate() {
        let id = id(world, at);
        let administrator = world.staff.administrator(model.province);
        let operations = world.staff.operations(model.province);
        let mut order = |who: Who, command: ModelCommand| orders.push((who, Order::Model { id, command }));
        order(
            administrator,
            ModelCommand::Draft(Draft {
                happened_on: start,
                name_th: model.name_th.clone(),
                name_en: model.name_en.clone(),
                family: ModelFamily::ProPoorValueChain,
                capital: model.kind.capital,
                areas: vec![model.area],
                eligibility: Eligibility {
                    level_at_most: Level::new(3),
                    able_to_work_at_least: 1,
                    capitals: Vec::new(),
                },
            }),
        );
        order(operations, ModelCommand::Approve(Approve { happened_on: start }));
        let places = model.places(model.kind.places.0);
        order(administrator, ModelCommand::OpenApproved(OpenApproved { happened_on: start, places }));
        for (agency, role) in model.kind.partners {
            let agency = agencies::id(world, world.agencies.named(agency, model.province)?);
            order(operations, ModelCommand::JoinPartner(JoinPartner { happened_on: start, agency, role: *role }));
        }
    }
    Ok(orders)
}

/// What becomes of the models later, in the order of days.
pub(super) fn life(world: &World) -> Result<Vec<Dated>, DemoError> {
    let mut orders = Vec::new();
    for (at, model) in world.models.iter().enumerate() {
        orders.extend(cycles(world, at, model));
        let administrator = world.staff.administrator(model.province);
        let operations = world.staff.operations(model.province);
        let mut order = |permille: i64, who: Who, command: ModelCommand| {
            orders.push((world.calendar.at_permille(permille), who, Order::Model { id: id(world, at), command }));
        };
        let review = Review { happened_on: None, finding: ReviewFinding::Scale };
        order(REVIEWED, operations, ModelCommand::Review(review));
        let scale = Scale {
            happened_on: None,
            places: model.places(model.kind.places.1).max(model.places(model.kind.places.0) + 1),
            areas: vec![model.area],
        };
        order(WIDENED, administrator, ModelCommand::Scale(scale));
        if let Some((agency, role)) = model.kind.partners.first() {
            let agency = agencies::id(world, world.agencies.named(agency, model.province)?);
            order(
                TAUGHT,
                operations,
                ModelCommand::RemovePartner(RemovePartner {
                    happened_on: None,
                    agency,
                    role: *role,
                    because: PartnerLeftBecause::Finished,
                }),
            );
        }
    }
    orders.extend(given_up(world));
    Ok(orders)
}

fn cycles(world: &World, at: usize, model: &Model) -> Vec<Dated> {
    let day = |permille| world.calendar.at_permille(permille);
    let operations = world.staff.operations(model.province);
    let mut orders = Vec::new();
    for (number, (begins, ends)) in CYCLES.iter().enumerate() {
        let start = StartCycle { happened_on: None, cycle: Some(cycle(world, at, number)), season: None };
        let id = id(world, at);
        orders.push((day(*begins), operations, Order::Model { id, command: ModelCommand::StartCycle(start) }));
        let Some(ends) = ends else { continue };
        // A group grows so many kilograms a place, and a little is left unsold.
        let produced = model.places(model.kind.places.0) * (30 + 12 * u32::try_from(number).unwrap_or(0));
        let sold = produced - produced / 12;
        let (product, price) = model.kind.product;
        let result = CycleResult {
            product: product.to_owned(),
            unit: "kg".to_owned(),
            produced: Some(produced),
            sold: Some(sold),
            earned: Some(Baht::whole(i32::try_from(sold).unwrap_or(0) * price)),
        };
        let end = EndCycle { happened_on: None, results: vec![result] };
        orders.push((day(*ends), operations, Order::Model { id, command: ModelCommand::EndCycle(end) }));
    }
    orders
}

/// A third model that stayed a draft, in the district of the first province where vegetables are grown.
fn given_up(world: &World) -> Vec<Dated> {
    let Some(model) = world.models.get(1) else { return Vec::new() };
    let operations = world.staff.operations(model.province);
    let id = ModelId::derived(world.root, "model/crickets");
    let draft = Draft {
        happened_on: None,
        name_th: "เลี้ยงจิ้งหรีดแก้จน".to_owned(),
        name_en: "Crickets against poverty".to_owned(),
        family: ModelFamily::LocalContent,
        capital: Capital::Economic,
        areas: vec![model.area],
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
    let order = |permille, command| (world.calendar.at_permille(permille), operations, Order::Model { id, command });
    vec![order(THOUGHT_OF, ModelCommand::Draft(draft)), order(GIVEN_UP, ModelCommand::Close(close))]
}
