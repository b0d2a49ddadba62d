//! Workbooks made to hurt, or only badly made: none is opened that should not be, and every row of the others is counted.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::file::{HEADING, bytes, rows, written};
use crate::place::House;

/// A workbook of these lines, and what else is done to it.
fn workbook(lines: &[String], more: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(std::iter::once(HEADING).chain(lines.iter().map(String::as_str))) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write(row, column, cell).expect("a cell");
        }
    }
    more(sheet);
    book.save_to_buffer().expect("a workbook")
}

/// The same with one part more, or another one in its place.
fn with_part(book: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(book)).expect("a workbook");
    let mut into = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let part = from.by_index_raw(at).expect("a part");
        if part.name().expect("a name") != name {
            into.raw_copy_file(part).expect("a copy");
        }
    }
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    into.start_file(name, options).and_then(|()| Ok(into.write_all(content)?)).expect("a part");
    into.finish().expect("a workbook").into_inner()
}

#[test]
fn a_workbook_that_would_hurt_is_told_and_leaves_the_log_as_it_was() {
    let house = House::embedded();
    assert_eq!(house.import(&written(house.path("sound.csv"), &rows(1)), &[]).code, 0);
    let before = house.events();
    let book = workbook(&rows(2), |_| {});
    let promise = b"<sst uniqueCount=\"9999999999999999\"><si><t>x</t></si></sst>";
    for (name, content, says) in [
        ("macros", with_part(&book, "xl/vbaProject.bin", b"Sub Auto_Open()"), "macros"),
        ("bomb", with_part(&book, "xl/worksheets/sheet1.xml", &vec![b'<'; 200 << 20]), "unpacks to more"),
        ("one cell of 2 MB", with_part(&book, "xl/sharedStrings.xml", &vec![b'x'; 2 << 20]), "one cell"),
        ("a promise of texts", with_part(&book, "xl/sharedStrings.xml", promise), "texts"),
        ("a damaged part", with_part(&book, "xl/workbook.xml", b"<workbook><sheets>"), "can't be read"),
    ] {
        let path = house.path("bad.xlsx");
        bytes(&path, &content);
        let ran = house.import(&path, &[]);
        assert_eq!(ran.code, 1, "{name}: {}", ran.said);
        assert!(ran.said.contains(says), "{name}: {}", ran.said);
        assert_eq!(house.events(), before, "{name}");
    }
    house.is_sound();
}

#[test]
fn formulas_and_merged_cells_reject_their_households_which_come_back_as_a_workbook() {
    let house = House::embedded();
    let content = workbook(&rows(5), |sheet| {
        // The second household names its tambon by a formula; two rows of the fourth share a cell.
        sheet.write_formula(3, 1, Formula::new("=WEBSERVICE(\"http://a\")").set_result("460901")).expect("a formula");
        sheet.merge_range(7, 2, 8, 2, "25/2", &Format::new()).expect("merged cells");
    });
    let path = house.path("file.xlsx");
    bytes(&path, &content);
    let ran = house.import(&path, &[]);
    assert_eq!((ran.code, &ran.json["imported"]["rows"], &ran.json["rejected"]["rows"]), (1, &6.into(), &4.into()));
    assert_eq!((&ran.json["reasons"]["formula"], &ran.json["reasons"]["merged_cells"]), (&1.into(), &2.into()));
    let rejected = ran.json["rejected_file"].as_str().expect("a file").to_owned();
    assert!(rejected.ends_with(".rejected.xlsx"), "{rejected}");
    // As its cells are texts now, what was rejected for how it was written goes in as it stands.
    let again = house.import(rejected.as_ref(), &[]);
    assert_eq!((again.code, &again.json["imported"]["rows"]), (0, &4.into()), "{}", again.said);
    house.is_sound();
}
