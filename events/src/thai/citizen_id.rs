//! The 13-digit number of a person (เลขประจำตัวประชาชน), kept as written even where its check digit is wrong.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use crate::thai::check_digit::{WrongCheckDigit, check_digit};
use crate::thai::digits::{self, CodeFault};
use crate::thai::wire;

/// A citizen id. Any first digit is accepted: 0 stands for people without registered status, often the poorest.
///
/// There is no `Display`, so that none slips into a log line: ask for [`plain`](Self::plain), [`dashed`](Self::dashed) or
/// [`masked`](Self::masked).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CitizenId(u64);

/// Why a text is no citizen id. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CitizenIdError {
    /// Too few or too many digits.
    #[error("a citizen id has 13 digits, this has {found}")]
    Length {
        /// How many digits there were.
        found: usize,
    },
    /// Something other than digits, dashes and spaces.
    #[error("a citizen id has only digits")]
    NotDigits,
    /// `3.3E+12`: the digits are lost.
    #[error("a spreadsheet has destroyed this citizen id; type it again as text")]
    Destroyed,
}

impl CitizenIdError {
    /// The stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Length { .. } => "citizen_id_length",
            Self::NotDigits => "citizen_id_not_digits",
            Self::Destroyed => "destroyed_by_spreadsheet",
        }
    }
}

impl From<CodeFault> for CitizenIdError {
    fn from(fault: CodeFault) -> Self {
        match fault {
            CodeFault::Length(found) => Self::Length { found },
            CodeFault::NotDigits => Self::NotDigits,
            CodeFault::Destroyed => Self::Destroyed,
        }
    }
}

impl CitizenId {
    /// Reads an id as people write it (dashes, spaces, Thai digits); a wrong check digit is a warning.
    pub fn parse(text: &str) -> Result<(Self, Option<WrongCheckDigit>), CitizenIdError> {
        let id = Self(digits::code(text, 13)?);
        Ok((id, id.checked()))
    }

    /// The warning it deserves, if any.
    pub fn checked(self) -> Option<WrongCheckDigit> {
        WrongCheckDigit::of(self.0)
    }

    /// An invented id with a right check digit, under registry office 4600, which does not exist.
    /// Of `person_type` the last digit counts, of `running` the last seven.
    pub fn invented(person_type: u8, running: u32) -> Self {
        let leading = u64::from(person_type % 10) * 100_000_000_000 + 46_000_000_000 + u64::from(running % 10_000_000);
        Self(leading * 10 + check_digit(leading))
    }

    /// The office that gave the number, not today's address: digits 2 to 5.
    pub fn registry_office(self) -> u16 {
        u16::try_from(self.0 / 100_000_000 % 10_000).unwrap_or_default()
    }

    /// The 13 digits, as on the wire.
    pub fn plain(self) -> String {
        format!("{:013}", self.0)
    }

    /// As on the card: `1-4600-00000-01-3`.
    pub fn dashed(self) -> String {
        let n = self.0;
        let (kind, office) = (n / 1_000_000_000_000, n / 100_000_000 % 10_000);
        format!("{kind}-{office:04}-{:05}-{:02}-{}", n / 1000 % 100_000, n / 10 % 100, n % 10)
    }

    /// For a screen that need not show it: `1-xxxx-xxxxx-01-3`.
    pub fn masked(self) -> String {
        format!("{}-xxxx-xxxxx-{:02}-{}", self.0 / 1_000_000_000_000, self.0 / 10 % 100, self.0 % 10)
    }
}

/// Whether a cell says that the person has no card: ไม่มีบัตร. Such a person is as eligible as any.
pub fn says_no_card(cell: &str) -> bool {
    matches!(cell.trim(), "ไม่มีบัตร" | "ไม่มี" | "ไม่มีบัตรประชาชน" | "ไม่มีบัตรประจำตัวประชาชน")
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CitizenId(‹hidden›)")
    }
}

impl Serialize for CitizenId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.plain())
    }
}

impl<'de> Deserialize<'de> for CitizenId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = wire::text(deserializer)?;
        let plain = if text.bytes().all(|b| b.is_ascii_digit()) {
            digits::code(&text, 13).map_err(CitizenIdError::from)
        } else {
            Err(CitizenIdError::NotDigits)
        };
        plain.map(Self).map_err(|error| wire::refuse(error.code(), error))
    }
}

