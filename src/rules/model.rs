//! Operating models: who may take part, and how many places are taken.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::household::Capital;
use events::facts::model::{Eligibility, ModelEvent, ModelFamily, ModelOpened, PlacesSet};
use events::id::{AgencyId, HouseholdId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::Asked;
use super::field::{ENTRIES, Fields, NAME};
use super::refusal::{Refusal, Thing};

/// An operating model as its facts have made it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Once opened.
    pub known: Option<Known>,
}

/// An opened model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Where households may come from.
    pub areas: Vec<AreaCode>,
    /// Who may take part.
    pub eligibility: Eligibility,
    /// Places.
    pub places: u32,
    /// Households that hold one.
    pub taken_by: BTreeSet<HouseholdId>,
}

impl Model {
    /// Moves past one fact. Total: it never fails and never judges.
    pub fn evolve(&mut self, event: &ModelEvent) {
        match event {
            ModelEvent::ModelOpened(it) => {
                self.known = Some(Known {
                    areas: it.areas.clone(),
                    eligibility: it.eligibility.clone(),
                    places: 0,
                    taken_by: BTreeSet::new(),
                });
            }
            ModelEvent::PlacesSet(it) => self.change(|known| known.places = it.places),
            ModelEvent::PlaceTaken(it) => self.change(|known| {
                known.taken_by.insert(it.household);
            }),
            ModelEvent::PlaceFreed(it) => self.change(|known| {
                known.taken_by.remove(&it.household);
            }),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Known)) {
        if let Some(known) = &mut self.known {
            change(known);
        }
    }

    /// The model, or the refusal that there is none.
    pub fn known(&self) -> Result<&Known, Refusal> {
        self.known.as_ref().ok_or(Refusal::Unknown(Thing::Model))
    }
}

/// Opens an operating model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Name in Thai.
    pub name_th: String,
    /// Name in English.
    pub name_en: String,
    /// Its family.
    pub family: ModelFamily,
    /// The capital it strengthens most.
    pub capital: Capital,
    /// Where households may come from.
    pub areas: Vec<AreaCode>,
    /// Who carries it.
    #[serde(default)]
    pub partners: Vec<AgencyId>,
    /// Who may take part.
    pub eligibility: Eligibility,
    /// Places.
    pub places: u32,
}

impl Open {
    /// An id can be opened once.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        if model.known.is_some() {
            return Err(Refusal::IdTaken);
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.text("/name_th", &self.name_th, NAME);
        fields.text("/name_en", &self.name_en, NAME);
        fields.areas("/areas", &self.areas, 1);
        fields.entries("/partners", self.partners.len(), 0, ENTRIES);
        fields.finish()?;
        Ok(vec![
            ModelEvent::ModelOpened(ModelOpened {
                happened_on,
                name_th: self.name_th.clone(),
                name_en: self.name_en.clone(),
                family: self.family,
                capital: self.capital,
                areas: self.areas.clone(),
                partners: self.partners.clone(),
                eligibility: self.eligibility.clone(),
            }),
            ModelEvent::PlacesSet(PlacesSet { happened_on, places: self.places }),
        ])
    }
}

/// Says how many households the model takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPlaces {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Places.
    pub places: u32,
}

impl SetPlaces {
    /// Fewer places than are taken is allowed: nobody is turned out, nobody new gets in.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        let known = model.known()?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.finish()?;
        if known.places == self.places {
            return Ok(Vec::new());
        }
        Ok(vec![ModelEvent::PlacesSet(PlacesSet { happened_on, places: self.places })])
    }
}
