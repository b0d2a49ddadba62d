//! The list is whole, and names and old codes lead where people expect.

use super::*;

fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}

fn names<'a>(tambon: &'a str, amphoe: &'a str, province: &'a str) -> Names<'a> {
    Names { province: Some(province), amphoe: Some(amphoe), tambon: Some(tambon) }
}

fn found(names: Names<'_>) -> Result<String, AreaError> {
    directory().find(names).map(|resolved| resolved.area.code.to_string())
}

#[test]
fn the_list_holds_the_country() {
    let count = |level| directory().of_level(level).count();
    assert_eq!((count(Level::Province), count(Level::Amphoe), count(Level::Tambon)), (77, 928, 7436));
    assert_eq!(directory().retired.len(), 1583);
    assert!(!IN_FORCE.contains('"') && !ABOLISHED.contains('"'), "the reader knows no quoted fields");
    let orphan = directory().areas.keys().find(|code| code.parent().is_some_and(|it| directory().area(it).is_none()));
    assert_eq!(orphan, None);
    let lost =
        directory().retired.values().flat_map(|it| &it.successors).find(|code| directory().area(**code).is_none());
    assert_eq!(lost, None);
}

#[test]
fn kalasin_has_its_18_districts_and_135_tambons() {
    let within = |text| directory().within(code(text));
    assert_eq!(within("46").filter(|area| area.code.level() == Level::Amphoe).count(), 18);
    assert_eq!(within("46").filter(|area| area.code.level() == Level::Tambon).count(), 135);
    let tambons = |text| {
        within(text)
            .filter(|it| it.code.tambon().is_some())
            .map(|it| (it.code.to_string(), it.name_th, it.name_en))
            .collect()
    };
    let na_mon: Vec<(String, &str, &str)> = tambons("4602");
    let expected = [
        ("460201", "นามน", "Na Mon"),
        ("460202", "ยอดแกง", "Yot Kaeng"),
        ("460203", "สงเปลือย", "Song Plueai"),
        ("460204", "หลักเหลี่ยม", "Lak Liam"),
        ("460205", "หนองบัว", "Nong Bua"),
    ];
    assert_eq!(na_mon, expected.map(|(code, th, en)| (code.to_owned(), th, en)));
    let sahatsakhan: Vec<(String, &str, &str)> = tambons("4609");
    assert_eq!(sahatsakhan.len(), 8);
    assert_eq!(sahatsakhan.last(), Some(&("460908".to_owned(), "โนนน้ำเกลี้ยง", "Non Nam Kliang")));
}

#[test]
fn an_area_is_found_by_its_names_as_people_write_them() {
    let table = [
        (names("ภูสิงห์", "สหัสขันธ์", "กาฬสินธุ์"), "460901"),
        (names("ตำบลภูสิงห์", "อำเภอสหัสขันธ์", "จังหวัดกาฬสินธุ์"), "460901"),
        (names("ต.ภูสิงห์", "อ.สหัสขันธ์", "จ.กาฬสินธุ์"), "460901"),
        (names("ต. ภูสิงห์ ", "อ. สหัสขันธ์", "จ กาฬสินธุ์"), "460901"),
        // Tambon and amphoe of one name.
        (names("สหัสขันธ์", "สหัสขันธ์", "กาฬสินธุ์"), "460902"),
        (names("-", "สหัสขันธ์", "กาฬสินธุ์"), "4609"),
        (names("นามน", "นามน", "กาฬสินธุ์"), "460201"),
        (names("โนนน้ําเกลี้ยง", "สหัสขันธ์", "กาฬสินธุ์"), "460908"),
        (names("Phu Sing", "Sahatsakhan", "Kalasin"), "460901"),
        (names("tambon phu sing", "Sahatsakhan District", "KALASIN"), "460901"),
        (names("", "เมือง", "กาฬสินธุ์"), "4601"),
        (names("", "อ.เมือง กาฬสินธุ์", "กาฬสินธุ์"), "4601"),
        (names("", "Muang", "kalasin"), "4601"),
        (names("", "", "กาฬสินธุ์"), "46"),
        (names("", "", "กทม."), "10"),
        (names("", "เขตพระนคร", "กรุงเทพฯ"), "1001"),
        (names("", "พระนคร", "กรุงเทพมหานคร"), "1001"),
        (names("ภูสิงห์", "", "กาฬสินธุ์"), "460901"),
    ];
    for (names, expected) in table {
        assert_eq!(found(names).as_deref(), Ok(expected), "{names:?}");
    }
    let unaccompanied = Names { tambon: Some("โนนน้ำเกลี้ยง"), ..Names::default() };
    assert_eq!(found(unaccompanied).as_deref(), Ok("460908"));
}

