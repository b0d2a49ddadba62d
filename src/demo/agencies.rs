//! The agencies of the demo, all invented: what they offer, where, to how many, and how fast they answer.

use events::facts::agency::{AgencyContact, AgencyKind};
use events::facts::household::{Capital, Dimension};
use events::id::AgencyId;

use super::geography::area;
use super::plan::DemoError;
use super::world::World;
use crate::desk::{AgencyCommand, Order};
use crate::rules::agency::{OfferService, Register, SetCapacity};

/// How an agency answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tempo {
    /// Within the week.
    Quick,
    /// Now and then too late.
    Fair,
    /// Often too late, sometimes never.
    Slow,
}

/// One agency.
pub(super) struct Agency {
    pub(super) word: &'static str,
    pub(super) name_th: &'static str,
    pub(super) name_en: &'static str,
    pub(super) kind: AgencyKind,
    pub(super) areas: &'static [&'static str],
    /// Whether somebody of it signs in; if not, the operations center answers for it.
    pub(super) signs_in: bool,
    pub(super) tempo: Tempo,
    /// Services by code, with the places for a thousand households; `None`: not limited.
    pub(super) services: &'static [(&'static str, Option<u32>)],
}

/// What a service is called and counts under.
pub(super) struct Service {
    pub(super) code: &'static str,
    th: &'static str,
    en: &'static str,
    pub(super) capital: Capital,
    pub(super) dimension: Dimension,
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
pub(super) const SERVICES: [Service; 11] = [
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

const BOTH: &[&str] = &["4609", "4602"];
const SAHATSAKHAN: &[&str] = &["4609"];
const NA_MON: &[&str] = &["4602"];

/// The agencies. Their order is the order of their officers.
pub(super) const AGENCIES: [Agency; 12] = [
    Agency {
        word: "social",
        name_th: "สำนักงานดูแลครอบครัวและสวัสดิการ กาฬสินธุ์ (สาธิต)",
        name_en: "Kalasin Family and Welfare Office (demo)",
        kind: AgencyKind::State,
        areas: &["46"],
        signs_in: true,
        tempo: Tempo::Fair,
        services: &[("disability_support", Some(14)), ("house_repair", Some(4)), ("food_support", None)],
    },
    Agency {
        word: "health",
        name_th: "เครือข่ายอนามัยภูสหัส (สาธิต)",
        name_en: "Phu Sahat Health Network (demo)",
        kind: AgencyKind::State,
        areas: BOTH,
        signs_in: true,
        tempo: Tempo::Quick,
        services: &[("elder_care", None), ("health_visit", None)],
    },
    Agency {
        word: "district",
        name_th: "งานทะเบียนเคลื่อนที่สองอำเภอ (สาธิต)",
        name_en: "Two Districts Mobile Registry (demo)",
        kind: AgencyKind::State,
        areas: BOTH,
        signs_in: true,
        tempo: Tempo::Quick,
        services: &[("id_card", None)],
    },
    Agency {
        word: "farm",
        name_th: "ศูนย์ส่งเสริมอาชีพเกษตรลำปาว (สาธิต)",
        name_en: "Lam Pao Farm Livelihood Centre (demo)",
        kind: AgencyKind::State,
        areas: BOTH,
        signs_in: true,
        tempo: Tempo::Slow,
        services: &[("farm_inputs", Some(20)), ("job_training", Some(14))],
    },
    Agency {
        word: "lao_sahatsakhan",
        name_th: "กองช่างร่วมท้องถิ่นสหัสขันธ์ (สาธิต)",
        name_en: "Joint Works Division of Sahatsakhan (demo)",
        kind: AgencyKind::Lao,
        areas: SAHATSAKHAN,
        signs_in: true,
        tempo: Tempo::Slow,
        services: &[("house_repair", Some(3)), ("water", Some(6))],
    },
    Agency {
        word: "lao_na_mon",
        name_th: "กองช่างร่วมท้องถิ่นนามน (สาธิต)",
        name_en: "Joint Works Division of Na Mon (demo)",
        kind: AgencyKind::Lao,
        areas: NA_MON,
        signs_in: true,
        tempo: Tempo::Fair,
        services: &[("house_repair", Some(3)), ("water", None)],
    },
    Agency {
        word: "starch",
        name_th: "บริษัท แป้งมันอีสานรวมใจ จำกัด (สาธิต)",
        name_en: "Isan Ruamjai Starch Co. (demo)",
        kind: AgencyKind::Private,
        areas: SAHATSAKHAN,
        signs_in: true,
        tempo: Tempo::Quick,
        services: &[("farm_inputs", Some(12))],
    },
    Agency {
        word: "greens",
        name_th: "หจก.ผักสดทุ่งนามน (สาธิต)",
        name_en: "Thung Na Mon Fresh Greens (demo)",
        kind: AgencyKind::Private,
        areas: NA_MON,
        signs_in: true,
        tempo: Tempo::Quick,
        services: &[("farm_inputs", Some(12))],
    },
    Agency {
        word: "friends",
        name_th: "มูลนิธิเพื่อนบ้านเกื้อกูล (สาธิต)",
        name_en: "Good Neighbours Foundation (demo)",
        kind: AgencyKind::Civil,
        areas: BOTH,
        signs_in: true,
        tempo: Tempo::Fair,
        services: &[("house_repair", Some(2)), ("debt_advice", Some(6))],
    },
    Agency {
        word: "saving",
        name_th: "สหภาพกลุ่มออมทรัพย์สองอำเภอ (สาธิต)",
        name_en: "Two Districts Savings Union (demo)",
        kind: AgencyKind::Civil,
        areas: BOTH,
        signs_in: false,
        tempo: Tempo::Slow,
        services: &[("debt_advice", None)],
    },
    Agency {
        word: "temple",
        name_th: "โรงทานวัดป่าโนนสวรรค์ (สาธิต)",
        name_en: "Pa Non Sawan Temple Kitchen (demo)",
        kind: AgencyKind::Religious,
        areas: BOTH,
        signs_in: false,
        tempo: Tempo::Fair,
        services: &[("food_support", None), ("elder_care", Some(4))],
    },
    Agency {
        word: "school",
        name_th: "กองทุนการเรียนรู้มหาวิทยาลัยชุมชน (สาธิต)",
        name_en: "Community University Learning Fund (demo)",
        kind: AgencyKind::Education,
        areas: BOTH,
        signs_in: true,
        tempo: Tempo::Fair,
        services: &[("scholarship", Some(14)), ("job_training", Some(9))],
    },
];

/// An agency's id.
pub(super) fn id(world: &World, at: usize) -> AgencyId {
    AgencyId::derived(world.root, &format!("agency/{}", AGENCIES.get(at).map_or("", |it| it.word)))
}

/// The service of a code.
pub(super) fn service_named(code: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|it| it.code == code)
}

/// Agencies that offer a service in a tambon, by their place in [`AGENCIES`].
pub(super) fn offering(code: &str, tambon: &str) -> Vec<usize> {
    let offers = |it: &Agency| it.services.iter().any(|(service, _)| *service == code);
    let works = |it: &Agency| it.areas.iter().any(|area| tambon.starts_with(area));
    AGENCIES.iter().enumerate().filter(|(_, it)| offers(it) && works(it)).map(|(at, _)| at).collect()
}

/// The orders that register every agency with its services.
pub(super) fn opening(world: &World) -> Result<Vec<Order>, DemoError> {
    let mut orders = Vec::new();
    for (at, agency) in AGENCIES.iter().enumerate() {
        let id = id(world, at);
        let mut order = |command| orders.push(Order::Agency { id, command });
        order(AgencyCommand::Register(Register {
            happened_on: Some(world.calendar.start),
            name_th: agency.name_th.to_owned(),
            name_en: agency.name_en.to_owned(),
            kind: agency.kind,
            areas: agency.areas.iter().map(|code| area(code)).collect::<Result<_, _>>()?,
            contact: Some(AgencyContact {
                name: format!("ผู้ประสานงาน {}", agency.name_th),
                phone: Some(format!("000-000-9{at:03}")),
            }),
        }));
        for (code, per_thousand) in agency.services {
            let service = service_named(code).ok_or(DemoError::Data("service"))?;
            order(AgencyCommand::OfferService(OfferService {
                happened_on: Some(world.calendar.start),
                service: (*code).to_owned(),
                name_th: service.th.to_owned(),
                name_en: service.en.to_owned(),
                capital: service.capital,
                dimension: service.dimension,
            }));
            if let Some(places) = per_thousand {
                order(AgencyCommand::SetCapacity(SetCapacity {
                    happened_on: Some(world.calendar.start),
                    service: (*code).to_owned(),
                    places: Some((places * world.households / 1000).max(1)),
                }));
            }
        }
    }
    Ok(orders)
}

#[cfg(test)]
mod tests {
    use super::super::geography::LAOS;
    use super::*;

    #[test]
    fn every_service_is_offered_in_every_tambon_or_is_nobodys_need_there() {
        for service in &SERVICES {
            for lao in &LAOS {
                assert!(!offering(service.code, lao.tambon).is_empty(), "{} in {}", service.code, lao.tambon);
            }
        }
    }
}
