//! Who lives in a household: what is clear at person level, what is sealed, and the composition that statistics use.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::PersonId;
use crate::money::Baht;
use crate::sealed::Sealed;
use crate::thai::citizen_id::CitizenId;
use crate::thai::date::PartialDate;

/// Sex as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// หญิง
    Female,
    /// ชาย
    Male,
    /// Not asked, not said, or erased.
    Unknown,
}

/// How a member stands to the head of the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The head.
    Head,
    /// Husband or wife.
    Spouse,
    /// Son or daughter.
    Child,
    /// Father or mother.
    Parent,
    /// Grandson or granddaughter.
    Grandchild,
    /// Grandfather or grandmother.
    Grandparent,
    /// Brother or sister.
    Sibling,
    /// Another relative.
    Relative,
    /// Not a relative.
    Other,
}

/// Whether a member is in the register of the house, lives in it, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResidenceStatus {
    /// มีชื่อและอาศัยอยู่
    RegisteredAndLiving,
    /// มีชื่อแต่ไม่อาศัย
    RegisteredOnly,
    /// ไม่มีชื่อแต่อาศัยอยู่
    LivingOnly,
}

impl ResidenceStatus {
    /// Whether the member lives in the house: per-person figures divide by these.
    pub const fn lives_there(self) -> bool {
        match self {
            Self::RegisteredAndLiving | Self::LivingOnly => true,
            Self::RegisteredOnly => false,
        }
    }
}

/// Health as the household form asks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// ปกติ
    Normal,
    /// ป่วยเรื้อรังไม่ติดเตียง
    Chronic,
    /// พิการพึ่งพาตนเองได้
    DisabledSelfReliant,
    /// ผู้ป่วยติดเตียง
    Bedridden,
    /// Not known.
    Unknown,
}

/// Highest schooling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the household file say what they are")]
pub enum Education {
    None,
    BelowPrimary,
    Primary,
    LowerSecondary,
    UpperSecondary,
    Vocational,
    BachelorOrHigher,
    Unknown,
}

/// Main work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the household file say what they are")]
pub enum Work {
    Farmer,
    Labourer,
    Trader,
    Employee,
    Government,
    Student,
    Unemployed,
    Unable,
    Housework,
    Other,
    Unknown,
}

/// State welfare a person receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the codes of the household file say what they are")]
pub enum Welfare {
    None,
    Newborn,
    Elderly,
    Disability,
    #[serde(rename = "social_security_33")]
    SocialSecurity33,
    #[serde(rename = "social_security_40")]
    SocialSecurity40,
    StateWelfareCard,
    Other,
}

/// What is personal about a person: one sealed value, tag `person.details`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonDetails {
    /// Title, free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Given name; a monk may have only this.
    pub given_name: String,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The 13 digits; a wrong check digit is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citizen_id: Option<CitizenId>,
    /// Whether the person holds an id card; `None`: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_id_card: Option<bool>,
    /// Day, month or both may be unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth: Option<PartialDate>,
    /// Telephone as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Health.
    pub health: Health,
    /// Schooling.
    pub education: Education,
    /// Work.
    pub work: Work,
    /// Own income in baht a month; `None` is unknown, not zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub income_month: Option<Baht>,
    /// Welfare received.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub welfare: Vec<Welfare>,
}

impl fmt::Debug for PersonDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹sealed›")
    }
}

/// Free words beside a fact: a subject of their own, so that they can be forgotten with whom they are about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Words {
    /// Members they are about: erasing one of them erases the words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<PersonId>,
    /// The words; the field they stand in names the tag.
    #[schema(value_type = Object)]
    pub text: Sealed<String>,
}

/// Age bands of the composition, by the age reached on the day of the fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "the names are the bounds, in whole years, both included")]
pub enum AgeBand {
    #[serde(rename = "0-5")]
    From0To5,
    #[serde(rename = "6-14")]
    From6To14,
    #[serde(rename = "15-24")]
    From15To24,
    #[serde(rename = "25-59")]
    From25To59,
    #[serde(rename = "60-69")]
    From60To69,
    #[serde(rename = "70-79")]
    From70To79,
    #[serde(rename = "80+")]
    From80,
    #[serde(rename = "unknown")]
    Unknown,
}

/// How many residents of one sex are in one age band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SexAge {
    /// Sex.
    pub sex: Sex,
    /// Age band.
    pub age: AgeBand,
    /// Residents.
    pub n: u16,
}

/// A count of residents of whom something is true, and of those where nobody knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tally {
    /// True of them.
    pub yes: u16,
    /// Not known, or erased.
    pub unknown: u16,
}

/// Who makes up a household, without saying who they are: computed by the rule in every event that changes members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Composition {
    /// In the register of the house.
    pub registered: u16,
    /// Living in the house: per-person figures divide by this.
    pub living: u16,
    /// In the register and living there.
    pub registered_and_living: u16,
    /// Living there, registered elsewhere.
    pub living_only: u16,
    /// In the register, living elsewhere.
    pub registered_only: u16,
    /// Residents by sex and age band; pairs with none are left out.
    pub sex_age: Vec<SexAge>,
    /// Disabled residents.
    pub disabled: Tally,
    /// Bedridden residents.
    pub bedridden: Tally,
    /// Residents without an id card.
    pub without_id_card: Tally,
    /// Residents of 15 to 59 years who can work.
    pub able_to_work: Tally,
    /// Whether all residents are 60 or older; `None`: an age is not known.
    pub elderly_only: Option<bool>,
    /// Sex of the head.
    pub sex_of_head: Sex,
}

impl Composition {
    /// A household of which nobody is noted yet.
    pub fn empty() -> Self {
        Self {
            registered: 0,
            living: 0,
            registered_and_living: 0,
            living_only: 0,
            registered_only: 0,
            sex_age: Vec::new(),
            disabled: Tally::default(),
            bedridden: Tally::default(),
            without_id_card: Tally::default(),
            able_to_work: Tally::default(),
            elderly_only: None,
            sex_of_head: Sex::Unknown,
        }
    }
}
