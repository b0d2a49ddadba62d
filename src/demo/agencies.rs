//! The agencies of the demo, all invented: what they offer, where, to how many, and how fast they answer.

mod table;

use std::ops::Range;

use events::area::AreaCode;
use events::facts::agency::{AgencyContact, AgencyKind};
use events::id::AgencyId;

use self::table::{Reach, TEMPLATES, Template};
pub(super) use self::table::{SERVICES, Service};
use super::geography::Geography;
use super::plan::{DemoError, Scale};
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
#[derive(Debug)]
pub(super) struct Agency {
    /// Its id follows from it.
    word: String,
    /// What it is, whatever the province.
    role: &'static str,
    pub(super) name_th: String,
    name_en: String,
    pub(super) kind: AgencyKind,
    pub(super) areas: Vec<AreaCode>,
    /// Whether somebody of it signs in; if not, the operations center answers for it.
    pub(super) signs_in: bool,
    pub(super) tempo: Tempo,
    services: &'static [(&'static str, Option<u32>)],
    /// So many households its places are counted on.
    households: u32,
}

/// All agencies, province by province.
#[derive(Debug, Default)]
pub(super) struct Agencies {
    all: Vec<Agency>,
    /// By place in the list of provinces.
    provinces: Vec<Range<usize>>,
}

impl Agencies {
    /// The agencies of a demo: the pilot's table, or one set of them for each province.
    pub(super) fn of(scale: Scale, places: &Geography) -> Self {
        let mut found = Self::default();
        for (province, place) in places.provinces.iter().enumerate() {
            let first = found.all.len();
            let districts: Vec<_> = places.districts_of(province).map(|(_, it)| it).collect();
            for template in &TEMPLATES {
                if scale.is_pilot() {
                    let all = || districts.iter().map(|it| it.code);
                    let areas = match template.reach {
                        Reach::Province => vec![place.code],
                        Reach::Districts => all().collect(),
                        Reach::District(at) => all().skip(at).take(1).collect(),
                    };
                    found.all.push(Agency::of_pilot(template, areas, scale.households()));
                } else if let Reach::District(at) = template.reach {
                    // Buyers are where the models are; works divisions are in every district, of both kinds in turn.
                    let buys = template.kind == AgencyKind::Private;
                    let of_district =
                        districts.iter().enumerate().filter(|(n, _)| if buys { *n == at } else { n % 2 == at });
                    for (_, it) in of_district {
                        let names = (it.name_th, it.name_en);
                        // The pilot's have half of its households.
                        found.all.push(Agency::elsewhere(template, it.code, names, 2 * it.households));
                    }
                } else {
                    let names = (place.name_th, place.name_en);
                    found.all.push(Agency::elsewhere(template, place.code, names, place.households));
                }
            }
            found.provinces.push(first..found.all.len());
        }
        found
    }

    /// All, in the order of their officers.
    pub(super) fn all(&self) -> &[Agency] {
        &self.all
    }

    /// One of them by its place in the list.
    pub(super) fn get(&self, at: usize) -> Option<&Agency> {
        self.all.get(at)
    }

    fn of_province(&self, province: usize) -> impl Iterator<Item = (usize, &Agency)> {
        let range = self.provinces.get(province).cloned().unwrap_or_default();
        range.clone().zip(self.all.get(range).unwrap_or_default())
    }

    /// The agency of a kind in a province, by its place in the list.
    pub(super) fn named(&self, role: &str, province: usize) -> Result<usize, DemoError> {
        let found = self.of_province(province).find(|(_, it)| it.role == role);
        found.map(|(at, _)| at).ok_or(DemoError::Data("agency"))
    }

    /// Agencies that offer a service in a tambon, by their places in the list.
    pub(super) fn offering(&self, code: &str, province: usize, tambon: AreaCode) -> Vec<usize> {
        let offers = |it: &Agency| it.services.iter().any(|(service, _)| *service == code);
        let works = |it: &Agency| it.areas.iter().any(|area| area.contains(tambon));
        self.of_province(province).filter(|(_, it)| offers(it) && works(it)).map(|(at, _)| at).collect()
    }
}

