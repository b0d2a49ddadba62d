//! The two operating models of the pilot: straw mushrooms in Sahatsakhan, shared vegetable plots in Na Mon.

use events::facts::household::{Capital, Level};
use events::facts::model::{Eligibility, ModelFamily};
use events::id::ModelId;

use super::agencies;
use super::geography::area;
use super::plan::DemoError;
use super::world::World;
use crate::desk::{ModelCommand, Order};
use crate::rules::model::{Open, SetPlaces};

/// One model.
pub(super) struct Model {
    word: &'static str,
    name_th: &'static str,
    name_en: &'static str,
    capital: Capital,
    pub(super) district: &'static str,
    /// The agencies that carry it, by their place in the list.
    partners: &'static [usize],
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
        partners: &[3, 6],
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
        partners: &[3, 7],
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

/// The orders that open both models. One residents' pair of hands is asked for, and level 3 at most.
pub(super) fn opening(world: &World) -> Result<Vec<Order>, DemoError> {
    let mut orders = Vec::new();
    for (at, model) in MODELS.iter().enumerate() {
        orders.push(Order::Model {
            id: id(world, at),
            command: ModelCommand::Open(Open {
                happened_on: Some(world.calendar.start),
                name_th: model.name_th.to_owned(),
                name_en: model.name_en.to_owned(),
                family: ModelFamily::ProPoorValueChain,
                capital: model.capital,
                areas: vec![area(model.district)?],
                partners: model.partners.iter().map(|it| agencies::id(world, *it)).collect(),
                eligibility: Eligibility { level_at_most: Level::new(3), able_to_work_at_least: 1 },
                places: places(world, model.places.0),
            }),
        });
    }
    Ok(orders)
}

/// The orders that widen both models once they went well.
pub(super) fn widening(world: &World) -> Vec<Order> {
    MODELS
        .iter()
        .enumerate()
        .map(|(at, model)| Order::Model {
            id: id(world, at),
            command: ModelCommand::SetPlaces(SetPlaces { happened_on: None, places: places(world, model.places.1) }),
        })
        .collect()
}
