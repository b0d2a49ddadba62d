//! What is wrong with one field of a command, and the bounds every field has.

use chrono::NaiveDate;

use super::refusal::{Refusal, Text};

/// The longest free text, in characters.
pub const WORDS: usize = 4_000;
/// The longest name or code, in characters.
pub const NAME: usize = 200;
/// The most list entries in one field.
pub const ENTRIES: usize = 200;

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

    /// A text that must say something and stay within `max` characters, without control characters.
    pub fn text(&mut self, pointer: &str, value: &str, max: usize) {
        if value.trim().is_empty() {
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
            self.wrong(
                pointer,
                "too_early",
                format!("ต้องไม่ก่อนวันที่ {earliest}"),
                format!("must not be before {earliest}"),
            );
        }
    }

    /// Whether nothing is wrong.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Fields(self.0)) }
    }
}
