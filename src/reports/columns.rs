//! What each column of a report means, and what kind of value stands in it.

/// What kind of value stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A count or a number of days.
    Number,
    /// A day.
    Day,
    /// An amount of money, with two decimals.
    Baht,
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
pub const COLUMNS: &[Column] = &[
    of("area", Cell::Text, "รหัสอำเภอหรือตำบล", "code of the district or tambon, where the report is split by one"),
    of("lao", Cell::Text, "รหัส อปท.", "code of the local organisation, where the report is split by them"),
    of("month", Cell::Day, "เดือนที่นับ (วันแรกของเดือน)", "first day of the month by which the cases fall into the period"),
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
    of("household", Cell::Text, "รหัสครัวเรือน", "id of the household"),
    of("case_no", Cell::Text, "เลขที่กรณี", "case number"),
    of("counts_on", Cell::Day, "วันที่นับในช่วงเวลา", "the day by which the case falls into the period"),
    of("step", Cell::Text, "ช่วงงาน: จากขั้นใดถึงขั้นใด", "from where to where the days are counted"),
    of("done", Cell::Number, "จำนวนที่ผ่านช่วงนี้แล้ว", "cases that came through this step"),
    of("open", Cell::Number, "จำนวนที่ยังอยู่ในช่วงนี้", "cases that still wait in this step"),
    of(
        "left",
        Cell::Number,
        "จำนวนที่ออกไปก่อนผ่านช่วงนี้",
        "cases that left before they came through: closed, withdrawn or sent elsewhere",
    ),
    of(
        "median_days",
        Cell::Number,
        "ค่ามัธยฐานของวันที่ใช้ เฉพาะที่ผ่านแล้ว",
        "days that half of those who came through did not exceed",
    ),
    of(
        "p90_days",
        Cell::Number,
        "วันที่ใช้ซึ่งร้อยละ 90 ของที่ผ่านแล้วไม่เกิน",
        "days that nine of ten who came through did not exceed",
    ),
    of(
        "open_median_days",
        Cell::Number,
        "ค่ามัธยฐานของวันที่รอมาแล้ว เฉพาะที่ยังค้าง",
        "days that half of those who still wait have not exceeded so far",
    ),
    of("kind", Cell::Text, "ประเภทความช่วยเหลือ", "kind of the help, as a code"),
    of("capital", Cell::Text, "ทุน", "which of the five capitals"),
    of("dimension", Cell::Text, "มิติ", "which of the five dimensions of TPMAP"),
    of("model", Cell::Text, "โมเดลแก้จน", "id of the operating model"),
    of(
        "households",
        Cell::Number,
        "จำนวนครัวเรือน นับครัวเรือนละครั้ง",
        "households, each once, with its first help of the period",
    ),
    of("episodes", Cell::Number, "จำนวนครั้งที่ช่วย", "times that help was given and not reversed"),
    of("in_baht", Cell::Number, "จำนวนครั้งที่ช่วยเป็นเงิน", "of these, in money"),
    of(
        "baht",
        Cell::Baht,
        "เงินที่ให้ (บาท) เฉพาะส่วนของแต่ละครัวเรือน",
        "money given, in baht: of a shared payment only each household's share",
    ),
    of("in_kind", Cell::Number, "จำนวนครั้งที่ช่วยเป็นสิ่งของหรือบริการ", "times that help was given in kind"),
    of(
        "in_kind_baht",
        Cell::Baht,
        "มูลค่าสิ่งของเท่าที่ทราบ (บาท) ไม่รวมกับเงิน",
        "known worth of help in kind, in baht, never added to the money",
    ),
    of(
        "in_kind_unknown",
        Cell::Number,
        "จำนวนครั้งที่ไม่ทราบมูลค่าสิ่งของ",
        "times that nobody knows the worth of help in kind: not zero",
    ),
    of("needs", Cell::Number, "ความต้องการที่บันทึกในช่วงเวลา", "needs that were noted in the period"),
    of("needs_met", Cell::Number, "ปิดเพราะได้รับการตอบสนอง", "of these, closed as met"),
    of("needs_ended", Cell::Number, "ปิดด้วยเหตุอื่น", "of these, closed for another reason"),
    of("needs_helped", Cell::Number, "ยังเปิดอยู่ มีความช่วยเหลือแล้ว", "of these, open, and help that answers it has come"),
    of("needs_unmet", Cell::Number, "ยังเปิดอยู่ ยังไม่มีความช่วยเหลือ", "of these, open, and no help that answers it has come"),
    of(
        "needs_never_referred",
        Cell::Number,
        "ยังไม่มีความช่วยเหลือและไม่เคยส่งต่อ",
        "of those without help, never referred to any agency",
    ),
];

/// The column of a name.
pub fn column(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.name == name)
}