#[test]
fn what_names_no_area_says_at_which_level() {
    let table = [
        (names("", " ", "-"), AreaError::Missing),
        (Names::default(), AreaError::Missing),
        (names("ภูสิงห์", "สหัสขันธ์", "แดนสนธยา"), AreaError::Unknown { level: Level::Province }),
        (names("ภูสิงห์", "สหัสขันธ์", "ขอนแก่น"), AreaError::Unknown { level: Level::Amphoe }),
        (names("ภูสิงห์", "นามน", "กาฬสินธุ์"), AreaError::Unknown { level: Level::Tambon }),
    ];
    for (names, expected) in table {
        assert_eq!(found(names), Err(expected), "{names:?}");
    }
}

#[test]
fn a_name_of_several_areas_lists_them() {
    let several = Names {
        tambon: Some("หนองบัว"), province: Some("กาฬสินธุ์"), ..Names::default()
    };
    let Err(AreaError::Ambiguous { candidates }) = found(several) else { panic!("{:?}", found(several)) };
    assert!(candidates.len() > 1 && candidates.contains(&code("460205")), "{candidates:?}");
    let towns = Names { amphoe: Some("เมือง"), ..Names::default() };
    let Err(AreaError::Ambiguous { candidates }) = found(towns) else { panic!("{:?}", found(towns)) };
    assert!(candidates.len() > 70 && candidates.contains(&code("4601")));
}

#[test]
fn a_retired_code_leads_to_its_successor_with_a_warning() {
    let resolved = directory().resolve(code("460114")).unwrap();
    assert_eq!((resolved.area.code, resolved.area.name_th), (code("461701"), "ดอนจาน"));
    assert_eq!(resolved.followed.map(Retired::code), Some("area_retired_successor_by_name"));
    let noticed = directory().resolve(code("102203")).unwrap();
    assert_eq!((noticed.area.code, noticed.followed.map(Retired::code)), (code("104001"), Some("area_retired")));
    let current = directory().resolve(code("460901")).unwrap();
    assert_eq!((current.area.code, current.followed), (code("460901"), None));
    let table =
        [("460306", "area_gone"), ("104701", "area_divided"), ("469901", "area_unknown"), ("99", "area_unknown")];
    for (text, expected) in table {
        assert_eq!(directory().resolve(code(text)).map_err(|error| error.code()), Err(expected), "{text}");
    }
}

#[test]
fn a_name_that_only_a_retired_area_bears_leads_to_its_successor() {
    let resolved = directory().find(names("ดอนจาน", "เมืองกาฬสินธุ์", "กาฬสินธุ์")).unwrap();
    assert_eq!((resolved.area.code, resolved.followed.map(|it| it.code)), (code("461701"), Some(code("460114"))));
    assert_eq!(found(names("กุดฆ้องชัย", "กมลาไสย", "กาฬสินธุ์")), Err(AreaError::Gone));
}

