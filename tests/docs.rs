//! The pages of docs/ that are made from the code say what the code says. HUEAN_WRITE_DOCS=1 writes them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use events::facts::register::{Entry, REGISTER};
use huean::access::{Action, Relation, Role, grid, may};
use huean::export::dictionary::{COLUMNS, fields as export_fields};
use huean::reports::{ReportName, column, columns_of};
use huean::rules::household::command::Name;
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a page with what it should say, or writes it.
fn is_current(page: &str, text: &str) {
    let path = root().join("docs").join(page);
    if std::env::var_os("HUEAN_WRITE_DOCS").is_some() {
        std::fs::write(&path, text).expect("the page can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = found.lines().zip(text.lines()).find(|(found, made)| found != made);
    assert!(
        found == text,
        "docs/{page} is not what the code says; write it with HUEAN_WRITE_DOCS=1. First difference: {differs:?}"
    );
}

#[test]
fn access_grid_is_current() {
    is_current("access.md", &grid::markdown());
}

#[test]
fn events_doc_is_current() {
    is_current("events.md", &events_page());
}

#[test]
fn reports_doc_is_current() {
    is_current("reports.md", &reports_page());
}

#[test]
fn data_dictionary_is_current() {
    is_current("data-dictionary.md", &data_dictionary());
}

/// What an export holds: every fact of a household with what becomes of each of its fields.
fn data_dictionary() -> String {
    let mut page = String::from(
        "# Data dictionary\n\nMade by `tests/docs.rs` from `src/export`; don't edit: `HUEAN_WRITE_DOCS=1 tests/run --test docs`.\n\n\
         `huean export events --format ndjson|csv` writes what happened to the households of the caller's areas. No sealed\n\
         value goes out, no case number, no place below the district, no day, no free text; what nobody thought of is withheld.\n\n\
         | column | |\n|---|---|\n",
    );
    for (name, says) in COLUMNS {
        writeln!(page, "| `{name}` | {says} |").expect("text");
    }
    for entry in REGISTER.iter().filter(|entry| entry.aggregate == "household") {
        write!(page, "\n## {}\n{}\n\n{}\n\n| field | |\n|---|---|\n", entry.schema.name, entry.th, entry.en)
            .expect("text");
        for (field, treated) in export_fields(&sample(entry)) {
            writeln!(page, "| `{field}` | {} |", treated.words()).expect("text");
        }
    }
    page
}

/// Every report with its figures, each defined in both languages.
fn reports_page() -> String {
    let mut page = String::from(
        "# Reports\n\nMade by `tests/docs.rs` from `src/reports`; don't edit: `HUEAN_WRITE_DOCS=1 tests/run --test docs`.\n\n\
         `huean report NAME`, or `GET /api/v1/reports/NAME`. A number in a column marked → leads to the cases behind it: \
         `huean report NAME --cases COLUMN`, or `GET /api/v1/reports/NAME/cases?figure=COLUMN`, with the keys of its row.\n\n\
         Researchers are told counts in steps of five and no sums, medians or shares \
         (`docs/decisions/0008-what-researchers-are-told.md`).\n",
    );
    for report in ReportName::ALL {
        let title = report.title();
        write!(page, "\n## {}\n{}\n\n{}\n\n", report.as_str(), title.th, title.en).expect("text");
        let per = report.sheet().map(|sheet| sheet.per).unwrap_or_default();
        if !per.is_empty() {
            write!(page, "Split further by one of: {} (`per`).\n\n", per.join(", ")).expect("text");
        }
        page.push_str("| column | | |\n|---|---|---|\n");
        let counts: Vec<_> = report.sheet().map(|sheet| sheet.counts().collect()).unwrap_or_default();
        for name in columns_of(report) {
            let column = column(&name).unwrap_or_else(|| panic!("{name} has no definition"));
            let arrow = if counts.contains(&name.as_str()) { " →" } else { "" };
            writeln!(page, "| `{name}`{arrow} | {} | {} |", column.th, column.en).expect("text");
        }
    }
    page
}

/// A command that brings a fact about, and what a caller must be allowed to do for it.
struct Cause {
    command: &'static str,
    action: Option<Action>,
}

/// Every way to a fact. A fact that nothing brings about would be a name without a use.
fn causes_of(fact: &str) -> Vec<Cause> {
    let by_household = Name::ALL
        .into_iter()
        .filter(|name| name.records().contains(&fact) || name.records_beside().contains(&fact))
        .map(|name| Cause { command: name.as_str(), action: Some(Action::Household(name)) });
    let elsewhere = [
        ("AgencyRegistered", "register", Some(Action::ManageAgencies)),
        ("ServiceOffered", "offer-service", Some(Action::ManageAgencies)),
        ("CapacitySet", "set-capacity", Some(Action::ManageAgencies)),
        ("ServiceChanged", "change-service", Some(Action::ManageAgencies)),
        ("ServicePaused", "pause-service", Some(Action::ManageAgencies)),
        ("ServiceResumed", "resume-service", Some(Action::ManageAgencies)),
        ("ModelDrafted", "draft", Some(Action::ManageModels)),
        ("ModelApproved", "approve", Some(Action::ManageModels)),
        ("ModelOpened", "open", Some(Action::ManageModels)),
        ("ModelOpened", "open-approved", Some(Action::ManageModels)),
        ("PlacesSet", "open", Some(Action::ManageModels)),
        ("PlacesSet", "open-approved", Some(Action::ManageModels)),
        ("PlacesSet", "set-places", Some(Action::ManageModels)),
        ("PartnerJoined", "join-partner", Some(Action::ManageModels)),
        ("PartnerLeft", "remove-partner", Some(Action::ManageModels)),
        ("CycleStarted", "start-cycle", Some(Action::ManageModels)),
        ("PaymentShared", "share-payment", Some(Action::ManageModels)),
        ("CycleEnded", "end-cycle", Some(Action::ManageModels)),
        ("ModelReviewed", "review", Some(Action::ManageModels)),
        ("ModelScaled", "scale", Some(Action::ManageModels)),
        ("ModelClosed", "close", Some(Action::ManageModels)),
        ("StaffJoined", "join", Some(Action::ManageStaff)),
        ("RoleGranted", "grant-role", Some(Action::ManageStaff)),
        ("RoleRevoked", "revoke-role", Some(Action::ManageStaff)),
        ("StaffLeft", "leave", Some(Action::ManageStaff)),
        ("PolicyPublished", "publish", Some(Action::ManagePolicies)),
        ("PolicyWithdrawn", "withdraw", Some(Action::ManagePolicies)),
        // Nobody asks for it: the desk does it when a node has used up its numbers.
        ("NumbersReserved", "identify", None),
    ];
    let elsewhere = elsewhere
        .into_iter()
        .filter(|(name, _, _)| *name == fact)
        .map(|(_, command, action)| Cause { command, action });
    by_household.chain(elsewhere).collect()
}

fn roles(action: Action) -> String {
    let allowed = |role: &Role| may(*role, action, Relation::InScope).is_ok();
    Role::ALL.into_iter().filter(allowed).map(Role::as_str).collect::<Vec<_>>().join(", ")
}

fn sample(entry: &Entry) -> Value {
    let name = format!("{}@{}.json", entry.schema.name, entry.schema.version);
    let text = std::fs::read_to_string(root().join("events/golden").join(&name)).expect("a fact has a golden file");
    serde_json::from_str(&text).expect("a golden file is JSON")
}

/// The fields of a payload as the sample shows them, parts of an object under its name.
fn fields(prefix: &str, value: &Value, found: &mut BTreeMap<String, &'static str>) {
    let kind = match value {
        Value::Null => "unknown",
        Value::Bool(_) => "yes or no",
        Value::Number(_) => "number",
        Value::String(text) => text_is(text),
        Value::Array(list) => {
            if let Some(first @ Value::Object(_)) = list.first() {
                fields(&format!("{prefix}[]"), first, found);
            }
            "list"
        }
        Value::Object(parts) if parts.contains_key("$s") => "sealed",
        Value::Object(parts) => {
            for (name, part) in parts.iter().filter(|(name, _)| *name != "type") {
                fields(&if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") }, part, found);
            }
            "object"
        }
    };
    if !prefix.is_empty() {
        found.insert(prefix.to_owned(), kind);
    }
}

/// What a text of a sample is: a day, an id, an amount of baht, or just text.
fn text_is(text: &str) -> &'static str {
    let is_amount = |text: &str| text.split_once('.').is_some_and(|(_, satang)| satang.len() == 2);
    if text.parse::<chrono::NaiveDate>().is_ok() {
        "day"
    } else if uuid::Uuid::parse_str(text).is_ok() {
        "id"
    } else if text.parse::<f64>().is_ok() && is_amount(text) {
        "baht"
    } else {
        "text"
    }
}

fn events_page() -> String {
    let mut page = String::from(
        "# Facts\n\n\
         Made from the register, the golden files and the rules by the test `events_doc_is_current`; don't edit.\n\
         Names and versions are for ever. `sealed` is a personal value that only its key opens; fields that may be\n\
         missing are shown where the sample has them.\n",
    );
    let mut aggregates: Vec<&str> = REGISTER.iter().map(|entry| entry.aggregate).collect();
    aggregates.dedup();
    for aggregate in aggregates {
        let _ = write!(page, "\n## {aggregate}\n");
        for entry in REGISTER.iter().filter(|entry| entry.aggregate == aggregate) {
            page.push_str(&fact(entry));
        }
    }
    page
}

fn fact(entry: &Entry) -> String {
    let (name, version) = (entry.schema.name, entry.schema.version);
    let mut text = format!("\n### {name}\n\n{}\n{}\n\n", entry.th, entry.en);
    let causes = causes_of(name);
    assert!(!causes.is_empty(), "nothing brings {name} about");
    for cause in causes {
        let who = cause.action.map_or("the service itself".to_owned(), roles);
        let _ = writeln!(text, "- from `{}`: {who}", cause.command);
    }
    let _ = write!(text, "- version {version}, sample `events/golden/{name}@{version}.json`");
    if version > 1 {
        let _ = write!(text, "; older ones are read as this one");
    }
    text.push_str("\n\n| field | as stored |\n| --- | --- |\n");
    let sample = sample(entry);
    let mut found = BTreeMap::new();
    fields("", &sample, &mut found);
    for (field, kind) in found {
        let _ = writeln!(text, "| `{field}` | {kind} |");
    }
    text
}

#[test]
fn every_command_is_somebodys_to_give() {
    for name in Name::ALL {
        assert!(!roles(Action::Household(name)).is_empty(), "{name:?}");
    }
}
