//! Every subcommand that reads households × people of other places: no byte of what is not theirs is printed. A new
//! subcommand is put into one of the two lists below, or this fails.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use events::clock::Clock;
use events::facts::staff::Scope;
use events::id::{CommandId, HouseholdId, StaffId};
use events::metadata::Channel;
use huean::access::{Caller, Role};
use huean::app::{House, Missing, Place};
use huean::desk::{Desk, Order, StaffCommand, Submission};
use huean::reports::ReportName;
use huean::rules::household::command::Name;
use huean::rules::policy::Publish;
use huean::rules::policy_defaults::defaults;
use huean::signin::{Cost, Fresh, SignIn};
use huean::web::{Bearer, Tokens};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{code, directory, huean, said};

/// What reads households, as the person of a token.
const READ: [&str; 6] = ["history", "access-log", "report", "whatif", "export", "duplicates"];
/// What the owner of the machine does with what the machine holds, or brings in what nobody reads here.
const OWNERS: [&str; 9] = ["demo", "serve", "setup", "import", "account", "rebuild", "check", "log", "vault"];

const HERE: HouseholdId = HouseholdId(Uuid::from_u128(0x4601));
const GIVEN: &str = "กนกคานารี";
const WORDS: &str = "จดไว้ว่าคานารี";

fn bearer(n: u128, role: Role, area: &str) -> Bearer {
    let scope = Scope { areas: vec![area.parse().unwrap()], laos: Vec::new() };
    let name = format!("{role} {area}");
    Bearer { name, staff: StaffId(Uuid::from_u128(n)), role, scope, agency: None }
}

async fn give(desk: &Desk, order: Order) -> Option<String> {
    let command = CommandId(Uuid::from_u128(rand::random()));
    let role = if matches!(order, Order::Household { .. }) { Role::Supervisor } else { Role::Administrator };
    let caller = Caller { channel: Channel::Cli, ..bearer(9, role, "46").caller(Uuid::nil()) };
    let receipt = desk.submit(Submission { caller, command, seen: None, order }).await.unwrap();
    serde_json::to_value(receipt).unwrap()["case_no"].as_str().map(ToOwned::to_owned)
}

/// A household of two namesakes with words about it; answers its number and everybody's token, by name.
async fn planted(data: &Path) -> (String, Vec<(String, String)>) {
    let place = Place { data: data.to_owned(), log: None, vault: None };
    let house = House::open(&place, Missing::Make, Clock::Real).await.unwrap();
    for body in defaults() {
        let publish = Publish { province: "46".to_owned(), effective_on: house.desk.today(), body };
        give(&house.desk, Order::Policy(publish)).await;
    }
    let person = |relation: &str| {
        json!({"sex": "female", "relation": relation, "residence": "registered_and_living", "details":
            {"given_name": GIVEN, "health": "normal", "education": "primary", "work": "farmer", "birth": "1980"}})
    };
    let found = json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task",
        "members": [person("head"), person("child")]});
    let mut number = None;
    for (name, body) in [("identify", found), ("write-note", json!({"note": {"text": WORDS}}))] {
        let command = Name::named(name).unwrap().read(body.to_string().as_bytes()).unwrap();
        number = give(&house.desk, Order::Household { id: HERE, command }).await.or(number);
    }
    let bearers = vec![
        bearer(1, Role::Supervisor, "4609"),
        bearer(2, Role::Caseworker, "460902"),
        bearer(3, Role::Supervisor, "4602"),
        bearer(4, Role::Operations, "40"),
        bearer(5, Role::Auditor, "4602"),
        bearer(6, Role::Researcher, "4609"),
        bearer(7, Role::Administrator, "4609"),
    ];
    let issued = Tokens::generate(bearers, &mut rand::rng());
    Tokens::write(&place.tokens(), &issued).unwrap();
    (number.unwrap(), issued.into_iter().map(|it| (it.bearer.name, it.token)).collect())
}

fn ask(data: &Path, token: &str, args: &[String]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_huean"));
    program.args(args).arg("--data").arg(data).env("HUEAN_TOKEN", token).output().unwrap()
}

