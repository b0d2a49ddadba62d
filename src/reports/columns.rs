//! What each column of a report means, and what kind of value stands in it.

/// What kind of value stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A count or a number of days.
    Number,
    /// A day.
    Day,
    /// A code, an id or a name.
    Text,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in every format.
    pub name: &'static str,
    /// What stands in it.
    pub cell: Cell,
    /// What it means, in Thai.
    pub th: &'static str,
    /// And in English.
    pub en: &'static str,
}

const fn of(name: &'static str, cell: Cell, th: &'static str, en: &'static str) -> Column {
    Column { name, cell, th, en }
}

/// Every column of every report.
pub const COLUMNS: [Column; 35] = [
    of("area", Cell::Text, "รหัสอำเภอหรือตำบล", "code of the district or tambon, where the report is split by one"),
    of("lao", Cell::Text, "รหัส อปท.", "code of the local organisation, where the report is split by them"),
    of("month", Cell::Day, "เดือนที่พบ (วันแรกของเดือน)", "first day of the month in which the households were found"),
    of("found", Cell::Number, "ครัวเรือนที่พบในช่วงเวลา", "households found in the period, each once"),
    of("reached_identified", Cell::Number, "ถึงขั้นค้นพบ", "of these, came at least as far as identified"),
    of("reached_verified", Cell::Number, "ถึงขั้นสอบทาน", "of these, came at least as far as verified"),
    of("reached_assessed", Cell::Number, "ถึงขั้นวิเคราะห์ทุน", "of these, came at least as far as assessed"),
    of("reached_referred", Cell::Number, "ถึงขั้นส่งต่อ", "of these, came at least as far as referred"),
    of("reached_assisted", Cell::Number, "ถึงขั้นได้รับความช่วยเหลือ", "of these, came at least as far as assisted"),
    of("reached_graduated", Cell::Number, "ถึงขั้นหลุดพ้น", "of these, graduated"),
    of("closed", Cell::Number, "จบโดยไม่หลุดพ้น", "of these, closed for whatever reason"),
    of("list", Cell::Text, "บัญชีของรัฐ", "which list of the state"),
    of("list_date", Cell::Day, "วันที่ของบัญชี", "date of that list; two dates are two lists"),
    of("poor_listed", Cell::Number, "ยากจนจริง มีชื่อในบัญชี", "verified as poor, and on the list"),
    of("poor_missed", Cell::Number, "ยากจนจริง แต่ตกหล่น", "verified as poor, and missed by the list"),
    of("poor_unknown", Cell::Number, "ยากจนจริง ยังไม่ได้ค้นบัญชี", "verified as poor, and nobody looked at the list"),
    of("not_poor_listed", Cell::Number, "ไม่ยากจน แต่มีชื่อในบัญชี", "found not to be poor, and on the list"),
    of("not_poor_missed", Cell::Number, "ไม่ยากจน ไม่มีชื่อในบัญชี", "found not to be poor, and not on the list"),
    of("not_poor_unknown", Cell::Number, "ไม่ยากจน ยังไม่ได้ค้นบัญชี", "found not to be poor, and nobody looked at the list"),
    of("unverified_listed", Cell::Number, "ยังไม่สอบทาน มีชื่อในบัญชี", "not verified, and on the list"),
    of("unverified_missed", Cell::Number, "ยังไม่สอบทาน ไม่มีชื่อในบัญชี", "not verified, and missed by the list"),
    of("unverified_unknown", Cell::Number, "ยังไม่สอบทาน ยังไม่ได้ค้นบัญชี", "not verified, and nobody looked"),
    of(
        "missed_permille",
        Cell::Number,
        "ส่วนที่ตกหล่น ในพันส่วนของผู้ยากจนจริงที่ค้นบัญชีแล้ว",
        "of those verified as poor and looked for, so many in a thousand were missed by the list",
    ),
    of(
        "wrongly_listed_permille",
        Cell::Number,
        "ส่วนที่ไม่ยากจน ในพันส่วนของผู้มีชื่อในบัญชีที่สอบทานแล้ว",
        "of those on the list that were verified, so many in a thousand are not poor",
    ),
    of("queue", Cell::Text, "คิว: รอตอบ หรือ รอส่งมอบ", "the queue: waits for an answer, or for delivery"),
    of("agency", Cell::Text, "หน่วยงาน", "id of the agency"),
    of("service", Cell::Text, "บริการ", "code of the agency's service"),
    of("district", Cell::Text, "รหัสอำเภอ", "code of the district"),
    of("age", Cell::Text, "จำนวนวันที่รอ", "days waited so far, in four classes"),
    of("waiting", Cell::Number, "จำนวนที่รอ", "referrals that wait"),
    of("overdue", Cell::Number, "ในจำนวนนั้นเลยกำหนด", "of these, past their last day"),
    of("oldest_days", Cell::Number, "รอนานที่สุด (วัน)", "the longest wait among them, in days"),
    of("day", Cell::Day, "สิ้นวันที่", "at the end of this day in Thailand"),
    of("to_answer", Cell::Number, "รอหน่วยงานตอบ", "referrals that waited for an answer"),
    of("to_deliver", Cell::Number, "รับเรื่องแล้ว รอส่งมอบ", "referrals accepted that waited for delivery"),
];

/// The column of a name.
pub fn column(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.name == name)
}
