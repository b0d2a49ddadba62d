//! Where a household stands: stage, standing, episode, and what is due next.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use crate::thai::wire;

/// How far the recorded facts have brought a household. Never moved by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Found by at least one source.
    Identified,
    /// Home visited, panel held, found poor.
    Verified,
    /// A complete assessment of the five capitals.
    Assessed,
    /// First referral, or enrolment in an operating model.
    Referred,
    /// First help delivered.
    Assisted,
    /// Left poverty, approved by a supervisor.
    Graduated,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Self; 6] =
        [Self::Identified, Self::Verified, Self::Assessed, Self::Referred, Self::Assisted, Self::Graduated];

    /// As it stands on the wire and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identified => "identified",
            Self::Verified => "verified",
            Self::Assessed => "assessed",
            Self::Referred => "referred",
            Self::Assisted => "assisted",
            Self::Graduated => "graduated",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Stage {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text).ok_or(UnknownCode)
    }
}

/// A code that is in no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown code")]
pub struct UnknownCode;

/// Whether work goes on, and if not, why it ended. On the wire `open`, `closed:not_poor`, `graduated`, `sustained`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Standing {
    /// Work goes on.
    Open,
    /// Work ended without success.
    Closed(ClosedAs),
    /// Left poverty.
    Graduated,
    /// Cannot work: supported for as long as it is needed.
    Sustained,
}

/// How a case can end without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClosedAs {
    /// Surveyed, and found not really poor: a normal, counted outcome.
    NotPoor,
    /// The household does not want this.
    Refused,
    /// Nobody could be reached.
    Unreachable,
    /// Left the area.
    MovedAway,
    /// No member is left.
    Dissolved,
    /// Went on as another household.
    Merged,
    /// Should never have been entered.
    EnteredInError,
}

impl ClosedAs {
    /// All ways to end.
    pub const ALL: [Self; 7] = [
        Self::NotPoor,
        Self::Refused,
        Self::Unreachable,
        Self::MovedAway,
        Self::Dissolved,
        Self::Merged,
        Self::EnteredInError,
    ];
}

impl Standing {
    /// As it stands on the wire and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed(ClosedAs::NotPoor) => "closed:not_poor",
            Self::Closed(ClosedAs::Refused) => "closed:refused",
            Self::Closed(ClosedAs::Unreachable) => "closed:unreachable",
            Self::Closed(ClosedAs::MovedAway) => "closed:moved_away",
            Self::Closed(ClosedAs::Dissolved) => "closed:dissolved",
            Self::Closed(ClosedAs::Merged) => "closed:merged",
            Self::Closed(ClosedAs::EnteredInError) => "closed:entered_in_error",
            Self::Graduated => "graduated",
            Self::Sustained => "sustained",
        }
    }

    /// Whether commands that move the household on are allowed.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Standing {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        [Self::Open, Self::Graduated, Self::Sustained]
            .into_iter()
            .chain(ClosedAs::ALL.into_iter().map(Self::Closed))
            .find(|standing| standing.as_str() == text)
            .ok_or(UnknownCode)
    }
}

impl TryFrom<String> for Standing {
    type Error = UnknownCode;
    fn try_from(text: String) -> Result<Self, UnknownCode> {
        text.parse()
    }
}

impl From<Standing> for String {
    fn from(standing: Standing) -> Self {
        standing.as_str().to_owned()
    }
}

/// Where the household stands once the fact is in. Projections copy it; `check` compares it with the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct After {
    /// The stage it has reached.
    pub stage: Stage,
    /// Whether work goes on.
    pub standing: Standing,
    /// Which opening of the case this is: 1, and one more at each reopening.
    pub episode: u32,
}

impl After {
    /// Whether the clock of the next assessment runs: while a household is referred or assisted.
    pub const fn reassesses(&self) -> bool {
        matches!(self.stage, Stage::Referred | Stage::Assisted) && self.standing.is_open()
    }
}

/// What must happen next, by when, and which policy says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NextDue {
    /// What must happen.
    pub what: DueWhat,
    /// The last day on which it is in time, in Thailand.
    pub by: NaiveDate,
    /// The contact policy that set the day.
    pub policy: PolicyRef,
}

/// What can be due next for a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DueWhat {
    /// The first visit to the home.
    FirstVisit,
    /// The assessment of the five capitals.
    Assessment,
    /// The first referral.
    Referral,
    /// A follow-up visit.
    FollowUp,
    /// Another assessment.
    Reassessment,
    /// A check that a graduated household is still out of poverty.
    PostExitCheck,
}

impl DueWhat {
    /// All of them, in the order of a household's life.
    pub const ALL: [Self; 6] =
        [Self::FirstVisit, Self::Assessment, Self::Referral, Self::FollowUp, Self::Reassessment, Self::PostExitCheck];

    /// As it stands on the wire and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstVisit => "first_visit",
            Self::Assessment => "assessment",
            Self::Referral => "referral",
            Self::FollowUp => "follow_up",
            Self::Reassessment => "reassessment",
            Self::PostExitCheck => "post_exit_check",
        }
    }
}

/// One version of a policy: `sla/46@2`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PolicyRef {
    /// Kind and province: `sla/46`.
    pub id: String,
    /// Counted from 1.
    pub version: u32,
}

impl fmt::Display for PolicyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.id, self.version)
    }
}

impl TryFrom<String> for PolicyRef {
    type Error = UnknownCode;
    fn try_from(text: String) -> Result<Self, UnknownCode> {
        let (id, version) = text.rsplit_once('@').ok_or(UnknownCode)?;
        Ok(Self { id: id.to_owned(), version: version.parse().map_err(|_| UnknownCode)? })
    }
}

impl From<PolicyRef> for String {
    fn from(policy: PolicyRef) -> Self {
        policy.to_string()
    }
}

impl utoipa::PartialSchema for Standing {
    fn schema() -> RefOr<Schema> {
        wire::schema("Whether work goes on.", "^(open|closed:[a-z_]+|graduated|sustained)$", "open")
    }
}

impl ToSchema for Standing {}

impl utoipa::PartialSchema for PolicyRef {
    fn schema() -> RefOr<Schema> {
        wire::schema("One version of a policy.", "^[a-z_]+/[0-9]{2}@[0-9]+$", "sla/46@1")
    }
}

impl ToSchema for PolicyRef {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standing_reads_back_as_it_was_written() {
        for standing in [Standing::Open, Standing::Graduated, Standing::Sustained]
            .into_iter()
            .chain(ClosedAs::ALL.into_iter().map(Standing::Closed))
        {
            assert_eq!(standing.as_str().parse(), Ok(standing));
        }
        assert_eq!("closed".parse::<Standing>(), Err(UnknownCode));
    }
}
