//! A log of invented households: found, visited, assessed, referred, helped, interleaved as a province works.

use std::path::Path;

use events::clock::{self, Clock};
use events::log::{Append, CommandStamp, Log, NewEvent, OpenLog, Pen, StreamId, StreamWrite};
use events::sealed::Subject;
use events::vault::{self, OpenVault, Place, RingOwner, RootKey, Vault};
use futures::future::join_all;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};
use uuid::Uuid;

const GIVEN: [&str; 12] =
    ["สมหญิง", "สมศักดิ์", "บุญเลี้ยง", "แก้วมณี", "สุภาพร", "ประเสริฐ", "คำแพง", "ทองใบ", "วิไลวรรณ", "อนงค์", "ธีรพงษ์", "นิภา"];
const ONE: [&str; 10] = ["ศรี", "แสน", "ทอง", "บุญ", "คำ", "วงศ์", "พล", "สุข", "ใจ", "นาม"];
const TWO: [&str; 12] = ["สุข", "ดี", "มา", "วงษ์", "ภักดี", "เมือง", "พรม", "ชัย", "งาม", "ลา", "สาร", "หงษ์"];

/// Households that are written at once.
const TOGETHER: u64 = 512;

pub(crate) async fn write(dir: &Path, number: u64) -> (Log, Vault) {
    let start = clock::start_of("2025-01-01".parse().expect("a day"));
    let clock = Clock::simulated(start);
    let url = format!("sqlite:{}", dir.join("log.db").display());
    let log = Log::open(&url, OpenLog { create: true, clock: clock.clone() }).await.expect("a log");
    let url = format!("sqlite:{}", dir.join("vault.db").display());
    let root = RootKey::from_bytes([1; 32]);
    let vault = Vault::open(&url, &root, log.id(), OpenVault { create: true }).await.expect("a vault");
    let pen = Pen::start(&log);
    for step in 0..STEPS {
        for first in (0..number).step_by(usize::try_from(TOGETHER).expect("small")) {
            if let Clock::Simulated(clock) = &clock {
                let days = i64::from(step) * 60 + i64::try_from(first * 60 / number).expect("small");
                clock.set(start + chrono::Duration::days(days));
            }
            let together = first..(first + TOGETHER).min(number);
            if step == 0 {
                let wanted = together.clone().map(|n| (owner(n), (0..members(n)).map(|m| subject(n, m)).collect()));
                vault.ensure_many(wanted.collect()).await.expect("keys");
            }
            let writes = together.map(|n| {
                let (pen, vault, log) = (&pen, &vault, &log);
                async move {
                    let (before, facts) = facts(n, step);
                    let ring =
                        if step == 0 { Some(vault.ring_for(&owner(n), &[]).await.expect("a ring")) } else { None };
                    let mut events = Vec::new();
                    for (mut payload, nth) in facts.into_iter().zip(1..) {
                        if let Some(ring) = &ring {
                            let place = Place {
                                log_id: log.id(),
                                aggregate_type: "household".to_owned(),
                                aggregate_id: id(1, n, 0).to_string(),
                                sequence: before + nth,
                            };
                            vault::seal(&mut payload, &place, ring, &mut StdRng::seed_from_u64(n)).expect("sealed");
                        }
                        let name = payload["type"].as_str().unwrap_or_default().to_owned();
                        let version = if name == "AssistanceDelivered" { "2" } else { "1" };
                        events.push(NewEvent {
                            event_type: name,
                            event_version: version.to_owned(),
                            payload: payload.into(),
                            metadata: metadata(n),
                        });
                    }
                    let stream = StreamId::new("household", id(1, n, 0).to_string());
                    let command = CommandStamp {
                        command_id: id(9, n, u64::from(step)),
                        actor: "bench".to_owned(),
                        name: "bench".to_owned(),
                        target: stream.clone(),
                        mac_key: "bench".to_owned(),
                        body_mac: "bench".to_owned(),
                    };
                    let writes = vec![StreamWrite { stream, expected: before, events }];
                    pen.append(Append { command, writes, reads: Vec::new() }).await.expect("an append");
                }
            });
            join_all(writes).await;
        }
    }
    (log, vault)
}

const STEPS: u32 = 5;

