//! Facts about what a household has: five capitals, five dimensions, income, and what it needs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Schema;
use crate::facts::case::{After, NextDue, PolicyRef};
use crate::facts::household::told::Told;
use crate::facts::people::Words;
use crate::id::{AssessmentId, NeedId, PersonId};
use crate::money::Baht;

/// The five capitals (ทุน 5 ด้าน).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the glossary names them in both languages")]
pub enum Capital {
    Human,
    Physical,
    Economic,
    Natural,
    Social,
}

impl Capital {
    /// All five, in the order of the questionnaire.
    pub const ALL: [Self; 5] = [Self::Human, Self::Physical, Self::Economic, Self::Natural, Self::Social];

    /// As it stands on the wire and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Physical => "physical",
            Self::Economic => "economic",
            Self::Natural => "natural",
            Self::Social => "social",
        }
    }
}

/// The five dimensions of TPMAP (5 มิติ): another taxonomy than the capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the glossary names them in both languages")]
pub enum Dimension {
    Health,
    Living,
    Education,
    Income,
    Access,
}

/// A livelihood level, 1 อยู่ลำบาก to 4 อยู่ดี.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// Level 1 to 4.
    pub const fn new(level: u8) -> Option<Self> {
        if level >= 1 && level <= 4 { Some(Self(level)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl utoipa::PartialSchema for Level {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .minimum(Some(1))
            .maximum(Some(4))
            .into()
    }
}

impl ToSchema for Level {}

impl TryFrom<u8> for Level {
    type Error = crate::facts::case::UnknownCode;
    fn try_from(level: u8) -> Result<Self, Self::Error> {
        Self::new(level).ok_or(crate::facts::case::UnknownCode)
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

/// The score of one capital under a scoring policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CapitalScore {
    /// Which.
    pub capital: Capital,
    /// Points of the answered items.
    pub points: u32,
    /// The most that can be reached.
    pub max: u32,
    /// Items answered.
    pub answered: u16,
    /// Items asked. Fewer answered than asked: the capital is incomplete and has no level.
    pub items: u16,
    /// The level, when complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
}

/// The score of the household: X = 1 + mean(five capitals, 0–100)/100 × 3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OverallScore {
    /// X with three decimals, cut and never rounded up, so that it can't show a higher band: `"2.336"`.
    pub x: String,
    /// The level, from the exact value.
    pub level: Level,
}

/// What an income figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the glossary names them in both languages")]
pub enum IncomeConcept {
    Wages,
    Farm,
    Trade,
    Transfers,
    Other,
}

/// The time a figure covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Period {
    Month,
    Year,
}

/// Whether costs are taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Net {
    Gross,
    Net,
}

/// One income of the household. Unknown is `None`, never zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Income {
    /// What it counts.
    pub concept: IncomeConcept,
    /// Per month or per year.
    pub period: Period,
    /// Gross or net of cost.
    pub net: Net,
    /// Season it was earned in, free code such as `2568/wet`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<String>,
    /// Baht; a net figure may be below zero.
    pub amount: Option<Baht>,
}

/// Money totals of a household on the day of a survey. Debt is a stock: it is never subtracted from income.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoneyTotals {
    /// Incomes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomes: Vec<Income>,
    /// Living expenses a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expense_month: Option<Baht>,
    /// Debt outstanding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debt: Option<Baht>,
    /// Residents the figures are divided by.
    pub residents: u16,
    /// Net income per resident and month, cut to the satang; `None` when a net figure is unknown or missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_per_resident_month: Option<Baht>,
}

/// What the household answered: indicator code → chosen answers. A missing indicator was not answered.
pub type Answers = BTreeMap<String, Vec<String>>;

/// How surely something is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Somebody said so.
    Told,
    /// Somebody saw it.
    Seen,
    /// There is a document.
    Document,
}

