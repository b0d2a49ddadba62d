//! What is wrong with a file as a stable code and in both languages, without a path and without what stands in it: for
//! those who handed it in from elsewhere.

use super::{FileError, csv};
use crate::rules::refusal::Text;

impl FileError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "file_unreadable",
            Self::Empty => "file_empty",
            Self::HeadingOnly => "heading_only",
            Self::Utf16 => "utf_16",
            Self::RecordTooLong { .. } => "row_too_long",
            Self::Delimiter { .. } => "wrong_delimiter",
            Self::MissingColumns { .. } => "columns_missing",
            Self::ColumnTwice { .. } => "column_twice",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::Workbook { .. } => "workbook_damaged",
            Self::OldWorkbook => "workbook_old",
            Self::Bomb { .. } => "workbook_too_large",
            Self::Macros => "workbook_macros",
            Self::Changed => "file_changed",
        }
    }

    /// What is wrong, and what would help.
    pub fn text(&self) -> Text {
        let th = match self {
            Self::Unreadable { .. } => "อ่านไฟล์ไม่ได้".to_owned(),
            Self::Empty => "ไฟล์ว่างเปล่า ต้องมีหัวตารางและหนึ่งแถวต่อหนึ่งคน".to_owned(),
            Self::HeadingOnly => "ไฟล์มีแต่หัวตาราง ไม่มีแถวข้อมูล".to_owned(),
            Self::Utf16 => "ไฟล์เป็น UTF-16 ให้บันทึกเป็น “CSV UTF-8”".to_owned(),
            Self::RecordTooLong { line } => {
                let most = csv::LONGEST_RECORD >> 20;
                format!("แถวที่เริ่มบรรทัด {line} ยาวกว่า {most} MB อาจมีเครื่องหมายคำพูดที่ไม่ได้ปิด")
            }
            Self::Delimiter { found } => format!("คอลัมน์คั่นด้วย {found:?} ให้บันทึกไฟล์โดยคั่นด้วยจุลภาค"),
            Self::MissingColumns { names } => format!("หัวตารางขาดคอลัมน์: {}", names.join(", ")),
            Self::ColumnTwice { name } => format!("หัวตารางมีคอลัมน์ {name} ซ้ำ"),
            Self::TooManyColumns { found } => format!("หัวตารางมี {found} คอลัมน์ ซึ่งมากเกินไป"),
            Self::Workbook { .. } => "ไฟล์ขึ้นต้นเหมือนสมุดงาน แต่อ่านเป็นสมุดงานไม่ได้".to_owned(),
            Self::OldWorkbook => "ไฟล์เป็นสมุดงานแบบเก่า (.xls) ให้บันทึกเป็น .xlsx หรือ CSV".to_owned(),
            Self::Bomb { what } => format!("สมุดงานเมื่อคลายแล้วใหญ่เกินกำหนด ({what}) จึงไม่เปิด"),
            Self::Macros => "สมุดงานมีแมโคร ให้บันทึกเป็น .xlsx ที่ไม่มีแมโคร หรือ CSV".to_owned(),
            Self::Changed => "ไฟล์ถูกเปลี่ยนระหว่างอ่าน".to_owned(),
        };
        let en = match self {
            Self::Unreadable { .. } => "the file can't be read".to_owned(),
            Self::Workbook { .. } => "the file begins like a workbook and can't be read as one".to_owned(),
            Self::Empty
            | Self::HeadingOnly
            | Self::Utf16
            | Self::RecordTooLong { .. }
            | Self::Delimiter { .. }
            | Self::MissingColumns { .. }
            | Self::ColumnTwice { .. }
            | Self::TooManyColumns { .. }
            | Self::OldWorkbook
            | Self::Bomb { .. }
            | Self::Macros
            | Self::Changed => self.to_string(),
        };
        Text { th, en }
    }
}
