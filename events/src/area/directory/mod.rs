//! The reference list of areas: what a code is called, which code a name means, what became of a retired code.
//!
//! The list is part of the program (`events/data`, see its attribution) and is read once, at first use.

mod names;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;

use super::{AreaCode, Level};
use names::Index;
pub use names::Names;

static IN_FORCE: &str = include_str!("../../../data/admin_areas.csv");
static ABOLISHED: &str = include_str!("../../../data/admin_areas_abolished.csv");

/// An area in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its code.
    pub code: AreaCode,
    /// `สหัสขันธ์`; a district of Bangkok has its `เขต` before it.
    pub name_th: &'static str,
    /// `Sahatsakhan`
    pub name_en: &'static str,
    /// Postcodes of a tambon, separated by spaces. Several areas share one: no area follows from a postcode.
    pub postcodes: &'static str,
}

/// An area whose code is no longer given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// Its code.
    pub code: AreaCode,
    /// Its last name.
    pub name_th: &'static str,
    /// Its last name in English.
    pub name_en: &'static str,
    /// The day from which the list has been without it.
    pub abolished_on: NaiveDate,
    /// The areas that took its place: none or several where it was divided.
    pub successors: Vec<AreaCode>,
    /// How these are known.
    pub basis: Basis,
}

/// How a successor is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// From a government notice.
    Notice,
    /// It bears the same name in the same province: likely, not certain.
    Name,
}

impl Retired {
    /// The stable name of the warning that its successor was taken.
    pub fn code(&self) -> &'static str {
        match self.basis {
            Basis::Notice => "area_retired",
            Basis::Name => "area_retired_successor_by_name",
        }
    }
}

/// An area in force, and the retired one it was reached through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// The area in force.
    pub area: &'static Area,
    /// Set where what was asked for is retired: a warning.
    pub followed: Option<&'static Retired>,
}

/// Why no area is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreaError {
    /// No name and no code.
    #[error("no area is given")]
    Missing,
    /// Neither in force nor retired, or not within the larger area that is given.
    #[error("there is no such {} here", level_name(*level))]
    Unknown {
        /// The level at which nothing was found.
        level: Level,
    },
    /// A name that several areas bear.
    #[error("several areas are meant by this: {}", listed(candidates))]
    Ambiguous {
        /// All of them.
        candidates: Vec<AreaCode>,
    },
    /// A retired area that was divided: one must say which part.
    #[error("this area was divided into {}", listed(candidates))]
    Divided {
        /// Its parts.
        candidates: Vec<AreaCode>,
    },
    /// A retired area whose successor is not known.
    #[error("this area no longer exists and its successor is not known")]
    Gone,
}

impl AreaError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "area_missing",
            Self::Unknown { .. } => "area_unknown",
            Self::Ambiguous { .. } => "area_ambiguous",
            Self::Divided { .. } => "area_divided",
            Self::Gone => "area_gone",
        }
    }
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Province => "province",
        Level::Amphoe => "amphoe",
        Level::Tambon => "tambon",
    }
}

fn listed(codes: &[AreaCode]) -> String {
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    codes.join(", ")
}

/// All areas, by code and by name.
#[derive(Debug)]
pub struct Directory {
    areas: BTreeMap<AreaCode, Area>,
    retired: BTreeMap<AreaCode, Retired>,
    names: Index,
}

/// The reference list, read at the first call.
pub fn directory() -> &'static Directory {
    static DIRECTORY: OnceLock<Directory> = OnceLock::new();
    DIRECTORY.get_or_init(|| Directory::read(IN_FORCE, ABOLISHED))
}

impl Directory {
    /// The area in force under a code.
    pub fn area(&self, code: AreaCode) -> Option<&Area> {
        self.areas.get(&code)
    }

    /// The retired area under a code.
    pub fn retired(&self, code: AreaCode) -> Option<&Retired> {
        self.retired.get(&code)
    }

    /// The area that a code means today; a retired code leads to its successor.
    pub fn resolve(&'static self, code: AreaCode) -> Result<Resolved, AreaError> {
        if let Some(area) = self.area(code) {
            return Ok(Resolved { area, followed: None });
        }
        let retired = self.retired(code).ok_or(AreaError::Unknown { level: code.level() })?;
        self.follow(retired)
    }

    /// An area and all that lie within it, in the order of their codes.
    pub fn within(&self, code: AreaCode) -> impl Iterator<Item = &Area> {
        self.areas.range(code..).map(|(_, area)| area).take_while(move |area| code.contains(area.code))
    }

    /// All areas of a level, in the order of their codes.
    pub fn of_level(&self, level: Level) -> impl Iterator<Item = &Area> {
        self.areas.values().filter(move |area| area.code.level() == level)
    }

    /// The whole name in Thai: `ตำบลภูสิงห์ อำเภอสหัสขันธ์ จังหวัดกาฬสินธุ์`, in Bangkok `แขวง… เขต… กรุงเทพมหานคร`.
    pub fn address_th(&self, code: AreaCode) -> Option<String> {
        let name = |code: AreaCode| self.area(code).map(|area| area.name_th);
        let province = name(code.province())?;
        let bangkok = province == "กรุงเทพมหานคร";
        let province = if bangkok { province.to_owned() } else { format!("จังหวัด{province}") };
        let Some(amphoe) = code.amphoe() else { return Some(province) };
        let amphoe = if bangkok { name(amphoe)?.to_owned() } else { format!("อำเภอ{}", name(amphoe)?) };
        let Some(tambon) = code.tambon() else { return Some(format!("{amphoe} {province}")) };
        let kind = if bangkok { "แขวง" } else { "ตำบล" };
        Some(format!("{kind}{} {amphoe} {province}", name(tambon)?))
    }

    fn follow(&'static self, retired: &'static Retired) -> Result<Resolved, AreaError> {
        match retired.successors.as_slice() {
            [] => Err(AreaError::Gone),
            [one] => {
                let area = self.area(*one).ok_or(AreaError::Gone)?;
                Ok(Resolved { area, followed: Some(retired) })
            }
            several => Err(AreaError::Divided { candidates: several.to_vec() }),
        }
    }

    /// Neither list has a quoted field, and a test counts the rows: what does not parse would be missed there.
    fn read(in_force: &'static str, abolished: &'static str) -> Self {
        let areas: BTreeMap<_, _> = in_force.lines().skip(1).filter_map(area).map(|area| (area.code, area)).collect();
        let retired: BTreeMap<_, _> =
            abolished.lines().skip(1).filter_map(retired_area).map(|area| (area.code, area)).collect();
        let names = Index::new(&areas, &retired);
        Self { areas, retired, names }
    }
}

fn area(line: &'static str) -> Option<Area> {
    let mut fields = line.split(',');
    let (_level, code, _parent) = (fields.next()?, fields.next()?, fields.next()?);
    let (name_th, name_en, postcodes) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Area { code: code.parse().ok()?, name_th, name_en, postcodes })
}

fn retired_area(line: &'static str) -> Option<Retired> {
    let mut fields = line.split(',');
    let (_level, code, _parent) = (fields.next()?, fields.next()?, fields.next()?);
    let (name_th, name_en, abolished_on) = (fields.next()?, fields.next()?, fields.next()?.parse().ok()?);
    let successors = fields.next()?.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    let basis = if fields.next()? == "notice" { Basis::Notice } else { Basis::Name };
    Some(Retired { code: code.parse().ok()?, name_th, name_en, abolished_on, successors, basis })
}

#[cfg(test)]
mod tests;
