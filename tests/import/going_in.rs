//! Households go in once, whatever the file looks like the next time.

use crate::file::{HEADING, bytes, row, rows, written};
use crate::place::House;

fn goes_in_once(house: &House) {
    let mut all = rows(30);
    // Somebody who stands in two households, and a household that can't go in.
    all.push(row(40, 1, 5));
    all.push(row(41, 1, 500));
    all.push(row(50, 1, 600).replace("registered_and_living", "somewhere"));
    all.push(row(50, 2, 601));
    let path = written(house.path("file.csv"), &all);

    let dry = house.import(&path, &["--dry-run"]);
    assert_eq!((dry.code, dry.json["imported"]["households"].as_u64()), (1, Some(32)), "{}", dry.said);
    let before = house.events();

    let first = house.import(&path, &[]);
    assert_eq!(first.code, 1, "rows were rejected: {}", first.said);
    assert_eq!(first.json["rows"], 64);
    assert_eq!((&first.json["imported"]["households"], &first.json["imported"]["rows"]), (&32.into(), &62.into()));
    assert_eq!((&first.json["rejected"]["households"], &first.json["rejected"]["rows"]), (&1.into(), &2.into()));
    assert_eq!(first.json["reasons"]["code_unknown"], 1);
    assert_eq!(first.json["same_person_noted"], 1, "{}", first.said);
    assert!(house.events() > before);
    let rejected = std::fs::read_to_string(first.json["rejected_file"].as_str().expect("a file")).expect("it reads");
    assert_eq!(rejected.lines().count(), 3, "{rejected}");
    house.is_sound();

    let after = house.events();
    let second = house.import(&path, &[]);
    assert_eq!((&second.json["imported"]["rows"], &second.json["already_in"]["rows"]), (&0.into(), &62.into()));
    assert_eq!(second.json["same_person_noted"], 0);
    assert_eq!(house.events(), after, "the same file again changes nothing");

    // In another order, another encoding, other digits and the other era it is the same content.
    // The household whose member stands in two is in it without the other one, and does not ask anew from its side.
    let mut other: Vec<String> = all.iter().take(60).map(|it| it.replace("13/4/2503", "1960-04-13")).collect();
    other.reverse();
    let text = format!("{HEADING}\n{}\n", other.join("\n").replace("25/2", "๒๕/๒").replace("๒๕/๒", "25/2"));
    let tis = house.path("tis.csv");
    bytes(&tis, &encoding_rs::WINDOWS_874.encode(&text).0);
    let same = house.import(&tis, &[]);
    assert_eq!((same.code, &same.json["already_in"]["households"]), (0, &30.into()), "{}", same.said);
    assert_eq!(same.json["file"], "CSV, Windows-874 (TIS-620)");

    // Other content is told and changes nothing; another source is other households.
    let moved =
        written(house.path("moved.csv"), &[row(1, 1, 2).replace("25/2", "26"), row(1, 2, 3).replace("25/2", "26")]);
    let differs = house.import(&moved, &[]);
    assert_eq!((differs.code, &differs.json["differs"]["households"]), (1, &1.into()), "{}", differs.said);
    assert_eq!(differs.json["differing_lines"], serde_json::json!([2]));
    assert_eq!(house.events(), after);
    let elsewhere = house.import(&moved, &["--source", "another office"]);
    assert_eq!((elsewhere.code, &elsewhere.json["imported"]["households"]), (0, &1.into()), "{}", elsewhere.said);
    assert_eq!(elsewhere.json["same_person_noted"], 2, "its people are known: {}", elsewhere.said);

    // What was rejected is corrected and goes in.
    let corrected = house.path("corrected.csv");
    bytes(&corrected, rejected.replace("somewhere", "registered_and_living").as_bytes());
    let goes = house.import(&corrected, &[]);
    assert_eq!((goes.code, &goes.json["imported"]["households"]), (0, &1.into()), "{}", goes.said);
    house.is_sound();
}

#[test]
fn households_go_in_once_on_the_embedded_log() {
    goes_in_once(&House::embedded());
}

#[tokio::test(flavor = "multi_thread")]
async fn households_go_in_once_on_postgresql() {
    goes_in_once(&House::postgres().await);
}

#[test]
fn a_dry_run_makes_no_log() {
    let house = House::embedded();
    let path = written(house.path("file.csv"), &rows(3));
    let dry = house.import(&path, &["--dry-run"]);
    assert_eq!((dry.code, &dry.json["imported"]["rows"]), (0, &6.into()), "{}", dry.said);
    assert!(!house.path("data").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_role_imports_within_their_areas_only() {
    let house = House::postgres().await;
    let mut all = rows(2);
    all.push(row(9, 1, 90).replace("460901", "400101"));
    let path = written(house.path("file.csv"), &all);
    let ran = house.import(&path, &[]);
    assert_eq!((ran.code, &ran.json["imported"]["households"]), (1, &2.into()), "{}", ran.said);
    assert_eq!(ran.json["reasons"]["out_of_scope"], 1, "{}", ran.said);
}

#[test]
fn the_template_is_printed_and_its_example_goes_in() {
    let house = House::embedded();
    let template = house.command(&["import", "households", "--template"]).output().expect("the program runs");
    assert!(template.status.success());
    let path = house.path("template.csv");
    bytes(&path, &template.stdout);
    let ran = house.import(&path, &[]);
    assert_eq!((ran.code, &ran.json["imported"]["rows"]), (0, &1.into()), "{}", ran.said);
    house.is_sound();
}
