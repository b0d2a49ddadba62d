//! Nodes of the real program: started, killed, started again.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use events::log::setup_postgres;
use events::vault::{RootKey, setup_postgres_vault};
use huean::app::{Place, make_directory};
use sqlx::Connection;
use tempfile::TempDir;

/// Where the nodes keep their things.
pub(crate) struct Rig {
    dir: TempDir,
    databases: Option<(String, String)>,
    nodes: usize,
}

impl Rig {
    pub(crate) fn embedded() -> Self {
        Self { dir: tempfile::tempdir().expect("a directory"), databases: None, nodes: 1 }
    }

    /// Two nodes on one log. The second gets a copy of the root key and of the tokens.
    pub(crate) async fn postgres() -> Self {
        let server = std::env::var("HUEAN_TEST_POSTGRES").expect("no PostgreSQL to test on: run tests/run");
        let (log, vault) = (database(&server, "log").await, database(&server, "vault").await);
        let id = setup_postgres(&log, "ledger_app", "ledger_auditor").await.expect("a log");
        let app = |url: &str| url.replace("//postgres@", "//ledger_app@");
        let rig = Self {
            dir: tempfile::tempdir().expect("a directory"),
            databases: Some((app(&log), app(&vault))),
            nodes: 2,
        };
        for node in 0..2 {
            make_directory(&rig.place(node).data).expect("a directory");
        }
        let root = RootKey::create(&rig.place(0).root_key()).expect("a key");
        setup_postgres_vault(&vault, "ledger_app", None, id, &root).await.expect("a vault");
        std::fs::copy(rig.place(0).root_key(), rig.place(1).root_key()).expect("a copy of the key");
        rig
    }

    pub(crate) fn place(&self, node: usize) -> Place {
        let (log, vault) = self.databases.clone().unzip();
        Place { data: self.dir.path().join(format!("node-{node}")), log, vault }
    }
}

async fn database(server: &str, name: &str) -> String {
    let name = format!("ledger_{name}_{}", std::process::id());
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the test server");
    sqlx::raw_sql(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        .execute(&mut connection)
        .await
        .expect("a database");
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}

/// A running node.
struct Node {
    process: Child,
    address: String,
}

/// The running nodes.
pub(crate) struct Nodes {
    nodes: Vec<Mutex<Node>>,
    /// The token of each role.
    tokens: HashMap<String, String>,
}

impl Nodes {
    pub(crate) fn start(rig: &Rig) -> Self {
        let first = start(rig, 0);
        let tokens = std::fs::read(rig.place(0).tokens()).expect("the first start makes tokens");
        let mut nodes = vec![Mutex::new(first)];
        for node in 1..rig.nodes {
            std::fs::copy(rig.place(0).tokens(), rig.place(node).tokens()).expect("a copy of the tokens");
            nodes.push(Mutex::new(start(rig, node)));
        }
        let list: serde_json::Value = serde_json::from_slice(&tokens).expect("tokens");
        let text = |entry: &serde_json::Value, name: &str| entry[name].as_str().expect("a text").to_owned();
        let tokens = list.as_array().into_iter().flatten().map(|it| (text(it, "name"), text(it, "token"))).collect();
        Self { nodes, tokens }
    }

    /// Where a client's next request goes: clients take turns.
    pub(crate) fn address(&self, turn: usize) -> String {
        self.nodes[turn % self.nodes.len()].lock().expect("a node").address.clone()
    }

    /// The token of a role.
    pub(crate) fn token(&self, role: &str) -> &str {
        &self.tokens[role]
    }

    /// SIGKILL: nothing is flushed, nobody says goodbye.
    pub(crate) fn kill(&self, round: usize) {
        let mut node = self.nodes[round % self.nodes.len()].lock().expect("a node");
        node.process.kill().expect("it is killed");
        node.process.wait().expect("it is dead");
    }

    pub(crate) fn restart(&self, rig: &Rig, round: usize) {
        let at = round % self.nodes.len();
        *self.nodes[at].lock().expect("a node") = start(rig, at);
    }

    pub(crate) fn stop(&self) {
        for node in &self.nodes {
            let mut node = node.lock().expect("a node");
            drop(node.process.kill());
            drop(node.process.wait());
        }
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        self.stop();
    }
}

fn start(rig: &Rig, node: usize) -> Node {
    let place = rig.place(node);
    let mut command = Command::new(env!("CARGO_BIN_EXE_huean"));
    command.arg("serve").args(["--listen", "127.0.0.1:0"]).arg("--data").arg(&place.data);
    if let (Some(log), Some(vault)) = (&place.log, &place.vault) {
        command.args(["--log", log, "--vault", vault]);
    }
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("the program starts");
    let mut line = String::new();
    let output = process.stdout.take().expect("its output");
    BufReader::new(output).read_line(&mut line).expect("it says where it serves");
    let address = line
        .split_once("http://")
        .and_then(|(_, rest)| rest.split('/').next())
        .unwrap_or_else(|| panic!("it does not say where it serves: {line:?}"))
        .to_owned();
    Node { process, address }
}
