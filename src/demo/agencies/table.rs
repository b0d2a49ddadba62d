//! The tables behind the agencies: services, and what each agency is called and offers, in the pilot and elsewhere.

use events::facts::agency::AgencyKind;
use events::facts::household::{Capital, Dimension};

use super::Tempo;

/// Where an agency works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// In its province.
    Province,
    /// In the demo's districts of its province.
    Districts,
    /// In one district of the pilot, and elsewhere in one district as well.
    District(usize),
}

/// An agency of the pilot, and what stands for it elsewhere.
pub(super) struct Template {
    pub(super) word: &'static str,
    /// What it is called outside the pilot, before the name of the place.
    pub(super) stem: (&'static str, &'static str),
    pub(super) name_th: &'static str,
    pub(super) name_en: &'static str,
    pub(super) kind: AgencyKind,
    pub(super) reach: Reach,
    /// Whether somebody of it signs in; if not, the operations center answers for it.
    pub(super) signs_in: bool,
    pub(super) tempo: Tempo,
    /// Services by code, with the places for a thousand households; `None`: not limited.
    pub(super) services: &'static [(&'static str, Option<u32>)],
}

/// What a service is called and counts under.
pub(in crate::demo) struct Service {
    pub(in crate::demo) code: &'static str,
    pub(super) th: &'static str,
    pub(super) en: &'static str,
    pub(in crate::demo) capital: Capital,
    pub(in crate::demo) dimension: Dimension,
}

const fn service(
    code: &'static str,
    th: &'static str,
    en: &'static str,
    capital: Capital,
    dimension: Dimension,
) -> Service {
    Service { code, th, en, capital, dimension }
}

/// Every service that some agency of the demo offers.
pub(in crate::demo) const SERVICES: [Service; 11] = [
    service("house_repair", "ซ่อมแซมบ้าน", "House repair", Capital::Physical, Dimension::Living),
    service("water", "น้ำกินน้ำใช้", "Household water", Capital::Physical, Dimension::Living),
    service("disability_support", "ช่วยเหลือคนพิการ", "Disability support", Capital::Human, Dimension::Access),
    service("elder_care", "ดูแลผู้สูงอายุ", "Care for the elderly", Capital::Human, Dimension::Health),
    service("health_visit", "เยี่ยมไข้ที่บ้าน", "Health visits at home", Capital::Human, Dimension::Health),
    service("scholarship", "ทุนการศึกษา", "Scholarship", Capital::Human, Dimension::Education),
    service("job_training", "ฝึกอาชีพ", "Job training", Capital::Human, Dimension::Income),
    service("farm_inputs", "ปัจจัยการผลิต", "Farm inputs", Capital::Natural, Dimension::Income),
    service("debt_advice", "ให้คำปรึกษาหนี้สิน", "Debt advice", Capital::Economic, Dimension::Income),
    service("id_card", "บัตรประจำตัวประชาชน", "Identity card", Capital::Human, Dimension::Access),
    service("food_support", "ถุงยังชีพ", "Food support", Capital::Economic, Dimension::Living),
];

