//! What is wrong with one field of a command, and the bounds every field has.

use chrono::{Months, NaiveDate};
use events::area::AreaCode;
use events::area::directory::directory;

use super::refusal::{Refusal, Text};

/// The longest free text, in characters.
pub const WORDS: usize = 4_000;
/// The longest name or code, in characters.
pub const NAME: usize = 200;
/// The most list entries in one field.
pub const ENTRIES: usize = 200;
/// The most households that a model or a service can take at one time.
const PLACES: u32 = 100_000;
/// How far ahead anything is said: a later day is a slip of the pen.
const YEARS_AHEAD: u32 = 10;

/// One field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where, as a JSON pointer into the body: `/members/0/birth`.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// In words.
    pub text: Text,
}

/// Gathers what is wrong, so that one answer names every field.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Adds an error.
    pub fn wrong(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        th: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.0.push(FieldError { pointer: pointer.into(), code, text: Text { th: th.into(), en: en.into() } });
    }

    /// A text that must show something and stay within `max` characters, without control characters.
    pub fn text(&mut self, pointer: &str, value: &str, max: usize) {
        if value.chars().all(is_invisible) {
            self.wrong(pointer, "empty", "ต้องกรอกข้อความ", "must not be empty");
        } else if value.chars().count() > max {
            self.wrong(pointer, "too_long", format!("ยาวเกิน {max} ตัวอักษร"), format!("is longer than {max} characters"));
        } else if value.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.wrong(pointer, "control_character", "มีอักขระควบคุม", "holds a control character");
        }
    }

    /// A text that may be missing.
    pub fn optional_text(&mut self, pointer: &str, value: Option<&String>, max: usize) {
        if let Some(value) = value {
            self.text(pointer, value, max);
        }
    }

    /// A list with bounds.
    pub fn entries(&mut self, pointer: &str, n: usize, least: usize, most: usize) {
        if n < least {
            self.wrong(pointer, "too_few", format!("ต้องมีอย่างน้อย {least} รายการ"), format!("needs at least {least}"));
        } else if n > most {
            self.wrong(pointer, "too_many", format!("มีได้ไม่เกิน {most} รายการ"), format!("takes at most {most}"));
        }
    }

    /// A code word: lower-case Latin, digits, underscore.
    pub fn code(&mut self, pointer: &str, value: &str) {
        let fits = !value.is_empty()
            && value.len() <= 64
            && value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !fits {
            self.wrong(
                pointer,
                "not_a_code",
                "รหัสใช้ตัวอักษรอังกฤษเล็ก ตัวเลข และขีดล่างเท่านั้น",
                "a code has lower-case letters, digits and underscores, at most 64",
            );
        }
    }

    /// A reason that a client may not give: the system writes it beside another fact.
    pub fn by_hand(&mut self, pointer: &str, may_be_given: bool) {
        if !may_be_given {
            let (th, en) = ("ระบบเท่านั้นที่บันทึกเหตุผลนี้ ให้เลือกเหตุผลอื่น", "is recorded by the system alone: choose another");
            self.wrong(pointer, "not_by_hand", th, en);
        }
    }

    /// The day something happened: not in the future, not before this work existed.
    pub fn happened(&mut self, pointer: &str, on: NaiveDate, today: NaiveDate) {
        self.not_before(pointer, on, NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default());
        if on > today {
            self.wrong(
                pointer,
                "in_the_future",
                format!("วันที่ {on} ยังมาไม่ถึง (วันนี้ {today})"),
                format!("{on} has not come yet (today is {today})"),
            );
        }
    }

    /// A day that must not lie before another.
    pub fn not_before(&mut self, pointer: &str, on: NaiveDate, earliest: NaiveDate) {
        if on < earliest {
            // One bound is enough to say, the one that was asked for last.
            self.0.retain(|it| !(it.pointer == pointer && it.code == "too_early"));
            self.wrong(
                pointer,
                "too_early",
                format!("ต้องไม่ก่อนวันที่ {earliest}"),
                format!("must not be before {earliest}"),
            );
        }
    }

    /// A day to come, not so far ahead that it must be a slip.
    pub fn not_far_ahead(&mut self, pointer: &str, on: NaiveDate, today: NaiveDate) {
        let latest = today.checked_add_months(Months::new(YEARS_AHEAD * 12)).unwrap_or(today);
        if on > latest {
            let th = format!("ต้องไม่หลังวันที่ {latest} ({YEARS_AHEAD} ปีจากวันนี้)");
            let en = format!("must not be after {latest}: {YEARS_AHEAD} years from today");
            self.wrong(pointer, "too_late", th, en);
        }
    }

    /// A number of places that a model or a service can have.
    pub fn places(&mut self, places: u32) {
        if places > PLACES {
            self.wrong("/places", "too_many", format!("ไม่เกิน {PLACES} ที่"), format!("must be at most {PLACES}"));
        }
    }

    /// A list of areas, each of them in force.
    pub fn areas(&mut self, pointer: &str, areas: &[AreaCode], least: usize) {
        self.entries(pointer, areas.len(), least, ENTRIES);
        for (at, area) in areas.iter().enumerate().take(ENTRIES) {
            if let Err(error) = directory().resolve(*area) {
                self.wrong(format!("{pointer}/{at}"), error.code(), "ไม่มีพื้นที่นี้ในทะเบียน", error.to_string());
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Fields(self.0)) }
    }
}

/// A character that shows nothing on paper or screen: a name of such alone is no name. Within a name some have their
/// use, as the zero-width space between Thai words.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Vec<&'static str> {
        let mut fields = Fields::default();
        fields.text("/name", value, NAME);
        fields.0.into_iter().map(|it| it.code).collect()
    }

    #[test]
    fn a_name_of_invisible_characters_alone_is_empty() {
        for value in ["", " \t", "\u{feff}", "\u{200b}\u{200d}", "\u{202e}\u{2066}", "\u{0}\u{7}", "\u{3164} \u{ad}"] {
            assert_eq!(of(value), ["empty"], "{value:?}");
        }
        for value in ["ก", "\u{feff}สมหญิง", "ใจ\u{200b}ดี", "-"] {
            assert!(of(value).is_empty(), "{value:?}");
        }
    }

    #[test]
    fn each_area_of_a_list_must_exist() {
        let mut fields = Fields::default();
        let areas: Vec<AreaCode> = ["46", "4699", "460901", "99"].map(|code| code.parse().unwrap()).into();
        fields.areas("/areas", &areas, 1);
        let found: Vec<_> = fields.0.iter().map(|it| (it.pointer.as_str(), it.code)).collect();
        assert_eq!(found, [("/areas/1", "area_unknown"), ("/areas/3", "area_unknown")]);
    }
}
