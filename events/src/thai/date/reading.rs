//! Reading dates as people write them: both eras, Thai and English months, missing parts.
//!
//! The day stands before the month, as everywhere in Thailand; nothing is guessed from the size of a number.

use chrono::NaiveDate;

use super::{DateError, PartialDate, YEARS, common_year, month_named};
use crate::thai::digits::is_dash;
use crate::thai::name::normalise;
use crate::thai::spreadsheet::damage;

/// The Buddhist years that lie within [`YEARS`]; the two ranges do not meet, so four digits say their era.
const BUDDHIST_YEARS: std::ops::RangeInclusive<i32> = 2400..=2742;

/// Reads a whole date as people write it, for things that happened on a day.
pub fn parse_date(text: &str) -> Result<NaiveDate, DateError> {
    read(text)?.full().ok_or(DateError::Incomplete)
}

pub(super) fn read(text: &str) -> Result<PartialDate, DateError> {
    let text = normalise(text);
    if damage(&text).is_some() {
        return Err(DateError::Destroyed);
    }
    let (text, era) = take_era(without_midnight(&text));
    let pieces = pieces(&text)?;
    let (year, month, day) = match pieces.as_slice() {
        [Piece::Year(year)] => (*year, Piece::Blank, Piece::Blank),
        [Piece::Year(year), month] | [month, Piece::Year(year)] => (*year, *month, Piece::Blank),
        [Piece::Year(year), month, day]
        | [month @ Piece::Month(_), day, Piece::Year(year)]
        | [day, month, Piece::Year(year)] => (*year, *month, *day),
        [.., Piece::Small(_)] if pieces.iter().all(|piece| !matches!(piece, Piece::Year(_))) && pieces.len() > 1 => {
            return Err(DateError::TwoDigitYear);
        }
        _ => return Err(DateError::Unreadable),
    };
    let month = match month {
        Piece::Blank => None,
        Piece::Small(month) | Piece::Month(month) if (1..=12).contains(&month) => Some(month),
        Piece::Small(_) | Piece::Month(_) => return Err(DateError::Impossible),
        Piece::Year(_) => return Err(DateError::Unreadable),
    };
    let day = match day {
        Piece::Blank => None,
        Piece::Small(day) => Some(day),
        Piece::Month(_) | Piece::Year(_) => return Err(DateError::Unreadable),
    };
    PartialDate::new(era.common(year, month)?, month, day)
}

/// What the writer says about the era.
#[derive(Clone, Copy)]
enum Era {
    Buddhist,
    Common,
    Unsaid,
}

impl Era {
    fn common(self, year: i32, month: Option<u32>) -> Result<i32, DateError> {
        let buddhist = BUDDHIST_YEARS.contains(&year);
        match self {
            Self::Buddhist | Self::Unsaid if buddhist => Ok(common_year(year, month)),
            Self::Common | Self::Unsaid if YEARS.contains(&year) => Ok(year),
            Self::Buddhist | Self::Common | Self::Unsaid => Err(DateError::YearOutOfRange),
        }
    }
}

fn take_era(text: &str) -> (String, Era) {
    let marks = [("พ.ศ.", Era::Buddhist), ("พ.ศ", Era::Buddhist), ("b.e.", Era::Buddhist)];
    let marks = marks.into_iter().chain([
        ("ค.ศ.", Era::Common),
        ("ค.ศ", Era::Common),
        ("c.e.", Era::Common),
        ("a.d.", Era::Common),
    ]);
    let mut found = Era::Unsaid;
    let mut text = text.to_owned();
    for (mark, era) in marks {
        if text.contains(mark) {
            (text, found) = (text.replace(mark, " "), era);
        }
    }
    for word in ["วันที่", "เดือน", "ปี"] {
        text = text.replace(word, " ");
    }
    (text, found)
}

/// A spreadsheet's dates come with a midnight that nobody wrote.
fn without_midnight(text: &str) -> &str {
    let endings = [" 00:00:00", " 0:00:00", "t00:00:00", " 00:00", " 0:00"];
    endings.iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text)
}

/// One part of a date.
#[derive(Clone, Copy)]
enum Piece {
    /// Four digits.
    Year(i32),
    /// One or two digits: a day or the number of a month.
    Small(u32),
    /// A month by its name.
    Month(u32),
    /// A dash or zeros: known to be unknown.
    Blank,
}

impl Piece {
    fn read(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        if text.chars().all(|c| is_dash(c) || c == '0') {
            return Ok(Self::Blank);
        }
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return month_named(text).map(Self::Month).ok_or(DateError::Unreadable);
        }
        let number: u32 = text.parse().map_err(|_| DateError::Unreadable)?;
        match text.len() {
            1 | 2 => Ok(Self::Small(number)),
            4 => i32::try_from(number).map(Self::Year).map_err(|_| DateError::Unreadable),
            _ => Err(DateError::Unreadable),
        }
    }
}

/// Splits a date at the separator it uses. Where that is space, a number and a name need none between them: `13เม.ย.2546`.
fn pieces(text: &str) -> Result<Vec<Piece>, DateError> {
    let parts: Vec<&str> = if text.contains('/') {
        text.split('/').collect()
    } else if text.contains(is_dash) {
        text.split(is_dash).collect()
    } else if text.chars().all(|c| c == '.' || c.is_ascii_digit()) {
        text.split('.').collect()
    } else {
        text.split([' ', ',']).filter(|part| !part.is_empty()).flat_map(numbers_and_names).collect()
    };
    // More parts than a date has need not be looked at.
    if parts.len() > 3 { Err(DateError::Unreadable) } else { parts.into_iter().map(Piece::read).collect() }
}

fn numbers_and_names(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    parts
}