/// The agencies. Their order is the order of their officers.
pub(super) const TEMPLATES: [Template; 12] = [
    Template {
        word: "social",
        stem: ("สำนักงานดูแลครอบครัวและสวัสดิการ", "Family and Welfare Office"),
        name_th: "สำนักงานดูแลครอบครัวและสวัสดิการ กาฬสินธุ์ (สาธิต)",
        name_en: "Kalasin Family and Welfare Office (demo)",
        kind: AgencyKind::State,
        reach: Reach::Province,
        signs_in: true,
        tempo: Tempo::Fair,
        services: &[("disability_support", Some(14)), ("house_repair", Some(4)), ("food_support", None)],
    },
    Template {
        word: "health",
        stem: ("เครือข่ายอนามัยชุมชน", "Community Health Network"),
        name_th: "เครือข่ายอนามัยภูสหัส (สาธิต)",
        name_en: "Phu Sahat Health Network (demo)",
        kind: AgencyKind::State,
        reach: Reach::Districts,
        signs_in: true,
        tempo: Tempo::Quick,
        services: &[("elder_care", None), ("health_visit", None)],
    },
    Template {
        word: "district",
        stem: ("งานทะเบียนเคลื่อนที่", "Mobile Registry"),
        name_th: "งานทะเบียนเคลื่อนที่สองอำเภอ (สาธิต)",
        name_en: "Two Districts Mobile Registry (demo)",
        kind: AgencyKind::State,
        reach: Reach::Districts,
        signs_in: true,
        tempo: Tempo::Quick,
        services: &[("id_card", None)],
    },
    Template {
        word: "farm",
        stem: ("ศูนย์ส่งเสริมอาชีพเกษตร", "Farm Livelihood Centre"),
        name_th: "ศูนย์ส่งเสริมอาชีพเกษตรลำปาว (สาธิต)",
        name_en: "Lam Pao Farm Livelihood Centre (demo)",
        kind: AgencyKind::State,
        reach: Reach::Districts,
        signs_in: true,
        tempo: Tempo::Slow,
        services: &[("farm_inputs", Some(20)), ("job_training", Some(14))],
    },
    Template {
        word: "lao_sahatsakhan",
        stem: ("กองช่างร่วมท้องถิ่น", "Joint Works Division"),
        name_th: "กองช่างร่วมท้องถิ่นสหัสขันธ์ (สาธิต)",
        name_en: "Joint Works Division of Sahatsakhan (demo)",
        kind: AgencyKind::Lao,
        reach: Reach::District(0),
        signs_in: true,
        tempo: Tempo::Slow,
        services: &[("house_repair", Some(3)), ("water", Some(6))],
    },
    Template {
        word: "lao_na_mon",
        stem: ("กองช่างร่วมท้องถิ่น", "Joint Works Division"),
        name_th: "กองช่างร่วมท้องถิ่นนามน (สาธิต)",
        name_en: "Joint Works Division of Na Mon (demo)",
        kind: AgencyKind::Lao,
        reach: Reach::District(1),
        signs_in: true,
        tempo: Tempo::Fair,
        services: &[("house_repair", Some(3)), ("water", None)],
    },
    Template {
        word: "starch",
        stem: ("บริษัท แป้งมันรวมใจ จำกัด", "Ruamjai Starch Co."),
        name_th: "บริษัท แป้งมันอีสานรวมใจ จำกัด (สาธิต)",
        name_en: "Isan Ruamjai Starch Co. (demo)",
        kind: AgencyKind::Private,
        reach: Reach::District(0),
        signs_in: true,
        tempo: Tempo::Quick,
        services: &[("farm_inputs", Some(12))],
    },
    Template {
        word: "greens",
        stem: ("หจก.ผักสดทุ่งทอง", "Thung Thong Fresh Greens"),
        name_th: "หจก.ผักสดทุ่งนามน (สาธิต)",
        name_en: "Thung Na Mon Fresh Greens (demo)",
        kind: AgencyKind::Private,
        reach: Reach::District(1),
        signs_in: true,
        tempo: Tempo::Quick,
        services: &[("farm_inputs", Some(12))],
    },
    Template {
        word: "friends",
        stem: ("มูลนิธิเพื่อนบ้านเกื้อกูล", "Good Neighbours Foundation"),
        name_th: "มูลนิธิเพื่อนบ้านเกื้อกูล (สาธิต)",
        name_en: "Good Neighbours Foundation (demo)",
        kind: AgencyKind::Civil,
        reach: Reach::Districts,
        signs_in: true,
        tempo: Tempo::Fair,
        services: &[("house_repair", Some(2)), ("debt_advice", Some(6))],
    },
    Template {
        word: "saving",
        stem: ("สหภาพกลุ่มออมทรัพย์", "Savings Union"),
        name_th: "สหภาพกลุ่มออมทรัพย์สองอำเภอ (สาธิต)",
        name_en: "Two Districts Savings Union (demo)",
        kind: AgencyKind::Civil,
        reach: Reach::Districts,
        signs_in: false,
        tempo: Tempo::Slow,
        services: &[("debt_advice", None)],
    },
    Template {
        word: "temple",
        stem: ("โรงทานวัดป่า", "Forest Temple Kitchen"),
        name_th: "โรงทานวัดป่าโนนสวรรค์ (สาธิต)",
        name_en: "Pa Non Sawan Temple Kitchen (demo)",
        kind: AgencyKind::Religious,
        reach: Reach::Districts,
        signs_in: false,
        tempo: Tempo::Fair,
        services: &[("food_support", None), ("elder_care", Some(4))],
    },
    Template {
        word: "school",
        stem: ("กองทุนการเรียนรู้มหาวิทยาลัยชุมชน", "Community University Learning Fund"),
        name_th: "กองทุนการเรียนรู้มหาวิทยาลัยชุมชน (สาธิต)",
        name_en: "Community University Learning Fund (demo)",
        kind: AgencyKind::Education,
        reach: Reach::Districts,
        signs_in: true,
        tempo: Tempo::Fair,
        services: &[("scholarship", Some(14)), ("job_training", Some(9))],
    },
];
