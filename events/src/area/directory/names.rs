//! Which area a name means: names as people write them, with or without ตำบล, อ. or จังหวัด before them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Area, AreaCode, AreaError, Directory, Level, Resolved, Retired};
use crate::thai::digits::known;
use crate::thai::name::normalise;

/// The names of one place, each in its own column: a tambon may bear its district's name. Blank and `-` are no name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    /// จังหวัด
    pub province: Option<&'a str>,
    /// อำเภอ, เขต
    pub amphoe: Option<&'a str>,
    /// ตำบล, แขวง
    pub tambon: Option<&'a str>,
}

impl<'a> Names<'a> {
    /// The largest level first.
    fn given(self) -> impl Iterator<Item = (Level, &'a str)> {
        let all = [(Level::Province, self.province), (Level::Amphoe, self.amphoe), (Level::Tambon, self.tambon)];
        all.into_iter().filter_map(|(level, name)| name.and_then(known).map(|name| (level, name)))
    }
}

/// The codes behind each name, in Thai and English.
#[derive(Debug)]
pub(super) struct Index {
    in_force: HashMap<(Level, String), Vec<AreaCode>>,
    retired: HashMap<(Level, String), Vec<AreaCode>>,
}

impl Index {
    pub(super) fn new(areas: &BTreeMap<AreaCode, Area>, retired: &BTreeMap<AreaCode, Retired>) -> Self {
        let mut index = Self { in_force: HashMap::new(), retired: HashMap::new() };
        for area in areas.values() {
            for name in [area.name_th, area.name_en] {
                enter(&mut index.in_force, area.code, bare(area.code.level(), &normalise(name)));
            }
            // The capital's district is called เมือง by everyone.
            let province = areas.get(&area.code.province());
            if area.name_th.strip_prefix("เมือง").is_some_and(|rest| province.is_some_and(|it| it.name_th == rest))
            {
                for name in ["เมือง", "mueang", "muang"] {
                    enter(&mut index.in_force, area.code, name);
                }
                enter(&mut index.in_force, area.code, &normalise(area.name_en).replace("mueang", "muang"));
            }
        }
        for (code, aliases) in [("10", ["กรุงเทพ", "กรุงเทพฯ", "กทม"].as_slice()), ("14", &["อยุธยา", "ayutthaya"])]
        {
            let code = areas.keys().find(|area| area.to_string() == code);
            for (code, name) in code.into_iter().flat_map(|code| aliases.iter().map(move |name| (code, name))) {
                enter(&mut index.in_force, *code, name);
            }
        }
        for area in retired.values() {
            for name in [area.name_th, area.name_en] {
                enter(&mut index.retired, area.code, bare(area.code.level(), &normalise(name)));
            }
        }
        index
    }

    fn in_force(&self, level: Level, name: &str) -> BTreeSet<AreaCode> {
        look_up(&self.in_force, level, name)
    }

    fn retired(&self, level: Level, name: &str) -> BTreeSet<AreaCode> {
        look_up(&self.retired, level, name)
    }
}

fn enter(index: &mut HashMap<(Level, String), Vec<AreaCode>>, code: AreaCode, name: &str) {
    let codes = index.entry((code.level(), compact(name))).or_default();
    if !codes.contains(&code) {
        codes.push(code);
    }
}

/// As it is written first, because a name may begin like a prefix.
fn look_up(index: &HashMap<(Level, String), Vec<AreaCode>>, level: Level, name: &str) -> BTreeSet<AreaCode> {
    let name = normalise(name);
    let written = index.get(&(level, compact(&name)));
    let codes = written.or_else(|| index.get(&(level, compact(bare(level, &name)))));
    codes.into_iter().flatten().copied().collect()
}

/// A name without spaces and points: เมือง กาฬสินธุ์, Su-ngai Padi, กทม.
fn compact(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '\'')).collect()
}

/// A normalised name without the word for its level.
fn bare(level: Level, name: &str) -> &str {
    let (before, after): (&[&str], &[&str]) = match level {
        Level::Province => (&["จังหวัด", "จ.", "จ "], &[" province"]),
        Level::Amphoe => (&["กิ่งอำเภอ", "กิ่ง อ.", "อำเภอ", "เขต", "อ.", "อ ", "amphoe ", "khet "], &[" district"]),
        Level::Tambon => (&["ตำบล", "แขวง", "ต.", "ต ", "tambon ", "khwaeng "], &[" subdistrict", " sub-district"]),
    };
    let name = before.iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name);
    after.iter().find_map(|word| name.strip_suffix(word)).unwrap_or(name).trim()
}

