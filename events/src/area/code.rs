//! An area's code: province `46`, amphoe `4609` or tambon `460901`. Each contains the codes that begin with it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use crate::thai::{digits, wire};

/// A province, an amphoe or a tambon, by its code. The code has the right shape; whether the area exists is the
/// directory's to say.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AreaCode(u32);

/// How large an area is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// จังหวัด
    Province,
    /// อำเภอ, in Bangkok เขต
    Amphoe,
    /// ตำบล, in Bangkok แขวง
    Tambon,
}

/// Why a text is no area code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AreaCodeError {
    /// Not 2, 4 or 6 digits.
    #[error("an area code has 2, 4 or 6 digits")]
    Length,
    /// Something other than digits.
    #[error("an area code has only digits")]
    NotDigits,
    /// `460900` names no tambon: the amphoe is `4609`.
    #[error("no part of an area code is 00, and no province begins with 0")]
    ZeroPart,
}

impl AreaCodeError {
    /// The stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Length => "area_code_length",
            Self::NotDigits => "area_code_not_digits",
            Self::ZeroPart => "area_code_zero_part",
        }
    }
}

impl AreaCode {
    /// Reads a code as people write it: Thai digits, space around it, a `.0` that a table program has added.
    pub fn parse(text: &str) -> Result<Self, AreaCodeError> {
        let text = digits::fold(text.trim());
        text.strip_suffix(".0").unwrap_or(&text).parse()
    }

    /// Province, amphoe or tambon.
    pub fn level(self) -> Level {
        match self.0 {
            0..100 => Level::Province,
            100..10_000 => Level::Amphoe,
            _ => Level::Tambon,
        }
    }

    /// The province it lies in, itself if it is one.
    #[must_use]
    pub fn province(self) -> Self {
        match self.level() {
            Level::Province => self,
            Level::Amphoe => Self(self.0 / 100),
            Level::Tambon => Self(self.0 / 10_000),
        }
    }

    /// The amphoe it lies in, itself if it is one; a province lies in none.
    pub fn amphoe(self) -> Option<Self> {
        match self.level() {
            Level::Province => None,
            Level::Amphoe => Some(self),
            Level::Tambon => Some(Self(self.0 / 100)),
        }
    }

    /// Itself, if it is a tambon.
    pub fn tambon(self) -> Option<Self> {
        (self.level() == Level::Tambon).then_some(self)
    }

    /// The next larger area.
    pub fn parent(self) -> Option<Self> {
        (self.level() != Level::Province).then_some(Self(self.0 / 100))
    }

    /// Whether `other` is this area or lies within it.
    pub fn contains(self, other: Self) -> bool {
        match self.level() {
            Level::Province => other.province() == self,
            Level::Amphoe => other.amphoe() == Some(self),
            Level::Tambon => other == self,
        }
    }

    /// The code as six digits, and how many of them are its own: what codes are ordered by.
    fn padded(self) -> (u32, Level) {
        let six = match self.level() {
            Level::Province => self.0 * 10_000,
            Level::Amphoe => self.0 * 100,
            Level::Tambon => self.0,
        };
        (six, self.level())
    }
}

/// The wire's form and no other.
impl FromStr for AreaCode {
    type Err = AreaCodeError;

    fn from_str(text: &str) -> Result<Self, AreaCodeError> {
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AreaCodeError::NotDigits);
        }
        if !matches!(text.len(), 2 | 4 | 6) {
            return Err(AreaCodeError::Length);
        }
        let code: u32 = text.parse().map_err(|_| AreaCodeError::NotDigits)?;
        let mut rest = code;
        while rest > 0 {
            if rest.is_multiple_of(100) {
                return Err(AreaCodeError::ZeroPart);
            }
            rest /= 100;
        }
        if text.starts_with('0') { Err(AreaCodeError::ZeroPart) } else { Ok(Self(code)) }
    }
}

/// As texts are ordered: an area before what lies within it, `46` < `4609` < `460901` < `47`.
impl Ord for AreaCode {
    fn cmp(&self, other: &Self) -> Ordering {
        self.padded().cmp(&other.padded())
    }
}

