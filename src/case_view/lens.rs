//! What of the personal values a reader gets to see: all, what was disclosed to the reader's agency, or nothing.

use std::collections::BTreeSet;

use events::facts::household::DisclosedField;
use events::id::{AgencyId, DocumentId, NeedId, ReferralId};
use events::sealed::{Sealed, SealedState, Subject};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::access::{Caller, Sight, sight};
use crate::rules::household::voice::held::held_of;
use crate::rules::household::{Case, Household};

/// In which form a personal value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShownAs {
    /// The whole value.
    Clear,
    /// The parts that were disclosed to the reader's agency.
    Disclosed,
    /// This reader does not see it.
    Masked,
    /// Its key was destroyed: nobody can see it again.
    Erased,
}

/// A personal value as one reader sees it.
#[derive(Clone, PartialEq, Serialize, ToSchema)]
pub struct Shown {
    /// In which form.
    pub shown: ShownAs,
    /// The value, or the part of it that may be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub value: Option<Value>,
}

// What is shown to a reader is not shown to a log line.
impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.shown)
    }
}

/// How far one reader sees into one household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lens {
    /// Everything.
    Clear,
    /// What the referrals disclose that are open at the reader's agency now.
    Disclosed {
        /// The agency.
        agency: AgencyId,
        /// The fields.
        fields: BTreeSet<DisclosedField>,
        /// Needs whose words are disclosed.
        words: BTreeSet<NeedId>,
        /// The open referrals themselves.
        referrals: BTreeSet<ReferralId>,
        /// Whose values are held back, because a person had their use restricted.
        restricted: BTreeSet<Subject>,
    },
    /// What is one person's: for that person, through whoever answers her.
    Own(BTreeSet<Subject>),
    /// Nothing.
    Masked,
}

impl Lens {
    /// The lens of a caller. `present` is the household as it stands: what is disclosed depends on what is open now.
    pub fn of(caller: &Caller, present: &Household) -> Self {
        match (sight(caller.role), caller.agency) {
            (Sight::Clear, _) => Self::Clear,
            (Sight::Masked, _) | (Sight::Disclosed, None) => Self::Masked,
            (Sight::Disclosed, Some(agency)) => Self::disclosed_to(agency, present),
        }
    }

    fn disclosed_to(agency: AgencyId, present: &Household) -> Self {
        let (mut fields, mut words, mut referrals) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let hers = present.case().into_iter().flat_map(|case| &case.referrals).filter(|(_, it)| it.agency == agency);
        for (id, referral) in hers {
            let Some(open) = referral.open_disclosure() else { continue };
            referrals.insert(*id);
            fields.extend(open.fields.iter().copied());
            if open.fields.contains(&DisclosedField::NeedWords) {
                words.insert(referral.need);
            }
        }
        let restricted = restricted(present);
        Self::Disclosed { agency, fields, words, referrals, restricted }
    }

    /// Whether this reader sees nothing but what is referred to one agency.
    pub const fn is_narrow(&self) -> bool {
        matches!(self, Self::Disclosed { .. })
    }

    /// Whether a field was disclosed, or all are seen.
    pub fn sees(&self, field: DisclosedField) -> bool {
        match self {
            Self::Clear | Self::Own(_) => true,
            Self::Disclosed { fields, .. } => fields.contains(&field),
            Self::Masked => false,
        }
    }

    /// Whether what concerns one agency may be seen: an agency sees what is its own.
    pub fn sees_agency(&self, of: AgencyId) -> bool {
        match self {
            Self::Clear | Self::Own(_) | Self::Masked => true,
            Self::Disclosed { agency, .. } => *agency == of,
        }
    }

    /// Whether a referral may be seen.
    pub fn sees_referral(&self, referral: ReferralId) -> bool {
        match self {
            Self::Clear | Self::Own(_) | Self::Masked => true,
            Self::Disclosed { referrals, .. } => referrals.contains(&referral),
        }
    }

    /// The words of a need.
    pub fn need_words(&self, need: NeedId, words: &Sealed<String>) -> Shown {
        let seen = match self {
            Self::Clear | Self::Own(_) => true,
            Self::Disclosed { words, .. } => words.contains(&need),
            Self::Masked => false,
        };
        self.whole(seen, words)
    }

