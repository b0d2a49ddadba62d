//! Where a demo takes place: provinces with their districts and tambons, and the local organisations that share them.
//!
//! The pilot is a table of two districts. The wider scales take their areas from the reference list; local organisations
//! are invented there, one for each tambon and two in the first of each district, under codes that begin with their
//! district's.

mod places;

use events::area::directory::{Area, directory};
use events::area::{AreaCode, LaoCode};

use self::places::{PILOT, PILOT_DISTRICTS, PROVINCES};
pub(super) use self::places::{VILLAGES, area};
use super::plan::{DemoError, Scale};

/// The codes of the article's twenty provinces.
pub(super) fn provinces() -> impl Iterator<Item = &'static str> {
    PROVINCES.iter().map(|place| place.code)
}

/// A province of the demo.
#[derive(Debug)]
pub(super) struct Province {
    pub(super) code: AreaCode,
    pub(super) name_th: &'static str,
    pub(super) name_en: &'static str,
    /// South and west of where its households are said to be, in ten-thousandths of a degree.
    pub(super) corner: (u32, u32),
    /// About how many households are found in it.
    pub(super) households: u32,
}

/// A district of the demo.
#[derive(Debug)]
pub(super) struct District {
    pub(super) code: AreaCode,
    pub(super) name_th: &'static str,
    pub(super) name_en: &'static str,
    /// Place in the list of provinces.
    pub(super) province: usize,
    /// About how many households are found in it.
    pub(super) households: u32,
}

/// A local organisation, its tambon, and its part of the households.
#[derive(Debug)]
pub(super) struct Lao {
    pub(super) code: LaoCode,
    pub(super) tambon: AreaCode,
    pub(super) name_th: String,
    /// Place in the list of districts.
    pub(super) district: usize,
    /// Place in the list of provinces.
    pub(super) province: usize,
    /// Whether it has its tambon to itself.
    pub(super) alone: bool,
    weight: u32,
}

impl Lao {
    /// An organisation that stands for whichever has a tambon.
    pub(super) fn of_tambon(tambon: AreaCode) -> Result<Self, DemoError> {
        let code = format!("{}0001", tambon.amphoe().unwrap_or(tambon)).parse();
        let code = code.map_err(|_| DemoError::Data("local organisation"))?;
        Ok(Self { code, tambon, name_th: String::new(), district: 0, province: 0, alone: false, weight: 1 })
    }
}

/// Where households of Kalasin are said to be.
pub(super) const CORNER: (u32, u32) = (160_000, 1_030_000);

/// All places of one demo.
#[derive(Debug, Default)]
pub(super) struct Geography {
    pub(super) provinces: Vec<Province>,
    pub(super) districts: Vec<District>,
    pub(super) organisations: Vec<Lao>,
    /// The sum of the weights up to and with each organisation.
    ends: Vec<u32>,
}

/// How much of the twenty provinces a demo takes in: its first so many provinces, districts of each, tambons of each.
struct Extent {
    provinces: usize,
    districts: usize,
    tambons: usize,
    /// Whether each province gets as many households as any other.
    even: bool,
}

impl Geography {
    /// The places of a scale.
    pub(super) fn of(scale: Scale) -> Result<Self, DemoError> {
        let extent = match scale {
            Scale::Pilot | Scale::Sample { .. } => return Self::pilot(scale.households()),
            Scale::Kalasin => Extent { provinces: 1, districts: usize::MAX, tambons: usize::MAX, even: false },
            Scale::Twenty => {
                Extent { provinces: PROVINCES.len(), districts: usize::MAX, tambons: usize::MAX, even: false }
            }
            Scale::Spread { .. } => Extent { provinces: PROVINCES.len(), districts: 2, tambons: 2, even: true },
        };
        Self::wide(&extent, scale.households())
    }

    /// The two districts of the pilot.
    fn pilot(households: u32) -> Result<Self, DemoError> {
        let mut found = Self::default();
        found.province(&PROVINCES[0])?;
        for code in PILOT_DISTRICTS {
            found.district(0, known(area(code)?)?);
        }
        for (code, tambon, name_th, weight) in PILOT {
            found.pilot_organisation(0, (code, tambon, name_th), weight)?;
        }
        Ok(found.counted(households))
    }

    fn wide(extent: &Extent, households: u32) -> Result<Self, DemoError> {
        let mut found = Self::default();
        // Weights are thousandths of households: the article found 958 of Kalasin's in the pilot's districts.
        let pilot_households = if extent.even { 10 } else { 958 };
        for (province, place) in PROVINCES.iter().take(extent.provinces).enumerate() {
            found.province(place)?;
            let (first, code) = (found.organisations.len(), area(place.code)?);
            let pilot = if province == 0 { PILOT_DISTRICTS.as_slice() } else { &[] };
            let of_pilot = |it: &&Area| pilot.iter().any(|code| it.code.to_string() == **code);
            let all = || directory().within(code).filter(|it| it.code.amphoe() == Some(it.code));
            // The pilot's districts come first, so that a small extent has them too.
            let districts = all().filter(of_pilot).chain(all().filter(|it| !of_pilot(it)));
            for (n, district) in districts.take(extent.districts).enumerate() {
                let code = district.code;
                found.district(province, known(code)?);
                if n < pilot.len() {
                    let text = code.to_string();
                    for (lao, tambon, name_th, weight) in PILOT.iter().filter(|it| it.1.starts_with(&text)) {
                        found.pilot_organisation(province, (lao, tambon, name_th), weight * pilot_households)?;
                    }
                } else {
                    found.organisations_of(code, extent.tambons)?;
                }
            }
            let whole = if extent.even { 10_000 } else { place.households * 1000 };
            found.weigh(first, if province == 0 { pilot_households * 1000 } else { 0 }, whole);
        }
        Ok(found.counted(households))
    }