#[test]
fn names_of_a_district_that_went_to_another_province_lead_there() {
    // Bueng Kan was a part of Nong Khai until 2011, and its districts bore other codes.
    let resolved = directory().find(names("เซกา", "เซกา", "หนองคาย")).unwrap();
    assert_eq!((resolved.area.code.amphoe(), resolved.area.name_th), (Some(code("3804")), "เซกา"));
    assert!(resolved.followed.is_some(), "it is a warning");
    let district = directory().find(names("", "เซกา", "หนองคาย")).unwrap();
    assert_eq!((district.area.code, district.followed.map(|it| it.code)), (code("3804"), Some(code("4309"))));
    // A tambon whose old code leads nowhere is found in the district's successor, whose retirement is told.
    let tambon = directory().find(names("โนนสว่าง", "บึงกาฬ", "หนองคาย")).unwrap();
    assert_eq!((tambon.area.code, tambon.followed.map(|it| it.code)), (code("380103"), Some(code("4303"))));
    for tambon in directory().within(code("3804")).filter(|it| it.code.tambon().is_some()) {
        let resolved = directory().find(names(tambon.name_th, "เซกา", "หนองคาย")).unwrap();
        assert_eq!(resolved.area.code, tambon.code, "{}", tambon.name_th);
        assert!(resolved.followed.is_some());
    }
    assert_eq!(found(names("ภูสิงห์", "เซกา", "หนองคาย")).map_err(|it| it.code()), Err("area_unknown"));
    // Old names beside the new code are no contradiction; names of another place are.
    let contradiction = |names| directory().contradiction(resolved.area.code, names);
    assert_eq!(contradiction(names("เซกา", "เซกา", "หนองคาย")), None);
    assert_eq!(contradiction(names("เซกา", "เซกา", "กาฬสินธุ์")), Some(Level::Province));
}

#[test]
fn a_code_and_names_that_disagree_are_noticed() {
    let contradiction = |text, names| directory().contradiction(code(text), names);
    assert_eq!(contradiction("460901", names("ภูสิงห์", "สหัสขันธ์", "กาฬสินธุ์")), None);
    assert_eq!(contradiction("460901", names("ภูสิงห์", "", "")), None);
    assert_eq!(contradiction("460901", names("นามน", "สหัสขันธ์", "กาฬสินธุ์")), Some(Level::Tambon));
    assert_eq!(contradiction("460901", names("ภูสิงห์", "นามน", "กาฬสินธุ์")), Some(Level::Amphoe));
    assert_eq!(contradiction("460901", names("ภูสิงห์", "", "ขอนแก่น")), Some(Level::Province));
}

#[test]
fn every_amphoe_is_found_by_its_own_names() {
    for area in directory().of_level(Level::Amphoe) {
        let province = directory().area(area.code.province()).unwrap();
        for (name, province) in [(area.name_th, province.name_th), (area.name_en, province.name_en)] {
            let names = Names { province: Some(province), amphoe: Some(name), tambon: None };
            match directory().find(names) {
                Ok(resolved) => assert_eq!(resolved.area.code, area.code, "{names:?}"),
                Err(AreaError::Ambiguous { candidates }) => assert!(candidates.contains(&area.code)),
                Err(error) => panic!("{names:?}: {error}"),
            }
        }
    }
}

#[test]
fn an_address_is_written_with_the_words_of_its_place() {
    let address = |text| directory().address_th(code(text));
    assert_eq!(address("460901").as_deref(), Some("ตำบลภูสิงห์ อำเภอสหัสขันธ์ จังหวัดกาฬสินธุ์"));
    assert_eq!(address("4609").as_deref(), Some("อำเภอสหัสขันธ์ จังหวัดกาฬสินธุ์"));
    assert_eq!(address("1001").as_deref(), Some("เขตพระนคร กรุงเทพมหานคร"));
    assert_eq!(address("100101").as_deref(), Some("แขวงพระบรมมหาราชวัง เขตพระนคร กรุงเทพมหานคร"));
    assert_eq!(address("469901"), None);
}
