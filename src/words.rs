//! The codes of values that can't be read, in Thai; their English words come with the error itself.

/// Code and Thai words for each reason why a value can't be read.
const VALUES: [(&str, &str); 26] = [
    ("area_code_length", "รหัสพื้นที่มี 2, 4 หรือ 6 หลัก"),
    ("area_code_not_digits", "รหัสพื้นที่มีแต่ตัวเลข"),
    ("area_code_zero_part", "รหัสพื้นที่มีส่วนที่เป็น 00"),
    ("case_no_check_digit", "เลขตรวจสอบของเลขที่กรณีไม่ตรง"),
    ("case_no_form", "เลขที่กรณีมีรูปแบบ 46-0012345-0"),
    ("citizen_id_length", "เลขประจำตัวประชาชนมี 13 หลัก"),
    ("citizen_id_not_digits", "เลขประจำตัวประชาชนมีแต่ตัวเลข"),
    ("date_day_without_month", "ระบุวันโดยไม่มีเดือน"),
    ("date_impossible", "ไม่มีวันนี้ในปฏิทิน"),
    ("date_incomplete", "วันที่ไม่ครบ"),
    ("date_two_digit_year", "ปีต้องมีสี่หลัก"),
    ("date_unreadable", "อ่านวันที่ไม่ได้"),
    ("date_year_out_of_range", "ปีอยู่นอกช่วงที่เป็นไปได้"),
    ("destroyed_by_spreadsheet", "ค่านี้ถูกโปรแกรมตารางทำเสีย พิมพ์ใหม่เป็นข้อความ"),
    ("house_code_length", "รหัสประจำบ้านมี 11 หลัก"),
    ("house_code_not_digits", "รหัสประจำบ้านมีแต่ตัวเลข"),
    ("lao_code_malformed", "รหัส อปท. มี 7 หรือ 8 หลัก"),
    ("money_negative", "จำนวนเงินต้องไม่ติดลบ"),
    ("money_too_large", "จำนวนเงินมากเกินไป"),
    ("money_too_precise", "จำนวนเงินมีทศนิยมได้ไม่เกินสองตำแหน่ง"),
    ("money_unreadable", "อ่านจำนวนเงินไม่ได้"),
    ("not_a_string", "ต้องเป็นข้อความ"),
    ("number_unreadable", "อ่านตัวเลขไม่ได้"),
    ("place_contradicts", "จังหวัด อำเภอ ตำบล ไม่ตรงกัน"),
    ("place_moo_out_of_range", "หมู่ที่ต้องเป็น 1–999"),
    ("place_not_a_tambon", "ต้องเป็นรหัสตำบล"),
];

/// The code of a value's error, and its Thai words.
pub fn of_value(code: &str) -> (&'static str, &'static str) {
    let known = VALUES.iter().find(|(known, _)| *known == code);
    known.copied().unwrap_or(("invalid_value", "ค่าในช่องนี้ใช้ไม่ได้"))
}