impl Directory {
    /// The area that names mean: the smallest level that is given, within the larger ones. A name that only a retired
    /// area bears leads to its successor, at every level: เซกา of หนองคาย lies in บึงกาฬ today.
    pub fn find(&'static self, names: Names<'_>) -> Result<Resolved, AreaError> {
        let given: Vec<(Level, &str)> = names.given().collect();
        let Some((smallest, larger)) = given.split_last() else { return Err(AreaError::Missing) };
        let mut around: Option<Around> = None;
        for (level, name) in larger {
            around = Some(self.around(around.as_ref(), *level, name)?);
        }
        let (level, name) = *smallest;
        let retired = match &around {
            None => self.names.retired(level, name),
            Some(around) => lying_in(Some(&around.codes), self.names.retired(level, name)),
        };
        // What lay in an area that is gone is best known by its own code, if that is known.
        let followed = around.as_ref().and_then(|around| around.followed);
        if followed.is_some()
            && let Ok(resolved) = self.find_retired(level, &retired)
        {
            return Ok(resolved);
        }
        let found = lying_in(around.as_ref().map(|around| &around.codes), self.names.in_force(level, name));
        let areas: Vec<&Area> = found.iter().filter_map(|code| self.area(*code)).collect();
        match areas.as_slice() {
            [] => self.find_retired(level, &retired),
            [area] => Ok(Resolved { area, followed }),
            _ => Err(AreaError::Ambiguous { candidates: found.into_iter().collect() }),
        }
    }

    /// The areas that the name of a larger one means: those in force, else the retired ones with their successors.
    fn around(&'static self, within: Option<&Around>, level: Level, name: &str) -> Result<Around, AreaError> {
        let codes = lying_in(within.map(|it| &it.codes), self.names.in_force(level, name));
        if !codes.is_empty() {
            return Ok(Around { codes, followed: within.and_then(|it| it.followed) });
        }
        let retired = lying_in(within.map(|it| &it.codes), self.names.retired(level, name));
        let mut around = Around { codes: BTreeSet::new(), followed: None };
        for retired in retired.iter().filter_map(|code| self.retired(*code)) {
            around.codes.insert(retired.code);
            around.codes.extend(&retired.successors);
            around.followed = around.followed.or(Some(retired));
        }
        if around.codes.is_empty() { Err(AreaError::Unknown { level }) } else { Ok(around) }
    }

    /// The level at which names contradict an area's code, if they do. Blank names contradict nothing.
    /// Nor do names of former times that lead to the same area.
    pub fn contradiction(&'static self, code: AreaCode, names: Names<'_>) -> Option<Level> {
        let is_meant = |level: Level, name: &str| {
            let meant = self.names.in_force(level, name);
            meant.into_iter().any(|named| named.contains(code))
        };
        // A level below the code's own says more than the code and can't contradict it.
        let mut given = names.given().filter(|(level, _)| *level <= code.level());
        let (level, _) = given.find(|(level, name)| !is_meant(*level, name))?;
        let leads_here = self.find(names).is_ok_and(|it| it.area.code == code && it.followed.is_some());
        (!leads_here).then_some(level)
    }

    fn find_retired(&'static self, level: Level, codes: &BTreeSet<AreaCode>) -> Result<Resolved, AreaError> {
        let outcomes: Vec<_> =
            codes.iter().filter_map(|code| self.retired(*code)).map(|retired| self.follow(retired)).collect();
        let followed: Vec<Resolved> = outcomes.iter().filter_map(|outcome| outcome.clone().ok()).collect();
        let candidates: BTreeSet<AreaCode> = followed.iter().map(|resolved| resolved.area.code).collect();
        match (followed.first(), candidates.len()) {
            (Some(resolved), 1) => Ok(*resolved),
            (Some(_), _) => Err(AreaError::Ambiguous { candidates: candidates.into_iter().collect() }),
            (None, _) => outcomes.into_iter().next().unwrap_or(Err(AreaError::Unknown { level })),
        }
    }
}

/// Where a name is looked for: areas that larger names mean, and a retired one that led to them.
struct Around {
    codes: BTreeSet<AreaCode>,
    followed: Option<&'static Retired>,
}

fn lying_in(around: Option<&BTreeSet<AreaCode>>, codes: BTreeSet<AreaCode>) -> BTreeSet<AreaCode> {
    let Some(around) = around else { return codes };
    codes.into_iter().filter(|code| around.iter().any(|larger| larger.contains(*code))).collect()
}
