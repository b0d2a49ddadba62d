//! Writing down what a model would be, and approving it: that takes two people.

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::household::Capital;
use events::facts::model::{Eligibility, ModelApproved, ModelDrafted, ModelEvent, ModelFamily};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Model;
use crate::rules::asked::Asked;
use crate::rules::field::{Fields, NAME};
use crate::rules::refusal::{Refusal, Thing};

/// More people able to work than any household has.
const MOST_AT_WORK: u16 = 30;

/// Drafts a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
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
    /// Who may take part.
    pub eligibility: Eligibility,
}

/// What a model asks of households lies within what households are.
pub(super) fn check_eligibility(fields: &mut Fields, eligibility: &Eligibility) {
    if eligibility.able_to_work_at_least > MOST_AT_WORK {
        let (th, en) = (format!("ไม่เกิน {MOST_AT_WORK} คน"), format!("must be at most {MOST_AT_WORK}"));
        fields.wrong("/eligibility/able_to_work_at_least", "too_many", th, en);
    }
    for (at, it) in eligibility.capitals.iter().enumerate() {
        if eligibility.capitals.iter().take(at).any(|before| before.capital == it.capital) {
            fields.wrong(format!("/eligibility/capitals/{at}"), "named_twice", "ระบุซ้ำ", "is named twice");
        }
    }
}

/// An area stands once in a list of areas.
pub(super) fn check_areas(fields: &mut Fields, areas: &[AreaCode]) {
    fields.areas("/areas", areas, 1);
    for (at, area) in areas.iter().enumerate() {
        if areas.iter().take(at).any(|before| before == area) {
            fields.wrong(format!("/areas/{at}"), "named_twice", "ระบุซ้ำ", "is named twice");
        }
    }
}

impl Draft {
    /// An id can be drafted once; a draft that is approved or open stays as it is.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        if model.draft.is_some() || model.known.is_some() {
            return Err(Refusal::IdTaken);
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.text("/name_th", &self.name_th, NAME);
        fields.text("/name_en", &self.name_en, NAME);
        check_areas(&mut fields, &self.areas);
        check_eligibility(&mut fields, &self.eligibility);
        fields.finish()?;
        Ok(vec![ModelEvent::ModelDrafted(ModelDrafted {
            happened_on,
            drafter: asked.actor,
            name_th: self.name_th.clone(),
            name_en: self.name_en.clone(),
            family: self.family,
            capital: self.capital,
            areas: self.areas.clone(),
            eligibility: self.eligibility.clone(),
        })])
    }
}

/// Approves a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Approve {
    /// By somebody else than the drafter. Approved already changes nothing.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        let draft = match (&model.draft, &model.known) {
            (Some(draft), _) => draft,
            (None, Some(_)) => return Err(Refusal::ModelIs { state: model.state(), needed: "drafted" }),
            (None, None) => return Err(Refusal::Unknown(Thing::Model)),
        };
        if model.closed_on.is_some() {
            return Err(Refusal::ModelIs { state: model.state(), needed: "drafted" });
        }
        if model.approved_on.is_some() {
            return Ok(Vec::new());
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.not_before("/happened_on", happened_on, draft.happened_on);
        fields.finish()?;
        if draft.drafter == asked.actor {
            return Err(Refusal::SamePerson);
        }
        Ok(vec![ModelEvent::ModelApproved(ModelApproved { happened_on, approver: asked.actor })])
    }
}
