//! Searching for people who stand twice, and asking what a report would say under another policy.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use events::clock::{Clock, SimulatedClock, start_of};
use huean::app::{House, Missing, Place};
use huean::demo::{Plan, Scale, fill};
use huean::reports::ReportName;
use huean::rules::policy_defaults::defaults;
use serde_json::{Value, json};

use crate::{code, directory, huean, said};

/// Invented households with two years behind them.
pub async fn demo(data: &Path) {
    let day = |year| NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
    let clock = SimulatedClock::starting(start_of(day(2024)));
    let place = Place { data: data.to_owned(), log: None, vault: None };
    let house = House::open(&place, Missing::Make, Clock::Simulated(clock.clone())).await.unwrap();
    let plan = Plan { seed: 5, start: day(2024), until: start_of(day(2026)), scale: Scale::Sample { households: 60 } };
    fill(&house.desk, &clock, plan, &mut |_| {}).await.unwrap();
}

pub fn json_of(data: &Path, args: &[&str]) -> Value {
    let output = huean(data, args);
    assert_eq!(code(&output), 0, "{args:?}: {}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What everything says that a question must not change.
fn everything(data: &Path) -> (Vec<Value>, BTreeSet<String>) {
    let reports = ["funnel", "backlog", "workload", "relapse", "outcome"];
    let mut all = vec![json_of(data, &["log", "status", "--json"])];
    all.extend(reports.map(|name| json_of(data, &["report", name, "--as-of", "2026-05-01", "--format", "json"])));
    let names = std::fs::read_dir(data).unwrap().map(|it| it.unwrap().file_name().to_string_lossy().into_owned());
    // SQLite's own files beside a database come and go.
    (all, names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect())
}

fn figure(told: &Value, name: &str) -> u64 {
    let at = told["columns"].as_array().unwrap().iter().position(|it| it == name).unwrap();
    told["rows"].as_array().unwrap().iter().map(|row| row[at].as_u64().unwrap_or(0)).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_told_under_another_policy_beside_todays_and_nothing_is_changed() {
    let (dir, data) = directory();
    demo(&data).await;
    let before = everything(&data);
    let log = std::fs::read(data.join("log.db")).unwrap();
    let file = dir.path().join("policy.json");
    let path = file.display().to_string();
    let ask = |body: &Value, report: &str| {
        std::fs::write(&file, json!({"province": "46", "body": body}).to_string()).unwrap();
        json_of(&data, &["whatif", "--policy", &path, "--report", report, "--as-of", "2026-05-01", "--format", "json"])
    };
    let bodies = defaults().into_iter().map(|body| serde_json::to_value(body).unwrap());
    let [sla, contact, graduation] =
        ["sla", "contact", "graduation"].map(|kind| bodies.clone().find(|body| body["kind"] == kind).unwrap());
    for (body, report) in [(&sla, "backlog"), (&contact, "workload"), (&graduation, "funnel")] {
        let same = ask(body, report);
        assert_eq!(same["differing"], json!([]), "the policy that was in force changes nothing in {report}");
        assert!(same["rows"].as_array().is_some_and(|rows| !rows.is_empty()), "{report}");
    }
    let hasty = json!({"kind": "sla", "answer_days": 1, "deliver_days": 1});
    let told = ask(&hasty, "backlog");
    let (now, then) = (figure(&told, "overdue"), figure(&told, "overdue (what if)"));
    assert!(now < then && then <= figure(&told, "waiting"), "{now} {then}");
    let differing: u64 = told["differing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["then"].as_u64().unwrap() - it["now"].as_u64().unwrap())
        .sum();
    assert_eq!(differing, then - now, "every difference has its household");

    let mut often = contact.clone();
    for name in ["first_visit_days", "assessment_days", "referral_days", "follow_up_days", "reassessment_days"] {
        often[name] = json!(1);
    }
    let told = ask(&often, "workload");
    assert!(figure(&told, "with_overdue") < figure(&told, "with_overdue (what if)"), "{told}");

    let strict = json!({"kind": "graduation", "level_at_least": 4, "capital_at_least": 4, "months_apart": 120});
    let told = ask(&strict, "funnel");
    let graduated = figure(&told, "reached_graduated");
    assert!(graduated > 0, "nobody graduated in the demo");
    assert_eq!(figure(&told, "reached_graduated (what if)"), 0);
    let lost = told["differing"].as_array().unwrap().iter().filter(|it| it["figure"] == "reached_graduated").count();
    assert_eq!(lost as u64, graduated);

    assert_eq!(everything(&data), before);
    assert_eq!(std::fs::read(data.join("log.db")).unwrap(), log, "the log's bytes are what they were");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_policy_file_is_refused_with_every_mistake_by_its_field() {
    let (dir, data) = directory();
    demo(&data).await;
    let file = dir.path().join("policy.json");
    std::fs::write(&file, r#"{"province":"4","body":{"kind":"sla","answer_days":0,"deliver_day":3}}"#).unwrap();
    let path = file.display().to_string();
    let output = huean(&data, &["whatif", "--policy", &path, "--report", "backlog"]);
    assert_eq!(code(&output), 2);
    for field in ["/body/deliver_days", "/body/deliver_day:"] {
        assert!(said(&output).contains(field), "{}", said(&output));
    }
    for args in [
        &["whatif", "--policy", "/nowhere", "--report", "backlog"][..],
        &["whatif", "--policy", &path, "--report", "rain"],
    ] {
        assert_eq!(code(&huean(&data, args)), 2, "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_notes_each_pair_once_as_a_question_that_waits() {
    let (_dir, data) = directory();
    demo(&data).await;
    let dry = json_of(&data, &["duplicates", "sweep", "--dry-run", "--json"]);
    assert!(dry["people"].as_u64().unwrap() > 100, "{dry}");
    let open = |data: &Path| figure(&json_of(data, &["report", "duplicates", "--format", "json"]), "questions_open");
    let before = open(&data);
    let as_of = |data: &Path| {
        let of = |name: &str| {
            let told = json_of(data, &["report", name, "--as-of", "2026-05-01", "--format", "json"]);
            serde_json::to_string(&(&told["columns"], &told["rows"])).unwrap()
        };
        let names = ReportName::ALL.into_iter().filter(|name| *name != ReportName::BacklogHistory);
        names.map(|name| of(name.as_str())).collect::<Vec<_>>()
    };
    let past = as_of(&data);
    let swept = json_of(&data, &["duplicates", "sweep", "--json"]);
    assert_eq!((&swept["found"], &swept["people"]), (&dry["found"], &dry["people"]));
    assert_eq!(swept["noted"].as_u64().unwrap() + swept["refused"].as_u64().unwrap(), dry["found"].as_u64().unwrap());
    assert_eq!(open(&data), before + swept["noted"].as_u64().unwrap());
    let again = json_of(&data, &["duplicates", "sweep", "--json"]);
    assert_eq!((&again["noted"], &again["found"]), (&json!(0), &swept["refused"]));
    // What was recorded today changes no byte of what was known then, nor does a rebuild.
    assert_eq!(as_of(&data), past);
    assert_eq!(code(&huean(&data, &["rebuild"])), 0);
    assert_eq!(as_of(&data), past);
}

/// Every text of a value, wherever it stands.
fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(list) => list.iter().for_each(|it| texts(it, found)),
        Value::Object(parts) => parts.values().for_each(|it| texts(it, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_tells_what_happened_and_to_nobody_who_could_be_told_by_it() {
    let (_dir, data) = directory();
    demo(&data).await;
    let export = |format: &str| {
        let output = huean(&data, &["export", "events", "--format", format]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let lines = |text: &str| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>();
    let (one, other) = (export("ndjson"), export("ndjson"));
    let rows = lines(&one);
    // What is stored: every id, every day, every case number.
    let place = Place { data: data.clone(), log: None, vault: None };
    let house = House::open(&place, Missing::Refuse, Clock::Real).await.unwrap();
    let (mut stored, mut streams, mut after, mut events) = (BTreeSet::new(), BTreeSet::new(), 0, 0);
    while let Some(last) = {
        let read = house.log.read(after, 500).await.unwrap();
        for event in read.iter().filter(|event| event.stream.aggregate_type == "household") {
            streams.insert(event.stream.aggregate_id.clone());
            texts(&event.payload, &mut stored);
            events += 1;
        }
        read.last().map(|event| event.position)
    } {
        after = last;
    }
    assert_eq!(rows.len(), events, "each event of a household once");
    let telling = |text: &&String| {
        let day = text.parse::<NaiveDate>().is_ok();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        day || digits > 5 || !text.is_ascii() || text.len() > 40
    };
    let telling: Vec<_> = stored.iter().chain(&streams).filter(telling).collect();
    assert!(telling.len() > 1_000);
    let mut told = BTreeSet::new();
    for row in &rows {
        texts(row, &mut told);
    }
    for text in telling {
        assert!(!told.contains(text), "{text} goes out");
    }
    assert!(!one.contains("$s") && !one.contains("tambon") && !one.contains("case_no"));
    // The same history stays together, and two exports have no id in common.
    let ids =
        |rows: &[Value]| rows.iter().map(|row| row["household"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(ids(&rows).len(), streams.len());
    assert!(ids(&rows).is_disjoint(&ids(&lines(&other))));
    assert!(rows.iter().any(|row| row["fact"]["overall"]["level"].is_number()), "levels go out");
    // The same as a table, and no line of it has a column too many.
    let table = export("csv");
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 11);
    let cells: Vec<_> = reader.records().map(|record| record.unwrap()).collect();
    let numbered: BTreeSet<_> = cells.iter().map(|record| record[0].to_owned()).collect();
    assert_eq!(numbered.len(), rows.len());
}
