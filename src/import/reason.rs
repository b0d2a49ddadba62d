//! Why a row did not go in, and what a row that went in is warned of: a stable code, and words in both languages.

use std::borrow::Cow;

use super::form::Column;
use crate::rules::field::FieldError;
use crate::words;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Where in the file: the number of the line, or of the row of a worksheet. The heading is 1.
    pub line: u64,
    /// In which column; none: the row as a whole.
    pub column: Option<Column>,
    /// Stable code.
    pub code: &'static str,
    /// In Thai.
    pub th: Cow<'static, str>,
    /// In English.
    pub en: Cow<'static, str>,
}

/// Code, Thai and English for what only a file can have wrong.
const OF_FILES: [(&str, &str, &str); 27] = [
    ("missing", "ต้องกรอก", "is needed"),
    ("mixed_encoding", "แถวนี้ใช้รหัสอักขระคนละแบบกับแถวอื่น", "is written in another encoding than the rest of the file"),
    ("unreadable_character", "มีอักขระที่อ่านไม่ได้", "holds a character that can't be read"),
    ("control_character", "มีอักขระควบคุม", "holds a control character"),
    ("cell_too_long", "ข้อความในช่องยาวเกินไป", "is too long for a cell"),
    ("wrong_number_of_cells", "จำนวนช่องไม่ตรงกับหัวตาราง", "the row has more or fewer cells than the heading"),
    ("formula", "ช่องนี้เป็นสูตร ให้วางเป็นค่า", "is a formula: paste its value"),
    ("merged_cells", "แถวนี้มีช่องที่ผสานกัน ให้แยกออก", "cells of this row are merged: split them"),
    ("code_unknown", "ไม่ใช่รหัสที่ใช้ได้", "is not a code that may stand here"),
    ("code_twice", "ระบุรหัสซ้ำ", "names a code twice"),
    ("none_and_others", "ระบุว่าไม่มีพร้อมกับรายการอื่น", "says none and names some"),
    ("not_yes_or_no", "ตอบได้เพียง ใช่ หรือ ไม่ใช่", "must be yes or no"),
    ("date_without_list", "มีวันที่ของบัญชีแต่ไม่ได้บอกว่ามีชื่อหรือไม่", "there is a list's date but not what the list says"),
    ("rows_differ", "แถวของครัวเรือนเดียวกันบอกไม่ตรงกัน", "rows of the household say different things"),
    ("member_twice", "เลขลำดับสมาชิกซ้ำ", "another row of the household has the same member number"),
    ("second_head", "มีหัวหน้าครัวเรือนได้คนเดียว", "only one member can be the head"),
    ("head_contradicts", "ความสัมพันธ์กับการเป็นหัวหน้าไม่ตรงกัน", "relation and is_head contradict each other"),
    ("same_citizen_id", "เลขประจำตัวซ้ำในครัวเรือน", "another member has the same citizen id"),
    ("too_many_members", "สมาชิกมากเกินไปสำหรับหนึ่งครัวเรือน", "too many rows for one household"),
    ("whole_household", "แถวอื่นของครัวเรือนนี้ผิด", "another row of this household is wrong"),
    ("area_missing", "ไม่ได้ระบุพื้นที่", "no area is given"),
    ("area_unknown", "ไม่พบพื้นที่นี้ในทะเบียน", "there is no such area"),
    ("area_ambiguous", "มีหลายพื้นที่ที่ใช้ชื่อนี้", "several areas bear this name"),
    ("area_divided", "พื้นที่นี้ถูกแบ่งแล้ว ต้องระบุส่วน", "this area was divided: say which part"),
    ("area_gone", "พื้นที่นี้เลิกใช้แล้วและไม่ทราบพื้นที่ใหม่", "this area is gone and its successor is not known"),
    ("area_contradicts", "ชื่อพื้นที่ไม่ตรงกับรหัส", "the names of the area contradict its code"),
    ("not_a_tambon", "ต้องระบุถึงตำบล", "must name a tambon"),
];

impl Reason {
    /// A reason that this module knows the words of.
    pub fn of(line: u64, column: Option<Column>, code: &'static str) -> Self {
        let known = OF_FILES.iter().find(|(known, ..)| *known == code);
        let (th, en) = known.map_or((code, code), |(_, th, en)| (*th, *en));
        Self { line, column, code, th: th.into(), en: en.into() }
    }

    /// A value that can't be read: the Thai words come with the code, the English ones with the error.
    pub fn of_value(line: u64, column: Column, code: &'static str, error: &impl ToString) -> Self {
        let th = words::of_value(code).1;
        Self { line, column: Some(column), code, th: th.into(), en: error.to_string().into() }
    }

    /// What a rule says of a field.
    pub fn of_field(line: u64, column: Option<Column>, error: FieldError) -> Self {
        Self { line, column, code: error.code, th: error.text.th.into(), en: error.text.en.into() }
    }

    /// With what stands beside the words, such as the areas that are meant.
    #[must_use]
    pub fn saying(mut self, what: &str) -> Self {
        self.en = format!("{}: {what}", self.en).into();
        self.th = format!("{}: {what}", self.th).into();
        self
    }

    /// For a person: `birth_date: อ่านวันที่ไม่ได้ / not a date that can be read`.
    pub fn told(&self) -> String {
        let column = self.column.map_or_else(String::new, |it| format!("{}: ", it.name()));
        format!("{column}{} / {}", self.th, self.en)
    }
}

/// What is kept although somebody should look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Warning {
    /// A citizen id whose check digit is wrong.
    CitizenIdCheckDigit,
    /// A house code whose check digit is wrong.
    HouseCodeCheckDigit,
    /// Nobody knows the citizen id, or there is none.
    NoCitizenId,
    /// A retired code or name of an area; its successor was taken.
    AreaRetired,
    /// The same, and the successor is known by its name only.
    AreaRetiredSuccessorByName,
    /// Two members without ids bear one name and one birth date.
    SameNameAndBirth,
    /// A member has the citizen id of somebody in another household.
    InAnotherHousehold,
    /// So many people have this citizen id that it is nobody's.
    NobodysCitizenId,
}

impl Warning {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CitizenIdCheckDigit => "citizen_id_check_digit",
            Self::HouseCodeCheckDigit => "house_code_check_digit",
            Self::NoCitizenId => "no_citizen_id",
            Self::AreaRetired => "area_retired",
            Self::AreaRetiredSuccessorByName => "area_retired_successor_by_name",
            Self::SameNameAndBirth => "same_name_and_birth",
            Self::InAnotherHousehold => "in_another_household",
            Self::NobodysCitizenId => "nobodys_citizen_id",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_code_of_its_own_and_words_in_both_languages() {
        let mut codes: Vec<_> = OF_FILES.iter().map(|(code, ..)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), OF_FILES.len());
        for (code, th, en) in OF_FILES {
            assert!(!th.bytes().any(|b| b.is_ascii_lowercase()) || code == "head_contradicts", "{code}: {th}");
            assert!(en.is_ascii(), "{code}: {en}");
        }
    }

    #[test]
    fn a_reason_names_its_column_and_speaks_both_languages() {
        let reason = Reason::of(7, Some(Column::Sex), "code_unknown");
        assert_eq!(reason.told(), "sex: ไม่ใช่รหัสที่ใช้ได้ / is not a code that may stand here");
    }
}
