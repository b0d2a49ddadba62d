//! A report as a workbook: the figures in cells of their kind, and a second sheet that says what they are.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use events::clock::bangkok;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde_json::Value;
use uuid::Uuid;

use super::{Cell, Table, column};

/// The media type of a workbook.
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What made the figures, so that somebody who finds the file in five years can ask again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFrom {
    /// The log's id.
    pub log: Uuid,
    /// The program's version.
    pub program: &'static str,
    /// What tells the read model's versions apart.
    pub read_model: String,
    /// Who asked for the file, when, and for what; none at the machine itself.
    pub asked_by: Option<String>,
}

/// The workbook. Texts are written as texts, so that none is a formula.
pub fn write(table: &Table, made_from: &MadeFrom) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same figures make the same file.
    let made = ExcelDateTime::from_timestamp(table.as_of.time.timestamp().max(0))?;
    workbook.set_properties(&DocProperties::new().set_title(table.name.title().en).set_creation_datetime(&made));
    figures(table, workbook.add_worksheet())?;
    about(table, made_from, workbook.add_worksheet())?;
    workbook.save_to_buffer()
}

fn figures(table: &Table, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(table.name.as_str())?;
    let head = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let money = Format::new().set_num_format("#,##0.00");
    for (at, name) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, at, name, &head)?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for ((at, value), name) in (0..).zip(cells).zip(&table.columns) {
            let cell = column(name).map_or(Cell::Text, |column| column.cell);
            match (cell, value) {
                (_, Value::Null) => {}
                (Cell::Number, Value::Number(number)) => {
                    sheet.write_number(row, at, number.as_f64().unwrap_or_default())?;
                }
                (Cell::Baht, Value::String(text)) => match text.parse::<f64>() {
                    Ok(baht) => drop(sheet.write_number_with_format(row, at, baht, &money)?),
                    Err(_) => drop(sheet.write_string(row, at, text)?),
                },
                (Cell::Day, Value::String(text)) => match text.parse::<NaiveDate>() {
                    Ok(date) => drop(sheet.write_datetime_with_format(row, at, date, &day)?),
                    Err(_) => drop(sheet.write_string(row, at, text)?),
                },
                (_, Value::String(text)) => drop(sheet.write_string(row, at, text)?),
                (_, other) => drop(sheet.write_string(row, at, other.to_string())?),
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofit();
    Ok(())
}

fn about(table: &Table, made_from: &MadeFrom, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("about")?;
    let title = table.name.title();
    let mut lines: Vec<[String; 3]> = Vec::new();
    let mut line = |name: &str, th: &str, en: &str| lines.push([name.to_owned(), th.to_owned(), en.to_owned()]);
    line("report", title.th, title.en);
    line("as_of", &shown(table.as_of.time), &format!("position {} of the log", table.as_of.position));
    for (name, value) in &table.asked {
        line(name, value, "asked for");
    }
    line("log", &made_from.log.to_string(), "the log that the figures were counted from");
    line("program", made_from.program, "the version of Huean that counted them");
    line("read_model", &made_from.read_model, "the version of the read model");
    if let Some(who) = &made_from.asked_by {
        line("asked_by", who, "who asked for this file, when, and for what");
    }
    if let Some(step) = table.steps_of {
        let th = format!("ปัดลงเป็นพหุคูณของ {step} ส่วนจำนวน 1–{} เว้นว่าง", step - 1);
        let en = format!("counts are rounded down to a multiple of {step}; 1 to {} are left empty", step - 1);
        line("steps_of", &th, &en);
    } else {
        line("empty cell", "ไม่ทราบ หรือไม่ได้แยกตามช่องนี้", "unknown, or the report is not split by this");
    }
    for name in &table.columns {
        if let Some(column) = column(name) {
            line(name, column.th, column.en);
        }
    }
    let bold = Format::new().set_bold();
    for (row, [name, th, en]) in (0..).zip(&lines) {
        sheet.write_string_with_format(row, 0, name, &bold)?;
        sheet.write_string(row, 1, th)?;
        sheet.write_string(row, 2, en)?;
    }
    sheet.autofit();
    Ok(())
}

fn shown(at: DateTime<Utc>) -> String {
    at.with_timezone(&bangkok()).to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};
    use projections::AsOf;
    use serde_json::json;

    use super::*;
    use crate::reports::ReportName;

    #[test]
    fn numbers_are_numbers_days_are_days_and_nothing_is_a_formula() {
        let table = Table {
            name: ReportName::BacklogHistory,
            asked: [("from", "2026-05-01".to_owned())].into(),
            columns: ["day", "service", "to_answer", "baht"].map(ToOwned::to_owned).into(),
            rows: vec![
                vec![json!("2026-05-31"), json!("=1+1"), json!(12), json!("1234.50")],
                vec![json!("2026-06-01"), json!(null), json!(null), json!(null)],
            ],
            steps_of: Some(5),
            as_of: AsOf { position: 42, time: AsOf::START.time },
        };
        let (program, read_model, asked_by) = ("0.1.0", "figures-1".to_owned(), Some("somebody, then".to_owned()));
        let made_from = MadeFrom { log: Uuid::nil(), program, read_model, asked_by };
        let bytes = write(&table, &made_from).unwrap();
        assert_eq!(write(&table, &made_from).unwrap(), bytes, "the same figures make the same file");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("backlog_history").unwrap();
        assert_eq!(sheet.get((0, 2)), Some(&Data::String("to_answer".to_owned())));
        assert!(matches!(sheet.get((1, 0)), Some(Data::DateTime(_))), "{:?}", sheet.get((1, 0)));
        assert_eq!(sheet.get((1, 1)), Some(&Data::String("=1+1".to_owned())));
        assert_eq!(sheet.get((1, 2)), Some(&Data::Float(12.0)));
        assert_eq!(sheet.get((1, 3)), Some(&Data::Float(1234.5)));
        assert!(matches!(sheet.get((2, 2)), None | Some(Data::Empty)));
        let formulas = book.worksheet_formula("backlog_history").unwrap();
        assert!(formulas.used_cells().next().is_none(), "no formula");
        let about = book.worksheet_range("about").unwrap();
        let text = about.cells().map(|(_, _, cell)| cell.to_string()).collect::<Vec<_>>().join("\n");
        for said in [
            "position 42",
            "2026-05-01",
            "0.1.0",
            "figures-1",
            "somebody, then",
            "multiple of 5",
            "waited for an answer",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}
