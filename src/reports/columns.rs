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
    of("scale", Cell::Text, "ด้าน: โดยรวม หรือทุนใด", "overall, or which of the five capitals"),
    of("from_level", Cell::Text, "ระดับครั้งแรก", "the level of the first complete assessment; none: there is none"),
    of("to_1", Cell::Number, "ครั้งล่าสุดอยู่ระดับ 1 อยู่ลำบาก", "of these, at level 1 in the latest assessment"),
    of("to_2", Cell::Number, "ครั้งล่าสุดอยู่ระดับ 2 อยู่ยาก", "of these, at level 2 in the latest assessment"),
    of("to_3", Cell::Number, "ครั้งล่าสุดอยู่ระดับ 3 อยู่พอได้", "of these, at level 3 in the latest assessment"),
    of("to_4", Cell::Number, "ครั้งล่าสุดอยู่ระดับ 4 อยู่ดี", "of these, at level 4 in the latest assessment"),
    of(
        "assessed_once",
        Cell::Number,
        "วิเคราะห์ครบเพียงครั้งเดียว ยังเทียบไม่ได้",
        "assessed completely once only: there is nothing to compare with",
    ),
    of("not_assessed", Cell::Number, "ยังไม่เคยวิเคราะห์ครบ", "never assessed completely"),
    of("income_unknown", Cell::Number, "ไม่ทราบรายได้", "households whose income nobody knows: not zero"),
    of("income_once", Cell::Number, "ทราบรายได้เพียงครั้งเดียว", "households whose income is known once only"),
    of(
        "income_twice",
        Cell::Number,
        "ทราบรายได้สองครั้งขึ้นไป เทียบได้",
        "households whose income is known twice or more: these are compared",
    ),
    of("income_rose", Cell::Number, "รายได้เพิ่มขึ้น", "of those compared, with a higher income than at first"),
    of("income_fell", Cell::Number, "รายได้ลดลง", "of those compared, with a lower income than at first"),
    of(
        "median_before",
        Cell::Baht,
        "ค่ามัธยฐานของรายได้ครั้งแรก (บาทต่อคนต่อเดือน)",
        "median of the first incomes of those compared, in baht per resident and month",
    ),
    of(
        "median_after",
        Cell::Baht,
        "ค่ามัธยฐานของรายได้ครั้งล่าสุด (บาทต่อคนต่อเดือน)",
        "median of the latest incomes of those compared, in baht of their own year",
    ),
    of(
        "median_change",
        Cell::Baht,
        "ค่ามัธยฐานของส่วนต่าง (บาทต่อคนต่อเดือน)",
        "median of the differences, which is not the difference of the medians",
    ),
    of("at_line_before", Cell::Number, "ครั้งแรกถึงเส้นความยากจน", "of those compared, at or above the line at first"),
    of("at_line_after", Cell::Number, "ครั้งล่าสุดถึงเส้นความยากจน", "of those compared, at or above the line at last"),
    of(
        "at_line_latest",
        Cell::Number,
        "รายได้ล่าสุดที่ทราบถึงเส้นความยากจน",
        "of all with a known income, at or above the line at last",
    ),
    of(
        "no_line",
        Cell::Number,
        "ไม่มีเส้นความยากจนของปีนั้นหรือก่อนหน้า",
        "households whose latest income has no line for its year or one before: not judged",
    ),
    of("helped", Cell::Number, "ครัวเรือนที่ได้รับความช่วยเหลือหรือเข้าร่วมโมเดล", "households that were helped or take part"),
    of("graduated", Cell::Number, "ในจำนวนนั้นหลุดพ้นแล้ว", "of these, graduated"),
    of("sustained", Cell::Number, "ในจำนวนนั้นอยู่ในการดูแลต่อเนื่อง", "of these, in sustained support"),
    of("level_rose", Cell::Number, "ระดับสูงขึ้นหลังจากนั้น", "of these, at a higher level afterwards"),
    of("level_same", Cell::Number, "ระดับเท่าเดิม", "of these, at the same level afterwards"),
    of("level_fell", Cell::Number, "ระดับต่ำลง", "of these, at a lower level afterwards"),
    of(
        "not_compared",
        Cell::Number,
        "ไม่มีการวิเคราะห์ก่อนและหลังด้วยเครื่องมือเดียวกัน",
        "of these, without assessments before and after by one instrument",
    ),
    of("left_as", Cell::Text, "ออกจากความยากจนแบบใด", "how the household left: graduated, or in sustained support"),
    of("exits", Cell::Number, "จำนวนครั้งที่ออก", "times that a household left"),
    of("still_out", Cell::Number, "ตรวจแล้วยังหลุดพ้น", "of these, still out of poverty at the latest check"),
    of("relapsed", Cell::Number, "ตรวจพบว่ากลับมาจน", "of these, found poor again at a check"),
    of(
        "relapsed_in_a_year",
        Cell::Number,
        "กลับมาจนภายใน 12 เดือน",
        "of these, found poor again within 365 days of leaving",
    ),
    of("not_clear", Cell::Number, "ตรวจแล้วยังบอกไม่ได้", "of these, checked, and it could not be said"),
    of("not_checked", Cell::Number, "ยังไม่ได้ตรวจ ไม่นับว่ายังหลุดพ้น", "of these, not checked: not the same as still out"),
    of("check_missed", Cell::Number, "มีการตรวจที่พลาดกำหนด", "of these, with a check that was missed"),
    of("reopened", Cell::Number, "เปิดกรณีใหม่แล้ว", "of these, opened again since"),
    of("caseworker", Cell::Text, "เจ้าหน้าที่ผู้ดูแล", "id of the caseworker; none: nobody looks after them"),
    of("open_cases", Cell::Number, "กรณีที่เปิดอยู่", "households that are open"),
    of("to_be_visited", Cell::Number, "รอการเยี่ยมและสอบทาน", "of these, not verified yet"),
    of("to_be_assessed", Cell::Number, "รอการวิเคราะห์ทุน", "of these, verified and not assessed yet"),
    of("in_help", Cell::Number, "อยู่ระหว่างส่งต่อหรือได้รับความช่วยเหลือ", "of these, referred or assisted"),
    of(
        "after_exit",
        Cell::Number,
        "หลุดพ้นหรือดูแลต่อเนื่อง ยังต้องตรวจ",
        "households that left poverty or are supported, which are checked still",
    ),
    of("with_overdue", Cell::Number, "มีงานเลยกำหนด", "households of which something is past its last day"),
    of("sex_of_head", Cell::Text, "เพศของหัวหน้าครัวเรือน", "sex of the head, unknown where nobody noted it"),
    of("disability", Cell::Text, "มีสมาชิกพิการที่อาศัยอยู่", "whether a disabled person lives there"),
    of("elderly_only", Cell::Text, "มีแต่ผู้สูงอายุ", "whether all who live there are 60 or older"),
    of("no_card", Cell::Text, "มีผู้ไม่มีบัตรประชาชน", "whether somebody without an id card lives there"),
    of(
        "assisted_permille",
        Cell::Number,
        "ส่วนที่ได้รับความช่วยเหลือ ในพันส่วนของที่สอบทานแล้ว",
        "of those verified, so many in a thousand came as far as assisted",
    ),
    of("nobody_living", Cell::Number, "ไม่มีผู้อาศัยที่บันทึกไว้", "households in which nobody is noted to live"),
    of("head_unknown", Cell::Number, "ไม่ทราบเพศของหัวหน้าครัวเรือน", "households of whose head the sex is not known"),
    of(
        "age_unknown",
        Cell::Number,
        "ไม่ทราบอายุจนบอกไม่ได้ว่ามีแต่ผู้สูงอายุหรือไม่",
        "households of which missing ages hide whether all are old",
    ),
    of(
        "card_unknown",
        Cell::Number,
        "ไม่ทราบว่ามีบัตรประชาชนหรือไม่",
        "households of which nobody knows whether all have an id card",
    ),
    of(
        "wrong_number",
        Cell::Number,
        "มีเลขที่ตัวเลขตรวจสอบไม่ถูกต้อง",
        "households with a number whose check digit is wrong: a warning",
    ),
    of(
        "retired_area",
        Cell::Number,
        "บันทึกด้วยรหัสพื้นที่ที่เลิกใช้",
        "households recorded under the code of an area that is no longer used",
    ),
    of(
        "incomplete",
        Cell::Number,
        "มีการวิเคราะห์ทุนที่ตอบไม่ครบ",
        "households with an assessment in which a capital is incomplete",
    ),
    of(
        "no_income",
        Cell::Number,
        "มีการวิเคราะห์ที่ไม่ทราบรายได้",
        "households with an assessment that does not say the income",
    ),
    of(
        "late_entry",
        Cell::Number,
        "มีข้อมูลที่บันทึกช้ากว่า 30 วัน",
        "households with a fact recorded more than thirty days after its day",
    ),
];

/// The column of a name.
pub fn column(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.name == name)
}
