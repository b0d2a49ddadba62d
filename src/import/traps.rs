//! What real files hold, one row of a table each: what must be read, what must be warned of, what must be refused.

use std::path::Path;

use chrono::NaiveDate;

use super::file::Book;
use super::form::Column;
use super::gather::Gathered;
use super::judge::{Entry, Rejected, judge};

/// A row that has nothing wrong with it.
fn sound() -> Vec<String> {
    let mut cells = vec![String::new(); Column::COUNT];
    let mut put = |column: Column, text: &str| cells[column.place()] = text.to_owned();
    put(Column::HouseholdRef, "K1");
    put(Column::TambonCode, "460901");
    put(Column::Sources, "village_leader");
    put(Column::MemberNo, "1");
    put(Column::GivenName, "ตัวอย่าง");
    put(Column::FamilyName, "สมมุติ");
    put(Column::CitizenId, "1460000000013");
    put(Column::Relation, "head");
    put(Column::ResidenceStatus, "registered_and_living");
    cells
}

/// Cells that are otherwise than in a sound row.
type Changes<'a> = &'a [(Column, &'a str)];

fn with(changes: Changes<'_>) -> Vec<String> {
    let mut cells = sound();
    for (column, text) in changes {
        cells[column.place()] = (*text).to_owned();
    }
    cells
}

/// A second member of the same household.
fn second(changes: &[(Column, &str)]) -> Vec<String> {
    let mut all = vec![
        (Column::MemberNo, "2"),
        (Column::Relation, "spouse"),
        (Column::CitizenId, "3460000000010"),
        (Column::GivenName, "คู่ครอง"),
    ];
    all.extend_from_slice(changes);
    with(&all)
}

fn written(path: &Path, rows: &[Vec<String>]) {
    let mut writer = csv::Writer::from_path(path).unwrap();
    writer.write_record(Column::all().map(Column::name)).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.flush().unwrap();
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
}

/// What becomes of the households of a file.
fn judged(rows: &[Vec<String>]) -> Vec<Result<Entry, Rejected>> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file.csv");
    written(&path, rows);
    let gathered = Gathered::read(&Book::open(&path).unwrap(), dir.path(), |_| true).unwrap();
    let (mut households, _) = gathered.apart();
    std::iter::from_fn(|| households.next_group().unwrap()).map(|group| judge(group, today())).collect()
}

fn only(rows: &[Vec<String>]) -> Result<Entry, Rejected> {
    let mut judged = judged(rows);
    assert_eq!(judged.len(), 1);
    judged.pop().unwrap()
}

fn reasons(rows: &[Vec<String>]) -> Vec<(u64, Option<Column>, &'static str)> {
    match only(rows) {
        Ok(entry) => panic!("went in: {entry:?}"),
        Err(rejected) => rejected.reasons.iter().map(|it| (it.line, it.column, it.code)).collect(),
    }
}

#[test]
fn what_can_t_be_read_is_refused_with_its_reason_and_never_guessed() {
    use Column::*;
    let table: &[(Column, &str, &str)] = &[
        (HouseNo, "25-ก.พ.", "destroyed_by_spreadsheet"),
        (HouseNo, "Feb-25", "destroyed_by_spreadsheet"),
        (HouseNo, "#REF!", "destroyed_by_spreadsheet"),
        (CitizenId, "3.3E+12", "destroyed_by_spreadsheet"),
        (CitizenId, "146000000001", "citizen_id_length"),
        (CitizenId, "ไม่แน่ใจ", "citizen_id_not_digits"),
        (HouseCode, "4.6E+10", "destroyed_by_spreadsheet"),
        (HouseCode, "4600000001", "house_code_length"),
        (IncomeMonth, "สองพัน", "money_unreadable"),
        (IncomeMonth, "1,50", "money_unreadable"),
        (IncomeMonth, "-500", "money_negative"),
        (IncomeMonth, "1.2E+5", "destroyed_by_spreadsheet"),
        (Moo, "ห้า", "number_unreadable"),
        (Moo, "100", "place_moo_out_of_range"),
        (BirthDate, "13/4/46", "date_two_digit_year"),
        (BirthDate, "31/2/2546", "date_impossible"),
        (BirthDate, "นานแล้ว", "date_unreadable"),
        (BirthDate, "25-ก.พ.", "destroyed_by_spreadsheet"),
        (BirthDate, "1/1/2580", "in_the_future"),
        (IdentifiedOn, "2/3/2569", "in_the_future"),
        (IdentifiedOn, "2568", "date_incomplete"),
        (IdentifiedOn, "1/1/2530", "too_early"),
        (TambonCode, "469901", "area_unknown"),
        (TambonCode, "4609", "not_a_tambon"),
        (TambonCode, "46-09-01", "area_code_not_digits"),
        (Lat, "เหนือ", "number_unreadable"),
        (Lat, "160.7", "out_of_range"),
        (Sources, "facebook", "code_unknown"),
        (Sources, "tpmap|tpmap", "code_twice"),
        (Sources, "-", "missing"),
        (Sex, "3", "code_unknown"),
        (Health, "สบายดีมาก", "code_unknown"),
        (Education, "ม.3", "code_unknown"),
        (Work, "นักบินอวกาศ", "code_unknown"),
        (Welfare, "none|elderly", "none_and_others"),
        (Relation, "-", "missing"),
        (Relation, "เพื่อน", "code_unknown"),
        (IsHead, "no", "head_contradicts"),
        (IsHead, "อาจจะ", "not_yes_or_no"),
        (ResidenceStatus, "", "missing"),
        (MemberNo, "", "missing"),
        (MemberNo, "0", "number_unreadable"),
        (GivenName, "-", "missing"),
        (GivenName, "ก\u{0}ข", "control_character"),
        (Consent, "บางครั้ง", "not_yes_or_no"),
        (TpmapListed, "yes", "missing"),
        (TpmapListDate, "31/12/2564", "date_without_list"),
        (HouseholdRef, "-", "missing"),
        (HouseholdRef, "3.3E+12", "destroyed_by_spreadsheet"),
    ];
    for (column, text, expected) in table {
        let found = reasons(&[with(&[(*column, text)])]);
        assert_eq!(found.len(), 1, "{column:?} {text}: {found:?}");
        assert_eq!((found[0].0, found[0].2), (2, *expected), "{column:?} {text}");
        let told = if *expected == "missing" && *column == TpmapListed { TpmapListDate } else { *column };
        let told = if *expected == "date_without_list" { TpmapListed } else { told };
        assert_eq!(found[0].1, Some(told), "{column:?} {text}");
    }
}

#[test]
fn cells_are_read_as_people_write_them() {
    use Column::*;
    type Look = fn(&Entry) -> String;
    let details = |entry: &Entry| entry.identify.members[0].details.clone();
    let birth: Look = |entry| entry.identify.members[0].details.birth.map_or("-".into(), |it| it.to_string());
    let income: Look = |entry| entry.identify.members[0].details.income_month.map_or("-".into(), |it| it.to_string());
    let moo: Look = |entry| entry.identify.moo.map_or("-".into(), |it| it.to_string());
    let house_no: Look = |entry| entry.identify.address.clone().and_then(|it| it.house_no).unwrap_or("-".into());
    let found_on: Look = |entry| entry.identify.happened_on.map_or("-".into(), |it| it.to_string());
    let sources: Look = |entry| serde_json::to_string(&entry.identify.sources).unwrap();
    let given: Look = |entry| entry.identify.members[0].details.given_name.clone();
    let table: &[(Column, &str, Look, &str)] = &[
        (BirthDate, "13/4/2546", birth, "2003-04-13"),
        (BirthDate, "2003-04-13", birth, "2003-04-13"),
        (BirthDate, "๑๓ เมษายน ๒๕๔๖", birth, "2003-04-13"),
        (BirthDate, "13 เม.ย. 2546", birth, "2003-04-13"),
        (BirthDate, "2546", birth, "2003"),
        (BirthDate, "4/2546", birth, "2003-04"),
        (BirthDate, "-", birth, "-"),
        (BirthDate, "ไม่ทราบ", birth, "-"),
        // Before 2484 the Thai year ran from April to March.
        (BirthDate, "15/2/2480", birth, "1938-02-15"),
        (IdentifiedOn, "15/1/2568", found_on, "2025-01-15"),
        (IdentifiedOn, "", found_on, "-"),
        (IncomeMonth, "1,500", income, "1500.00"),
        (IncomeMonth, "๑,๕๐๐.๕๐ บาท", income, "1500.50"),
        (IncomeMonth, "-", income, "-"),
        (IncomeMonth, "0", income, "0.00"),
        (Moo, "๔", moo, "4"),
        (Moo, "หมู่ที่ 4", moo, "4"),
        (Moo, "4.0", moo, "4"),
        (HouseNo, "25/2", house_no, "25/2"),
        (HouseNo, " 12 ก ", house_no, "12 ก"),
        (HouseNo, "-", house_no, "-"),
        (Sources, "tpmap | ผู้ใหญ่บ้าน", sources, "[\"tpmap\",\"village_leader\"]"),
        (GivenName, "=HYPERLINK(\"http://x\")", given, "=HYPERLINK(\"http://x\")"),
        (GivenName, "<script>alert(1)</script>", given, "<script>alert(1)</script>"),
        (GivenName, "'=1", given, "=1"),
    ];
    for (column, text, look, expected) in table {
        let entry = only(&[with(&[(*column, text)])]).unwrap_or_else(|it| panic!("{column:?} {text}: {it:?}"));
        assert_eq!(look(&entry), *expected, "{column:?} {text}");
    }
    let id = only(&[with(&[(CitizenId, "๑-4600-00000-01-3")])]).unwrap();
    assert_eq!(details(&id).citizen_id.unwrap().plain(), "1460000000013");
    let monk = only(&[with(&[(Prefix, "พระ"), (FamilyName, "")])]).unwrap();
    assert_eq!((details(&monk).prefix.as_deref(), details(&monk).family_name), (Some("พระ"), None));
}

#[test]
fn what_is_only_odd_is_kept_with_a_warning() {
    use Column::*;
    let table: &[(Changes<'_>, &str)] = &[
        (&[(CitizenId, "1460000000012")], "citizen_id_check_digit"),
        (&[(HouseCode, "46000000015")], "house_code_check_digit"),
        (&[(CitizenId, "")], "no_citizen_id"),
        (&[(CitizenId, "ไม่มีบัตร")], "no_citizen_id"),
        (&[(TambonCode, "100205")], "area_retired_successor_by_name"),
        // The province was divided in 2011; forms still say where the district lay before.
        (&[(TambonCode, ""), (Tambon, "เซกา"), (Amphoe, "เซกา"), (Province, "หนองคาย")], "area_retired"),
    ];
    for (changes, expected) in table {
        let entry = only(&[with(changes)]).unwrap_or_else(|it| panic!("{changes:?}: {it:?}"));
        let found: Vec<_> = entry.warnings.iter().map(|(line, it)| (*line, it.code())).collect();
        assert_eq!(found, [(2, *expected)], "{changes:?}");
    }
    let wrong_digit = only(&[with(&[(CitizenId, "1460000000012")])]).unwrap();
    assert_eq!(wrong_digit.identify.members[0].details.citizen_id.unwrap().plain(), "1460000000012");
    let no_card = only(&[with(&[(CitizenId, "ไม่มีบัตร")])]).unwrap();
    assert_eq!(no_card.identify.members[0].details.has_id_card, Some(false));
    let retired = only(&[with(&[(TambonCode, "100205")])]).unwrap().identify;
    assert_eq!((retired.tambon.to_string().as_str(), retired.retired_area), ("102901", "100205".parse().ok()));
    let person_type_0 = only(&[with(&[(CitizenId, "0460000000074")])]).unwrap();
    assert!(person_type_0.warnings.is_empty(), "no registered status is no oddity");
}

#[test]
fn an_area_is_given_by_code_or_by_names_and_both_may_not_contradict() {
    use Column::*;
    let by_names =
        |province, amphoe, tambon| with(&[(TambonCode, ""), (Province, province), (Amphoe, amphoe), (Tambon, tambon)]);
    let code = |row: Vec<String>| only(&[row]).unwrap().identify.tambon.to_string();
    assert_eq!(code(by_names("กาฬสินธุ์", "สหัสขันธ์", "ภูสิงห์")), "460901");
    assert_eq!(code(by_names("จ.กาฬสินธุ์", "อ.สหัสขันธ์", "ต.ภูสิงห์")), "460901");
    // A tambon may bear its district's name.
    assert_eq!(code(by_names("กาฬสินธุ์", "นามน", "นามน")), "460201");
    assert_eq!(code(by_names("กรุงเทพมหานคร", "เขตพระนคร", "แขวงพระบรมมหาราชวัง")), "100101");
    for (row, expected) in [
        (by_names("กาฬสินธุ์", "สหัสขันธ์", "-"), "not_a_tambon"),
        (by_names("", "", ""), "area_missing"),
        (by_names("กาฬสินธุ์", "สหัสขันธ์", "ไม่มีที่นี่"), "area_unknown"),
        (by_names("", "", "ในเมือง"), "area_ambiguous"),
        (with(&[(Province, "ขอนแก่น")]), "area_contradicts"),
    ] {
        let found = reasons(std::slice::from_ref(&row));
        assert_eq!(found.iter().map(|it| it.2).collect::<Vec<_>>(), [expected], "{row:?}");
    }
    assert_eq!(code(with(&[(Province, "กาฬสินธุ์"), (Amphoe, "สหัสขันธ์")])), "460901");
}

#[test]
fn what_is_wrong_between_the_rows_of_a_household_rejects_all_of_them() {
    use Column::*;
    let table: &[(Changes<'_>, Column, &str)] = &[
        (&[(MemberNo, "1")], MemberNo, "member_twice"),
        (&[(MemberNo, "๑")], MemberNo, "member_twice"),
        (&[(Relation, "head")], Relation, "second_head"),
        (&[(CitizenId, "1-4600-00000-01-3")], CitizenId, "same_citizen_id"),
        (&[(HouseNo, "7"), (TambonCode, "460902")], TambonCode, "rows_differ"),
        (&[(Sources, "lao")], Sources, "rows_differ"),
    ];
    for (changes, column, expected) in table {
        let rows = [sound(), second(changes)];
        assert_eq!(reasons(&rows), [(3, Some(*column), *expected)], "{changes:?}");
    }
    let Err(rejected) = only(&[sound(), second(&[(Sex, "x")])]) else { panic!("it went in") };
    assert_eq!(rejected.rows.len(), 2, "one bad row rejects all of the household's");
    // What is said on the first row only, or on all alike, is said.
    let once = only(&[with(&[(HouseNo, "7")]), second(&[(Sources, ""), (TambonCode, "๔๖๐๙๐๑")])]).unwrap();
    assert_eq!(once.identify.address.unwrap().house_no.as_deref(), Some("7"));
}

#[test]
fn the_same_name_and_birth_date_is_a_warning_where_there_are_no_ids() {
    use Column::*;
    let same = [(CitizenId, ""), (GivenName, "ตัวอย่าง"), (BirthDate, "1/2/2540")];
    let warned = |rows: &[Vec<String>]| {
        let entry = only(rows).unwrap();
        entry.warnings.iter().filter(|(_, it)| it.code() == "same_name_and_birth").count()
    };
    let first = with(&[(CitizenId, ""), (BirthDate, "1/2/2540")]);
    assert_eq!(warned(&[first.clone(), second(&same)]), 1);
    assert_eq!(warned(&[first.clone(), second(&[(CitizenId, ""), (BirthDate, "1/2/2540")])]), 0);
    assert_eq!(warned(&[sound(), second(&same)]), 0, "ids tell them apart");
}

#[test]
fn rows_of_a_household_are_gathered_wherever_they_stand_and_in_any_order() {
    let other = |n: &str| with(&[(Column::HouseholdRef, n), (Column::CitizenId, "")]);
    let rows = [second(&[]), other("K2"), other("K0"), sound(), other("K3")];
    let scattered = judged(&rows);
    assert_eq!(scattered.len(), 4);
    let entry = scattered[1].as_ref().unwrap();
    assert_eq!((entry.reference.as_str(), entry.numbers.as_slice(), entry.line), ("K1", [1, 2].as_slice(), 2));
    let together = only(&[sound(), second(&[])]).unwrap();
    assert_eq!(entry.identify, together.identify);
}

#[test]
fn more_rows_than_a_household_has_are_rejected_in_pieces_and_counted_once() {
    let rows: Vec<_> = (1..=150)
        .map(|n: u32| {
            let number = n.to_string();
            with(&[(Column::MemberNo, &number), (Column::CitizenId, ""), (Column::Relation, "relative")])
        })
        .chain([with(&[(Column::HouseholdRef, "K2")])])
        .collect();
    let judged = judged(&rows);
    let pieces: Vec<_> = judged.iter().filter_map(|it| it.as_ref().err()).collect();
    assert_eq!(pieces.iter().map(|it| it.rows.len()).sum::<usize>(), 150);
    assert_eq!(pieces.iter().filter(|it| !it.goes_on).count(), 1);
    assert!(pieces.iter().all(|it| it.reasons.iter().all(|it| it.code == "too_many_members")));
    assert_eq!(judged.iter().filter(|it| it.is_ok()).count(), 1);
}

#[test]
fn without_a_yes_the_household_is_kept_for_the_public_task() {
    use events::facts::household::LegalBasis;
    for (cell, consent, basis) in [
        ("", false, LegalBasis::PublicTask),
        ("no", false, LegalBasis::PublicTask),
        ("ยินยอม", true, LegalBasis::Consent),
    ] {
        let entry = only(&[with(&[(Column::Consent, cell)])]).unwrap();
        assert_eq!((entry.consent, entry.identify.basis), (consent, basis), "{cell}");
    }
}

#[test]
fn a_rejected_file_that_is_corrected_goes_in() {
    use super::rejected::{Form, RejectedFile};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rejected.csv");
    let Err(rejected) = only(&[with(&[(Column::GivenName, "=1+1"), (Column::Sex, "x")]), second(&[])]) else {
        panic!("it went in")
    };
    let mut file = RejectedFile::new(&path, Form::Csv);
    file.write(&rejected).unwrap();
    assert_eq!(file.finish().unwrap(), Some(path.clone()));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("code_unknown") && text.contains("whole_household") && text.contains("'=1+1"), "{text}");
    std::fs::write(&path, text.replacen(",x,", ",female,", 1)).unwrap();
    let gathered = Gathered::read(&Book::open(&path).unwrap(), dir.path(), |_| true).unwrap();
    assert!(gathered.unread.is_empty(), "{:?}", gathered.unread);
    let (mut households, _) = gathered.apart();
    let entry = judge(households.next_group().unwrap().unwrap(), today()).unwrap();
    assert_eq!(entry.identify.members[0].details.given_name, "=1+1");
}

#[test]
fn the_template_s_own_example_goes_in() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("template.csv");
    std::fs::write(&path, super::form::template().unwrap()).unwrap();
    let gathered = Gathered::read(&Book::open(&path).unwrap(), dir.path(), |_| true).unwrap();
    let entry = judge(gathered.apart().0.next_group().unwrap().unwrap(), today()).unwrap();
    assert!(entry.warnings.is_empty(), "{:?}", entry.warnings);
    assert_eq!(entry.identify.lists.len(), 1);
}
