//! Agencies: what they offer, where, and how many places are taken.

mod service;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::agency::{AgencyContact, AgencyEvent, AgencyKind, AgencyRegistered, CapacitySet, ServiceOffered};
use events::facts::household::{Capital, Dimension};
use events::id::{AgencyId, ReferralId};
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::service::{ChangeService, PauseService, ResumeService};
use super::asked::Asked;
use super::field::{Fields, NAME};
use super::refusal::{Refusal, Thing};

/// An agency as its facts have made it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Agency {
    /// Once registered.
    pub known: Option<Known>,
}

/// A registered agency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// What kind.
    pub kind: AgencyKind,
    /// Where it works.
    pub areas: Vec<AreaCode>,
    /// Its services by code.
    pub services: BTreeMap<String, Service>,
}

/// A service as it stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Places; `None`: not limited.
    pub places: Option<u32>,
    /// Referrals that hold a place.
    pub taken_by: BTreeSet<ReferralId>,
    /// The capital and dimension it counts under.
    pub counts_under: Option<(Capital, Dimension)>,
    /// What it is called, in Thai and English.
    pub names: (String, String),
    /// Since when it takes no new referrals.
    pub paused_on: Option<NaiveDate>,
}

impl Agency {
    /// Moves past one fact. Total: it never fails and never judges.
    pub fn evolve(&mut self, event: &AgencyEvent) {
        match event {
            AgencyEvent::AgencyRegistered(it) => {
                self.known = Some(Known { kind: it.kind, areas: it.areas.clone(), services: BTreeMap::new() });
            }
            AgencyEvent::ServiceOffered(it) => {
                self.with_service(&it.service, |service| {
                    service.counts_under = Some((it.capital, it.dimension));
                    service.names = (it.name_th.clone(), it.name_en.clone());
                });
            }
            AgencyEvent::ServiceChanged(it) => self.with_service(&it.service, |service| {
                service.counts_under = Some((it.capital, it.dimension));
                service.names = (it.name_th.clone(), it.name_en.clone());
            }),
            AgencyEvent::ServicePaused(it) => {
                self.with_service(&it.service, |service| service.paused_on = Some(it.happened_on));
            }
            AgencyEvent::ServiceResumed(it) => self.with_service(&it.service, |service| service.paused_on = None),
            AgencyEvent::CapacitySet(it) => self.with_service(&it.service, |service| service.places = it.places),
            AgencyEvent::CapacityTaken(it) => self.with_service(&it.service, |service| {
                service.taken_by.insert(it.referral);
            }),
            AgencyEvent::CapacityFreed(it) => self.with_service(&it.service, |service| {
                service.taken_by.remove(&it.referral);
            }),
        }
    }

    fn with_service(&mut self, code: &str, change: impl FnOnce(&mut Service)) {
        if let Some(known) = &mut self.known {
            change(known.services.entry(code.to_owned()).or_default());
        }
    }

    /// The agency, or the refusal that there is none.
    pub fn known(&self) -> Result<&Known, Refusal> {
        self.known.as_ref().ok_or(Refusal::Unknown(Thing::Agency))
    }
}

impl Known {
    /// A service that is offered.
    pub fn service(&self, code: &str) -> Result<&Service, Refusal> {
        self.services.get(code).filter(|it| it.counts_under.is_some()).ok_or(Refusal::ServiceNotOffered)
    }

    /// A service that takes new referrals now. Those it has go on while it is paused.
    pub fn service_open(&self, code: &str) -> Result<&Service, Refusal> {
        let service = self.service(code)?;
        if service.paused_on.is_some() { Err(Refusal::ServicePaused) } else { Ok(service) }
    }
}

/// Registers an agency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Name in Thai.
    pub name_th: String,
    /// Name in English.
    pub name_en: String,
    /// What kind.
    pub kind: AgencyKind,
    /// Where it works: area codes of any level.
    pub areas: Vec<AreaCode>,
    /// Whom to reach.
    #[serde(default)]
    pub contact: Option<AgencyContact>,
}

impl Register {
    /// An id can be registered once.
    pub fn decide(&self, agency: &Agency, id: AgencyId, asked: &Asked<'_>) -> Result<Vec<AgencyEvent>, Refusal> {
        if agency.known.is_some() {
            return Err(Refusal::IdTaken);
        }
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.text("/name_th", &self.name_th, NAME);
        fields.text("/name_en", &self.name_en, NAME);
        fields.areas("/areas", &self.areas, 1);
        if let Some(contact) = &self.contact {
            fields.text("/contact/name", &contact.name, NAME);
            fields.optional_text("/contact/phone", contact.phone.as_ref(), NAME);
        }
        fields.finish()?;
        Ok(vec![AgencyEvent::AgencyRegistered(AgencyRegistered {
            happened_on,
            name_th: self.name_th.clone(),
            name_en: self.name_en.clone(),
            kind: self.kind,
            areas: self.areas.clone(),
            contact: self
                .contact
                .clone()
                .map(|contact| Sealed::open(Subject::new("agency", id), "agency.contact", contact)),
        })])
    }
}

/// Offers a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferService {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// A code unique within the agency.
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

impl OfferService {
    /// A service offered again changes nothing.
    pub fn decide(&self, agency: &Agency, asked: &Asked<'_>) -> Result<Vec<AgencyEvent>, Refusal> {
        let known = agency.known()?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.code("/service", &self.service);
        fields.text("/name_th", &self.name_th, NAME);
        fields.text("/name_en", &self.name_en, NAME);
        fields.finish()?;
        if known.service(&self.service).is_ok() {
            return Ok(Vec::new());
        }
        Ok(vec![AgencyEvent::ServiceOffered(ServiceOffered {
            happened_on,
            service: self.service.clone(),
            name_th: self.name_th.clone(),
            name_en: self.name_en.clone(),
            capital: self.capital,
            dimension: self.dimension,
        })])
    }
}

/// Says how many households a service takes at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCapacity {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The service.
    pub service: String,
    /// Places; null: not limited.
    pub places: Option<u32>,
}

impl SetCapacity {
    /// Fewer places than are taken is allowed: nobody is turned out, nobody new gets in.
    pub fn decide(&self, agency: &Agency, asked: &Asked<'_>) -> Result<Vec<AgencyEvent>, Refusal> {
        let service = agency.known()?.service(&self.service)?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.places(self.places.unwrap_or_default());
        fields.finish()?;
        if service.places == self.places {
            return Ok(Vec::new());
        }
        Ok(vec![AgencyEvent::CapacitySet(CapacitySet {
            happened_on,
            service: self.service.clone(),
            places: self.places,
        })])
    }
}
