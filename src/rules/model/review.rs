//! Looking back on a model, widening it after a good review, and its end.

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::model::{ModelClosed, ModelClosedBecause, ModelEvent, ModelReviewed, ModelScaled, ReviewFinding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::plan::check_areas;
use super::{Model, sum};
use crate::rules::asked::Asked;
use crate::rules::field::Fields;
use crate::rules::refusal::{Refusal, Thing};

/// Reviews a model. The figures it rests on are taken from the model's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// What was found.
    pub finding: ReviewFinding,
}

impl Review {
    /// After at least one cycle has ended: before, there is nothing to look back on.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        let known = model.open()?;
        let ended = known.cycles.values().filter_map(|cycle| cycle.ended_on);
        let last = ended.max().ok_or(Refusal::NoCycleEnded)?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.not_before("/happened_on", happened_on, last);
        fields.finish()?;
        let ended = || known.cycles.values().filter(|cycle| cycle.ended_on.is_some());
        Ok(vec![ModelEvent::ModelReviewed(ModelReviewed {
            happened_on,
            reviewer: asked.actor,
            finding: self.finding,
            cycles_ended: u32::try_from(ended().count()).unwrap_or(u32::MAX),
            places: known.places,
            taken: known.taken(),
            earned: sum(ended().map(|cycle| cycle.earned)),
        })])
    }
}

/// Widens a model: more places, more areas, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Places from now on.
    pub places: u32,
    /// Where households may come from now on: all of it, what was there before included.
    pub areas: Vec<AreaCode>,
}

impl Scale {
    /// Once after a review that found it worth it, and never smaller than it is: fewer places are set by `set-places`.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        let known = model.open()?;
        if known.found != Some(ReviewFinding::Scale) {
            return Err(Refusal::NotFoundWorthScaling);
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.not_before("/happened_on", happened_on, known.opened_on);
        fields.places(self.places);
        check_areas(&mut fields, &self.areas);
        if self.places < known.places {
            let (th, en) =
                (format!("ต้องไม่น้อยกว่าเดิม ({})", known.places), format!("must not be below {}", known.places));
            fields.wrong("/places", "too_few", th, en);
        }
        let lost = known.areas.iter().find(|area| !self.areas.iter().any(|now| now.contains(**area)));
        if let Some(lost) = lost {
            fields.wrong("/areas", "area_lost", format!("พื้นที่ {lost} หายไป"), format!("must still hold {lost}"));
        }
        let wider = self.places > known.places || self.areas != known.areas;
        if !wider {
            let (th, en) = ("ไม่ได้ขยายจากเดิม", "neither places nor areas are more than before");
            fields.wrong("/places", "nothing_wider", th, en);
        }
        fields.finish()?;
        let scaled = ModelScaled { happened_on, places: self.places, areas: self.areas.clone() };
        Ok(vec![ModelEvent::ModelScaled(scaled)])
    }
}

/// Closes a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Why.
    pub because: ModelClosedBecause,
}

impl Close {
    /// Nobody is turned out by it: households leave first, each with its reason, and the cycle that runs ends first.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        if model.draft.is_none() && model.known.is_none() {
            return Err(Refusal::Unknown(Thing::Model));
        }
        if model.closed_on.is_some() {
            return Ok(Vec::new());
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        let began = model.known.as_ref().map(|known| known.opened_on);
        let began = began.or(model.draft.as_ref().map(|draft| draft.happened_on)).unwrap_or(happened_on);
        fields.not_before("/happened_on", happened_on, began);
        if (self.because == ModelClosedBecause::NeverOpened) != model.known.is_none() {
            let (th, en) =
                ("เหตุผลไม่ตรงกับสถานะของโมเดล", "`never_opened` is for a model that never opened, and for no other");
            fields.wrong("/because", "other_reason", th, en);
        }
        fields.finish()?;
        if let Some(known) = &model.known {
            if !known.taken_by.is_empty() {
                return Err(Refusal::HouseholdsTakePart { taken: known.taken() });
            }
            if known.running().is_some() {
                return Err(Refusal::CycleRuns);
            }
        }
        Ok(vec![ModelEvent::ModelClosed(ModelClosed { happened_on, because: self.because })])
    }
}
