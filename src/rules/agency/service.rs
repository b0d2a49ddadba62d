//! What becomes of a service: it is changed, paused and resumed.

use chrono::NaiveDate;
use events::facts::agency::{AgencyEvent, PausedBecause, ServiceChanged, ServicePaused, ServiceResumed};
use events::facts::household::{Capital, Dimension};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Agency;
use crate::rules::asked::Asked;
use crate::rules::field::{Fields, NAME};
use crate::rules::refusal::Refusal;

/// Says what a service is called and counts under from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeService {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The service.
    pub service: String,
    /// Name in Thai.
    pub name_th: String,
    /// Name in English.
    pub name_en: String,
    /// The capital it strengthens.
    pub capital: Capital,
    /// The TPMAP dimension it counts under.
    pub dimension: Dimension,
}

impl ChangeService {
    /// The same again changes nothing.
    pub fn decide(&self, agency: &Agency, asked: &Asked<'_>) -> Result<Vec<AgencyEvent>, Refusal> {
        let service = agency.known()?.service(&self.service)?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.text("/name_th", &self.name_th, NAME);
        fields.text("/name_en", &self.name_en, NAME);
        fields.finish()?;
        let same = service.counts_under == Some((self.capital, self.dimension))
            && service.names == (self.name_th.clone(), self.name_en.clone());
        if same {
            return Ok(Vec::new());
        }
        Ok(vec![AgencyEvent::ServiceChanged(ServiceChanged {
            happened_on,
            service: self.service.clone(),
            name_th: self.name_th.clone(),
            name_en: self.name_en.clone(),
            capital: self.capital,
            dimension: self.dimension,
        })])
    }
}

/// Pauses a service: it takes no new referrals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseService {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The service.
    pub service: String,
    /// Why.
    pub because: PausedBecause,
    /// The day on which the agency means to go on.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl PauseService {
    /// A service that is paused already stays so.
    pub fn decide(&self, agency: &Agency, asked: &Asked<'_>) -> Result<Vec<AgencyEvent>, Refusal> {
        let service = agency.known()?.service(&self.service)?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        if let Some(until) = self.until {
            fields.not_before("/until", until, happened_on);
            fields.not_far_ahead("/until", until, asked.today());
        }
        fields.finish()?;
        if service.paused_on.is_some() {
            return Ok(Vec::new());
        }
        Ok(vec![AgencyEvent::ServicePaused(ServicePaused {
            happened_on,
            service: self.service.clone(),
            because: self.because,
            until: self.until,
        })])
    }
}

/// Lets a service take referrals again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeService {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The service.
    pub service: String,
}

impl ResumeService {
    /// A service that is not paused stays as it is.
    pub fn decide(&self, agency: &Agency, asked: &Asked<'_>) -> Result<Vec<AgencyEvent>, Refusal> {
        let service = agency.known()?.service(&self.service)?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.not_before("/happened_on", happened_on, service.paused_on.unwrap_or(happened_on));
        fields.finish()?;
        if service.paused_on.is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![AgencyEvent::ServiceResumed(ServiceResumed { happened_on, service: self.service.clone() })])
    }
}
