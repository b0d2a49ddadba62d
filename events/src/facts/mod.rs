//! The facts: what can happen, by aggregate. Names, versions and golden files are append-only.

pub mod agency;
pub mod case;
mod direct;
pub mod household;
pub mod model;
pub mod numbering;
pub mod people;
pub mod policy;
pub mod register;
pub mod staff;

use serde_json::Value;

use self::agency::{AGENCY, AgencyEvent};
use self::household::{HOUSEHOLD, HouseholdEvent};
use self::model::{MODEL, ModelEvent};
use self::numbering::{NUMBERING, NumberingEvent};
use self::policy::{POLICY, PolicyEvent};
use self::staff::{STAFF, StaffEvent};

/// The stored name of an event and the version of its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Schema {
    /// For ever.
    pub name: &'static str,
    /// Counted from 1; rises only with an upcaster.
    pub version: u16,
}

impl Schema {
    /// A name and a version.
    pub const fn new(name: &'static str, version: u16) -> Self {
        Self { name, version }
    }
}

/// Lets cqrs-es read the register: the same two lines for each aggregate's events.
macro_rules! domain_event {
    ($event:ty) => {
        impl cqrs_es::DomainEvent for $event {
            fn event_type(&self) -> String {
                self.schema().name.to_owned()
            }
            fn event_version(&self) -> String {
                self.schema().version.to_string()
            }
        }
    };
}
pub(crate) use domain_event;

/// A fact of any aggregate.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant wraps the enum that says what it is")]
pub enum Fact {
    Household(Box<HouseholdEvent>),
    Agency(AgencyEvent),
    Model(ModelEvent),
    Staff(StaffEvent),
    Policy(PolicyEvent),
    Numbering(NumberingEvent),
}

/// Why a stored payload is no fact.
#[derive(Debug, thiserror::Error)]
pub enum FactError {
    /// The log holds an aggregate that this program does not know.
    #[error("no aggregate is called {0}")]
    UnknownAggregate(String),
    /// The payload does not decode.
    #[error("the payload of {event_type} does not decode")]
    Payload {
        /// The stored name.
        event_type: String,
        /// Where it failed; opened values are never quoted.
        #[source]
        source: serde_json::Error,
    },
}

impl Fact {
    /// Reads a payload of the current version. `event_type` is for the error.
    pub fn decode(aggregate_type: &str, event_type: &str, payload: Value) -> Result<Self, FactError> {
        let failed = |source| FactError::Payload { event_type: event_type.to_owned(), source };
        Ok(match aggregate_type {
            HOUSEHOLD => Self::Household(Box::new(serde_json::from_value(payload).map_err(failed)?)),
            AGENCY => Self::Agency(serde_json::from_value(payload).map_err(failed)?),
            MODEL => Self::Model(serde_json::from_value(payload).map_err(failed)?),
            STAFF => Self::Staff(serde_json::from_value(payload).map_err(failed)?),
            POLICY => Self::Policy(serde_json::from_value(payload).map_err(failed)?),
            NUMBERING => Self::Numbering(serde_json::from_value(payload).map_err(failed)?),
            other => return Err(FactError::UnknownAggregate(other.to_owned())),
        })
    }

    /// Reads the text of a payload of the current version.
    pub fn read(aggregate_type: &str, event_type: &str, payload: &str) -> Result<Self, FactError> {
        let failed = |source| FactError::Payload { event_type: event_type.to_owned(), source };
        if aggregate_type == HOUSEHOLD
            && let Some(event) = direct::household(event_type, payload)
        {
            return Ok(Self::Household(Box::new(event)));
        }
        Self::decode(aggregate_type, event_type, serde_json::from_str(payload).map_err(failed)?)
    }

    /// The stored name and version.
    pub fn schema(&self) -> Schema {
        match self {
            Self::Household(event) => event.schema(),
            Self::Agency(event) => event.schema(),
            Self::Model(event) => event.schema(),
            Self::Staff(event) => event.schema(),
            Self::Policy(event) => event.schema(),
            Self::Numbering(event) => event.schema(),
        }
    }
}
