//! Opening a model, approved here or agreed on elsewhere, and how many households it takes.

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::household::Capital;
use events::facts::model::{Eligibility, ModelEvent, ModelFamily, ModelOpened, PlacesSet};
use events::id::AgencyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Model;
use super::plan::check_eligibility;
use crate::rules::asked::Asked;
use crate::rules::field::{ENTRIES, Fields, NAME};
use crate::rules::refusal::{Refusal, Thing};

/// Enters an operating model that was agreed on elsewhere. One that is planned here is drafted and approved first.
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
        if model.known.is_some() || model.draft.is_some() {
            return Err(Refusal::IdTaken);
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.text("/name_th", &self.name_th, NAME);
        fields.text("/name_en", &self.name_en, NAME);
        fields.areas("/areas", &self.areas, 1);
        fields.entries("/partners", self.partners.len(), 0, ENTRIES);
        check_eligibility(&mut fields, &self.eligibility);
        fields.places(self.places);
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
        let known = model.open()?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.not_before("/happened_on", happened_on, known.opened_on);
        fields.places(self.places);
        fields.finish()?;
        if known.places == self.places {
            return Ok(Vec::new());
        }
        Ok(vec![ModelEvent::PlacesSet(PlacesSet { happened_on, places: self.places })])
    }
}

/// Opens a model that was drafted and approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenApproved {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Places.
    pub places: u32,
}

impl OpenApproved {
    /// What was approved is what opens.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        let draft = model.draft.as_ref().ok_or(Refusal::Unknown(Thing::Model))?;
        let Some(approved_on) = model.approved_on.filter(|_| model.known.is_none() && model.closed_on.is_none()) else {
            return Err(Refusal::ModelIs { state: model.state(), needed: "approved" });
        };
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.not_before("/happened_on", happened_on, approved_on);
        fields.places(self.places);
        fields.finish()?;
        Ok(vec![
            ModelEvent::ModelOpened(ModelOpened {
                happened_on,
                name_th: draft.name_th.clone(),
                name_en: draft.name_en.clone(),
                family: draft.family,
                capital: draft.capital,
                areas: draft.areas.clone(),
                partners: Vec::new(),
                eligibility: draft.eligibility.clone(),
            }),
            ModelEvent::PlacesSet(PlacesSet { happened_on, places: self.places }),
        ])
    }
}
