//! Money: baht in whole satang, exact, without floats.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use crate::thai::digits::{self, NumberError};
use crate::thai::wire;

/// The largest amount that is read, in satang: 9,999,999,999.99 baht.
const LARGEST: i64 = 999_999_999_999;

/// An amount of baht; net income may be negative. What is unknown is `None`, never zero.
///
/// What is read lies within ±9,999,999,999.99, and so does the result of checked arithmetic. A report's total may be larger:
/// it is made with [`from_satang`](Self::from_satang) and only written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Baht(i64);

/// Why a text or a result is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BahtError {
    /// Words, misplaced separators, another currency.
    #[error("not an amount of baht that can be read")]
    Unreadable,
    /// Less than a satang.
    #[error("an amount has two decimals at most")]
    TooPrecise,
    /// Beyond ±9,999,999,999.99.
    #[error("the amount is larger than 9,999,999,999.99 baht")]
    TooLarge,
    /// Below zero where that has no meaning.
    #[error("the amount is below zero")]
    Negative,
    /// Rounded by a spreadsheet.
    #[error("a spreadsheet has destroyed this amount; type it again as text")]
    Destroyed,
}

impl BahtError {
    /// The stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "money_unreadable",
            Self::TooPrecise => "money_too_precise",
            Self::TooLarge => "money_too_large",
            Self::Negative => "money_negative",
            Self::Destroyed => "destroyed_by_spreadsheet",
        }
    }
}

impl From<NumberError> for BahtError {
    fn from(error: NumberError) -> Self {
        match error {
            NumberError::Unreadable => Self::Unreadable,
            NumberError::TooPrecise => Self::TooPrecise,
            NumberError::TooLarge => Self::TooLarge,
            NumberError::Destroyed => Self::Destroyed,
        }
    }
}

impl Baht {
    /// Nothing, and known to be nothing.
    pub const ZERO: Self = Self(0);

    /// An amount from satang, without bounds: for rows of a read model and their totals.
    pub const fn from_satang(satang: i64) -> Self {
        Self(satang)
    }

    /// Whole baht, for constants.
    pub const fn whole(baht: i32) -> Self {
        Self(baht as i64 * 100)
    }

    /// In satang.
    pub const fn satang(self) -> i64 {
        self.0
    }

    /// Reads an amount as people write it (`1,250`, `๑๒๕๐ บาท`, `1,250.-`); `None` where it says unknown (`-`, blank).
    pub fn parse(text: &str) -> Result<Option<Self>, BahtError> {
        let Some(text) = digits::known(text) else { return Ok(None) };
        let text = text.strip_prefix('฿').unwrap_or(text);
        let text = text.strip_suffix("บาท").unwrap_or(text).trim();
        let text = [".-", "/-", ".—"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
        digits::scaled(text, 2)?.map_or(Err(BahtError::Unreadable), |satang| Self(satang).bounded().map(Some))
    }

    /// Itself, unless it is below zero: for everything but net income.
    pub fn non_negative(self) -> Result<Self, BahtError> {
        if self.0 < 0 { Err(BahtError::Negative) } else { Ok(self) }
    }

    /// The sum.
    pub fn checked_add(self, other: Self) -> Result<Self, BahtError> {
        self.0.checked_add(other.0).map(Self).ok_or(BahtError::TooLarge)?.bounded()
    }

    /// The difference.
    pub fn checked_sub(self, other: Self) -> Result<Self, BahtError> {
        self.0.checked_sub(other.0).map(Self).ok_or(BahtError::TooLarge)?.bounded()
    }

    /// The product, for example twelve months of it.
    pub fn checked_mul(self, times: i64) -> Result<Self, BahtError> {
        self.0.checked_mul(times).map(Self).ok_or(BahtError::TooLarge)?.bounded()
    }

    /// The sum of many.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, BahtError> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Compares this amount shared among `persons` (and over `months`, say: any product) with `line`, exactly.
    pub fn cmp_share(self, persons: NonZeroU32, line: Self) -> Ordering {
        self.cmp_shares(persons, line, NonZeroU32::MIN)
    }

    /// Compares `self / persons` with `other / others`, exactly.
    pub fn cmp_shares(self, persons: NonZeroU32, other: Self, others: NonZeroU32) -> Ordering {
        let scale = |amount: Self, by: NonZeroU32| i128::from(amount.0) * i128::from(by.get());
        scale(self, others).cmp(&scale(other, persons))
    }

    /// The share of each of `persons`, to the nearest satang, halves away from zero. To be shown, not to be compared.
    #[must_use]
    pub fn share(self, persons: NonZeroU32) -> Self {
        let (amount, by) = (i128::from(self.0), i128::from(persons.get()));
        let rounded = (amount.abs() * 2 + by) / (by * 2) * amount.signum();
        Self(i64::try_from(rounded).unwrap_or(self.0))
    }

    /// For people: `1,250.00`.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        let whole = text.len() - 3;
        let mut grouped = String::with_capacity(text.len() + text.len() / 3);
        for (index, c) in text.char_indices() {
            let follows_digit = grouped.ends_with(|c: char| c.is_ascii_digit());
            if index < whole && (whole - index).is_multiple_of(3) && follows_digit {
                grouped.push(',');
            }
            grouped.push(c);
        }
        grouped
    }

    fn bounded(self) -> Result<Self, BahtError> {
        if self.0.unsigned_abs() > LARGEST.unsigned_abs() { Err(BahtError::TooLarge) } else { Ok(self) }
    }

    /// The wire's form and no other: `1250.00`, `-3.5`, no separators.
    fn from_wire(text: &str) -> Result<Self, BahtError> {
        if !text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-') || text.starts_with('.') {
            return Err(BahtError::Unreadable);
        }
        Self::parse(text)?.ok_or(BahtError::Unreadable)
    }
}

/// The wire's form.
impl fmt::Display for Baht {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let satang = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", satang / 100, satang % 100)
    }
}

impl Serialize for Baht {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Baht {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_wire(&wire::text(deserializer)?).map_err(|error| wire::refuse(error.code(), error))
    }
}

impl utoipa::PartialSchema for Baht {
    fn schema() -> RefOr<Schema> {
        wire::schema("An amount of baht.", r"^-?[0-9]{1,10}(\.[0-9]{1,2})?$", "1250.00")
    }
}

impl utoipa::ToSchema for Baht {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Baht")
    }
}

#[cfg(test)]
mod tests;
