//! A batch is taken back as long as nobody has worked on it, and can go in again.

use crate::file::{rows, written};
use crate::place::House;

fn taken_back(house: &House) {
    let kept = written(house.path("kept.csv"), &rows(1));
    assert_eq!(house.import(&kept, &["--source", "another"]).code, 0);
    let file = written(house.path("file.csv"), &rows(5));
    let imported = house.import(&file, &[]);
    assert_eq!(imported.code, 0, "{}", imported.said);
    let batch = imported.json["batch"].as_str().expect("a batch").to_owned();

    let undone = house.run(&["import", "undo", &batch, "--json"]);
    assert_eq!((undone.code, &undone.json["withdrawn"]), (0, &5.into()), "{}", undone.said);
    let twice = house.run(&["import", "undo", &batch, "--json"]);
    assert_eq!((twice.code, &twice.json["before"]), (0, &5.into()), "{}", twice.said);
    house.is_sound();

    let again = house.import(&file, &[]);
    assert_eq!((again.code, &again.json["again"]["households"]), (0, &5.into()), "{}", again.said);
    assert_eq!(house.import(&file, &[]).json["already_in"]["households"], 5);
    house.is_sound();

    let nothing = house.run(&["import", "undo", "00000000-0000-8000-8000-000000000000"]);
    assert_eq!(nothing.code, 1, "{}", nothing.said);
}

#[test]
fn a_batch_is_taken_back_and_goes_in_again_on_the_embedded_log() {
    taken_back(&House::embedded());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_taken_back_and_goes_in_again_on_postgresql() {
    taken_back(&House::postgres().await);
}