    fn province(&mut self, place: &places::Place) -> Result<(), DemoError> {
        let known = known(area(place.code)?)?;
        let corner = (place.centre.0 - 6_400, place.centre.1 - 6_100);
        let (name_th, name_en) = (known.name_th, known.name_en);
        self.provinces.push(Province { code: known.code, name_th, name_en, corner, households: 0 });
        Ok(())
    }

    fn district(&mut self, province: usize, known: &'static Area) {
        let (name_th, name_en) = (known.name_th, known.name_en);
        self.districts.push(District { code: known.code, name_th, name_en, province, households: 0 });
    }

    fn pilot_organisation(
        &mut self,
        province: usize,
        (code, tambon, name_th): (&str, &str, &str),
        weight: u32,
    ) -> Result<(), DemoError> {
        let tambon = area(tambon)?;
        let district = self.districts.iter().position(|it| it.code.contains(tambon)).ok_or(DemoError::Data("area"))?;
        let code = code.parse().map_err(|_| DemoError::Data("local organisation"))?;
        let name_th = name_th.to_owned();
        self.organisations.push(Lao { code, tambon, name_th, district, province, alone: true, weight });
        Ok(())
    }

    /// Invents the organisations of a district. Weights are set later.
    fn organisations_of(&mut self, amphoe: AreaCode, tambons: usize) -> Result<(), DemoError> {
        let district = self.districts.len().saturating_sub(1);
        let province = self.provinces.len().saturating_sub(1);
        let found = directory().within(amphoe).filter(|it| it.code.tambon() == Some(it.code));
        for (n, tambon) in found.take(tambons).enumerate() {
            let kinds = if n == 0 { ["ทต.", "อบต."].as_slice() } else { &["อบต."] };
            for kind in kinds {
                let running = self.organisations.iter().rev().take_while(|it| it.district == district).count() + 1;
                let code = format!("{amphoe}{running:04}").parse();
                self.organisations.push(Lao {
                    code: code.map_err(|_| DemoError::Data("local organisation"))?,
                    tambon: tambon.code,
                    name_th: format!("{kind}{} (สาธิต)", tambon.name_th),
                    district,
                    province,
                    alone: true,
                    weight: 0,
                });
            }
        }
        Ok(())
    }

    /// Shares a province's weight among those of its organisations that have none yet, a little unevenly.
    fn weigh(&mut self, first: usize, given: u32, whole: u32) {
        let Some(of_province) = self.organisations.get_mut(first..) else { return };
        let share = |it: &Lao| 70 + it.code.to_string().parse::<u64>().unwrap_or(0) * 7_919 % 61;
        let sum: u64 = of_province.iter().filter(|it| it.weight == 0).map(share).sum();
        let left = u64::from(whole.saturating_sub(given));
        for it in of_province.iter_mut().filter(|it| it.weight == 0) {
            it.weight = u32::try_from(left * share(it) / sum.max(1)).unwrap_or(u32::MAX);
        }
    }

    /// What follows from the organisations: who is alone, where each part ends, how many households are expected where.
    fn counted(mut self, households: u32) -> Self {
        let neighbours = |at: usize, all: &[Lao]| {
            let tambon = all.get(at).map(|it| it.tambon);
            all.iter().skip(at.saturating_sub(2)).take(5).filter(|it| Some(it.tambon) == tambon).count()
        };
        let alone: Vec<bool> =
            (0..self.organisations.len()).map(|at| neighbours(at, &self.organisations) == 1).collect();
        let mut end = 0;
        let whole = self.organisations.iter().map(|it| u64::from(it.weight)).sum::<u64>().max(1);
        let mut of_districts = vec![0_u64; self.districts.len()];
        for (it, alone) in self.organisations.iter_mut().zip(alone) {
            it.alone = alone;
            end += it.weight;
            self.ends.push(end);
            if let Some(sum) = of_districts.get_mut(it.district) {
                *sum += u64::from(it.weight);
            }
        }
        for (district, sum) in self.districts.iter_mut().zip(of_districts) {
            district.households = u32::try_from(sum * u64::from(households) / whole).unwrap_or(u32::MAX);
            if let Some(province) = self.provinces.get_mut(district.province) {
                province.households += district.households;
            }
        }
        self
    }

    /// The sum of all weights.
    pub(super) fn whole(&self) -> u32 {
        self.ends.last().copied().unwrap_or(1)
    }

    /// The organisation at a point between 0 and the whole.
    pub(super) fn at(&self, point: u32) -> usize {
        self.ends.partition_point(|end| *end <= point).min(self.organisations.len().saturating_sub(1))
    }

    /// An organisation by its place in the list.
    pub(super) fn organisation(&self, at: usize) -> Result<&Lao, DemoError> {
        self.organisations.get(at).ok_or(DemoError::Data("local organisation"))
    }

    /// The districts of a province, by their places in the list.
    pub(super) fn districts_of(&self, province: usize) -> impl Iterator<Item = (usize, &District)> {
        self.districts.iter().enumerate().filter(move |(_, it)| it.province == province)
    }
}

fn known(code: AreaCode) -> Result<&'static Area, DemoError> {
    directory().area(code).ok_or(DemoError::Data("area"))
}

#[cfg(test)]
mod tests;
