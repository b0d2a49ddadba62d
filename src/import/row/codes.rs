//! The codes that may stand in a cell, and their Thai labels.

use std::collections::HashMap;
use std::sync::OnceLock;

use events::facts::household::Source;
use events::facts::people::{Education, Health, Relation, ResidenceStatus, Sex, Welfare, Work};
use events::thai::name::normalise;

/// A value, its code, and what else people write for it.
pub type Code<T> = (T, &'static str, &'static [&'static str]);

/// The codes that may stand in a column. What people write is compared in one form, which is made once.
#[derive(Debug)]
pub struct Codes<T: 'static> {
    list: &'static [Code<T>],
    words: OnceLock<HashMap<String, T>>,
}

impl<T: Copy> Codes<T> {
    const fn of(list: &'static [Code<T>]) -> Self {
        Self { list, words: OnceLock::new() }
    }

    /// The codes themselves.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.list.iter().map(|(_, code, _)| *code)
    }

    /// The value that a cell names.
    pub fn named(&self, cell: &str) -> Option<T> {
        // Most files hold the codes themselves.
        if let Some((value, ..)) = self.list.iter().find(|(_, code, _)| *code == cell) {
            return Some(*value);
        }
        let words = self.words.get_or_init(|| {
            let words = self.list.iter().flat_map(|(value, code, labels)| {
                std::iter::once(code).chain(*labels).map(|word| (compact(word), *value))
            });
            words.collect()
        });
        words.get(&compact(cell)).copied()
    }
}

/// `sources`
pub static SOURCES: Codes<Source> = Codes::of(&[
    (Source::Tpmap, "tpmap", &["ทีพีแมพ"]),
    (Source::Bmn, "bmn", &["จปฐ", "ความจำเป็นพื้นฐาน"]),
    (Source::WelfareCard, "welfare_card", &["บัตรสวัสดิการแห่งรัฐ", "บัตรสวัสดิการ", "บัตรคนจน"]),
    (Source::VillageLeader, "village_leader", &["ผู้ใหญ่บ้าน", "กำนัน", "ผู้นำหมู่บ้าน", "ผู้นำชุมชน"]),
    (Source::Volunteer, "volunteer", &["อสม", "อาสาสมัคร", "อพม"]),
    (Source::Lao, "lao", &["อปท", "อบต", "เทศบาล"]),
    (Source::ReligiousLeader, "religious_leader", &["ผู้นำศาสนา", "วัด"]),
    (Source::Neighbour, "neighbour", &["เพื่อนบ้าน"]),
    (Source::CommunityOrg, "community_org", &["องค์กรชุมชน", "สภาองค์กรชุมชน"]),
    (Source::Msdhs, "msdhs", &["พม", "พมจ"]),
    (Source::SurveyTeam, "survey_team", &["ทีมสำรวจ", "ทีมวิจัย"]),
    (Source::Self_, "self", &["แจ้งด้วยตนเอง", "ตนเอง"]),
    (Source::Other, "other", &["อื่นๆ", "อื่น ๆ"]),
]);

/// `sex`
pub static SEXES: Codes<Sex> = Codes::of(&[
    (Sex::Male, "male", &["ชาย", "ช", "m"]),
    (Sex::Female, "female", &["หญิง", "ญ", "f"]),
    (Sex::Unknown, "unknown", &["ไม่ทราบ"]),
]);

/// `relation`
pub static RELATIONS: Codes<Relation> = Codes::of(&[
    (Relation::Head, "head", &["หัวหน้าครัวเรือน", "หัวหน้าครอบครัว", "หัวหน้า", "เจ้าบ้าน"]),
    (Relation::Spouse, "spouse", &["คู่สมรส", "สามี", "ภรรยา"]),
    (Relation::Child, "child", &["บุตร", "ลูก", "บุตรชาย", "บุตรสาว"]),
    (Relation::Parent, "parent", &["บิดา", "มารดา", "พ่อ", "แม่", "บิดามารดา"]),
    (Relation::Grandchild, "grandchild", &["หลาน"]),
    (Relation::Grandparent, "grandparent", &["ปู่", "ย่า", "ตา", "ยาย", "ปู่ย่าตายาย"]),
    (Relation::Sibling, "sibling", &["พี่น้อง", "พี่", "น้อง"]),
    (Relation::Relative, "relative", &["ญาติ"]),
    (Relation::Other, "other", &["อื่นๆ", "ผู้อาศัย"]),
]);

/// `residence_status`
pub static RESIDENCES: Codes<ResidenceStatus> = Codes::of(&[
    (ResidenceStatus::RegisteredAndLiving, "registered_and_living", &["มีชื่อและอาศัยอยู่", "มีชื่อและอาศัยอยู่จริง"]),
    (ResidenceStatus::RegisteredOnly, "registered_only", &["มีชื่อแต่ไม่อาศัย", "มีชื่อแต่ไม่ได้อาศัยอยู่"]),
    (ResidenceStatus::LivingOnly, "living_only", &["ไม่มีชื่อแต่อาศัยอยู่", "อาศัยอยู่แต่ไม่มีชื่อ"]),
]);

/// `health`
pub static HEALTHS: Codes<Health> = Codes::of(&[
    (Health::Normal, "normal", &["ปกติ", "แข็งแรง"]),
    (Health::Chronic, "chronic", &["ป่วยเรื้อรังไม่ติดเตียง", "ป่วยเรื้อรัง", "โรคเรื้อรัง"]),
    (Health::DisabledSelfReliant, "disabled_self_reliant", &["พิการพึ่งพาตนเองได้", "พิการ"]),
    (Health::Bedridden, "bedridden", &["ผู้ป่วยติดเตียง", "ติดเตียง"]),
    (Health::Unknown, "unknown", &["ไม่ทราบ"]),
]);

