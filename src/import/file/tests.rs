//! Files as they come: of every kind, and made to hurt.

use std::io::Write;
use std::path::PathBuf;

use rust_xlsxwriter::{Format, Formula, Workbook};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use super::*;

fn made(bytes: &[u8]) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

fn rows_at(path: &Path) -> Result<Vec<Row>, FileError> {
    let mut rows = Vec::new();
    Book::open(path)?.each_row::<FileError>(|row, _| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

fn rows(bytes: &[u8]) -> Result<Vec<Row>, FileError> {
    let (_dir, path) = made(bytes);
    rows_at(&path)
}

fn refusal(bytes: &[u8]) -> String {
    rows(bytes).unwrap_err().to_string()
}

fn tis620(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_874.encode(text).0.into_owned()
}

#[test]
fn a_text_file_is_read_in_utf8_with_or_without_a_mark_and_in_tis620() {
    let text = "ชื่อ,บ้านเลขที่\nสมหญิง,25/2\n\"น้ำ,ใส\",๗\n";
    let marked = format!("\u{feff}{text}");
    let expected = [["ชื่อ", "บ้านเลขที่"], ["สมหญิง", "25/2"], ["น้ำ,ใส", "๗"]];
    for (bytes, described) in [
        (text.as_bytes().to_vec(), "CSV, UTF-8"),
        (marked.into_bytes(), "CSV, UTF-8"),
        (tis620(text), "CSV, Windows-874 (TIS-620)"),
    ] {
        let (_dir, path) = made(&bytes);
        assert_eq!(Book::open(&path).unwrap().describe(), described);
        let rows = rows_at(&path).unwrap();
        let cells: Vec<_> = rows.iter().map(|row| row.cells.clone()).collect();
        assert_eq!(cells, expected, "{described}");
        assert!(rows.iter().all(|row| row.faults.is_empty()));
    }
}

#[test]
fn a_row_in_another_encoding_than_the_file_is_a_fault_and_never_guessed() {
    let mut mostly_utf8 = "ก,ข\nสมหญิง,๑\n".as_bytes().to_vec();
    mostly_utf8.extend(tis620("สมชาย,2\n"));
    let found = rows(&mostly_utf8).unwrap();
    assert_eq!(found[2].faults, [(Some(0), "mixed_encoding")]);
    assert_eq!(found[2].cells[0], "สมชาย", "it is shown to whoever corrects it");

    let mut mostly_tis = tis620("ก,ข\nสมหญิง,๑\n");
    mostly_tis.extend("สมชาย,2\n".as_bytes());
    let found = rows(&mostly_tis).unwrap();
    assert_eq!((found[1].faults.len(), found[2].faults.as_slice()), (0, [(Some(0), "mixed_encoding")].as_slice()));
}

#[test]
fn a_row_has_the_number_of_its_line_however_lines_end() {
    for end in ["\n", "\r\n"] {
        let text = ["a,b", "1,2", "\"x", "y\",3", "4,5"].join(end);
        let lines: Vec<u64> = rows(text.as_bytes()).unwrap().iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 2, 3, 5], "{end:?}");
    }
}

#[test]
fn a_line_longer_than_a_piece_is_recognised_in_whole() {
    let text = format!("ก,{}\nข,ค\n", "ส".repeat(3_000).repeat(10));
    let (_dir, path) = made(text.as_bytes());
    assert_eq!(Book::open(&path).unwrap().describe(), "CSV, UTF-8");
}

#[test]
fn a_file_that_can_t_be_right_is_refused_with_what_is_wrong() {
    assert!(refusal(b"").contains("empty"));
    assert!(refusal(&[0xff, 0xfe, b'a', 0]).contains("UTF-16"));
    assert!(refusal(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1]).contains(".xls"));
    assert!(refusal(b"PK\x03\x04 and nothing else").contains("workbook"));
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Book::open(dir.path()), Err(FileError::Unreadable { .. })));
    assert!(matches!(Book::open(&dir.path().join("none")), Err(FileError::Unreadable { .. })));
}

#[test]
fn a_quotation_mark_left_open_or_a_huge_cell_does_not_take_the_file_into_memory() {
    let mut open = b"a,b\n1,\"".to_vec();
    open.resize(6 << 20, b'x');
    let said = refusal(&open);
    assert!(said.contains("line 2") && said.contains("quotation mark"), "{said}");

    let mut long = b"a,b\n1,".to_vec();
    long.resize(20_000, b'x');
    assert_eq!(rows(&long).unwrap()[1].faults, [(Some(1), "cell_too_long")]);
}

#[test]
fn nul_bytes_and_rows_of_another_width_are_faults_and_blank_rows_are_passed_over() {
    let found = rows(b"a,b\n1,x\0y\n,\n1\n1,2,3\n1,2,\n").unwrap();
    let faults: Vec<_> = found.iter().map(|row| (row.line, row.faults.clone())).collect();
    assert_eq!(
        faults,
        [
            (1, vec![]),
            (2, vec![(Some(1), "control_character")]),
            (4, vec![(None, "wrong_number_of_cells")]),
            (5, vec![(None, "wrong_number_of_cells")]),
            (6, vec![]),
        ]
    );
}

fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["ref", "house", "day", "id"].into_iter().enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), name).unwrap();
    }
    fill(sheet);
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_reads_as_its_cells_were_typed() {
    let day = Format::new().set_num_format("d/m/yyyy");
    let bytes = workbook(|sheet| {
        let date = chrono::NaiveDate::from_ymd_opt(2025, 2, 13).unwrap();
        sheet.write(1, 0, "K1").unwrap();
        sheet.write(1, 1, 25.0).unwrap();
        sheet.write_with_format(1, 2, &date, &day).unwrap();
        sheet.write(1, 3, 1_460_000_000_013.0).unwrap();
        sheet.write(3, 0, "K2").unwrap();
        sheet.write(3, 1, 1.5).unwrap();
        sheet.write(3, 3, 1.234_567_890_123_456_7e16).unwrap();
        sheet.write(4, 0, true).unwrap();
    });
    let found = rows(&bytes).unwrap();
    let cells: Vec<_> = found.iter().map(|row| (row.line, row.cells.clone())).collect();
    let row = |line, cells: [&str; 4]| (line, cells.map(ToOwned::to_owned).to_vec());
    assert_eq!(
        cells,
        [
            row(1, ["ref", "house", "day", "id"]),
            row(2, ["K1", "25", "2025-02-13", "1460000000013"]),
            row(4, ["K2", "1.5", "", "1.2345678901234568E+16"]),
            row(5, ["yes", "", "", ""]),
        ]
    );
    assert_eq!(found[1].days, [2], "a header says whether a day belongs there");
}

#[test]
fn formulas_and_merged_cells_are_faults_of_their_rows() {
    let bytes = workbook(|sheet| {
        sheet.write(1, 0, "K1").unwrap();
        sheet.write_formula(1, 1, Formula::new("=WEBSERVICE(\"http://a\")").set_result("12")).unwrap();
        sheet.merge_range(2, 0, 3, 0, "K2", &Format::new()).unwrap();
        sheet.write(2, 1, "1").unwrap();
        sheet.write(3, 1, "2").unwrap();
        sheet.write(4, 0, "K3").unwrap();
    });
    let found = rows(&bytes).unwrap();
    let faults: Vec<_> = found.iter().map(|row| row.faults.clone()).collect();
    let merged = vec![(None, "merged_cells")];
    assert_eq!(faults, [vec![], vec![(Some(1), "formula")], merged.clone(), merged, vec![]]);
}

/// A workbook with one part more, or another one in its place.
fn with_part(name: &str, fill: impl FnOnce(&mut dyn Write)) -> Vec<u8> {
    let sound = workbook(|_| {});
    let mut from = ZipArchive::new(std::io::Cursor::new(sound)).unwrap();
    let mut into = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for at in 0..from.len() {
        let part = from.by_index_raw(at).unwrap();
        if part.name().unwrap() != name {
            into.raw_copy_file(part).unwrap();
        }
    }
    into.start_file(name, options).unwrap();
    fill(&mut into);
    into.finish().unwrap().into_inner()
}

use zip::ZipArchive;

#[test]
fn a_workbook_with_macros_or_one_that_unpacks_to_too_much_is_not_opened() {
    let macros = with_part("xl/vbaProject.bin", |it| it.write_all(b"Sub Auto_Open()").unwrap());
    assert!(refusal(&macros).contains("macros"));

    let zeros = vec![b'<'; 1 << 20];
    let bomb = with_part("xl/worksheets/sheet1.xml", |it| (0..200).for_each(|_| it.write_all(&zeros).unwrap()));
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    assert!(refusal(&bomb).contains("unpacks to more"), "{}", refusal(&bomb));

    let styles = with_part("xl/styles.xml", |it| (0..40).for_each(|_| it.write_all(&zeros).unwrap()));
    assert!(refusal(&styles).contains("styles.xml"));

    let cell = with_part("xl/sharedStrings.xml", |it| it.write_all(&vec![b'x'; 2 << 20]).unwrap());
    assert!(refusal(&cell).contains("one cell"));

    // A workbook that only promises more texts than there is memory for is not opened: the reader would make the room.
    let promise = with_part("xl/sharedStrings.xml", |it| {
        it.write_all(b"<sst uniqueCount=\"9999999999999999\"><si><t>ref</t></si></sst>").unwrap();
    });
    assert!(refusal(&promise).contains("texts"), "{}", refusal(&promise));
    let merged = with_part("xl/worksheets/sheet1.xml", |it| {
        it.write_all(b"<worksheet><mergeCells>").unwrap();
        (0..1_000_001).for_each(|nth| write!(it, "<mergeCell ref=\"A{nth}:B{nth}\"/>").unwrap());
    });
    assert!(refusal(&merged).contains("merged cells"), "{}", refusal(&merged));
}
