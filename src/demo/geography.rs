//! Where the demo takes place: two districts, 13 tambons, and 15 invented local organisations that share them.

use events::area::{AreaCode, LaoCode};

use super::plan::DemoError;

/// A local organisation, its tambon, and its part of the households in thousandths.
pub(super) struct Lao {
    pub(super) code: &'static str,
    pub(super) tambon: &'static str,
    pub(super) name_th: &'static str,
    pub(super) weight: u32,
}

const fn lao(code: &'static str, tambon: &'static str, name_th: &'static str, weight: u32) -> Lao {
    Lao { code, tambon, name_th, weight }
}

/// Two tambons have both a municipality and a tambon organisation. Codes and names of the organisations are invented.
pub(super) const LAOS: [Lao; 15] = [
    lao("46090001", "460901", "ทต.ภูสิงห์ (สาธิต)", 62),
    lao("46090002", "460901", "อบต.ภูสิงห์ (สาธิต)", 48),
    lao("46090003", "460902", "อบต.สหัสขันธ์ (สาธิต)", 66),
    lao("46090004", "460903", "อบต.นามะเขือ (สาธิต)", 84),
    lao("46090005", "460904", "อบต.โนนศิลา (สาธิต)", 78),
    lao("46090006", "460905", "ทต.นิคม (สาธิต)", 70),
    lao("46090007", "460906", "อบต.โนนแหลมทอง (สาธิต)", 64),
    lao("46090008", "460907", "ทต.โนนบุรี (สาธิต)", 58),
    lao("46090009", "460908", "อบต.โนนน้ำเกลี้ยง (สาธิต)", 50),
    lao("46020001", "460201", "ทต.นามน (สาธิต)", 60),
    lao("46020002", "460201", "อบต.นามน (สาธิต)", 66),
    lao("46020003", "460202", "อบต.ยอดแกง (สาธิต)", 72),
    lao("46020004", "460203", "ทต.สงเปลือย (สาธิต)", 82),
    lao("46020005", "460204", "อบต.หลักเหลี่ยม (สาธิต)", 68),
    lao("46020006", "460205", "อบต.หนองบัว (สาธิต)", 72),
];

/// The two districts.
pub(super) const DISTRICTS: [(&str, &str); 2] = [("4609", "สหัสขันธ์"), ("4602", "นามน")];

/// The province.
pub(super) const PROVINCE: &str = "46";

/// Villages: invented names that any tambon could have.
pub(super) const VILLAGES: [&str; 14] = [
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
pub(super) fn area(code: &str) -> Result<AreaCode, DemoError> {
    code.parse().map_err(|_| DemoError::Data("area"))
}

/// An organisation's code of the tables.
pub(super) fn lao_code(code: &str) -> Result<LaoCode, DemoError> {
    code.parse().map_err(|_| DemoError::Data("local organisation"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use events::area::directory::directory;

    use super::*;

    #[test]
    fn fifteen_organisations_share_the_thirteen_tambons_of_the_two_districts() {
        let tambons: BTreeSet<_> = LAOS.iter().map(|it| area(it.tambon).unwrap()).collect();
        let real: BTreeSet<_> = DISTRICTS
            .iter()
            .flat_map(|(code, _)| directory().within(area(code).unwrap()))
            .map(|area| area.code)
            .filter(|code| code.tambon().is_some())
            .collect();
        assert_eq!(tambons, real);
        assert_eq!((LAOS.len(), tambons.len()), (15, 13));
        for it in &LAOS {
            assert!(lao_code(it.code).is_ok() && it.code.starts_with(&it.tambon[..4]), "{}", it.code);
        }
        assert_eq!(LAOS.iter().map(|it| it.weight).sum::<u32>(), 1000);
    }
}
