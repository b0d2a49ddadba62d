//! The 11-digit code of a registered house (เลขรหัสประจำบ้าน), kept as written even where its check digit is wrong.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use crate::thai::check_digit::{WrongCheckDigit, check_digit};
use crate::thai::digits::{self, CodeFault};
use crate::thai::wire;

/// A house code. Its first four digits are the registry office, which may be a municipality or out of date: no address follows
/// from them. A house is not a household: several may share one code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HouseCode(u64);

/// Why a text is no house code. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HouseCodeError {
    /// Too few or too many digits.
    #[error("a house code has 11 digits, this has {found}")]
    Length {
        /// How many digits there were.
        found: usize,
    },
    /// Something other than digits, dashes and spaces.
    #[error("a house code has only digits")]
    NotDigits,
    /// `4.6E+10`: the digits are lost.
    #[error("a spreadsheet has destroyed this house code; type it again as text")]
    Destroyed,
}

impl HouseCodeError {
    /// The stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Length { .. } => "house_code_length",
            Self::NotDigits => "house_code_not_digits",
            Self::Destroyed => "destroyed_by_spreadsheet",
        }
    }
}

impl From<CodeFault> for HouseCodeError {
    fn from(fault: CodeFault) -> Self {
        match fault {
            CodeFault::Length(found) => Self::Length { found },
            CodeFault::NotDigits => Self::NotDigits,
            CodeFault::Destroyed => Self::Destroyed,
        }
    }
}

impl HouseCode {
    /// Reads a code as people write it (dashes, spaces, Thai digits); a wrong check digit is a warning.
    pub fn parse(text: &str) -> Result<(Self, Option<WrongCheckDigit>), HouseCodeError> {
        let house = Self(digits::code(text, 11)?);
        Ok((house, house.checked()))
    }

    /// The warning it deserves, if any.
    pub fn checked(self) -> Option<WrongCheckDigit> {
        WrongCheckDigit::of(self.0)
    }

    /// An invented code with a right check digit, under registry office 4600, which does not exist.
    /// Of `running` the last six digits count.
    pub fn invented(running: u32) -> Self {
        let leading = 4_600_000_000 + u64::from(running % 1_000_000);
        Self(leading * 10 + check_digit(leading))
    }

    /// The office that gave the code: its first four digits.
    pub fn registry_office(self) -> u16 {
        u16::try_from(self.0 / 10_000_000).unwrap_or_default()
    }

    /// The 11 digits, as on the wire.
    pub fn plain(self) -> String {
        format!("{:011}", self.0)
    }

    /// As in the house book: `4600-000000-1` and its like.
    pub fn dashed(self) -> String {
        format!("{:04}-{:06}-{}", self.0 / 10_000_000, self.0 / 10 % 1_000_000, self.0 % 10)
    }
}

// A house code leads to a door, so it is hidden like a person's number.
impl fmt::Debug for HouseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HouseCode(‹hidden›)")
    }
}

impl Serialize for HouseCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.plain())
    }
}

impl<'de> Deserialize<'de> for HouseCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = wire::text(deserializer)?;
        let plain = if text.bytes().all(|b| b.is_ascii_digit()) {
            digits::code(&text, 11).map_err(HouseCodeError::from)
        } else {
            Err(HouseCodeError::NotDigits)
        };
        plain.map(Self).map_err(|error| wire::refuse(error.code(), error))
    }
}

impl utoipa::PartialSchema for HouseCode {
    fn schema() -> RefOr<Schema> {
        wire::schema("The code of a registered house. A wrong check digit is a warning.", "^[0-9]{11}$", "46000000014")
    }
}

impl utoipa::ToSchema for HouseCode {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("HouseCode")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_known_vectors_have_right_check_digits() {
        let vectors = [
            "74020749965",
            "12040847961",
            "27920013917",
            "46000000014",
            "46000000022",
            "46001234566",
            "46000000031",
            "46000000081",
            "46000000090",
        ];
        for text in vectors {
            let (house, warning) = HouseCode::parse(text).unwrap();
            assert_eq!((house.plain().as_str(), warning), (text, None));
        }
    }

    #[test]
    fn a_wrong_check_digit_is_a_warning_not_an_error() {
        let (house, warning) = HouseCode::parse("4600-000001-5").unwrap();
        assert_eq!((house.plain().as_str(), warning), ("46000000015", Some(WrongCheckDigit)));
    }

    #[test]
    fn what_is_no_code_is_refused_with_its_reason() {
        let table = [
            ("4.6E+10", "destroyed_by_spreadsheet"),
            ("4600000001", "house_code_length"),
            ("25/2", "house_code_not_digits"),
            ("", "house_code_length"),
        ];
        for (text, code) in table {
            assert_eq!(HouseCode::parse(text).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn a_code_shows_itself_only_when_asked() {
        let (house, _) = HouseCode::parse("๔๖๐๐-๑๒๓๔๕๖-๖").unwrap();
        assert_eq!(format!("{house:?}"), "HouseCode(‹hidden›)");
        assert_eq!(house.dashed(), "4600-123456-6");
    }

    proptest! {
        #[test]
        fn an_invented_code_is_right_and_comes_back(running in 0_u32..1_000_000) {
            let house = HouseCode::invented(running);
            prop_assert_eq!((house.checked(), house.registry_office()), (None, 4600));
            prop_assert_eq!(HouseCode::parse(&house.dashed()), Ok((house, None)));
            let back: HouseCode = serde_json::from_str(&serde_json::to_string(&house).unwrap()).unwrap();
            prop_assert_eq!(back, house);
        }
    }
}
