//! The tables behind the geography: the article's twenty provinces, the pilot's organisations, names of villages.

use events::area::AreaCode;

use crate::demo::plan::DemoError;

/// One of the twenty provinces: its code, about where its middle is in ten-thousandths of a degree north and east, and
/// how many of the article's households the demo puts there. The article gives the sum and Kalasin; the others are
/// shared by their number of tambons.
pub(super) struct Place {
    pub(super) code: &'static str,
    pub(super) centre: (u32, u32),
    pub(super) households: u32,
}

const fn place(code: &'static str, centre: (u32, u32), households: u32) -> Place {
    Place { code, centre, households }
}

/// The twenty provinces that the article names, Kalasin first.
pub(super) const PROVINCES: [Place; 20] = [
    // Kalasin
    place("46", (166_400, 1_036_100), 11_875),
    // Chai Nat
    place("18", (151_900, 1_001_300), 5_130),
    // Pattani
    place("94", (68_000, 1_013_000), 11_131),
    // Mukdahan
    place("49", (165_400, 1_046_000), 5_130),
    // Mae Hong Son
    place("58", (190_000, 979_500), 4_355),
    // Yasothon
    place("35", (157_900, 1_043_500), 7_646),
    // Si Sa Ket
    place("33", (150_000, 1_043_500), 19_939),
    // Sakon Nakhon
    place("47", (173_500, 1_038_500), 12_099),
    // Surin
    place("32", (149_000, 1_035_500), 15_390),
    // Amnat Charoen
    place("37", (159_000, 1_047_500), 5_420),
    // Buri Ram
    place("31", (149_000, 1_030_000), 18_294),
    // Nakhon Ratchasima
    place("30", (149_500, 1_020_500), 27_983),
    // Loei
    place("42", (174_000, 1_016_000), 8_711),
    // Roi Et
    place("45", (159_500, 1_038_000), 18_681),
    // Lampang
    place("52", (183_000, 995_500), 9_679),
    // Phitsanulok
    place("65", (169_000, 1_005_000), 9_002),
    // Phatthalung
    place("93", (75_500, 1_000_000), 6_291),
    // Yala
    place("95", (63_000, 1_012_000), 5_614),
    // Narathiwat
    place("96", (62_500, 1_017_500), 7_453),
    // Ubon Ratchathani
    place("34", (152_000, 1_050_000), 21_198),
];

/// The two districts of the pilot.
pub(super) const PILOT_DISTRICTS: [&str; 2] = ["4609", "4602"];

/// The pilot's local organisations: code, tambon, name, and part of the households in thousandths. Two tambons have both
/// a municipality and a tambon organisation. Codes and names of the organisations are invented.
pub(super) const PILOT: [(&str, &str, &str, u32); 15] = [
    ("46090001", "460901", "ทต.ภูสิงห์ (สาธิต)", 62),
    ("46090002", "460901", "อบต.ภูสิงห์ (สาธิต)", 48),
    ("46090003", "460902", "อบต.สหัสขันธ์ (สาธิต)", 66),
    ("46090004", "460903", "อบต.นามะเขือ (สาธิต)", 84),
    ("46090005", "460904", "อบต.โนนศิลา (สาธิต)", 78),
    ("46090006", "460905", "ทต.นิคม (สาธิต)", 70),
    ("46090007", "460906", "อบต.โนนแหลมทอง (สาธิต)", 64),
    ("46090008", "460907", "ทต.โนนบุรี (สาธิต)", 58),
    ("46090009", "460908", "อบต.โนนน้ำเกลี้ยง (สาธิต)", 50),
    ("46020001", "460201", "ทต.นามน (สาธิต)", 60),
    ("46020002", "460201", "อบต.นามน (สาธิต)", 66),
    ("46020003", "460202", "อบต.ยอดแกง (สาธิต)", 72),
    ("46020004", "460203", "ทต.สงเปลือย (สาธิต)", 82),
    ("46020005", "460204", "อบต.หลักเหลี่ยม (สาธิต)", 68),
    ("46020006", "460205", "อบต.หนองบัว (สาธิต)", 72),
];

/// Villages: invented names that any tambon could have.
pub(in crate::demo) const VILLAGES: [&str; 14] = [
    "โนนสวรรค์",
    "หนองแสง",
    "คำไผ่",
    "ดอนกลาง",
    "โคกสูง",
    "หนองไผ่",
    "นาดี",
    "โนนศรีทอง",
    "ห้วยทราย",
    "คำแคน",
    "โพนทัน",
    "หนองกุง",
    "นาอุดม",
    "โนนม่วง",
];

/// An area code of the tables.
pub(in crate::demo) fn area(code: &str) -> Result<AreaCode, DemoError> {
    code.parse().map_err(|_| DemoError::Data("area"))
}
