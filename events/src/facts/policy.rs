//! What can happen to a policy: a version is published, with the day it takes effect, or withdrawn.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Schema;
use super::case::PolicyRef;
use super::household::{Capital, Dimension, Level};
use crate::money::Baht;

/// The name of the aggregate in the log.
pub const POLICY: &str = "policy";

/// The kinds of policy. A policy's id is kind and province: `sla/46`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    /// How long an agency may take to answer and to deliver.
    Sla,
    /// When a household must be seen next.
    Contact,
    /// How answers become points.
    Scoring,
    /// What it takes to graduate.
    Graduation,
    /// Baht per person and month below which a person is poor, by year.
    PovertyLine,
    /// How much must change before a capital counts as improved or worse.
    Threshold,
    /// Which dimensions of help answer which needs.
    Crosswalk,
    /// Days on which offices are closed.
    Holidays,
}

impl PolicyKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Sla,
        Self::Contact,
        Self::Scoring,
        Self::Graduation,
        Self::PovertyLine,
        Self::Threshold,
        Self::Crosswalk,
        Self::Holidays,
    ];

    /// As it stands on the wire and in a policy's id.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sla => "sla",
            Self::Contact => "contact",
            Self::Scoring => "scoring",
            Self::Graduation => "graduation",
            Self::PovertyLine => "poverty_line",
            Self::Threshold => "threshold",
            Self::Crosswalk => "crosswalk",
            Self::Holidays => "holidays",
        }
    }
}

/// Which days a clock counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DaysCounted {
    /// Every day.
    #[default]
    Calendar,
    /// Monday to Friday without the holidays of the province's list.
    Working,
}

impl DaysCounted {
    /// What is not written: a version that says nothing counts every day.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    const fn is_calendar(&self) -> bool {
        matches!(self, Self::Calendar)
    }
}

/// Days for both clocks of a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sla {
    /// Days to answer, from the day the referral reached the agency.
    pub answer_days: u16,
    /// Days to deliver, from the day of acceptance.
    pub deliver_days: u16,
    /// Other days for some services, by service code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<String, SlaDays>,
    /// Which days are counted.
    #[serde(default, skip_serializing_if = "DaysCounted::is_calendar")]
    pub counted: DaysCounted,
}

/// The two clocks of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SlaDays {
    /// Days to answer.
    pub answer_days: u16,
    /// Days to deliver.
    pub deliver_days: u16,
}

/// Calendar days within which a household must be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    /// First visit, after identified.
    pub first_visit_days: u16,
    /// Assessment, after verified.
    pub assessment_days: u16,
    /// Referral, after assessed.
    pub referral_days: u16,
    /// Follow-up while referred or assisted.
    pub follow_up_days: u16,
    /// Another assessment.
    pub reassessment_days: u16,
    /// Checks after leaving, in months.
    pub post_exit_months: Vec<u16>,
    /// Attempts in vain on different days before a household counts as unreachable.
    pub attempts_before_unreachable: u16,
    /// Days to answer a complaint; 15 where the policy does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint_days: Option<u16>,
}

/// How the answers to one indicator become points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum ItemRule {
    /// One answer counts.
    Single {
        /// Points by answer.
        points: BTreeMap<String, u32>,
    },
    /// Several answers add up, at most `max`; the answer `none` stands alone and gives 0.
    Multiple {
        /// Points by answer.
        points: BTreeMap<String, u32>,
        /// The cap.
        max: u32,
    },
    /// Starts full and loses points per answer; the answer `none` keeps all.
    Penalty {
        /// The full points.
        full: u32,
        /// Lost per answer.
        each: u32,
    },
}

/// One indicator under a scoring policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScoredItem {
    /// The indicator's code in the instrument.
    pub indicator: String,
    /// The capital it belongs to.
    pub capital: Capital,
    /// How answers become points.
    #[serde(flatten)]
    pub rule: ItemRule,
}

/// How answers become points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scoring {
    /// The instrument it scores, with its version.
    pub instrument: String,
    /// Each indicator.
    pub items: Vec<ScoredItem>,
}

