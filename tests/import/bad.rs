//! Files that are no household files: each ends in a clear message, exit code 1, and a log that nothing happened to.

use crate::file::{HEADING, bytes, rows, written};
use crate::place::House;

#[test]
fn each_bad_file_is_told_what_is_wrong_with_it_and_leaves_the_log_as_it_was() {
    let house = House::embedded();
    let sound = written(house.path("sound.csv"), &rows(2));
    assert_eq!(house.import(&sound, &[]).code, 0);
    let before = house.events();
    let all = rows(2).join("\n");
    let mut open = format!("{HEADING}\nK1,460901,\"").into_bytes();
    open.resize(6 << 20, b'x');
    let table: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "empty"),
        ("heading only", format!("{HEADING}\n").into_bytes(), "no rows"),
        ("wrong delimiter", format!("{HEADING}\n{all}\n").replace(',', ";").into_bytes(), "';'"),
        (
            "missing column",
            format!("{HEADING}\n{all}\n").replace("member_no", "number").into_bytes(),
            "member_no (คนที่)",
        ),
        ("column twice", format!("{HEADING},ชื่อ\n{all}\n").into_bytes(), "given_name twice"),
        ("huge cell", open, "quotation mark"),
        ("UTF-16", vec![0xff, 0xfe, b'h', 0], "UTF-16"),
        ("old workbook", vec![0xd0, 0xcf, 0x11, 0xe0, 0, 0], ".xls"),
        ("broken workbook", b"PK\x03\x04....".to_vec(), "workbook"),
    ];
    for (name, content, says) in table {
        let path = house.path("bad");
        bytes(&path, &content);
        let ran = house.import(&path, &[]);
        assert_eq!(ran.code, 1, "{name}: {}", ran.said);
        assert!(ran.said.contains(says), "{name}: {}", ran.said);
        assert_eq!(house.events(), before, "{name}");
    }
    let nowhere = house.import(&house.path("nowhere.csv"), &[]);
    assert_eq!(nowhere.code, 1, "{}", nowhere.said);
    house.is_sound();
}

#[test]
fn rows_with_nul_bytes_and_rows_in_another_encoding_are_rejected_and_counted() {
    let house = House::embedded();
    let all = rows(4);
    let mut content = format!("{HEADING}\n{}\n", all[..4].join("\n")).into_bytes();
    content.extend(encoding_rs::WINDOWS_874.encode(&format!("{}\n{}\n", all[4], all[5])).0.iter());
    content.extend(format!("{}\n{}\n", all[6].replace("25/2", "25\0"), all[7]).into_bytes());
    let path = house.path("mixed.csv");
    bytes(&path, &content);
    let ran = house.import(&path, &[]);
    assert_eq!(ran.code, 1, "{}", ran.said);
    assert_eq!((&ran.json["imported"]["rows"], &ran.json["rejected"]["rows"]), (&4.into(), &4.into()));
    assert!(ran.json["reasons"]["mixed_encoding"].as_u64() >= Some(2), "{}", ran.said);
    assert_eq!(ran.json["reasons"]["control_character"], 1, "{}", ran.said);
    house.is_sound();
}

#[test]
fn a_workbook_goes_in_like_the_file_it_was_made_of() {
    let house = House::embedded();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let lines: Vec<String> = std::iter::once(HEADING.to_owned()).chain(rows(3)).collect();
    for (at, line) in lines.iter().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            let (row, column) = (u32::try_from(at).expect("few"), u16::try_from(column).expect("few"));
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).expect("a cell"),
                Err(_) => sheet.write(row, column, cell).expect("a cell"),
            };
        }
    }
    let path = house.path("file.xlsx");
    book.save(&path).expect("a workbook");
    let ran = house.import(&path, &[]);
    assert_eq!((ran.code, &ran.json["imported"]["households"]), (0, &3.into()), "{}", ran.said);
    let same = house.import(&written(house.path("file.csv"), &rows(3)), &[]);
    assert_eq!(same.json["already_in"]["households"], 3, "{}", same.said);
    house.is_sound();
}
