//! How a report over cases becomes a table, and how the cases behind one of its numbers do.

use events::money::Baht;
use projections::figures::sheet::{Amount, Behind, BehindQuery, Sheet, SheetTable};
use projections::{Page, ProjectionError, ReadModel};
use serde_json::{Value, json};

use super::{ReportName, Table, Telling, of_cohort};

/// The columns of the cases behind a number.
pub(super) const CASE_COLUMNS: [&str; 5] = ["household", "case_no", "area", "lao", "counts_on"];

/// The parts, the keys and the figures.
pub(super) fn columns(sheet: &Sheet, per: Option<&'static str>) -> Vec<String> {
    let parts = ["area", "lao", "month"].into_iter();
    let keys = sheet.keys.iter().copied().chain(per);
    parts.chain(keys).chain(sheet.figures.iter().map(|figure| figure.name)).map(ToOwned::to_owned).collect()
}

/// The same with everything that it can be split by.
pub(super) fn all_columns(sheet: &Sheet) -> Vec<String> {
    let parts = ["area", "lao", "month"].into_iter();
    let keys = sheet.keys.iter().chain(sheet.per).copied();
    parts.chain(keys).chain(sheet.figures.iter().map(|figure| figure.name)).map(ToOwned::to_owned).collect()
}

/// A row per part and keys. Sums, shares and figures in the middle are told exactly or not at all.
pub(super) fn rows(made: &SheetTable, telling: Telling) -> Vec<Vec<Value>> {
    let exactly = telling == Telling::Exactly;
    let cell = |amount: &Amount| match *amount {
        Amount::Count(count) => json!(telling.count(count)),
        Amount::Total(total) => json!(exactly.then_some(total)),
        Amount::Sum(satang) => json!(exactly.then(|| Baht::from_satang(satang))),
        Amount::Days(days) => json!(days.filter(|_| exactly)),
        Amount::Middle(satang) => json!(satang.filter(|_| exactly).map(Baht::from_satang)),
        Amount::Share(part, whole) => json!(telling.permille(part, whole)),
    };
    let row = |row: &projections::figures::sheet::SheetRow| {
        let mut cells = vec![json!(row.part.area), json!(row.part.lao), json!(row.part.month)];
        cells.extend(row.keys.iter().map(|key| json!(key)));
        cells.extend(row.amounts.iter().map(cell));
        cells
    };
    made.rows.iter().map(row).collect()
}

/// Every case behind a number, page after page, as a table.
pub async fn cases(
    read_model: &ReadModel,
    name: ReportName,
    sheet: &'static Sheet,
    query: BehindQuery,
) -> Result<Table, ProjectionError> {
    let mut asked = std::collections::BTreeMap::new();
    let mut note = |name, value: Option<String>| value.map(|value| asked.insert(name, value));
    of_cohort(&query.of.cohort, &mut note);
    note("per", query.of.per.map(ToOwned::to_owned));
    note("cases", Some(query.figure.clone()));
    for (key, value) in &query.keys {
        note(key, Some(value.clone().unwrap_or_else(|| "none".to_owned())));
    }
    let (mut rows, mut query) = (Vec::new(), query);
    query.limit = Some(usize::MAX);
    loop {
        let Page { items, next, as_of, .. } = read_model.behind(sheet, query.clone()).await?;
        rows.extend(items.iter().map(case));
        query.cursor = next;
        if query.cursor.is_none() {
            let columns = CASE_COLUMNS.map(ToOwned::to_owned).into();
            return Ok(Table { name, asked, columns, rows, steps_of: None, as_of });
        }
    }
}

fn case(it: &Behind) -> Vec<Value> {
    vec![json!(it.household), json!(it.case_no), json!(it.area), json!(it.lao), json!(it.day)]
}

#[cfg(test)]
mod tests {
    use projections::AsOf;
    use projections::figures::cohort::Part;
    use projections::figures::sheet::SheetRow;

    use super::*;

    fn told(amounts: Vec<Amount>, telling: Telling) -> Vec<Value> {
        let row = SheetRow { part: Part::default(), keys: vec![Some("verified".to_owned())], amounts };
        let made = SheetTable { keys: vec!["step"], rows: vec![row], as_of: AsOf::START };
        rows(&made, telling).remove(0)[4..].to_vec()
    }

    #[test]
    fn a_researcher_hears_of_cases_in_fives_and_of_no_amount_that_could_be_one_familys() {
        let amounts = || {
            vec![
                Amount::Count(4),
                Amount::Count(12),
                Amount::Sum(123_450),
                Amount::Days(Some(7)),
                Amount::Middle(Some(-50)),
                Amount::Share(1, 4),
                Amount::Total(17),
            ]
        };
        let exactly = json!([4, 12, "1234.50", 7, "-0.50", 250, 17]);
        assert_eq!(json!(told(amounts(), Telling::Exactly)), exactly);
        assert_eq!(json!(told(amounts(), Telling::InFives)), json!([null, 10, null, null, null, null, null]));
    }
}