fn id(kind: u64, n: u64, nth: u64) -> Uuid {
    Uuid::from_u64_pair(kind << 48 | nth, n.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn members(n: u64) -> u64 {
    2 + n % 6
}

fn owner(n: u64) -> RingOwner {
    RingOwner::new("household", id(1, n, 0).to_string())
}

fn subject(n: u64, member: u64) -> Subject {
    Subject::new("person", id(2, n, member))
}

fn after(stage: &str) -> Value {
    json!({"stage": stage, "standing": "open", "episode": 1})
}

fn due(what: &str, by: &str) -> Value {
    json!({"what": what, "by": by, "policy": "contact/46@1"})
}

fn composition(living: u64) -> Value {
    let tally = json!({"yes": 0, "unknown": 0});
    json!({
        "registered": living, "living": living, "registered_and_living": living, "living_only": 0,
        "registered_only": 0, "sex_age": [{"sex": "female", "age": "25-59", "n": living}], "disabled": tally,
        "bedridden": tally, "without_id_card": tally, "able_to_work": tally, "elderly_only": false,
        "sex_of_head": "female"
    })
}

/// The facts of a household's step, and how many it has before.
fn facts(n: u64, step: u32) -> (u64, Vec<Value>) {
    let found = 2 + members(n);
    let referral = id(3, n, 0);
    let answered = !n.is_multiple_of(4);
    match step {
        0 => (0, identified(n)),
        1 => (found, verified(n)),
        2 => (found + 3, vec![assessed(n)]),
        3 => (
            found + 4,
            vec![
                json!({"type": "NeedRecorded", "need": id(4, n, 0), "happened_on": "2025-07-01", "capital": "physical", "priority": 2}),
                json!({
                    "type": "ReferralMade", "referral": referral, "happened_on": "2025-07-02", "need": id(4, n, 0),
                    "agency": id(5, n % 40, 0), "service": (if n.is_multiple_of(3) { "cash" } else { "house_repair" }),
                    "basis": "public_task", "disclosed": ["names", "address"], "respond_by": "2025-07-09", "sla": "sla/46@1",
                    "after": after("referred"), "next_due": due("follow_up", "2025-10-01")
                }),
            ],
        ),
        _ if answered => (
            found + 6,
            vec![
                json!({"type": "ReferralAccepted", "referral": referral, "happened_on": "2025-09-01", "deliver_by": "2025-10-01", "sla": "sla/46@1"}),
                json!({
                    "type": "AssistanceDelivered", "assistance": id(6, n, 0), "happened_on": "2025-09-20",
                    "kind": "house_repair", "capital": "physical", "dimension": "living",
                    "worth": {"form": "baht", "amount": "1250.00"}, "referral": referral, "after": after("assisted"),
                    "next_due": due("follow_up", "2025-12-20")
                }),
                json!({"type": "ReferralCompleted", "referral": referral, "happened_on": "2025-09-21", "outcome": "met"}),
            ],
        ),
        _ => (
            found + 6,
            vec![
                json!({"type": "ResponseOverdue", "referral": referral, "agency": id(5, n % 40, 0), "respond_by": "2025-07-09"}),
            ],
        ),
    }
}

fn identified(n: u64) -> Vec<Value> {
    let tambon = 460_101 + (n % 18) * 100 + n / 18 % 8;
    let case_no = events::case_no::CaseNo::new(46, u32::try_from(n + 1).expect("small")).expect("a number");
    let mut facts = vec![
        json!({
            "type": "HouseholdIdentified", "happened_on": "2025-01-01",
            "place": {"tambon": tambon.to_string(), "moo": n % 9 + 1, "lao": ((4_601 + n % 18) * 1_000 + 1 + n % 3).to_string()},
            "sources": ["neighbour"], "basis": "public_task", "after": after("identified"),
            "next_due": due("first_visit", "2025-01-15")
        }),
        json!({"type": "CaseNumberAssigned", "case_no": case_no}),
    ];
    for member in 0..members(n) {
        let pick = |list: &[&str], by: u64| {
            list[usize::try_from((n / by + member) % list.len() as u64).expect("small")].to_owned()
        };
        let family = format!(
            "{}{}{}",
            pick(&ONE, 1),
            pick(&TWO, 7),
            if n.is_multiple_of(3) { pick(&ONE, 61) } else { String::new() }
        );
        let details = json!({
            "prefix": "นาง", "given_name": pick(&GIVEN, 3), "family_name": family,
            "citizen_id": events::thai::citizen_id::CitizenId::invented(1, u32::try_from((n * 8 + member) % 10_000_000).expect("small")),
            "health": "normal", "education": "primary", "work": "farmer"
        });
        facts.push(json!({
            "type": "MemberJoined", "happened_on": "2025-01-01", "person": id(2, n, member), "sex": "female",
            "relation": (if member == 0 { "head" } else { "child" }), "residence": "registered_and_living",
            "details": {"$o": details, "k": subject(n, member).as_str(), "t": "person.details"},
            "composition": composition(member + 1)
        }));
    }
    facts
}

fn verified(n: u64) -> Vec<Value> {
    let (visit, panel) = (id(7, n, 0), id(8, n, 0));
    vec![
        json!({"type": "HomeVisited", "visit": visit, "happened_on": "2025-03-01", "seen": "poor"}),
        json!({"type": "PanelHeld", "panel": panel, "happened_on": "2025-03-02", "attended": 8, "finding": "poor"}),
        json!({
            "type": "HouseholdVerified", "happened_on": "2025-03-02",
            "heard": {"visit": visit, "visited_on": "2025-03-01", "seen": "poor", "panel": panel, "panel_on": "2025-03-02", "finding": "poor"},
            "after": after("verified"), "next_due": due("assessment", "2025-04-01")
        }),
    ]
}

fn assessed(n: u64) -> Value {
    let answers: Map<String, Value> = (1..=37).map(|item| (format!("i{item:02}"), json!(["yes"]))).collect();
    let score =
        |capital: &str| json!({"capital": capital, "points": 20, "max": 40, "answered": 7, "items": 7, "level": 2});
    let capitals = ["human", "physical", "economic", "natural", "social"].map(score);
    json!({
        "type": "HouseholdAssessed", "assessment": id(10, n, 0), "happened_on": "2025-05-01",
        "instrument": "pppconnext-37@1", "scoring": "scoring/46@1", "answers": answers,
        "capitals": capitals,
        "overall": {"x": "2.500", "level": n % 4 + 1}, "money": {"residents": members(n)}, "income_evidence": "told",
        "after": after("assessed"), "next_due": due("referral", "2025-05-15")
    })
}

fn metadata(n: u64) -> Map<String, Value> {
    let text = json!({
        "command": id(9, n, 0).to_string(), "actor": id(11, n % 60, 0).to_string(), "role": "caseworker",
        "channel": "demo", "rules": "contact/46@1", "app": "0.1.0"
    });
    text.as_object().cloned().unwrap_or_default()
}