impl utoipa::PartialSchema for CitizenId {
    fn schema() -> RefOr<Schema> {
        wire::schema("A Thai citizen id. A wrong check digit is a warning.", "^[0-9]{13}$", "1460000000013")
    }
}

impl utoipa::ToSchema for CitizenId {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("CitizenId")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_known_vectors_have_right_check_digits() {
        // The last three have remainders 0, 10 and 1, where the rule is easy to get wrong.
        let vectors = [
            "1610255800005",
            "1610255811112",
            "1610255822220",
            "1460000000013",
            "3460000000010",
            "5460000123452",
            "8460000000096",
            "0460000000074",
            "1460000000081",
            "1460000000021",
            "1460000000030",
        ];
        for text in vectors {
            let (id, warning) = CitizenId::parse(text).unwrap();
            assert_eq!((id.plain().as_str(), warning), (text, None));
        }
    }

    #[test]
    fn a_wrong_check_digit_is_a_warning_not_an_error() {
        let (id, warning) = CitizenId::parse("1460000000014").unwrap();
        assert_eq!(id.plain(), "1460000000014");
        assert_eq!(warning.map(WrongCheckDigit::code), Some("wrong_check_digit"));
    }

    #[test]
    fn an_id_is_read_as_people_write_it() {
        let (expected, _) = CitizenId::parse("1460000000013").unwrap();
        for text in
            ["1-4600-00000-01-3", " 1 4600 00000 01 3 ", "๑๔๖๐๐๐๐๐๐๐๐๑๓", "1‑4600–00000-01-3", "1460000000013.0"]
        {
            assert_eq!(CitizenId::parse(text).unwrap(), (expected, None), "{text}");
        }
    }

    #[test]
    fn what_is_no_id_is_refused_with_its_reason() {
        let table = [
            ("3.3E+12", "destroyed_by_spreadsheet"),
            ("1.46E+12", "destroyed_by_spreadsheet"),
            ("146000000001", "citizen_id_length"),
            ("14600000000130", "citizen_id_length"),
            ("", "citizen_id_length"),
            ("G460000000013", "citizen_id_not_digits"),
            ("ไม่มีบัตร", "citizen_id_not_digits"),
        ];
        for (text, code) in table {
            assert_eq!(CitizenId::parse(text).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn an_id_shows_itself_only_when_asked() {
        let (id, _) = CitizenId::parse("1460000000013").unwrap();
        assert_eq!(format!("{id:?}"), "CitizenId(‹hidden›)");
        assert_eq!(id.dashed(), "1-4600-00000-01-3");
        assert_eq!(id.masked(), "1-xxxx-xxxxx-01-3");
        assert_eq!(CitizenId::parse("0460000000074").unwrap().0.dashed(), "0-4600-00000-07-4");
    }

    #[test]
    fn the_wire_takes_thirteen_digits_and_quotes_nothing() {
        let (id, _) = CitizenId::parse("0460000000074").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"0460000000074\"");
        for wrong in ["\"1-4600-00000-01-3\"", "1460000000013", "\"14600000\"", "\"๑๔๖๐๐๐๐๐๐๐๐๑๓\""]
        {
            let error = serde_json::from_str::<CitizenId>(wrong).unwrap_err().to_string();
            assert!(wire::coded(&error).is_some() && !error.contains("4600"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn an_invented_id_is_right_foreign_to_everyone_and_comes_back(kind in 0_u8..10, running in 0_u32..10_000_000) {
            let id = CitizenId::invented(kind, running);
            prop_assert_eq!((id.checked(), id.registry_office()), (None, 4600));
            prop_assert_eq!(CitizenId::parse(&id.dashed()), Ok((id, None)));
            let back: CitizenId = serde_json::from_str(&serde_json::to_string(&id).unwrap()).unwrap();
            prop_assert_eq!(back, id);
        }

        #[test]
        fn one_wrong_digit_before_the_last_is_always_noticed_unless_it_hits_the_doubled_remainder(
            running in 0_u32..10_000_000, place in 1_u32..8, by in 1_u64..10,
        ) {
            let id = CitizenId::invented(1, running);
            let digit = id.0 / 10_u64.pow(place) % 10;
            let other = CitizenId(id.0 - digit * 10_u64.pow(place) + (digit + by) % 10 * 10_u64.pow(place));
            prop_assert!(other.checked().is_some() || id.0 % 10 == 1);
        }
    }
}
