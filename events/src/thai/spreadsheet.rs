//! What a spreadsheet destroys on the way: said, never guessed back.

use crate::thai::date::month_named;

/// What happened to a cell that can't be read any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// A long number was rounded: `3.3E+12`.
    Scientific,
    /// `25/2` became a day without a year: `25-ก.พ.`, `Feb-25`.
    Date,
    /// The cell held an error: `#REF!`, `#N/A`, `####`.
    ErrorCell,
}

/// Whether a cell bears the marks of a spreadsheet's own ideas.
pub fn damage(text: &str) -> Option<Damage> {
    let text = text.trim();
    if is_scientific(text) {
        Some(Damage::Scientific)
    } else if is_day_without_year(text) {
        Some(Damage::Date)
    } else if is_error_cell(text) {
        Some(Damage::ErrorCell)
    } else {
        None
    }
}

// Spreadsheets always write the sign; `12E3` may be a house number.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(exponent.trim_start_matches(['+', '-']))
        && exponent.starts_with(['+', '-'])
        && mantissa.split(['.', ',']).count() <= 2
        && mantissa.trim_start_matches('-').split(['.', ',']).all(digits)
}

fn is_day_without_year(text: &str) -> bool {
    let Some((left, right)) = text.split_once('-') else { return false };
    let (left, right) = (left.trim(), right.trim());
    let short_number = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (short_number(left) && month_named(right).is_some()) || (short_number(right) && month_named(left).is_some())
}

fn is_error_cell(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|rest| {
        rest.bytes().all(|b| b == b'#') || rest.ends_with(['!', '?']) || rest.eq_ignore_ascii_case("n/a")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_a_spreadsheet_are_seen() {
        let table = [
            ("3.3E+12", Some(Damage::Scientific)),
            ("1,46E+12", Some(Damage::Scientific)),
            (" 1e-5 ", Some(Damage::Scientific)),
            ("25-ก.พ.", Some(Damage::Date)),
            ("25-กพ", Some(Damage::Date)),
            ("25-Feb", Some(Damage::Date)),
            ("ก.พ.-25", Some(Damage::Date)),
            ("#REF!", Some(Damage::ErrorCell)),
            ("#N/A", Some(Damage::ErrorCell)),
            ("#####", Some(Damage::ErrorCell)),
            ("25/2", None),
            ("12E3", None),
            ("25-2", None),
            ("E+5", None),
            ("1.2.3E+4", None),
            ("บ้านเลขที่ 5", None),
            ("-", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(damage(text), expected, "{text}");
        }
    }
}
