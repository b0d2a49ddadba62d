//! The check digit that citizen ids and house codes share.

use std::fmt;

/// The last digit of a code whose other digits are `leading`: weights 2, 3, 4, … from the right, then 11 less the remainder by
/// 11, of which only the last digit is kept (remainders 0 and 10 both give 1, remainder 1 gives 0).
pub fn check_digit(leading: u64) -> u64 {
    let (mut rest, mut weight, mut sum) = (leading, 2, 0);
    while rest > 0 {
        sum += rest % 10 * weight;
        rest /= 10;
        weight += 1;
    }
    (11 - sum % 11) % 10
}

/// A code was kept although its check digit does not fit: real forms hold such codes, and refusing them would leave out people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongCheckDigit;

impl WrongCheckDigit {
    /// The stable name of this warning.
    pub fn code(self) -> &'static str {
        "wrong_check_digit"
    }

    /// The warning for a whole code, if it deserves one.
    pub(crate) fn of(code: u64) -> Option<Self> {
        (check_digit(code / 10) != code % 10).then_some(Self)
    }
}

impl fmt::Display for WrongCheckDigit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the check digit does not fit; kept as written")
    }
}
