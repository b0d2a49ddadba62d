//! What can happen to an operating model (โมเดลแก้จน): drafted and opened, its places, and the list of all its facts.

mod cycle;
mod partner;
mod review;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::cycle::{CycleEnded, CycleResult, CycleStarted, PaymentShared, Share};
pub use self::partner::{PartnerJoined, PartnerLeft, PartnerLeftBecause, PartnerRole};
pub use self::review::{ModelClosed, ModelClosedBecause, ModelReviewed, ModelScaled, ReviewFinding};
use super::Schema;
use super::household::{Capital, Level};
use crate::area::AreaCode;
use crate::id::{AgencyId, HouseholdId, StaffId};

/// The name of the aggregate in the log.
pub const MODEL: &str = "model";

/// The four families of operating models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the glossary names them in both languages")]
pub enum ModelFamily {
    LocalContent,
    ProPoorValueChain,
    SocialSafetyNet,
    AreaBasedIndustry,
}

/// Who may take part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Eligibility {
    /// The highest level that may take part; `None`: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_at_most: Option<Level>,
    /// How many residents must be able to work.
    #[serde(default)]
    pub able_to_work_at_least: u16,
    /// Capitals in which the household must be poor; none: it does not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capitals: Vec<CapitalAtMost>,
}

/// A capital in which a household must be poor to take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CapitalAtMost {
    /// Which.
    pub capital: Capital,
    /// The highest level in it that may take part.
    pub level_at_most: Level,
}

/// Somebody wrote down what an operating model would be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelDrafted {
    /// The day.
    pub happened_on: NaiveDate,
    /// Who wrote it: somebody else approves.
    pub drafter: StaffId,
    /// Name in Thai.
    pub name_th: String,
    /// And in English.
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

/// Somebody other than the drafter approved the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelApproved {
    /// The day.
    pub happened_on: NaiveDate,
    /// Who approved.
    pub approver: StaffId,
}

/// An operating model takes households from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelOpened {
    /// The day.
    pub happened_on: NaiveDate,
    /// Name in Thai.
    pub name_th: String,
    /// And in English.
    pub name_en: String,
    /// Its family.
    pub family: ModelFamily,
    /// The capital it strengthens most.
    pub capital: Capital,
    /// Where households may come from.
    pub areas: Vec<AreaCode>,
    /// Who carries it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<AgencyId>,
    /// Who may take part.
    pub eligibility: Eligibility,
}

/// How many households the model can take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlacesSet {
    /// The day.
    pub happened_on: NaiveDate,
    /// Places.
    pub places: u32,
}

/// A household took a place; written with the household's fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceTaken {
    /// Which household.
    pub household: HouseholdId,
}

/// A household gave its place back; written with the household's fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceFreed {
    /// Which household.
    pub household: HouseholdId,
}

/// A fact in the life of an operating model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum ModelEvent {
    ModelDrafted(ModelDrafted),
    ModelApproved(ModelApproved),
    ModelOpened(ModelOpened),
    PlacesSet(PlacesSet),
    PlaceTaken(PlaceTaken),
    PlaceFreed(PlaceFreed),
    PartnerJoined(PartnerJoined),
    PartnerLeft(PartnerLeft),
    CycleStarted(CycleStarted),
    PaymentShared(PaymentShared),
    CycleEnded(CycleEnded),
    ModelReviewed(ModelReviewed),
    ModelScaled(ModelScaled),
    ModelClosed(ModelClosed),
}

impl ModelEvent {
    /// The stored name and version.
    pub const fn schema(&self) -> Schema {
        match self {
            Self::ModelDrafted(_) => Schema::new("ModelDrafted", 1),
            Self::ModelApproved(_) => Schema::new("ModelApproved", 1),
            Self::ModelOpened(_) => Schema::new("ModelOpened", 1),
            Self::PlacesSet(_) => Schema::new("PlacesSet", 1),
            Self::PlaceTaken(_) => Schema::new("PlaceTaken", 1),
            Self::PlaceFreed(_) => Schema::new("PlaceFreed", 1),
            Self::PartnerJoined(_) => Schema::new("PartnerJoined", 1),
            Self::PartnerLeft(_) => Schema::new("PartnerLeft", 1),
            Self::CycleStarted(_) => Schema::new("CycleStarted", 1),
            Self::PaymentShared(_) => Schema::new("PaymentShared", 1),
            Self::CycleEnded(_) => Schema::new("CycleEnded", 1),
            Self::ModelReviewed(_) => Schema::new("ModelReviewed", 1),
            Self::ModelScaled(_) => Schema::new("ModelScaled", 1),
            Self::ModelClosed(_) => Schema::new("ModelClosed", 1),
        }
    }
}

super::domain_event!(ModelEvent);
