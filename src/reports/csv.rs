//! A report as CSV that spreadsheets read as it is meant: Thai as Thai, and no cell as a formula.

use csv::Writer;
use serde_json::Value;

use super::Table;

/// Spreadsheets take Thai for something else without this.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The table with its heads.
pub fn write(table: &Table) -> Result<Vec<u8>, std::io::Error> {
    let mut writer = Writer::from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(&table.columns)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(cell))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// The same for somebody: the last line says who asked for what and when, for whoever finds the file.
pub fn write_for(table: &Table, mark: &str) -> Result<Vec<u8>, std::io::Error> {
    let mut writer = Writer::from_writer(write(table)?);
    let empty = std::iter::repeat_n(String::new(), table.columns.len().saturating_sub(1));
    writer.write_record(std::iter::once(no_formula(mark)).chain(empty))?;
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// A value in words; null is an empty cell.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => no_formula(text),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// A spreadsheet takes a cell that begins so for a formula.
fn no_formula(cell: &str) -> String {
    let dangerous = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if dangerous && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use projections::AsOf;
    use serde_json::json;

    use super::*;
    use crate::reports::ReportName;

    #[test]
    fn no_cell_of_a_csv_file_is_a_formula_and_the_file_says_that_it_is_utf_8() {
        let table = Table {
            name: ReportName::Backlog,
            asked: [].into(),
            columns: vec!["service".to_owned(), "waiting".to_owned()],
            rows: vec![
                vec![json!("=1+1"), json!(3)],
                vec![json!("@x"), json!(null)],
                vec![json!("-12"), json!(0)],
                vec![json!("ซ่อมบ้าน, หลังคา"), json!(12)],
            ],
            steps_of: None,
            as_of: AsOf::START,
        };
        let text = String::from_utf8(write(&table).unwrap()).unwrap();
        assert_eq!(text, "\u{feff}service,waiting\n'=1+1,3\n'@x,\n-12,0\n\"ซ่อมบ้าน, หลังคา\",12\n");
        let marked = String::from_utf8(write_for(&table, "=asked, by x").unwrap()).unwrap();
        assert_eq!(marked, format!("{text}\"'=asked, by x\",\n"));
    }
}
