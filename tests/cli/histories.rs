//! Histories at the terminal: the person of a token reads what the same person reads through the API, and no more.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::path::Path;
use std::process::{Command, Output};

use events::clock::Clock;
use events::facts::staff::Scope;
use events::id::{CommandId, HouseholdId, StaffId};
use events::metadata::Channel;
use huean::access::{Caller, Role};
use huean::app::{House, Missing, Place};
use huean::desk::{Desk, Order, StaffCommand, Submission};
use huean::rules::household::command::Name;
use huean::rules::policy::Publish;
use huean::rules::policy_defaults::defaults;
use huean::web::{Bearer, Tokens};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{code, directory, said};

/// Works in one tambon; somebody complained about her.
const NEAR: StaffId = StaffId(Uuid::from_u128(0x51));
/// Works in the whole district.
const SUPERVISOR: StaffId = StaffId(Uuid::from_u128(0x52));
const HERE: HouseholdId = HouseholdId(Uuid::from_u128(0x4601));
const THERE: HouseholdId = HouseholdId(Uuid::from_u128(0x4602));

fn bearer(staff: StaffId, role: Role, area: &str) -> Bearer {
    let scope = Scope { areas: vec![area.parse().unwrap()], laos: Vec::new() };
    Bearer { name: role.as_str().to_owned(), staff, role, scope, agency: None }
}

async fn give(desk: &Desk, order: Order) {
    let command = CommandId(Uuid::from_u128(rand::random()));
    let role = if matches!(order, Order::Household { .. }) { Role::Supervisor } else { Role::Administrator };
    let caller = Caller { channel: Channel::Cli, ..bearer(SUPERVISOR, role, "46").caller(Uuid::nil()) };
    desk.submit(Submission { caller, command, seen: None, order }).await.unwrap();
}

/// Two households, of which one went on as the other, and a complaint; answers the tokens of the two who read.
async fn complained(data: &Path) -> [String; 2] {
    let place = Place { data: data.to_owned(), log: None, vault: None };
    let house = House::open(&place, Missing::Make, Clock::Real).await.unwrap();
    for body in defaults() {
        let publish = Publish { province: "46".to_owned(), effective_on: house.desk.today(), body };
        give(&house.desk, Order::Policy(publish)).await;
    }
    let joins = serde_json::from_value(json!({"details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}})).unwrap();
    give(&house.desk, Order::Staff { id: NEAR, command: StaffCommand::Join(joins) }).await;
    let grant = serde_json::from_value(json!({"role": "caseworker", "scope": {"areas": ["460901"]}})).unwrap();
    give(&house.desk, Order::Staff { id: NEAR, command: StaffCommand::GrantRole(grant) }).await;
    let found = |tambon: &str| json!({"tambon": tambon, "sources": ["neighbour"], "basis": "public_task"});
    let about = json!({"what": "staff", "staff": NEAR});
    let complaint = Uuid::from_u128(0xAB);
    for (id, name, body) in [
        (HERE, "identify", found("460901")),
        (THERE, "identify", found("460902")),
        (THERE, "merge-into", json!({"into": HERE, "because": "other"})),
        (HERE, "receive-complaint", json!({"complaint": complaint, "about": about, "words": {"text": "มาสาย"}})),
        (HERE, "answer-complaint", json!({"complaint": complaint, "outcome": "upheld", "words": {"text": "สายจริง"}})),
        (HERE, "write-note", json!({"note": {"text": "ฝนตกหนัก"}})),
    ] {
        let command = Name::named(name).unwrap().read(body.to_string().as_bytes()).unwrap();
        give(&house.desk, Order::Household { id, command }).await;
    }
    let bearers = vec![bearer(NEAR, Role::Caseworker, "460901"), bearer(SUPERVISOR, Role::Supervisor, "4609")];
    let issued = Tokens::generate(bearers, &mut rand::rng());
    Tokens::write(&place.tokens(), &issued).unwrap();
    issued.into_iter().map(|it| it.token).collect::<Vec<_>>().try_into().unwrap()
}

fn history(data: &Path, token: &str, more: &[&str]) -> Output {
    ask("history", data, token, more)
}

fn ask(question: &str, data: &Path, token: &str, more: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_huean"));
    let id = HERE.to_string();
    program.args([question, id.as_str(), "--json"]).args(more).arg("--data").arg(data);
    program.env("HUEAN_TOKEN", token).output().unwrap()
}

fn read(data: &Path, token: &str, more: &[&str]) -> String {
    let output = history(data, token, more);
    assert_eq!(code(&output), 0, "{}", said(&output));
    said(&output)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reveal_shows_nobody_a_complaint_about_herself_nor_a_household_beyond_her_scope() {
    let (_dir, data) = directory();
    let [near, supervisor] = complained(&data).await;
    let reveal = ["--reveal", "ตรวจสอบ"];
    let (hers, all) = (read(&data, &near, &reveal), read(&data, &supervisor, &reveal));
    let there = THERE.to_string();
    for hidden in ["มาสาย", "สายจริง", there.as_str()] {
        assert!(!hers.contains(hidden), "{hers}");
        assert!(all.contains(hidden), "{all}");
    }
    assert!(hers.contains("ฝนตกหนัก") && hers.contains("HouseholdAbsorbed"), "the rest is revealed: {hers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_reveal_every_personal_value_is_masked_and_so_is_who_is_beyond() {
    let (_dir, data) = directory();
    let [near, supervisor] = complained(&data).await;
    for token in [&near, &supervisor] {
        let told = read(&data, token, &[]);
        assert!(["มาสาย", "สายจริง", "ฝนตกหนัก"].iter().all(|words| !told.contains(words)), "{told}");
        assert_eq!(told.contains(&THERE.to_string()), *token == supervisor);
        let facts: Vec<Value> = serde_json::from_str(&told).unwrap();
        let note = facts.iter().find(|it| it["event"] == "NoteWritten").unwrap();
        assert_eq!(note["fact"]["text"], json!({"shown": "masked"}));
    }
    assert_eq!(code(&history(&data, &near, &["--reveal", " "])), 2, "a reveal needs a reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reveal_and_its_reason_stand_in_the_access_log() {
    let (_dir, data) = directory();
    let [near, supervisor] = complained(&data).await;
    read(&data, &near, &[]);
    read(&data, &near, &["--reveal", "ตรวจสอบคำร้อง"]);
    let told = ask("access-log", &data, &supervisor, &[]);
    assert_eq!(code(&told), 0, "{}", said(&told));
    let looks: Vec<Value> = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(looks.len(), 1, "what is masked is no look");
    assert_eq!((&looks[0]["staff"], &looks[0]["manner"]), (&json!(NEAR), &json!("opened")));
    assert_eq!(looks[0]["reason"], "ตรวจสอบคำร้อง");
    let hers = ask("access-log", &data, &near, &[]);
    assert_eq!(code(&hers), 1, "{}", said(&hers));
    assert!(!said(&hers).contains("ตรวจสอบคำร้อง"));
}
