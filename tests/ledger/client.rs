//! Clients: they send commands, and write down what they sent and what was acknowledged.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::node::Nodes;

/// A command as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    id: Uuid,
    household: String,
    command: &'static str,
    body: String,
    /// How many events it is, all or none.
    events: usize,
}

/// What all clients wrote down.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Command and the position it was acknowledged with.
    pub(crate) acks: HashMap<Uuid, u64>,
    /// The commands that are more than one event, and how many.
    pub(crate) several: HashMap<Uuid, usize>,
    /// Sent, and never answered.
    open: Vec<Sent>,
}

impl Ledger {
    pub(crate) fn add(&mut self, other: Self) {
        self.acks.extend(other.acks);
        self.several.extend(other.several);
        self.open.extend(other.open);
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.acks.len()
    }
}

/// Some households to write to.
pub(crate) fn identify(nodes: &Nodes, n: usize) -> Vec<String> {
    let body = json!({"tambon": "460901", "sources": ["neighbour"], "basis": "public_task"}).to_string();
    (0..n)
        .map(|at| {
            let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("identify {at}").as_bytes());
            let (status, answer) = post(nodes, 0, "/api/v1/households", id, &body).expect("an answer");
            assert_eq!(status, 201, "{answer}");
            answer["id"].as_str().expect("an id").to_owned()
        })
        .collect()
}

/// Sends one command after the other until the round is over.
pub(crate) fn work(nodes: &Nodes, households: &[String], client: usize, over: &AtomicBool) -> Ledger {
    let mut ledger = Ledger::default();
    let mut turn = 0;
    while !over.load(Ordering::SeqCst) {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("client {client} turn {turn}").as_bytes());
        let household = households[(client * 5 + turn) % households.len()].clone();
        let body = json!({"note": {"text": format!("ลูกข่าย {client} ครั้ง {turn}")}}).to_string();
        let sent = Sent { id, household, command: "write-note", body, events: 1 };
        if let Some(position) = send(nodes, client + turn, &sent) {
            ledger.acks.insert(id, position);
        } else {
            ledger.open.push(sent);
            // A node that is down refuses at once; what can't be sent need not be piled up.
            std::thread::sleep(Duration::from_millis(40));
        }
        turn += 1;
    }
    ledger
}

/// Merges one household into another and undoes it, again and again: each is one append to two streams.
pub(crate) fn merge(nodes: &Nodes, pair: &[String], round: usize, over: &AtomicBool) -> Ledger {
    let mut ledger = Ledger::default();
    let (Some(household), Some(into)) = (pair.first(), pair.get(1)) else { panic!("a pair is two") };
    let mut turn = 0;
    while !over.load(Ordering::SeqCst) {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("merge {round} turn {turn}").as_bytes());
        let (command, body, events) = if turn % 2 == 0 {
            ("merge-into", json!({"into": into, "because": "other"}), 2)
        } else {
            // Two facts are taken back, and both histories say so.
            ("undo-merge", json!({}), 4)
        };
        let sent = Sent { id, household: household.clone(), command, body: body.to_string(), events };
        ledger.several.insert(id, events);
        // What comes next depends on this one, so it is sent until it is answered.
        let answer = loop {
            let answer = send(nodes, turn, &sent);
            if answer.is_some() || over.load(Ordering::SeqCst) {
                break answer;
            }
            std::thread::sleep(Duration::from_millis(40));
        };
        match answer {
            Some(position) => drop(ledger.acks.insert(id, position)),
            None => ledger.open.push(sent),
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
        ledger.acks.insert(sent.id, position);
    }
}

/// The position of the command when it was acknowledged.
fn send(nodes: &Nodes, turn: usize, sent: &Sent) -> Option<u64> {
    let path = format!("/api/v1/households/{}/{}", sent.household, sent.command);
    let (status, answer) = post(nodes, turn, &path, sent.id, &sent.body)?;
    match status {
        200 | 201 => {
            assert_eq!(answer["events"].as_array().map(Vec::len), Some(sent.events), "{answer}");
            answer["position"].as_u64()
        }
        // Not now, or still in conflict after the retries: not done, and sent again later.
        409 | 503 => None,
        other => panic!("{other}: {answer}"),
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
        nodes.token(),
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
