//! How the districts lie beside each other: tiles placed by hand for Kalasin, in the order of their codes elsewhere.

use std::collections::BTreeMap;

use events::area::AreaCode;
use projections::figures::backlog::BacklogRow;
use projections::figures::referrals::AgeBucket;

use super::{Asked, PATH};
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::links::link;
use crate::web::pages::words::area;

/// Columns from west to east, rows from north to south.
const KALASIN: [[u16; 5]; 5] = [
    [4611, 4615, 4610, 0, 0],
    [4612, 4609, 4613, 4616, 0],
    [4608, 4601, 4602, 4614, 4606],
    [4607, 4603, 4617, 4605, 0],
    [0, 4618, 4604, 0, 0],
];
/// Where no hand placed them, so many stand in a row.
const ACROSS: usize = 5;
/// A tile with the gap beside it.
const STEP: (usize, usize) = (66, 54);

/// A district, or a province where several are shown.
#[derive(Debug)]
pub struct Tile {
    pub x: usize,
    pub y: usize,
    pub name: String,
    /// Waits eight days and more.
    pub old: String,
    pub all: String,
    pub share: String,
    /// The colour: the share of what waits eight days and more.
    pub class: &'static str,
    pub path: String,
}

/// How high the picture is.
pub fn height(tiles: &[Tile]) -> usize {
    tiles.iter().map(|it| it.y + STEP.1).max().unwrap_or(0)
}

fn class(old: u64, all: u64) -> &'static str {
    match (old * 100).checked_div(all).unwrap_or(0) {
        _ if all == 0 => "share-none",
        0..=19 => "share-0",
        20..=29 => "share-1",
        30..=39 => "share-2",
        _ => "share-3",
    }
}

/// The tiles of what is shown: the districts of one province, also those where nothing waits, or the provinces.
pub fn of(rows: &[BacklogRow], reach: &[AreaCode], asked: &Asked, language: Language) -> Vec<Tile> {
    let within: Option<AreaCode> = asked.area.parse().ok();
    let shown = |it: &&AreaCode| within.is_none_or(|area| AreaCode::contains(area.province(), **it));
    let mut districts: BTreeMap<AreaCode, (u64, u64)> = reach.iter().filter(shown).map(|it| (*it, (0, 0))).collect();
    for row in rows {
        let Some(district) = row.cases.district else { continue };
        let (old, all) = districts.entry(district).or_default();
        *all += row.waiting;
        if matches!(row.cases.age, Some(AgeBucket::To14 | AgeBucket::From15)) {
            *old += row.waiting;
        }
    }
    let mut provinces: Vec<AreaCode> = districts.keys().map(|it| it.province()).collect();
    provinces.dedup();
    let by_province = provinces.len() > 1;
    let mut counts: BTreeMap<AreaCode, (u64, u64)> = BTreeMap::new();
    for (district, (old, all)) in districts {
        let sum = counts.entry(if by_province { district.province() } else { district }).or_default();
        *sum = (sum.0 + old, sum.1 + all);
    }
    let by_hand = |code: &AreaCode| {
        let wanted = code.to_string();
        let find = |(y, row): (usize, &[u16; 5])| {
            row.iter().position(|it| *it > 0 && it.to_string() == wanted).map(|x| (x, y))
        };
        KALASIN.iter().enumerate().find_map(find)
    };
    let placed = counts.keys().all(|code| by_hand(code).is_some());
    let top = counts.keys().filter_map(&by_hand).map(|(_, y)| y).min().unwrap_or(0);
    let one = |(at, (code, (old, all))): (usize, (AreaCode, (u64, u64)))| {
        let (x, y) = if placed { by_hand(&code).unwrap_or_default() } else { (at % ACROSS, at / ACROSS + top) };
        let value = code.to_string();
        Tile {
            x: x * STEP.0,
            y: (y - top) * STEP.1,
            name: short_name(&area(language, code)),
            share: format!("{}%", (old * 100).checked_div(all).unwrap_or(0)),
            class: class(old, all),
            path: if by_province {
                link(PATH, &[("area", value.as_str()), ("queue", &asked.queue)])
            } else {
                asked.list(&[("area", &value)])
            },
            old: days::number(old),
            all: days::number(all),
        }
    };
    counts.into_iter().enumerate().map(one).collect()
}

/// A name that fits a tile.
fn short_name(name: &str) -> String {
    let name = if name.starts_with("เมือง") { "เมืองฯ" } else { name };
    let name = name.replace("Mueang ", "Mueang");
    if name.chars().filter(|it| !is_mark(*it)).count() > 10 {
        name.chars().take(9).chain(['…']).collect()
    } else {
        name
    }
}

/// Marks above and below take no width.
fn is_mark(it: char) -> bool {
    matches!(it, '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use events::area::directory::directory;

    use super::*;

    #[test]
    fn every_district_of_kalasin_has_one_place() {
        let placed: Vec<String> = KALASIN.iter().flatten().filter(|it| **it > 0).map(ToString::to_string).collect();
        let province: AreaCode = "46".parse().unwrap();
        let within = directory().within(province).map(|it| it.code);
        let districts: BTreeSet<String> =
            within.filter(|it| it.amphoe().is_some() && it.tambon().is_none()).map(|it| it.to_string()).collect();
        assert_eq!(placed.len(), 18);
        assert_eq!(placed.into_iter().collect::<BTreeSet<_>>(), districts);
    }

    #[test]
    fn the_colour_of_a_tile_says_how_much_of_it_is_old() {
        let classes = [(0, 0), (19, 100), (20, 100), (30, 100), (40, 100)].map(|(old, all)| class(old, all));
        assert_eq!(classes, ["share-none", "share-0", "share-1", "share-2", "share-3"]);
    }
}