    /// The words of an answer to a referral: its agency wrote them.
    pub fn answer_words(&self, referral: ReferralId, words: &Sealed<String>) -> Shown {
        self.whole(*self != Self::Masked && self.sees_referral(referral), words)
    }

    /// A value that only those see who see everything.
    pub fn inner<T: Serialize>(&self, value: &Sealed<T>) -> Shown {
        self.whole(matches!(self, Self::Clear | Self::Own(_)), value)
    }

    /// A value that is disclosed as a whole.
    pub fn field<T: Serialize>(&self, field: DisclosedField, value: &Sealed<T>) -> Shown {
        self.whole(self.sees(field), value)
    }

    /// What is known of a person: field by field.
    pub fn person<T: Serialize>(&self, value: &Sealed<T>) -> Shown {
        let Self::Disclosed { .. } = self else { return self.inner(value) };
        if self.holds_back(&value.subject) {
            return self.whole(false, value);
        }
        let parts = [
            (DisclosedField::Names, &["prefix", "given_name", "family_name"][..]),
            (DisclosedField::Phone, &["phone"]),
            (DisclosedField::Birth, &["birth"]),
            (DisclosedField::Health, &["health"]),
            (DisclosedField::CitizenId, &["citizen_id", "has_id_card"]),
            (DisclosedField::Income, &["income_month"]),
        ];
        match opened(value) {
            Err(shown) => shown,
            Ok(Value::Object(mut all)) => {
                let mut seen = Map::new();
                for name in parts.iter().filter(|(field, _)| self.sees(*field)).flat_map(|(_, names)| *names) {
                    if let Some(part) = all.remove(*name) {
                        seen.insert((*name).to_owned(), part);
                    }
                }
                let shown = if seen.is_empty() { ShownAs::Masked } else { ShownAs::Disclosed };
                Shown { shown, value: (!seen.is_empty()).then_some(Value::Object(seen)) }
            }
            Ok(_) => Shown { shown: ShownAs::Masked, value: None },
        }
    }

    /// Whether the file of a document is shown: to whoever sees everything, and to an agency what its officer herself
    /// handed in.
    pub fn paper(&self, document: DocumentId, is_own: bool) -> bool {
        match self {
            Self::Clear => true,
            Self::Disclosed { .. } => is_own && !self.holds_back(&Subject::new("document", document)),
            Self::Own(_) | Self::Masked => false,
        }
    }

    /// Whether the value is one that a person had restricted: an agency is given it no longer, whatever was disclosed.
    fn holds_back(&self, subject: &Subject) -> bool {
        match self {
            Self::Disclosed { restricted, .. } => restricted.contains(subject),
            Self::Clear | Self::Own(_) | Self::Masked => false,
        }
    }

    fn whole<T: Serialize>(&self, seen: bool, value: &Sealed<T>) -> Shown {
        let (shown, seen) = match self {
            Self::Clear => (ShownAs::Clear, seen),
            Self::Own(subjects) => (ShownAs::Clear, subjects.contains(&value.subject)),
            Self::Disclosed { .. } | Self::Masked => (ShownAs::Disclosed, seen && !self.holds_back(&value.subject)),
        };
        match opened(value) {
            Ok(value) if seen => Shown { shown, value: Some(value) },
            Ok(_) => Shown { shown: ShownAs::Masked, value: None },
            Err(shown) => shown,
        }
    }
}

/// The subjects of all that is about those who had the use of their data restricted.
fn restricted(present: &Household) -> BTreeSet<Subject> {
    let people: BTreeSet<_> = present.case().into_iter().flat_map(Case::restricted).collect();
    people.into_iter().flat_map(|person| held_of(present, person)).collect()
}

/// The value, or in which form its absence is shown.
fn opened<T: Serialize>(value: &Sealed<T>) -> Result<Value, Shown> {
    let absent = |shown| Err(Shown { shown, value: None });
    match &value.state {
        SealedState::Open(value) => Ok(serde_json::to_value(value).unwrap_or(Value::Null)),
        SealedState::Erased => absent(ShownAs::Erased),
        SealedState::Closed(_) => absent(ShownAs::Masked),
    }
}
