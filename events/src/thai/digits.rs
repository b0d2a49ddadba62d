//! Numbers as people write them: Thai digits, thousands separators, a dash for "unknown".

use std::borrow::Cow;

use crate::thai::spreadsheet::damage;

/// Why a number can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Words, misplaced separators, anything that is not digits.
    #[error("not a number that can be read")]
    Unreadable,
    /// More decimals than this value has.
    #[error("more decimals than this value has")]
    TooPrecise,
    /// Beyond what can be stored.
    #[error("the number is too large")]
    TooLarge,
    /// A spreadsheet rounded it or put an error in its place.
    #[error("a spreadsheet has destroyed this value; type it again as text")]
    Destroyed,
}

impl NumberError {
    /// The stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "number_unreadable",
            Self::TooPrecise => "number_too_precise",
            Self::TooLarge => "number_too_large",
            Self::Destroyed => "destroyed_by_spreadsheet",
        }
    }
}

/// The same text with Thai digits ๐–๙ as 0–9.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| thai_digit(c).is_some()) {
        Cow::Owned(text.chars().map(|c| thai_digit(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn thai_digit(c: char) -> Option<char> {
    matches!(c, '๐'..='๙').then(|| char::from_digit(c as u32 - '๐' as u32, 10)).flatten()
}

/// What a cell says, without surrounding space; `None` where it says that nobody knows: blank, dashes, ไม่ทราบ.
pub fn known(cell: &str) -> Option<&str> {
    let text = cell.trim();
    let unknown = text.chars().all(|c| is_dash(c) || c.is_whitespace()) || matches!(text, "ไม่ทราบ" | "ไม่มีข้อมูล");
    (!unknown).then_some(text)
}

/// A hyphen, a dash or a minus sign, whichever key was near.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// A whole number, or `None` where it is unknown.
pub fn whole(text: &str) -> Result<Option<i64>, NumberError> {
    scaled(text, 0)
}

/// A number in units of 10^-`decimals` (money: 2, so satang), exactly, or `None` where it is unknown.
/// Zeros beyond the last decimal do no harm.
pub fn scaled(text: &str, decimals: u8) -> Result<Option<i64>, NumberError> {
    let Some(text) = known(text) else { return Ok(None) };
    let Written { negative, whole, fraction } = Written::read(text)?;
    let places = usize::from(decimals);
    let (kept, beyond) = fraction.split_at(fraction.len().min(places));
    if beyond.bytes().any(|b| b != b'0') {
        return Err(NumberError::TooPrecise);
    }
    let padding = std::iter::repeat_n(b'0', places - kept.len());
    let mut value: i64 = 0;
    for digit in whole.bytes().chain(kept.bytes()).chain(padding) {
        let next = value.checked_mul(10).and_then(|v| v.checked_add(i64::from(digit - b'0')));
        value = next.ok_or(NumberError::TooLarge)?;
    }
    Ok(Some(if negative { -value } else { value }))
}

/// A number with a fraction that need not be exact, such as a latitude, or `None` where it is unknown.
pub fn decimal(text: &str) -> Result<Option<f64>, NumberError> {
    let Some(text) = known(text) else { return Ok(None) };
    let Written { negative, whole, fraction } = Written::read(text)?;
    let value: f64 = format!("{whole}.{fraction}0").parse().map_err(|_| NumberError::Unreadable)?;
    if !value.is_finite() {
        return Err(NumberError::TooLarge);
    }
    Ok(Some(if negative { -value } else { value }))
}

/// The parts of a written number, in ASCII digits, separators checked and gone.
struct Written {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Written {
    fn read(text: &str) -> Result<Self, NumberError> {
        if damage(text).is_some() {
            return Err(NumberError::Destroyed);
        }
        let text = fold(text);
        let unsigned = text.strip_prefix(['-', '\u{2212}']);
        let negative = unsigned.is_some();
        let body = unsigned.unwrap_or(&text).trim_start();
        let (whole, fraction) = match body.split_once('.') {
            Some((_, "")) => return Err(NumberError::Unreadable),
            Some((whole, fraction)) => (if whole.is_empty() { "0" } else { whole }, fraction),
            None => (body, ""),
        };
        if !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NumberError::Unreadable);
        }
        Ok(Self { negative, whole: ungroup(whole)?, fraction: fraction.to_owned() })
    }
}

/// Takes the thousands separators out. `12,50` may be a decimal comma, so groups must have three digits.
fn ungroup(text: &str) -> Result<String, NumberError> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    if !grouped || !digits(first) || !rest.iter().all(|group| digits(group)) {
        return Err(NumberError::Unreadable);
    }
    Ok(rest.iter().fold(first.to_owned(), |whole, group| whole + group))
}

/// What is wrong with a code of a fixed number of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeFault {
    Length(usize),
    NotDigits,
    Destroyed,
}

