//! Days and moments as people say them: Buddhist era in Thai, common era in English, always Bangkok's day.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use events::clock::day_of;
use events::thai::date::{english_date, thai_date_short};

use super::locale::fill;
use crate::web::language::Language;

const THAI_WEEK: [&str; 7] = ["จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา."];
const ENGLISH_WEEK: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// `20 พ.ย. 2566`
pub fn day(language: Language, day: NaiveDate) -> String {
    match language {
        Language::Thai => thai_date_short(day),
        Language::English => english_date(day),
    }
}

/// `ศ. 24 พ.ย. 2566`: a day on which something is due.
pub fn due(language: Language, it: NaiveDate) -> String {
    let week = match language {
        Language::Thai => THAI_WEEK,
        Language::English => ENGLISH_WEEK,
    };
    let name = week.get(it.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    format!("{name} {}", day(language, it))
}

/// `20 พ.ย. 2566 14:32 น.`
pub fn moment(language: Language, at: DateTime<Utc>) -> String {
    // Thailand keeps no summer time, and has been seven hours ahead since 1920.
    let local = at + TimeDelta::hours(7);
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    match language {
        Language::Thai => format!("{} {clock} น.", day(language, day_of(at))),
        Language::English => format!("{} {clock}", day(language, day_of(at))),
    }
}

/// `พ.ย.`, with the year where one begins.
pub fn month(language: Language, of: NaiveDate) -> String {
    let said = day(language, of);
    let mut words = said.split(' ').skip(1);
    let name = words.next().unwrap_or_default();
    let name = if language == Language::English { name.get(..3).unwrap_or(name) } else { name };
    if of.month() == 1 { format!("{name} {}", words.next().unwrap_or_default()) } else { name.to_owned() }
}

/// `พ.ย. 2566`
pub fn month_and_year(language: Language, of: NaiveDate) -> String {
    day(language, of).split_once(' ').map_or_else(String::new, |(_, rest)| rest.to_owned())
}

/// `14:32:08 น.`
pub fn clock(language: Language, at: DateTime<Utc>) -> String {
    let local = (at + TimeDelta::hours(7)).format("%H:%M:%S").to_string();
    if language == Language::Thai { format!("{local} น.") } else { local }
}

/// How a due date stands on a day: its class, its icon and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// `late`, `soon` or `calm`.
    pub class: &'static str,
    /// The icon beside it; none for one that is far off.
    pub icon: &'static str,
    /// `เกิน 7 วัน`
    pub words: String,
}

/// The chip of a due date.
pub fn chip(language: Language, by: NaiveDate, today: NaiveDate) -> Due {
    let days = (by - today).num_days();
    let count = days.abs().to_string();
    match days {
        ..0 => Due { class: "late", icon: "late", words: fill(language, "due.late", &[&count]) },
        0 => Due { class: "soon", icon: "clock", words: fill(language, "due.today", &[]) },
        1..=2 => Due { class: "soon", icon: "clock", words: fill(language, "due.left", &[&count]) },
        _ => Due { class: "calm", icon: "", words: fill(language, "due.left", &[&count]) },
    }
}

/// `1,095`
pub fn number(of: u64) -> String {
    let digits = of.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_said_in_the_era_of_its_language() {
        assert_eq!(day(Language::Thai, of("2023-11-20")), "20 พ.ย. 2566");
        assert_eq!(day(Language::English, of("2023-11-20")), "20 November 2023");
        assert_eq!(due(Language::Thai, of("2023-11-24")), "ศ. 24 พ.ย. 2566");
    }

    #[test]
    fn a_moment_is_bangkok_s_also_after_its_midnight() {
        let late: DateTime<Utc> = "2023-11-20T17:32:00Z".parse().unwrap();
        assert_eq!(moment(Language::Thai, late), "21 พ.ย. 2566 00:32 น.");
        assert_eq!(moment(Language::English, late), "21 November 2023 00:32");
    }

    #[test]
    fn a_due_date_is_late_soon_or_calm_and_says_by_how_much() {
        let today = of("2023-11-20");
        let said = |by: &str| chip(Language::Thai, of(by), today);
        assert_eq!((said("2023-11-13").class, said("2023-11-13").words.as_str()), ("late", "เกิน 7 วัน"));
        assert_eq!((said("2023-11-20").class, said("2023-11-20").words.as_str()), ("soon", "วันนี้"));
        assert_eq!((said("2023-11-22").class, said("2023-11-22").words.as_str()), ("soon", "เหลือ 2 วัน"));
        assert_eq!((said("2023-11-23").class, said("2023-11-23").words.as_str()), ("calm", "เหลือ 3 วัน"));
    }

    #[test]
    fn a_number_has_its_commas() {
        assert_eq!(
            ["0", "958", "1,095", "231,021"],
            [0, 958, 1_095, 231_021].map(number).each_ref().map(String::as_str)
        );
    }
}