/// Every way to ask for the household.
fn asks(number: &str, policy: &str) -> Vec<Vec<String>> {
    let id = HERE.to_string();
    let mut all = Vec::new();
    let mut ask = |words: &[&str]| all.push(words.iter().map(ToString::to_string).collect());
    for household in [id.as_str(), number] {
        ask(&["history", household]);
        ask(&["history", household, "--json"]);
        ask(&["history", household, "--json", "--reveal", "ตรวจสอบตามคำร้อง"]);
        ask(&["access-log", household]);
        ask(&["access-log", household, "--json"]);
    }
    for report in ReportName::ALL {
        ask(&["report", report.as_str(), "--area", "460901", "--format", "json"]);
        // The first figure counts every case that there is.
        if let Some(figure) = report.sheet().and_then(|sheet| sheet.counts().next()) {
            ask(&["report", report.as_str(), "--cases", figure, "--format", "csv"]);
        }
    }
    ask(&["whatif", "--policy", policy, "--report", "backlog", "--format", "json"]);
    ask(&["export", "events", "--format", "ndjson"]);
    ask(&["export", "events", "--format", "csv"]);
    ask(&["duplicates", "sweep", "--dry-run", "--json"]);
    all
}

#[test]
fn every_subcommand_is_in_one_of_the_two_lists() {
    let (_dir, data) = directory();
    let help = said(&huean(&data, &["--help"]));
    let named = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named: BTreeSet<_> =
        named.filter_map(|line| line.split_whitespace().next()).filter(|it| *it != "help").collect();
    assert_eq!(named, READ.into_iter().chain(OWNERS).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_household_elsewhere_is_printed_to_anybody() {
    let (dir, data) = directory();
    let (number, everybody) = planted(&data).await;
    let policy = dir.path().join("policy.json");
    let body = json!({"province": "46", "body": {"kind": "sla", "answer_days": 3, "deliver_days": 30}});
    std::fs::write(&policy, body.to_string()).unwrap();
    let canaries = [HERE.to_string(), number.clone(), GIVEN.to_owned(), WORDS.to_owned()];
    let asks = asks(&number, &policy.display().to_string());
    assert!(READ.iter().all(|word| asks.iter().any(|ask| ask[0] == *word)));
    let mut seen = BTreeSet::new();
    for (who, token) in &everybody {
        // Reports are told by reach alone, whoever asks: each takes a while, so two from elsewhere ask them all.
        let reports = ["supervisor 4609", "supervisor 4602", "researcher 4609"].contains(&who.as_str());
        for args in asks.iter().filter(|args| reports || args[0] != "report" || args[1] == "register") {
            let told = said(&ask(&data, token, args));
            for canary in canaries.iter().filter(|canary| told.contains(*canary) && !args.contains(canary)) {
                assert_eq!(who, "supervisor 4609", "{canary} was printed to {who}: {args:?}\n{told}");
                seen.insert(canary);
            }
        }
    }
    // Whoever may see them does: the canaries are there to be found.
    assert!(seen.len() >= 3, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_locked_out_is_out_at_the_terminal_too() {
    let (_dir, data) = directory();
    let (number, everybody) = planted(&data).await;
    let args = ["history".to_owned(), number, "--json".to_owned()];
    let token = &everybody[0].1;
    assert_eq!(code(&ask(&data, token, &args)), 0);
    let place = Place { data: data.clone(), log: None, vault: None };
    let house = House::open(&place, Missing::Refuse, Clock::Real).await.unwrap();
    let joins = serde_json::from_value(json!({"details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}})).unwrap();
    let staff = StaffId(Uuid::from_u128(1));
    give(&house.desk, Order::Staff { id: staff, command: StaffCommand::Join(joins) }).await;
    let grant = serde_json::from_value(json!({"role": "supervisor", "scope": {"areas": ["4609"]}})).unwrap();
    give(&house.desk, Order::Staff { id: staff, command: StaffCommand::GrantRole(grant) }).await;
    let sign_in = SignIn::at(&house.desk, Cost::default());
    sign_in.make_account(staff, "supervisor", &Fresh::drawn(&mut rand::rng())).await.unwrap();
    sign_in.lock(StaffId(Uuid::from_u128(2)), staff).await.unwrap();
    let output = ask(&data, token, &args);
    assert_eq!(code(&output), 2, "{}", said(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    assert_eq!(told, Value::Null);
}
