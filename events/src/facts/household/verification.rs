//! Facts about visiting a home and hearing the village: found poor, found not poor, or nobody there.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::case::{After, DueWhat, NextDue, PolicyRef};
use crate::facts::household::told::Told;
use crate::facts::people::Words;
use crate::id::{PanelId, PersonId, VisitId};

/// Why a visit did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotMet {
    /// Nobody at home.
    NobodyHome,
    /// Not convenient, asked to come again.
    ComeAgain,
    /// The house was not found.
    HouseNotFound,
    /// The way could not be passed.
    RoadImpassable,
    /// Nobody lives there.
    Empty,
}

/// Somebody came to the house in vain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VisitAttempted {
    /// The visit.
    pub visit: VisitId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Why nobody was met.
    pub because: NotMet,
}

impl Told for VisitAttempted {
    fn schema(&self) -> Schema {
        Schema::new("VisitAttempted", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// What the visitors saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The household looks poor.
    Poor,
    /// The household does not look poor.
    NotPoor,
    /// The panel must judge.
    Unclear,
}

/// The home was visited and somebody spoken to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HomeVisited {
    /// The visit.
    pub visit: VisitId,
    /// The day.
    pub happened_on: NaiveDate,
    /// The member who gave the answers, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub informant: Option<PersonId>,
    /// What the visitors saw.
    pub seen: Seen,
    /// Their words, tag `visit.remarks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarks: Option<Words>,
    /// The clock that this visit ends without starting another: the first visit was due until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<DueWhat>,
    /// What is due next, when the visit moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for HomeVisited {
    fn schema(&self) -> Schema {
        Schema::new("HomeVisited", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn next_due(&self) -> Option<&NextDue> {
        self.next_due.as_ref()
    }

    fn ends_due(&self) -> bool {
        self.ends.is_some()
    }
}

/// What the village said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PanelFinding {
    /// The village confirms that the household is poor.
    Poor,
    /// The village says it is not really poor.
    NotPoor,
    /// No agreement: visit again.
    Undecided,
}

/// The village panel spoke about the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PanelHeld {
    /// The panel's talk about this household.
    pub panel: PanelId,
    /// The day.
    pub happened_on: NaiveDate,
    /// How many people took part.
    pub attended: u16,
    /// What they said.
    pub finding: PanelFinding,
    /// Their words, tag `panel.remarks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarks: Option<Words>,
}

impl Told for PanelHeld {
    fn schema(&self) -> Schema {
        Schema::new("PanelHeld", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// A visit and a panel that a judgement rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heard {
    /// The visit that counted.
    pub visit: VisitId,
    /// Its day.
    pub visited_on: NaiveDate,
    /// What was seen.
    pub seen: Seen,
    /// The panel that counted.
    pub panel: PanelId,
    /// Its day.
    pub panel_on: NaiveDate,
    /// What it found.
    pub finding: PanelFinding,
}

/// Home visited, panel held: the household is poor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdVerified {
    /// The day of the judgement.
    pub happened_on: NaiveDate,
    /// What it rests on.
    pub heard: Heard,
    /// Where the household stands after this.
    pub after: After,
    /// The assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
}

impl Told for HouseholdVerified {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdVerified", 1)
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
}

/// Home visited, panel held: surveyed and found not really poor. A normal, counted outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FoundNotPoor {
    /// The day of the judgement.
    pub happened_on: NaiveDate,
    /// What it rests on.
    pub heard: Heard,
    /// Where the household stands after this.
    pub after: After,
}

impl Told for FoundNotPoor {
    fn schema(&self) -> Schema {
        Schema::new("FoundNotPoor", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }
}

/// Nobody could be reached, after enough attempts on different days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdUnreachable {
    /// The day of the judgement.
    pub happened_on: NaiveDate,
    /// The days on which somebody came in vain since anyone was last met.
    pub attempted_on: Vec<NaiveDate>,
    /// The contact policy that says how many are enough; none in what was recorded before it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
    /// Where the household stands after this.
    pub after: After,
}

impl Told for HouseholdUnreachable {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdUnreachable", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn after(&self) -> Option<After> {
        Some(self.after)
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        self.policy.iter().collect()
    }
}
