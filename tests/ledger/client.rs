//! Clients: they send commands, and write down what they sent and what was acknowledged.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::node::Nodes;

/// A command as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) id: Uuid,
    pub(crate) household: String,
    pub(crate) command: &'static str,
    pub(crate) body: String,
    /// How many events it is, all or none.
    pub(crate) events: usize,
}

/// What all clients wrote down.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Command and the position it was acknowledged with.
    pub(crate) acks: HashMap<Uuid, u64>,
    /// The commands that are more than one event, and how many.
    pub(crate) several: HashMap<Uuid, usize>,
    /// How often each command was acknowledged, by its name.
    pub(crate) names: BTreeMap<&'static str, usize>,
    /// Sent, and never answered.
    open: Vec<Sent>,
}

impl Ledger {
    pub(crate) fn add(&mut self, other: Self) {
        self.acks.extend(other.acks);
        self.several.extend(other.several);
        self.open.extend(other.open);
        for (name, times) in other.names {
            *self.names.entry(name).or_default() += times;
        }
    }

    pub(crate) fn acknowledge(&mut self, sent: &Sent, position: u64) {
        self.acks.insert(sent.id, position);
        *self.names.entry(sent.command).or_default() += 1;
        if sent.events > 1 {
            self.several.insert(sent.id, sent.events);
        }
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.acks.len()
    }
}

/// The id of a command, and of what it makes: the same whenever it is sent again.
pub(crate) fn command_id(of: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, of.as_bytes())
}

/// Some households to write to.
pub(crate) fn identify(nodes: &Nodes, n: usize) -> Vec<String> {
    let body = json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task"});
    (0..n).map(|_| made(nodes, "/households", &body)).collect()
}

/// Makes something while all nodes run; answers its id.
pub(crate) fn made(nodes: &Nodes, path: &str, body: &Value) -> String {
    done(nodes, path, body)["id"].as_str().expect("an id").to_owned()
}

/// Gives a command while all nodes run.
pub(crate) fn done(nodes: &Nodes, path: &str, body: &Value) -> Value {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let id = command_id(&format!("before {}", NEXT.fetch_add(1, Ordering::Relaxed)));
    let (status, answer) = post(nodes, 0, &format!("/api/v1{path}"), id, &body.to_string()).expect("an answer");
    assert!([200, 201].contains(&status), "{path}: {status} {answer}");
    answer
}

/// Sends one command after the other until the round is over.
pub(crate) fn work(nodes: &Nodes, households: &[String], client: usize, over: &AtomicBool) -> Ledger {
    let mut ledger = Ledger::default();
    let mut turn = 0;
    while !over.load(Ordering::SeqCst) {
        let id = command_id(&format!("client {client} turn {turn}"));
        let household = households[(client * 5 + turn) % households.len()].clone();
        let body = json!({"note": {"text": format!("ลูกข่าย {client} ครั้ง {turn}")}}).to_string();
        let sent = Sent { id, household, command: "write-note", body, events: 1 };
        if let Some(position) = send(nodes, client + turn, &sent) {
            ledger.acknowledge(&sent, position);
        } else {
            ledger.open.push(sent);
            // A node that is down refuses at once; what can't be sent need not be piled up.
            std::thread::sleep(Duration::from_millis(40));
        }
        turn += 1;
    }
    ledger
}

/// Sends what was never answered again, until it is.
pub(crate) fn settle(nodes: &Nodes, ledger: &mut Ledger) {
    for sent in std::mem::take(&mut ledger.open) {
        let position = (0..200)
            .find_map(|turn| {
                let answer = send(nodes, turn, &sent);
                if answer.is_none() {
                    std::thread::sleep(Duration::from_millis(50));
                }
                answer
            })
            .expect("a command is answered in the end");
        ledger.acknowledge(&sent, position);
    }
}

/// The position of the command when it was acknowledged.
pub(crate) fn send(nodes: &Nodes, turn: usize, sent: &Sent) -> Option<u64> {
    let path = format!("/api/v1/households/{}/{}", sent.household, sent.command);
    let (status, answer) = post(nodes, turn, &path, sent.id, &sent.body)?;
    match status {
        200 | 201 => {
            assert_eq!(answer["events"].as_array().map(Vec::len), Some(sent.events), "{sent:?}: {answer}");
            answer["position"].as_u64()
        }
        // Not now, or still in conflict after the retries: not done, and sent again later.
        409 | 503 => None,
        other => panic!("{other} to {sent:?}: {answer}"),
    }
}

/// One request on a connection of its own; `None`: no whole answer came.
fn post(nodes: &Nodes, turn: usize, path: &str, id: Uuid, body: &str) -> Option<(u16, Value)> {
    let address = nodes.address(turn);
    let mut stream = TcpStream::connect(&address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: {id}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        nodes.token(if path.starts_with("/api/v1/households") { "supervisor" } else { "operations" }),
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    // A body that was cut off is no acknowledgement.
    Some((status, serde_json::from_str(body).ok()?))
}