/// The five capitals were assessed with a known instrument.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HouseholdAssessed {
    /// The assessment.
    pub assessment: AssessmentId,
    /// The day of the survey.
    pub happened_on: NaiveDate,
    /// Instrument and version: `pppconnext-37@1`.
    pub instrument: String,
    /// The scoring policy used.
    pub scoring: PolicyRef,
    /// Answers by indicator code.
    #[schema(value_type = Object)]
    pub answers: Answers,
    /// One score per capital.
    pub capitals: Vec<CapitalScore>,
    /// The household's score; `None`: a capital is incomplete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall: Option<OverallScore>,
    /// Dimensions in which the household is deprived; any one makes it poor by TPMAP's rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deprived: Vec<Dimension>,
    /// Money.
    pub money: MoneyTotals,
    /// How surely the income is known.
    pub income_evidence: Evidence,
    /// Where the household stands after this.
    pub after: After,
    /// What is due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<NextDue>,
    /// The next assessment, while help is under way; none where a later survey has set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reassess_due: Option<NextDue>,
}

impl Told for HouseholdAssessed {
    fn schema(&self) -> Schema {
        Schema::new("HouseholdAssessed", 1)
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

    fn reassess_due(&self) -> Option<&NextDue> {
        self.reassess_due.as_ref()
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        vec![&self.scoring]
    }
}

/// The household's income was noted between assessments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IncomeRecorded {
    /// The day.
    pub happened_on: NaiveDate,
    /// Money.
    pub money: MoneyTotals,
    /// How surely it is known.
    pub evidence: Evidence,
}

impl Told for IncomeRecorded {
    fn schema(&self) -> Schema {
        Schema::new("IncomeRecorded", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// The household lacks something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NeedRecorded {
    /// The need.
    pub need: NeedId,
    /// The day it was noted.
    pub happened_on: NaiveDate,
    /// The capital it belongs to.
    pub capital: Capital,
    /// The indicator it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicator: Option<String>,
    /// The member who needs it, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// 1 most urgent to 5.
    pub priority: u8,
    /// In the household's words, tag `need.words`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// The dimensions of help that answer it, by the crosswalk in force.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dimensions: Vec<Dimension>,
    /// The crosswalk that says so; `None`: none was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crosswalk: Option<PolicyRef>,
}

impl Told for NeedRecorded {
    fn schema(&self) -> Schema {
        Schema::new("NeedRecorded", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }

    fn policies(&self) -> Vec<&PolicyRef> {
        self.crosswalk.iter().collect()
    }
}

/// Who says what is urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrioritisedBy {
    /// The household itself.
    Household,
    /// The village panel.
    Panel,
    /// Those who work with it.
    Staff,
}

/// How urgent a need is was said anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NeedPrioritised {
    /// The need.
    pub need: NeedId,
    /// The day.
    pub happened_on: NaiveDate,
    /// 1 most urgent to 5.
    pub priority: u8,
    /// Who says so.
    pub by: PrioritisedBy,
}

impl Told for NeedPrioritised {
    fn schema(&self) -> Schema {
        Schema::new("NeedPrioritised", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}

/// Why a need is open no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeedClosedBecause {
    /// It was met.
    Met,
    /// The household says it is no need any more.
    NoLonger,
    /// The case closed.
    CaseClosed,
    /// The household was merged into another, which goes on with it.
    Merged,
    /// The member whose need it is went to a household of their own, which goes on with it.
    Split,
}

impl NeedClosedBecause {
    /// Whether it is written beside another fact alone: nobody gives it as a reason.
    pub const fn is_of_the_system(self) -> bool {
        match self {
            Self::Met | Self::NoLonger => false,
            Self::CaseClosed | Self::Merged | Self::Split => true,
        }
    }
}

/// A need is open no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NeedClosed {
    /// The need.
    pub need: NeedId,
    /// The day.
    pub happened_on: NaiveDate,
    /// Why.
    pub because: NeedClosedBecause,
}

impl Told for NeedClosed {
    fn schema(&self) -> Schema {
        Schema::new("NeedClosed", 1)
    }

    fn happened_on(&self) -> Option<NaiveDate> {
        Some(self.happened_on)
    }
}
