//! Facts about finding a household, and about who looks after it.

use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::area::{AreaCode, Place};
use crate::case_no::CaseNo;
use crate::facts::Schema;
use crate::facts::case::{After, NextDue, UnknownCode};
use crate::facts::household::told::{Told, Undone};
use crate::id::{NoteId, PersonId, StaffId};
use crate::sealed::Sealed;
use crate::thai::house_code::HouseCode;

/// Who or what pointed to a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the household file say what they are")]
pub enum Source {
    Tpmap,
    Bmn,
    WelfareCard,
    VillageLeader,
    Volunteer,
    Lao,
    ReligiousLeader,
    Neighbour,
    CommunityOrg,
    Msdhs,
    SurveyTeam,
    #[serde(rename = "self")]
    Self_,
    Other,
}

/// Why the data may be held at all (Thai PDPA section 24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegalBasis {
    /// Public task or official authority.
    PublicTask,
    /// Consent of the household.
    Consent,
    /// Danger to life.
    VitalInterest,
    /// A duty under law.
    LegalDuty,
}

/// Where the house stands, as far as it is personal: one sealed value, tag `household.address`.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Address {
    /// House number, may carry a slash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub house_no: Option<String>,
    /// Road or lane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub road: Option<String>,
    /// Village name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub village: Option<String>,
    /// Eleven digits of the registry; a wrong check digit is kept, a household may have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub house_code: Option<HouseCode>,
    /// Latitude in degrees, WGS 84, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<String>,
    /// Longitude in degrees, WGS 84, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<String>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹sealed›")
    }
}

/// Where an imported household came from: one sealed value, tag `household.origin`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Origin {
    /// The file's source name.
    pub source: String,
    /// Keyed hash of the rows, to tell "already in" from "differs".
    pub content_mac: String,
    /// Version of the household file's form.
    pub form: u32,
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹sealed›")
    }
}

/// A household was found by at least one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdIdentified {
    /// The day it was found.
    pub happened_on: NaiveDate,
    /// Where it lives.
    pub place: Place,
    /// Who pointed to it, at least one.
    pub sources: Vec<Source>,
    /// Why its data may be held.
    pub basis: LegalBasis,
    /// Sealed under the household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub address: Option<Sealed<Address>>,
    /// Whether the house code in it has a wrong check digit: a warning, the code is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wrong_check_digit: bool,
    /// The retired code that its source gave for the place, where a successor was followed: a warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired_area: Option<AreaCode>,
    /// Present when it came by import, sealed under the household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub origin: Option<Sealed<Origin>>,
    /// Where the household stands after this.
    pub after: After,
    /// The first visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for HouseholdIdentified {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdIdentified", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn place(&self) -> Option<Place> {
        Some(self.place)
    }

    fn undone(&self) -> Undone {
        Undone::Never
    }
}

/// One more source pointed to the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceAdded {
    /// The day it did.
    pub happened_on: NaiveDate,
    /// Who or what.
    pub source: Source,
}

impl Told for SourceAdded {
    fn schema(&self) -> Schema {
        Schema::new("SourceAdded", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// A list that the state keeps of the poor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateList {
    /// TPMAP.
    Tpmap,
    /// Basic minimum needs survey (จปฐ.).
    Bmn,
    /// State welfare card.
    WelfareCard,
}

impl StateList {
    /// All lists.
    pub const ALL: [Self; 3] = [Self::Tpmap, Self::Bmn, Self::WelfareCard];

    /// As it stands on the wire and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tpmap => "tpmap",
            Self::Bmn => "bmn",
            Self::WelfareCard => "welfare_card",
        }
    }
}

impl FromStr for StateList {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|list| list.as_str() == text).ok_or(UnknownCode)
    }
}

/// What a state list says of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListStatus {
    /// On the list.
    Listed,
    /// Looked for on the list of that date, and missed by it.
    Missed,
    /// Nobody looked, or the list could not be read.
    Unknown,
}

impl ListStatus {
    /// All that it can say.
    pub const ALL: [Self; 3] = [Self::Listed, Self::Missed, Self::Unknown];

    /// As it stands on the wire and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Missed => "missed",
            Self::Unknown => "unknown",
        }
    }
}

impl FromStr for ListStatus {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownCode)
    }
}

/// What one state list of one date says of the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ListStatusRecorded {
    /// The day somebody looked.
    pub happened_on: NaiveDate,
    /// Which list.
    pub list: StateList,
    /// The date of that list; two dates are two lists.
    pub list_date: NaiveDate,
    /// What it says.
    pub status: ListStatus,
}

impl Told for ListStatusRecorded {
    fn schema(&self) -> Schema {
        Schema::new("ListStatusRecorded", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// The household got its case number, once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseNumberAssigned {
    /// The number.
    pub case_no: CaseNo,
}

impl Told for CaseNumberAssigned {
    fn schema(&self) -> Schema {
        Schema::new("CaseNumberAssigned", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        None
    }

    fn undone(&self) -> Undone {
        Undone::Never
    }
}

/// A member of staff looks after this household from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseworkerAssigned {
    /// The day it begins.
    pub happened_on: NaiveDate,
    /// Who.
    pub caseworker: StaffId,
    /// Who did before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<StaffId>,
}

impl Told for CaseworkerAssigned {
    fn schema(&self) -> Schema {
        Schema::new("CaseworkerAssigned", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// Why somebody looks after a household no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnassignedBecause {
    /// The household moved to where the caseworker has no role.
    HouseholdMoved,
    /// On leave, or left the work.
    NotAtWork,
    /// Has too many households.
    Workload,
    /// Something else.
    Other,
}

/// Nobody looks after the household until somebody is assigned again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseworkerUnassigned {
    /// The day it ends.
    pub happened_on: NaiveDate,
    /// Who looked after it.
    pub caseworker: StaffId,
    /// Why.
    pub because: UnassignedBecause,
}

impl Told for CaseworkerUnassigned {
    fn schema(&self) -> Schema {
        Schema::new("CaseworkerUnassigned", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// Free words about the household, a subject of their own so that they can be forgotten with whom they are about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NoteWritten {
    /// The note.
    pub note: NoteId,
    /// The day it speaks of.
    pub happened_on: NaiveDate,
    /// Members it is about: erasing one of them erases the note.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<PersonId>,
    /// The words, tag `note.text`, sealed under the note.
    #[schema(value_type = Object)]
    pub text: Sealed<String>,
}

impl Told for NoteWritten {
    fn schema(&self) -> Schema {
        Schema::new("NoteWritten", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}
