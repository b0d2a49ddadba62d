//! The two eras, the names of the months and the fiscal year.
//!
//! Until B.E. 2483 the Thai year ran from April to March, so January to March belonged to the end of the year before:
//! February of B.E. 2470 was February 1928, not 1927.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use crate::thai::name::normalise;

/// A month's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// `เมษายน`
    pub thai: &'static str,
    /// `เม.ย.`
    pub thai_short: &'static str,
    /// `April`
    pub english: &'static str,
}

/// January to December.
pub const MONTHS: [Month; 12] = [
    Month { thai: "มกราคม", thai_short: "ม.ค.", english: "January" },
    Month { thai: "กุมภาพันธ์", thai_short: "ก.พ.", english: "February" },
    Month { thai: "มีนาคม", thai_short: "มี.ค.", english: "March" },
    Month { thai: "เมษายน", thai_short: "เม.ย.", english: "April" },
    Month { thai: "พฤษภาคม", thai_short: "พ.ค.", english: "May" },
    Month { thai: "มิถุนายน", thai_short: "มิ.ย.", english: "June" },
    Month { thai: "กรกฎาคม", thai_short: "ก.ค.", english: "July" },
    Month { thai: "สิงหาคม", thai_short: "ส.ค.", english: "August" },
    Month { thai: "กันยายน", thai_short: "ก.ย.", english: "September" },
    Month { thai: "ตุลาคม", thai_short: "ต.ค.", english: "October" },
    Month { thai: "พฤศจิกายน", thai_short: "พ.ย.", english: "November" },
    Month { thai: "ธันวาคม", thai_short: "ธ.ค.", english: "December" },
];

/// B.E. 2483, the last year that began in April, had nine months. Papers that give it a January to March count on as before,
/// so these are read as 1941.
const LAST_OLD_BUDDHIST_YEAR: i32 = 2483;
/// The common-era year in which it began.
pub(super) const LAST_OLD_COMMON_YEAR: i32 = 1940;

/// The month of this name: full, short with or without dots, colloquial (`เมษา`) or English; 1 to 12.
pub fn month_named(text: &str) -> Option<u32> {
    let name = normalise(text).replace('.', "");
    let position = MONTHS.iter().position(|month| {
        let english = month.english.to_lowercase();
        let short = english.get(..3).unwrap_or(&english);
        let colloquial = ["คม", "ยน", "พันธ์"].iter().find_map(|ending| month.thai.strip_suffix(ending));
        name == month.thai
            || name == month.thai_short.replace('.', "")
            || Some(name.as_str()) == colloquial
            || name == english
            || name == short
            || (name == "sept" && short == "sep")
    });
    position.and_then(|index| u32::try_from(index + 1).ok())
}

/// The names of a day's month.
pub(super) fn month(day: NaiveDate) -> Month {
    MONTHS.get(day.month0() as usize).copied().unwrap_or(MONTHS[0])
}

/// The common-era year of a month in a Buddhist-era year. Without a month, the year in which most of it lay.
pub fn common_year(buddhist: i32, month: Option<u32>) -> i32 {
    let early = month.is_some_and(|month| month <= 3);
    if early && buddhist <= LAST_OLD_BUDDHIST_YEAR { buddhist - 542 } else { buddhist - 543 }
}

/// The Buddhist-era year of a month in a common-era year.
pub fn buddhist_year(common: i32, month: Option<u32>) -> i32 {
    let early = month.is_some_and(|month| month <= 3);
    if early && common <= LAST_OLD_COMMON_YEAR { common + 542 } else { common + 543 }
}

/// `22 พฤศจิกายน 2569`
pub fn thai_date(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), month(day).thai, buddhist_year(day.year(), Some(day.month())))
}

/// `22 พ.ย. 2569`
pub fn thai_date_short(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), month(day).thai_short, buddhist_year(day.year(), Some(day.month())))
}

/// `22 November 2026`
pub fn english_date(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), month(day).english, day.year())
}

/// The fiscal year (ปีงบประมาณ, B.E.) of a day: it begins on 1 October of the year before.
pub fn fiscal_year(day: NaiveDate) -> i32 {
    day.year() + 543 + i32::from(day.month() >= 10)
}

/// The first and last day of a fiscal year (B.E.); `None` for a year no calendar holds.
pub fn fiscal_year_days(buddhist: i32) -> Option<RangeInclusive<NaiveDate>> {
    let common = buddhist.checked_sub(543)?;
    let first = NaiveDate::from_ymd_opt(common.checked_sub(1)?, 10, 1)?;
    Some(first..=NaiveDate::from_ymd_opt(common, 9, 30)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_month_is_known_by_any_of_its_names() {
        let table = [
            ("เมษายน", Some(4)),
            ("เม.ย.", Some(4)),
            ("เมย", Some(4)),
            ("เม.ย", Some(4)),
            ("เมษา", Some(4)),
            ("April", Some(4)),
            ("APR", Some(4)),
            ("ก.พ.", Some(2)),
            ("กุมภา", Some(2)),
            ("กุมภาพันธ์", Some(2)),
            ("Sept.", Some(9)),
            ("ธ.ค.", Some(12)),
            ("เเม.ย.", None),
            ("", None),
            ("ปี", None),
            ("4", None),
        ];
        for (text, expected) in table {
            assert_eq!(month_named(text), expected, "{text}");
        }
    }

    #[test]
    fn days_are_written_as_both_languages_write_them() {
        assert_eq!(thai_date(day(2026, 11, 22)), "22 พฤศจิกายน 2569");
        assert_eq!(thai_date_short(day(2026, 11, 22)), "22 พ.ย. 2569");
        assert_eq!(english_date(day(2026, 11, 22)), "22 November 2026");
        assert_eq!(thai_date(day(1928, 2, 15)), "15 กุมภาพันธ์ 2470");
        assert_eq!(thai_date(day(1928, 4, 1)), "1 เมษายน 2471");
        assert_eq!(thai_date(day(1940, 12, 31)), "31 ธันวาคม 2483");
        assert_eq!(thai_date(day(1941, 1, 1)), "1 มกราคม 2484");
    }

    #[test]
    fn the_fiscal_year_begins_in_october() {
        assert_eq!(fiscal_year(day(2022, 9, 30)), 2565);
        assert_eq!(fiscal_year(day(2022, 10, 1)), 2566);
        assert_eq!(fiscal_year(day(2023, 9, 30)), 2566);
        assert_eq!(fiscal_year_days(2566), Some(day(2022, 10, 1)..=day(2023, 9, 30)));
        assert_eq!(fiscal_year_days(i32::MIN), None);
        assert_eq!(fiscal_year_days(i32::MAX), None);
    }
}