impl Agency {
    fn of_pilot(it: &Template, areas: Vec<AreaCode>, households: u32) -> Self {
        let (word, name_th, name_en) = (it.word.to_owned(), it.name_th.to_owned(), it.name_en.to_owned());
        Self { word, name_th, name_en, ..Self::like(it, areas, households) }
    }

    fn elsewhere(it: &Template, place: AreaCode, (th, en): (&str, &str), households: u32) -> Self {
        Self {
            word: format!("{}/{place}", it.word),
            name_th: format!("{} {th} (สาธิต)", it.stem.0),
            name_en: format!("{} of {en} (demo)", it.stem.1),
            ..Self::like(it, vec![place], households)
        }
    }

    fn like(it: &Template, areas: Vec<AreaCode>, households: u32) -> Self {
        let &Template { word: role, kind, signs_in, tempo, services, .. } = it;
        let (word, name_th, name_en) = (String::new(), String::new(), String::new());
        Self { word, role, name_th, name_en, kind, areas, signs_in, tempo, services, households }
    }
}

/// An agency's id.
pub(super) fn id(world: &World, at: usize) -> AgencyId {
    AgencyId::derived(world.root, &format!("agency/{}", world.agencies.get(at).map_or("", |it| &it.word)))
}

/// The service of a code.
pub(super) fn service_named(code: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|it| it.code == code)
}

/// The orders that register every agency with its services, and the province of each.
pub(super) fn opening(world: &World) -> Result<Vec<(usize, Order)>, DemoError> {
    let mut orders = Vec::new();
    for (province, range) in world.agencies.provinces.iter().enumerate() {
        for at in range.clone() {
            let Some(agency) = world.agencies.get(at) else { continue };
            let id = id(world, at);
            for command in registering(world, at, agency)? {
                orders.push((province, Order::Agency { id, command }));
            }
        }
    }
    Ok(orders)
}

fn registering(world: &World, at: usize, agency: &Agency) -> Result<Vec<AgencyCommand>, DemoError> {
    let happened_on = Some(world.calendar.start);
    let mut commands = vec![AgencyCommand::Register(Register {
        happened_on,
        name_th: agency.name_th.clone(),
        name_en: agency.name_en.clone(),
        kind: agency.kind,
        areas: agency.areas.clone(),
        contact: Some(AgencyContact {
            name: format!("ผู้ประสานงาน {}", agency.name_th),
            phone: Some(format!("000-000-9{:03}", at % 1000)),
        }),
    })];
    for (code, per_thousand) in agency.services {
        let service = service_named(code).ok_or(DemoError::Data("service"))?;
        commands.push(AgencyCommand::OfferService(OfferService {
            happened_on,
            service: (*code).to_owned(),
            name_th: service.th.to_owned(),
            name_en: service.en.to_owned(),
            capital: service.capital,
            dimension: service.dimension,
        }));
        if let Some(places) = per_thousand {
            commands.push(AgencyCommand::SetCapacity(SetCapacity {
                happened_on,
                service: (*code).to_owned(),
                places: Some((places * agency.households / 1000).max(1)),
            }));
        }
    }
    Ok(commands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_offered_in_every_tambon() {
        for scale in [Scale::Pilot, Scale::Kalasin, Scale::Twenty] {
            let places = Geography::of(scale).unwrap();
            let agencies = Agencies::of(scale, &places);
            for service in &SERVICES {
                for lao in &places.organisations {
                    let offering = agencies.offering(service.code, lao.province, lao.tambon);
                    assert!(!offering.is_empty(), "{} in {}", service.code, lao.tambon);
                }
            }
        }
    }

    #[test]
    fn no_two_agencies_have_one_name() {
        let places = Geography::of(Scale::Twenty).unwrap();
        let agencies = Agencies::of(Scale::Twenty, &places);
        let mut words: Vec<_> = agencies.all().iter().map(|it| &it.word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), agencies.all().len());
        assert!(words.len() > 20 * 12);
    }
}
