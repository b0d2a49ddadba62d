//! Each scale has the areas that the article names, every organisation its tambon, and every household a place.

use std::collections::BTreeSet;

use super::*;

fn tambons(of: &[AreaCode]) -> BTreeSet<AreaCode> {
    let within = of.iter().flat_map(|code| directory().within(*code));
    within.map(|area| area.code).filter(|code| code.tambon() == Some(*code)).collect()
}

fn whole(scale: Scale) -> Geography {
    let found = Geography::of(scale).unwrap();
    for it in &found.organisations {
        let amphoe = it.tambon.amphoe().unwrap().to_string();
        assert!(it.code.to_string().starts_with(&amphoe) && it.weight > 0, "{}", it.code);
        let sharing = found.organisations.iter().filter(|other| other.tambon == it.tambon).count();
        assert_eq!(it.alone, sharing == 1, "{}", it.code);
    }
    let codes: BTreeSet<_> = found.organisations.iter().map(|it| it.code).collect();
    assert_eq!(codes.len(), found.organisations.len());
    let all: Vec<_> = found.districts.iter().map(|it| it.code).collect();
    if !matches!(scale, Scale::Spread { .. }) {
        assert_eq!(found.organisations.iter().map(|it| it.tambon).collect::<BTreeSet<_>>(), tambons(&all));
    }
    found
}

#[test]
fn fifteen_organisations_share_the_thirteen_tambons_of_the_two_districts() {
    let found = whole(Scale::Pilot);
    assert_eq!((found.provinces.len(), found.districts.len(), found.organisations.len()), (1, 2, 15));
    assert_eq!(found.organisations.iter().map(|it| it.tambon).collect::<BTreeSet<_>>().len(), 13);
    assert_eq!(found.whole(), 1000);
}

#[test]
fn kalasin_has_eighteen_districts_and_a_hundred_and_thirty_five_tambons() {
    let found = whole(Scale::Kalasin);
    let tambons: BTreeSet<_> = found.organisations.iter().map(|it| it.tambon).collect();
    assert_eq!((found.provinces.len(), found.districts.len(), tambons.len()), (1, 18, 135));
    let pilot: u32 = found.districts.iter().take(2).map(|it| it.households).sum();
    assert!((950..=960).contains(&pilot), "{pilot}");
}

#[test]
fn the_twenty_provinces_are_those_that_the_article_names() {
    let named = "กาฬสินธุ์ ชัยนาท ปัตตานี มุกดาหาร แม่ฮ่องสอน ยโสธร ศรีสะเกษ สกลนคร สุรินทร์ อำนาจเจริญ บุรีรัมย์ นครราชสีมา เลย ร้อยเอ็ด \
                 ลำปาง พิษณุโลก พัทลุง ยะลา นราธิวาส อุบลราชธานี";
    let found = whole(Scale::Twenty);
    let names: Vec<_> = found.provinces.iter().map(|it| it.name_th).collect();
    assert_eq!(names, named.split_whitespace().collect::<Vec<_>>());
    assert_eq!(PROVINCES.iter().map(|it| it.households).sum::<u32>(), 231_021);
    let kalasin = found.provinces[0].households;
    assert!((11_850..=11_880).contains(&kalasin), "{kalasin}");
    for (at, it) in found.provinces.iter().enumerate() {
        let districts: Vec<_> = found.districts_of(at).map(|(_, it)| it.code).collect();
        let all = directory().within(it.code).filter(|area| area.code.amphoe() == Some(area.code)).count();
        assert_eq!(districts.len(), all, "{}", it.name_en);
    }
}

#[test]
fn every_point_of_the_whole_belongs_to_one_organisation_by_its_weight() {
    let found = whole(Scale::Pilot);
    let mut counts = vec![0; 15];
    for point in 0..found.whole() {
        counts[found.at(point)] += 1;
    }
    assert_eq!(counts, found.organisations.iter().map(|it| it.weight).collect::<Vec<_>>());
}
