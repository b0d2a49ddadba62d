//! A list of the state: who is on it, whom it missed, whom nobody here knows.

use crate::file::{bytes, row, rows, written};
use crate::place::House;

fn compared(house: &House) {
    let mut all = rows(3);
    // Somebody without an id and without a house code can be on no list.
    all.push(row(7, 1, 70).replace(&events::thai::citizen_id::CitizenId::invented(1, 70).dashed(), "-"));
    let file = written(house.path("file.csv"), &all);
    assert_eq!(house.import(&file, &[]).code, 0);
    let list = house.path("list.csv");
    let id = |n: u32| events::thai::citizen_id::CitizenId::invented(1, n).plain();
    // Both members of the first household, one of the second, somebody unknown, and a row that nobody can read.
    let text = format!("เลขประจำตัวประชาชน\n{}\n{}\n{}\n{}\n3.3E+12\n", id(0), id(1), id(3), id(999));
    bytes(&list, text.as_bytes());
    let args = ["import", "list", list.to_str().expect("a path"), "--list", "tpmap", "--date", "31/12/2564", "--json"];
    let with_area = [&args[..], &["--area", "4609"]].concat();

    let dry = house.run(&[&with_area[..], &["--dry-run"]].concat());
    assert_eq!((&dry.json["found"], &dry.json["recorded"]), (&2.into(), &0.into()), "{}", dry.said);
    let ran = house.run(&with_area);
    assert_eq!(ran.code, 1, "a row can't be read: {}", ran.said);
    let counts = ["rows", "matched", "unmatched", "unreadable", "found", "missed", "not_comparable", "recorded"];
    let found: Vec<_> = counts.iter().map(|name| ran.json[name].as_u64().expect("a count")).collect();
    assert_eq!(found, [5, 3, 1, 1, 2, 1, 1, 3], "{}", ran.said);
    assert_eq!(ran.json["unreadable_lines"], serde_json::json!([6]));
    house.is_sound();

    let after = house.events();
    let again = house.run(&with_area);
    assert_eq!((&again.json["recorded"], &again.json["already_so"]), (&0.into(), &3.into()), "{}", again.said);
    assert_eq!(house.events(), after);
    let future = house.run(&["import", "list", list.to_str().expect("a path"), "--list", "bmn", "--date", "1/1/2643"]);
    assert_eq!(future.code, 2, "{}", future.said);
}

#[test]
fn a_list_is_compared_on_the_embedded_log() {
    compared(&House::embedded());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_compared_on_postgresql() {
    compared(&House::postgres().await);
}

#[test]
fn a_list_of_house_codes_names_the_households_that_live_there_now() {
    let house = House::embedded();
    let file = house.path("file.csv");
    let text = std::fs::read_to_string(written(file.clone(), &rows(2))).expect("a file");
    let text = text.replace("household_ref,", "house_code,household_ref,").replace("K00000", "46000000014,K00000");
    bytes(&file, text.replace("K00001", ",K00001").as_bytes());
    assert_eq!(house.import(&file, &[]).code, 0);
    let list = house.path("list.csv");
    bytes(&list, b"house_code\n4600-000001-4\n46000000022\n");
    let ran = house.run(&[
        "import",
        "list",
        list.to_str().expect("a path"),
        "--list",
        "bmn",
        "--date",
        "2024-09-30",
        "--json",
    ]);
    assert_eq!((&ran.json["found"], &ran.json["unmatched"], &ran.json["missed"]), (&1.into(), &1.into(), &0.into()));
    house.is_sound();
}
