//! Where the program runs: a directory with its embedded log, or one whose log is on the test server.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use events::log::setup_postgres;
use events::vault::{RootKey, setup_postgres_vault};
use huean::app::{Place, make_directory};
use serde_json::Value;
use sqlx::Connection;
use tempfile::TempDir;

/// A directory, and what of it is on a server.
pub(crate) struct House {
    dir: TempDir,
    server: Option<Server>,
}

struct Server {
    log: String,
    vault: String,
    token: String,
}

/// What a run of the program left: its exit code, its output as JSON, and all that it said.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) json: Value,
    pub(crate) said: String,
}

impl House {
    pub(crate) fn embedded() -> Self {
        Self { dir: tempfile::tempdir().expect("a directory"), server: None }
    }

    /// A log of its own on the server, with the first policies of Kalasin; the program acts as its supervisor.
    pub(crate) async fn postgres() -> Self {
        let server = std::env::var("HUEAN_TEST_POSTGRES").expect("no PostgreSQL to test on: run tests/run");
        let (log, vault) = (database(&server, "log").await, database(&server, "vault").await);
        let id = setup_postgres(&log, "import_app", "import_auditor").await.expect("a log");
        let dir = tempfile::tempdir().expect("a directory");
        let place = Place { data: dir.path().join("data"), log: None, vault: None };
        make_directory(&place.data).expect("a directory");
        let root = RootKey::create(&place.root_key()).expect("a key");
        setup_postgres_vault(&vault, "import_app", None, id, &root).await.expect("a vault");
        let app = |url: &str| url.replace("//postgres@", "//import_app@");
        let server = Server { log: app(&log), vault: app(&vault), token: String::new() };
        let mut house = Self { dir, server: Some(server) };
        house.serve_once();
        let tokens: Value =
            serde_json::from_slice(&std::fs::read(place.tokens()).expect("the first start makes tokens"))
                .expect("tokens");
        let supervisor = tokens.as_array().into_iter().flatten().find(|it| it["name"] == "supervisor");
        let token = supervisor.and_then(|it| it["token"].as_str()).expect("a supervisor").to_owned();
        if let Some(server) = &mut house.server {
            server.token = token;
        }
        house
    }

    /// Starts the service and ends it: a new log has its first policies and tokens then.
    fn serve_once(&self) {
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        assert!(line.starts_with("Huean serves at"), "{line}");
        child.kill().expect("it is killed");
        child.wait().expect("it is dead");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_huean"));
        command.args(args).arg("--data").arg(self.path("data")).env_remove("HUEAN_TOKEN");
        if let Some(server) = &self.server {
            command.args(["--log", &server.log, "--vault", &server.vault]);
            if !server.token.is_empty() {
                command.env("HUEAN_TOKEN", &server.token);
            }
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        ran(&self.command(args).output().expect("the program runs"))
    }

    /// Imports a file and reads what it says of it.
    pub(crate) fn import(&self, file: &Path, more: &[&str]) -> Ran {
        let mut args = vec!["import", "households", file.to_str().expect("a path"), "--json"];
        args.extend_from_slice(more);
        self.run(&args)
    }

    /// The log is as it must be.
    pub(crate) fn is_sound(&self) {
        let checked = self.run(&["check"]);
        assert_eq!(checked.code, 0, "{}", checked.said);
    }

    /// Events in the log.
    pub(crate) fn events(&self) -> u64 {
        let status = self.run(&["log", "status", "--json"]);
        status.json["events"].as_u64().unwrap_or(0)
    }
}

pub(crate) fn ran(output: &Output) -> Ran {
    let out = String::from_utf8_lossy(&output.stdout);
    Ran {
        code: output.status.code().unwrap_or(-1),
        json: serde_json::from_str(&out).unwrap_or(Value::Null),
        said: format!("{out}{}", String::from_utf8_lossy(&output.stderr)),
    }
}

async fn database(server: &str, name: &str) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let nth = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("import_{name}_{}_{nth}", std::process::id());
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the test server");
    sqlx::raw_sql(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        .execute(&mut connection)
        .await
        .expect("a database");
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}