/// `education`
pub static EDUCATIONS: Codes<Education> = Codes::of(&[
    (Education::None, "none", &["ไม่ได้เรียน", "ไม่ได้รับการศึกษา"]),
    (Education::BelowPrimary, "below_primary", &["ต่ำกว่าประถม", "ต่ำกว่าประถมศึกษา"]),
    (Education::Primary, "primary", &["ประถม", "ประถมศึกษา"]),
    (Education::LowerSecondary, "lower_secondary", &["มัธยมต้น", "มัธยมศึกษาตอนต้น"]),
    (Education::UpperSecondary, "upper_secondary", &["มัธยมปลาย", "มัธยมศึกษาตอนปลาย"]),
    (Education::Vocational, "vocational", &["อาชีวศึกษา", "ปวช", "ปวส"]),
    (Education::BachelorOrHigher, "bachelor_or_higher", &["ปริญญาตรีขึ้นไป", "ปริญญาตรี"]),
    (Education::Unknown, "unknown", &["ไม่ทราบ"]),
]);

/// `work`
pub static WORKS: Codes<Work> = Codes::of(&[
    (Work::Farmer, "farmer", &["เกษตรกร", "ทำนา", "ทำไร่"]),
    (Work::Labourer, "labourer", &["รับจ้าง", "รับจ้างทั่วไป", "กรรมกร"]),
    (Work::Trader, "trader", &["ค้าขาย"]),
    (Work::Employee, "employee", &["พนักงาน", "ลูกจ้าง", "พนักงานบริษัท"]),
    (Work::Government, "government", &["ข้าราชการ", "รับราชการ"]),
    (Work::Student, "student", &["นักเรียน", "นักศึกษา", "นักเรียนนักศึกษา"]),
    (Work::Unemployed, "unemployed", &["ว่างงาน", "ไม่มีงานทำ"]),
    (Work::Unable, "unable", &["ทำงานไม่ได้"]),
    (Work::Housework, "housework", &["แม่บ้าน", "งานบ้าน"]),
    (Work::Other, "other", &["อื่นๆ"]),
    (Work::Unknown, "unknown", &["ไม่ทราบ"]),
]);

/// `welfare`
pub static WELFARES: Codes<Welfare> = Codes::of(&[
    (Welfare::None, "none", &["ไม่มี", "ไม่ได้รับ"]),
    (Welfare::Newborn, "newborn", &["เด็กแรกเกิด", "เงินอุดหนุนเด็กแรกเกิด"]),
    (Welfare::Elderly, "elderly", &["ผู้สูงอายุ", "เบี้ยผู้สูงอายุ", "เบี้ยยังชีพผู้สูงอายุ"]),
    (Welfare::Disability, "disability", &["เบี้ยคนพิการ", "เบี้ยความพิการ", "คนพิการ"]),
    (Welfare::SocialSecurity33, "social_security_33", &["ประกันสังคมมาตรา33", "ม33"]),
    (Welfare::SocialSecurity40, "social_security_40", &["ประกันสังคมมาตรา40", "ม40"]),
    (Welfare::StateWelfareCard, "state_welfare_card", &["บัตรสวัสดิการแห่งรัฐ", "บัตรคนจน"]),
    (Welfare::Other, "other", &["อื่นๆ"]),
]);

/// `is_head`, `tpmap_listed`, `consent`
pub static ANSWERS: Codes<bool> = Codes::of(&[
    (true, "yes", &["ใช่", "y", "true", "1", "มี", "มีชื่อ", "ยินยอม"]),
    (false, "no", &["ไม่ใช่", "ไม่", "n", "false", "0", "ไม่มี", "ไม่มีชื่อ", "ไม่พบชื่อ", "ไม่ยินยอม"]),
]);

/// As it is compared: without spaces, points and the signs that take their place.
fn compact(text: &str) -> String {
    normalise(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '_' | '/')).collect()
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    /// The code is the stored one, and no label means two things.
    fn holds<T: Copy + Serialize>(codes: &Codes<T>) {
        let mut words = Vec::new();
        for (value, code, labels) in codes.list {
            assert_eq!(serde_json::to_value(value).unwrap(), *code);
            words.extend(std::iter::once(*code).chain(labels.iter().copied()).map(compact));
        }
        let mut once = words.clone();
        once.sort_unstable();
        once.dedup();
        // อื่นๆ and อื่น ๆ are one.
        assert!(words.len() - once.len() <= 1, "{words:?}");
    }

    #[test]
    fn every_code_is_the_stored_one_and_no_label_means_two_things() {
        holds(&SOURCES);
        holds(&SEXES);
        holds(&RELATIONS);
        holds(&RESIDENCES);
        holds(&HEALTHS);
        holds(&EDUCATIONS);
        holds(&WORKS);
        holds(&WELFARES);
        assert_eq!((SOURCES.list.len(), WELFARES.list.len(), WORKS.list.len(), EDUCATIONS.list.len()), (13, 8, 11, 8));
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        for cell in ["village_leader", " Village Leader", "village-leader", "ผู้ใหญ่บ้าน"] {
            assert_eq!(SOURCES.named(cell), Some(Source::VillageLeader), "{cell}");
        }
        assert_eq!(SOURCES.named("อสม."), Some(Source::Volunteer));
        assert_eq!(SEXES.named("ชาย"), Some(Sex::Male));
        assert_eq!(SEXES.named("ชาย/หญิง"), None);
        assert_eq!(ANSWERS.named("Yes"), Some(true));
    }
}