impl PartialOrd for AreaCode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AreaCode({})", self.0)
    }
}

impl Serialize for AreaCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AreaCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::text(deserializer)?.parse().map_err(|error: AreaCodeError| wire::refuse(error.code(), error))
    }
}

impl utoipa::PartialSchema for AreaCode {
    fn schema() -> RefOr<Schema> {
        let two = "([1-9][0-9]|0[1-9])";
        let pattern = format!("^[1-9][0-9]({two}{two}?)?$");
        wire::schema("A DOPA area code: province 46, amphoe 4609, tambon 460901.", &pattern, "460901")
    }
}

impl utoipa::ToSchema for AreaCode {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("AreaCode")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> AreaCode {
        text.parse().unwrap()
    }

    #[test]
    fn a_code_knows_its_level_and_what_it_lies_in() {
        let tambon = code("460901");
        assert_eq!(
            (tambon.level(), tambon.province(), tambon.amphoe()),
            (Level::Tambon, code("46"), Some(code("4609")))
        );
        assert_eq!((tambon.tambon(), tambon.parent()), (Some(tambon), Some(code("4609"))));
        let amphoe = code("4609");
        assert_eq!((amphoe.level(), amphoe.province(), amphoe.amphoe()), (Level::Amphoe, code("46"), Some(amphoe)));
        assert_eq!((amphoe.tambon(), amphoe.parent()), (None, Some(code("46"))));
        let province = code("46");
        assert_eq!((province.level(), province.province(), province.amphoe()), (Level::Province, province, None));
        assert_eq!((province.tambon(), province.parent()), (None, None));
    }

    #[test]
    fn an_area_contains_itself_and_what_lies_within_it() {
        let table = [
            ("46", "460901", true),
            ("46", "4609", true),
            ("46", "46", true),
            ("4609", "460901", true),
            ("460901", "460901", true),
            ("4609", "46", false),
            ("4609", "461001", false),
            ("46", "4709", false),
            ("460901", "460902", false),
            ("46", "460", false),
        ];
        for (outer, inner, expected) in table {
            let contains = inner.parse().is_ok_and(|inner| code(outer).contains(inner));
            assert_eq!(contains, expected, "{outer} {inner}");
        }
    }

    #[test]
    fn codes_are_read_as_people_write_them_and_refused_with_a_reason() {
        for text in ["460901", " 460901 ", "๔๖๐๙๐๑", "460901.0"] {
            assert_eq!(AreaCode::parse(text), Ok(code("460901")), "{text}");
        }
        let table = [
            ("", "area_code_length"),
            ("4", "area_code_length"),
            ("460", "area_code_length"),
            ("4609011", "area_code_length"),
            ("460900", "area_code_zero_part"),
            ("4600", "area_code_zero_part"),
            ("460001", "area_code_zero_part"),
            ("00", "area_code_zero_part"),
            ("04", "area_code_zero_part"),
            ("46-09", "area_code_not_digits"),
            ("4609.5", "area_code_not_digits"),
            ("สหัสขันธ์", "area_code_not_digits"),
            ("+4", "area_code_not_digits"),
        ];
        for (text, expected) in table {
            assert_eq!(AreaCode::parse(text).map_err(AreaCodeError::code), Err(expected), "{text}");
        }
    }

    #[test]
    fn codes_are_ordered_like_their_texts() {
        let mut codes = ["47", "460902", "4610", "46", "460901", "4609"].map(code);
        codes.sort();
        assert_eq!(codes.map(|code| code.to_string()), ["46", "4609", "460901", "460902", "4610", "47"]);
    }

    proptest! {
        #[test]
        fn any_code_comes_back_from_the_wire(parts in prop::collection::vec(10_u32..100, 1..=3)) {
            let text: String = parts.iter().map(ToString::to_string).collect();
            let json = serde_json::to_string(&code(&text)).unwrap();
            prop_assert_eq!(&json, &format!("\"{text}\""));
            prop_assert_eq!(serde_json::from_str::<AreaCode>(&json).unwrap(), code(&text));
        }
    }
}
