//! Partners of a model: they join in a role, and leave it.

use chrono::NaiveDate;
use events::facts::model::{ModelEvent, PartnerJoined, PartnerLeft, PartnerLeftBecause, PartnerRole};
use events::id::AgencyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Model;
use crate::rules::asked::Asked;
use crate::rules::field::{ENTRIES, Fields};
use crate::rules::refusal::{Refusal, Thing};

/// Lets a registered agency join in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinPartner {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The agency.
    pub agency: AgencyId,
    /// What it does.
    pub role: PartnerRole,
}

impl JoinPartner {
    /// A partner that has the role already changes nothing.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        let known = model.open()?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        if known.partners.len() >= ENTRIES {
            let (th, en) = (format!("ภาคีไม่เกิน {ENTRIES} ราย"), format!("a model has at most {ENTRIES} partners"));
            fields.wrong("/agency", "too_many", th, en);
        }
        fields.finish()?;
        if known.partners.contains(&(self.agency, self.role)) {
            return Ok(Vec::new());
        }
        let joined = PartnerJoined { agency: self.agency, role: self.role, happened_on };
        Ok(vec![ModelEvent::PartnerJoined(joined)])
    }
}

/// Notes that a partner gave its role up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemovePartner {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The agency.
    pub agency: AgencyId,
    /// The role it gives up.
    pub role: PartnerRole,
    /// Why.
    pub because: PartnerLeftBecause,
}

impl RemovePartner {
    /// Only a role that the agency has.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        let known = model.open()?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.not_before("/happened_on", happened_on, known.opened_on);
        fields.finish()?;
        if !known.partners.contains(&(self.agency, self.role)) {
            return Err(Refusal::Unknown(Thing::Partner));
        }
        Ok(vec![ModelEvent::PartnerLeft(PartnerLeft {
            agency: self.agency,
            role: self.role,
            happened_on,
            because: self.because,
        })])
    }
}