/// The digits of a code of `length` digits as people write it: dashes and spaces anywhere, Thai digits, a `.0` that a table
/// program has added. At most 18 digits.
pub(crate) fn code(text: &str, length: usize) -> Result<u64, CodeFault> {
    if damage(text).is_some() {
        return Err(CodeFault::Destroyed);
    }
    let text = fold(text.trim());
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let (mut value, mut found) = (0_u64, 0);
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            found += 1;
            if found <= length {
                value = value * 10 + u64::from(digit);
            }
        } else if !is_dash(c) && !c.is_whitespace() && c != '\u{200b}' && c != '\u{feff}' {
            return Err(CodeFault::NotDigits);
        }
    }
    if found == length { Ok(value) } else { Err(CodeFault::Length(found)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let table = [
            ("1250", Ok(Some(125_000))),
            ("1,250", Ok(Some(125_000))),
            ("๑,๒๕๐", Ok(Some(125_000))),
            (" 1,234,567.8 ", Ok(Some(123_456_780))),
            ("1250.50", Ok(Some(125_050))),
            ("1250.5000", Ok(Some(125_050))),
            (".5", Ok(Some(50))),
            ("-500", Ok(Some(-50_000))),
            ("\u{2212}500", Ok(Some(-50_000))),
            ("0", Ok(Some(0))),
            ("-", Ok(None)),
            ("–", Ok(None)),
            ("", Ok(None)),
            ("  ", Ok(None)),
            ("ไม่ทราบ", Ok(None)),
            ("สองพัน", Err(NumberError::Unreadable)),
            ("12,50", Err(NumberError::Unreadable)),
            ("1,2500", Err(NumberError::Unreadable)),
            ("1250,000", Err(NumberError::Unreadable)),
            (",250", Err(NumberError::Unreadable)),
            ("1.250,00", Err(NumberError::Unreadable)),
            ("1.2.3", Err(NumberError::Unreadable)),
            ("5.", Err(NumberError::Unreadable)),
            ("--5", Err(NumberError::Unreadable)),
            ("1 250", Err(NumberError::Unreadable)),
            ("1250.505", Err(NumberError::TooPrecise)),
            ("99999999999999999999", Err(NumberError::TooLarge)),
            ("3.3E+12", Err(NumberError::Destroyed)),
            ("#VALUE!", Err(NumberError::Destroyed)),
        ];
        for (text, expected) in table {
            assert_eq!(scaled(text, 2), expected, "{text}");
        }
    }

    #[test]
    fn a_coordinate_keeps_its_fraction() {
        assert_eq!(decimal("๑๖.๗๑๒๓๔๕๖"), Ok(Some(16.712_345_6)));
        assert_eq!(decimal("-0.5"), Ok(Some(-0.5)));
        assert_eq!(decimal("-"), Ok(None));
        assert_eq!(decimal("16.7N"), Err(NumberError::Unreadable));
        assert_eq!(decimal(&"9".repeat(400)), Err(NumberError::TooLarge));
    }

    proptest! {
        #[test]
        fn any_number_comes_back_from_its_text(value in -1_000_000_000_000_i64..1_000_000_000_000) {
            prop_assert_eq!(whole(&value.to_string()), Ok(Some(value)));
            let thai: String = value.to_string().chars().map(|c| c.to_digit(10)
                .and_then(|d| char::from_u32('๐' as u32 + d)).unwrap_or(c)).collect();
            prop_assert_eq!(whole(&thai), Ok(Some(value)));
        }

        #[test]
        fn nothing_people_can_type_panics(text in "\\PC{0,24}") {
            let _ = (scaled(&text, 2), decimal(&text), code(&text, 13), known(&text));
        }
    }
}
