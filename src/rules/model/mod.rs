//! Operating models: who may take part, how many places are taken, and the cycles they go through.

mod cycle;
mod opening;
mod partner;
mod plan;
mod review;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::area::AreaCode;
use events::facts::model::{Eligibility, ModelDrafted, ModelEvent, PartnerRole, PaymentShared, ReviewFinding};
use events::id::{AgencyId, CycleId, HouseholdId, PaymentId};
use events::money::Baht;
use serde::{Deserialize, Serialize};

pub use self::cycle::{EndCycle, SharePayment, StartCycle};
pub use self::opening::{Open, OpenApproved, SetPlaces};
pub use self::partner::{JoinPartner, RemovePartner};
pub use self::plan::{Approve, Draft};
pub use self::review::{Close, Review, Scale};
use super::refusal::{Refusal, Thing};

/// An operating model as its facts have made it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// What was written down before it opened.
    pub draft: Option<ModelDrafted>,
    /// The day somebody else approved the draft.
    pub approved_on: Option<NaiveDate>,
    /// Once opened.
    pub known: Option<Known>,
    /// The day it ended.
    pub closed_on: Option<NaiveDate>,
}

/// An opened model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The day it opened.
    pub opened_on: NaiveDate,
    /// Where households may come from.
    pub areas: Vec<AreaCode>,
    /// Who may take part.
    pub eligibility: Eligibility,
    /// Places.
    pub places: u32,
    /// Households that hold one.
    pub taken_by: BTreeSet<HouseholdId>,
    /// Households that ever held one.
    pub ever_taken_by: BTreeSet<HouseholdId>,
    /// Who carries it, and as what.
    pub partners: BTreeSet<(AgencyId, PartnerRole)>,
    /// Its cycles.
    pub cycles: BTreeMap<CycleId, Cycle>,
    /// What was paid and divided.
    pub payments: BTreeMap<PaymentId, PaymentShared>,
    /// What the last review found, until something was made of it.
    pub found: Option<ReviewFinding>,
}

/// A cycle of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cycle {
    /// Its number, from 1.
    pub number: u32,
    /// The day it began.
    pub started_on: NaiveDate,
    /// The day it ended.
    pub ended_on: Option<NaiveDate>,
    /// What it earned, as far as it is known.
    pub earned: Baht,
}

/// Adds amounts as far as they can be added.
fn sum(amounts: impl Iterator<Item = Baht>) -> Baht {
    amounts.fold(Baht::ZERO, |sum, it| sum.checked_add(it).unwrap_or(sum))
}

impl Model {
    /// Moves past one fact. Total: it never fails and never judges.
    pub fn evolve(&mut self, event: &ModelEvent) {
        match event {
            ModelEvent::ModelDrafted(it) => self.draft = Some(it.clone()),
            ModelEvent::ModelApproved(it) => self.approved_on = Some(it.happened_on),
            ModelEvent::ModelOpened(it) => {
                self.known = Some(Known {
                    opened_on: it.happened_on,
                    areas: it.areas.clone(),
                    eligibility: it.eligibility.clone(),
                    places: 0,
                    taken_by: BTreeSet::new(),
                    ever_taken_by: BTreeSet::new(),
                    // Before partners had roles, those named at the opening led it.
                    partners: it.partners.iter().map(|agency| (*agency, PartnerRole::Lead)).collect(),
                    cycles: BTreeMap::new(),
                    payments: BTreeMap::new(),
                    found: None,
                });
            }
            ModelEvent::ModelClosed(it) => self.closed_on = Some(it.happened_on),
            ModelEvent::PlacesSet(_)
            | ModelEvent::PlaceTaken(_)
            | ModelEvent::PlaceFreed(_)
            | ModelEvent::PartnerJoined(_)
            | ModelEvent::PartnerLeft(_)
            | ModelEvent::CycleStarted(_)
            | ModelEvent::PaymentShared(_)
            | ModelEvent::CycleEnded(_)
            | ModelEvent::ModelReviewed(_)
            | ModelEvent::ModelScaled(_) => {
                if let Some(known) = &mut self.known {
                    known.evolve(event);
                }
            }
        }
    }

    /// Where it is in its life, as answers call it.
    pub const fn state(&self) -> &'static str {
        match (&self.draft, &self.approved_on, &self.known, &self.closed_on) {
            (.., Some(_)) => "closed",
            (.., Some(_), None) => "open",
            (_, Some(_), None, None) => "approved",
            (Some(_), None, None, None) => "drafted",
            (None, None, None, None) => "unknown",
        }
    }

    /// The model, open or closed, or the refusal that there is none.
    pub fn known(&self) -> Result<&Known, Refusal> {
        match (&self.known, &self.draft) {
            (Some(known), _) => Ok(known),
            (None, Some(_)) => Err(Refusal::ModelIs { state: self.state(), needed: "open" }),
            (None, None) => Err(Refusal::Unknown(Thing::Model)),
        }
    }

    /// The model while it is open.
    pub fn open(&self) -> Result<&Known, Refusal> {
        let known = self.known()?;
        if self.closed_on.is_some() {
            return Err(Refusal::ModelIs { state: self.state(), needed: "open" });
        }
        Ok(known)
    }
}

impl Known {
    fn evolve(&mut self, event: &ModelEvent) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the others are the whole model's")]
        match event {
            ModelEvent::PlacesSet(it) => self.places = it.places,
            ModelEvent::PlaceTaken(it) => {
                self.taken_by.insert(it.household);
                self.ever_taken_by.insert(it.household);
            }
            ModelEvent::PlaceFreed(it) => {
                self.taken_by.remove(&it.household);
            }
            ModelEvent::PartnerJoined(it) => {
                self.partners.insert((it.agency, it.role));
            }
            ModelEvent::PartnerLeft(it) => {
                self.partners.remove(&(it.agency, it.role));
            }
            ModelEvent::CycleStarted(it) => {
                let cycle = Cycle { number: it.number, started_on: it.happened_on, ended_on: None, earned: Baht::ZERO };
                self.cycles.insert(it.cycle, cycle);
            }
            ModelEvent::PaymentShared(it) => {
                self.payments.insert(it.payment, it.clone());
            }
            ModelEvent::CycleEnded(it) => {
                if let Some(cycle) = self.cycles.get_mut(&it.cycle) {
                    cycle.ended_on = Some(it.happened_on);
                    cycle.earned = sum(it.results.iter().filter_map(|result| result.earned));
                }
            }
            ModelEvent::ModelReviewed(it) => self.found = Some(it.finding),
            ModelEvent::ModelScaled(it) => {
                self.places = it.places;
                self.areas.clone_from(&it.areas);
                self.found = None;
            }
            _ => {}
        }
    }

    /// The cycle that runs now.
    pub fn running(&self) -> Option<(&CycleId, &Cycle)> {
        self.cycles.iter().find(|(_, cycle)| cycle.ended_on.is_none())
    }

    /// Households that hold a place.
    pub fn taken(&self) -> u32 {
        u32::try_from(self.taken_by.len()).unwrap_or(u32::MAX)
    }

    /// A cycle.
    pub fn cycle(&self, id: CycleId) -> Result<&Cycle, Refusal> {
        self.cycles.get(&id).ok_or(Refusal::Unknown(Thing::Cycle))
    }
}
