//! The code of a local administrative organisation (อปท.: municipality or tambon organisation).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use crate::thai::{digits, wire};

/// Seven or eight digits, so no area code looks like one. The ones in this project are invented, under 46.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaoCode(u32);

/// Why a text is no LAO code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a local organisation's code has 7 or 8 digits and does not begin with 0")]
pub struct LaoCodeError;

impl LaoCodeError {
    /// The stable name of this error.
    pub fn code(self) -> &'static str {
        "lao_code_malformed"
    }
}

impl LaoCode {
    /// Reads a code as people write it: Thai digits, space around it, a `.0` that a table program has added.
    pub fn parse(text: &str) -> Result<Self, LaoCodeError> {
        let text = digits::fold(text.trim());
        text.strip_suffix(".0").unwrap_or(&text).parse()
    }
}

/// The wire's form and no other.
impl FromStr for LaoCode {
    type Err = LaoCodeError;

    fn from_str(text: &str) -> Result<Self, LaoCodeError> {
        let shape = matches!(text.len(), 7 | 8) && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
        if shape { text.parse().map(Self).map_err(|_| LaoCodeError) } else { Err(LaoCodeError) }
    }
}

impl fmt::Display for LaoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for LaoCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LaoCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::text(deserializer)?.parse().map_err(|error: LaoCodeError| wire::refuse(error.code(), error))
    }
}

impl utoipa::PartialSchema for LaoCode {
    fn schema() -> RefOr<Schema> {
        wire::schema("The code of a local administrative organisation.", "^[1-9][0-9]{6,7}$", "4609001")
    }
}

impl utoipa::ToSchema for LaoCode {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("LaoCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_code_has_seven_or_eight_digits() {
        for (text, wire) in [("4609001", "4609001"), (" ๔๖๐๙๐๐๑๒ ", "46090012"), ("4609001.0", "4609001")]
        {
            assert_eq!(LaoCode::parse(text).map(|lao| lao.to_string()).as_deref(), Ok(wire));
        }
        for wrong in ["460901", "0609001", "460900123", "46090a1", "", "+609001"] {
            assert_eq!(LaoCode::parse(wrong), Err(LaoCodeError), "{wrong}");
        }
        let json = serde_json::to_string(&LaoCode(4_609_001)).unwrap();
        assert_eq!((json.as_str(), serde_json::from_str(&json).ok()), ("\"4609001\"", Some(LaoCode(4_609_001))));
    }
}