/// What it takes to graduate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Graduation {
    /// The least level overall.
    pub level_at_least: Level,
    /// The least level of each capital.
    pub capital_at_least: Level,
    /// Months between the two assessments, at least.
    pub months_apart: u16,
}

/// A line published for one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineForYear {
    /// Common era.
    pub year: i32,
    /// Baht per person and month.
    pub baht: Baht,
    /// Where the figure comes from.
    pub source: String,
    /// Whether the source was seen.
    pub verified: bool,
}

/// Poverty lines by year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PovertyLine {
    /// Each year's line.
    pub lines: Vec<LineForYear>,
}

/// How much of a change counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "measure", rename_all = "snake_case")]
pub enum ChangeThatCounts {
    /// Of 100: a capital's points as hundredths of what can be reached.
    Points {
        /// In hundredths of a point: 200 is 2.00 of 100.
        hundredths: u32,
    },
    /// Of the value before.
    PercentOfBefore {
        /// In hundredths of a percent: 500 is 5.00 %.
        hundredths: u32,
    },
}

/// When a capital counts as improved, the same or worse. One named policy, because two are in use side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Threshold {
    /// What reports call it, a code such as `two_points`.
    pub name: String,
    /// A change of at least so much counts; a smaller one is none.
    pub at_least: ChangeThatCounts,
}

/// One dimension of help that answers a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answering {
    /// The capital of the need.
    pub capital: Capital,
    /// The indicator it came from; `None`: any need of this capital that no other line names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicator: Option<String>,
    /// The dimension of help that answers it.
    pub dimension: Dimension,
}

/// Which dimensions of help answer which needs: many to many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Crosswalk {
    /// Each pair.
    pub lines: Vec<Answering>,
}

/// A day on which offices are closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holiday {
    /// The day.
    pub on: NaiveDate,
    /// What it is called.
    pub name: String,
}

/// Days on which offices are closed besides Saturdays and Sundays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holidays {
    /// Each day, in order.
    pub days: Vec<Holiday>,
}

/// What a version of a policy says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum PolicyBody {
    Sla(Sla),
    Contact(Contact),
    Scoring(Scoring),
    Graduation(Graduation),
    PovertyLine(PovertyLine),
    Threshold(Threshold),
    Crosswalk(Crosswalk),
    Holidays(Holidays),
}

impl PolicyBody {
    /// Its kind.
    pub const fn kind(&self) -> PolicyKind {
        match self {
            Self::Sla(_) => PolicyKind::Sla,
            Self::Contact(_) => PolicyKind::Contact,
            Self::Scoring(_) => PolicyKind::Scoring,
            Self::Graduation(_) => PolicyKind::Graduation,
            Self::PovertyLine(_) => PolicyKind::PovertyLine,
            Self::Threshold(_) => PolicyKind::Threshold,
            Self::Crosswalk(_) => PolicyKind::Crosswalk,
            Self::Holidays(_) => PolicyKind::Holidays,
        }
    }
}

/// A version of a policy was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyPublished {
    /// Which policy, and which version this is.
    pub policy: PolicyRef,
    /// The first day it holds: the day after its publication at the earliest, except for the first in a log.
    pub effective_on: NaiveDate,
    /// What it says.
    pub body: PolicyBody,
}

/// A version of a policy holds no longer. What was judged by it stays judged by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyWithdrawn {
    /// Which version.
    pub policy: PolicyRef,
    /// The first day on which it holds no longer: the day after its withdrawal at the earliest.
    pub effective_on: NaiveDate,
}

/// A fact in the life of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum PolicyEvent {
    PolicyPublished(PolicyPublished),
    PolicyWithdrawn(PolicyWithdrawn),
}

impl PolicyEvent {
    /// The stored name and version.
    pub const fn schema(&self) -> Schema {
        match self {
            Self::PolicyPublished(_) => Schema::new("PolicyPublished", 1),
            Self::PolicyWithdrawn(_) => Schema::new("PolicyWithdrawn", 1),
        }
    }
}

super::domain_event!(PolicyEvent);
