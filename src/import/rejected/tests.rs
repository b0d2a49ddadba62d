//! Rejected rows can be corrected and go in again, and nothing in their file is run by a spreadsheet.

use calamine::{Data, Reader, Xlsx};

use super::text::guarded;
use super::*;
use crate::import::header::{FormRow, Header};

#[test]
fn nothing_that_is_written_is_a_formula_to_a_spreadsheet() {
    for (cell, written) in [
        ("=HYPERLINK(\"http://a\")", "'=HYPERLINK(\"http://a\")"),
        ("+66 81", "'+66 81"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-", "-"),
        ("-1,250.00", "-1,250.00"),
        ("สมหญิง", "สมหญิง"),
        ("<b>", "<b>"),
    ] {
        assert_eq!(guarded(cell), written);
    }
}

/// A row whose cells are what spreadsheets like to change.
fn odd_row() -> FormRow {
    let mut cells = vec![String::new(); Column::COUNT];
    let odd = ["=1+1", "25/2", "1-4600-00000-01-3", "007", "@home", "3.3E+12", "<b>&amp;", " สมหญิง ", "'=x", "-"];
    for (cell, odd) in cells.iter_mut().zip(odd) {
        *cell = odd.to_owned();
    }
    FormRow { line: 2, cells, faults: Vec::new() }
}

fn rejected(rows: Vec<FormRow>) -> Rejected {
    Rejected { reasons: vec![Reason::of(2, Some(Column::Sex), "code_unknown")], rows, goes_on: false }
}

fn written(form: Form, rows: Vec<FormRow>) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rejected");
    let mut file = RejectedFile::new(&path, form);
    file.write(&rejected(rows)).unwrap();
    assert_eq!(file.finish().unwrap().as_deref(), Some(path.as_path()));
    (dir, path)
}

fn read_back(path: &Path) -> Vec<FormRow> {
    let mut header = None;
    let mut rows = Vec::new();
    let book = Book::open(path).unwrap();
    book.each_row::<crate::import::file::FileError>(|row, _| {
        match &header {
            None => header = Some(Header::read(&row)?),
            Some(header) => rows.push(Header::sort(header, row)),
        }
        Ok(())
    })
    .unwrap();
    rows
}

#[test]
fn rejected_rows_read_back_as_they_were_from_either_form() {
    for form in [Form::Csv, Form::Xlsx] {
        let (_dir, path) = written(form, vec![odd_row()]);
        let mut expected = odd_row();
        // A mark before what begins like a formula is the guard, whoever put it there.
        expected.cells[8] = "=x".to_owned();
        assert_eq!(read_back(&path), [expected], "{form:?}");
        assert_eq!(Book::open(&path).unwrap().is_workbook(), form == Form::Xlsx);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}

#[test]
fn every_cell_of_a_rejected_workbook_is_a_text_and_none_a_formula() {
    let (_dir, path) = written(Form::Xlsx, vec![odd_row()]);
    let mut book: Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let name = book.sheet_names()[0].clone();
    let formulas = book.worksheet_formula(&name).unwrap();
    assert_eq!(formulas.used_cells().count(), 0);
    let cells = book.worksheet_range(&name).unwrap();
    assert!(cells.used_cells().all(|(.., cell)| matches!(cell, Data::String(_) | Data::Empty)));
    let last = cells.rows().nth(1).and_then(|row| row.last()).map(ToString::to_string).unwrap_or_default();
    assert!(last.contains("sex: "), "the reasons stand beside the row: {last}");
}

#[test]
fn a_text_longer_than_a_cell_of_a_workbook_may_hold_is_cut_and_stays_rejected() {
    let mut long = odd_row();
    long.cells[8] = "ก".repeat(40_000);
    let (_dir, path) = written(Form::Xlsx, vec![long]);
    let back = read_back(&path);
    assert_eq!(back[0].cells[8].chars().count(), 32_000);
    assert_eq!(back[0].faults, [(Column::at(8), "cell_too_long")]);
}

#[test]
fn the_form_follows_the_name_that_somebody_gives() {
    let named = |name: &str| Form::named(Path::new(name));
    assert_eq!((named("a.XLSX"), named("a.csv"), named("a")), (Some(Form::Xlsx), Some(Form::Csv), None));
}
