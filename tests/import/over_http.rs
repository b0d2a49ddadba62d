//! The same files handed in over HTTP: a service that is killed in the middle goes on when it is asked again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::file::{HEADING, rows};
use crate::place::House;

const HOUSEHOLDS: usize = 2_000;

/// A service of a house, as one of its people sees it.
struct Service {
    child: Child,
    address: String,
    token: String,
}

impl Service {
    fn started(house: &House) -> Self {
        Self::of(house, house.command(&["serve", "--listen", "127.0.0.1:0"]))
    }

    /// One whose files may grow to two megabytes and no further: to it that is a full disk.
    fn short_of_room(house: &House) -> Self {
        let inner = house.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut limited = Command::new("sh");
        limited.args(["-c", "trap '' XFSZ; ulimit -f 4096; exec \"$0\" \"$@\""]).arg(inner.get_program());
        limited.args(inner.get_args()).env_remove("HUEAN_TOKEN");
        Self::of(house, limited)
    }

    fn of(house: &House, mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("Huean serves at http://").and_then(|it| it.split('/').next());
        let address = address.expect("an address").to_owned();
        let tokens = std::fs::read(house.path("data").join("tokens.json")).expect("tokens");
        let tokens: Value = serde_json::from_slice(&tokens).expect("tokens");
        let caseworker = tokens.as_array().into_iter().flatten().find(|it| it["name"] == "caseworker");
        let token = caseworker.and_then(|it| it["token"].as_str()).expect("a caseworker").to_owned();
        Self { child, address, token }
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let Self { token, address, .. } = self;
        let head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nconnection: \
             close\r\ncontent-type: text/csv\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("it is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.get(9..12).and_then(|it| it.parse().ok()).expect("a status");
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// The import, as soon as it is as it should be.
    fn waited(&self, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let (status, import) = self.ask("GET", path, b"");
            assert_eq!(status, 200, "{import}");
            if is_so(&import) {
                return import;
            }
            assert!(began.elapsed() < Duration::from_mins(2), "{import}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn killed(mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is dead");
    }

    fn ended(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.expect("kill runs").success());
        assert!(self.child.wait().expect("it ends").success());
    }
}

fn is_settled(import: &Value) -> bool {
    !["judging", "recording", "undoing"].contains(&import["state"].as_str().unwrap_or_default())
}

fn killed_and_resumed(house: &House) {
    let service = Service::started(house);
    let file = format!("{HEADING}\n{}\n", rows(HOUSEHOLDS).join("\n"));
    let (status, taken) = service.ask("POST", "/imports?source=register", file.as_bytes());
    assert_eq!(status, 202, "{taken}");
    let path = format!("/imports/{}", taken["id"].as_str().expect("an id"));
    let judged = service.waited(&path, is_settled);
    assert_eq!(judged["judged"]["households"]["imported"]["households"], HOUSEHOLDS, "{judged}");
    assert_eq!(service.ask("POST", &format!("{path}/commit"), b"").0, 202);
    let begun = |import: &Value| {
        is_settled(import)
            || (import["progress"]["step"] == "recording" && import["progress"]["done"].as_u64() > Some(0))
    };
    service.waited(&path, begun);
    service.killed();

    let service = Service::started(house);
    let (_, after) = service.ask("GET", &path, b"");
    let state = after["state"].as_str().expect("a state").to_owned();
    assert!(state == "stopped" || state == "recorded", "{after}");
    if state == "stopped" {
        assert_eq!((&after["fault"]["code"], &after["has_file"]), (&"restarted".into(), &true.into()), "{after}");
        assert_eq!(service.ask("POST", &format!("{path}/commit"), b"").0, 202);
        let recorded = service.waited(&path, is_settled);
        let counts = &recorded["recorded"]["households"];
        let count = |name: &str| counts[name]["households"].as_u64().expect("a count");
        assert_eq!(count("imported") + count("already_in"), HOUSEHOLDS as u64, "{recorded}");
        assert!(count("already_in") > 0, "it went on, and did not begin anew: {recorded}");
        assert_eq!(recorded["state"], "recorded");
    }
    service.ended();
    house.is_sound();
    // The command line knows the same households.
    let path = house.path("file.csv");
    crate::file::bytes(&path, file.as_bytes());
    let again = house.import(&path, &["--source", "register"]);
    assert_eq!(again.json["already_in"]["households"], HOUSEHOLDS, "{}", again.said);
}

#[test]
fn a_service_that_is_killed_goes_on_with_an_import_on_the_embedded_log() {
    killed_and_resumed(&House::embedded());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_killed_goes_on_with_an_import_on_postgresql() {
    killed_and_resumed(&House::postgres().await);
}

#[test]
fn a_full_disk_is_told_to_whoever_hands_in_or_records_and_the_rest_goes_in_later() {
    let house = House::embedded();
    // A first start makes the log with room to spare.
    Service::started(&house).ended();
    let service = Service::short_of_room(&house);
    let too_much = format!("{HEADING}\n{}\n", rows(12_000).join("\n"));
    assert!(too_much.len() > 3 << 20);
    let (status, told) = service.ask("POST", "/imports", too_much.as_bytes());
    assert_eq!((status, &told["code"]), (503, &"no_room".into()), "{told}");
    assert_eq!(service.ask("GET", "/imports", b"").1["total"], 0);

    let file = format!("{HEADING}\n{}\n", rows(HOUSEHOLDS).join("\n"));
    let (status, taken) = service.ask("POST", "/imports", file.as_bytes());
    assert_eq!(status, 202, "{taken}");
    let path = format!("/imports/{}", taken["id"].as_str().expect("an id"));
    assert_eq!(service.waited(&path, is_settled)["state"], "judged");
    assert_eq!(service.ask("POST", &format!("{path}/commit"), b"").0, 202);
    let failed = service.waited(&path, is_settled);
    assert_eq!((&failed["state"], &failed["has_file"]), (&"failed".into(), &true.into()), "{failed}");
    assert!(["unavailable", "no_room"].contains(&failed["fault"]["code"].as_str().expect("a code")), "{failed}");
    service.killed();

    let service = Service::started(&house);
    assert_eq!(service.ask("POST", &format!("{path}/commit"), b"").0, 202);
    let recorded = service.waited(&path, is_settled);
    let counts = &recorded["recorded"]["households"];
    let count = |name: &str| counts[name]["households"].as_u64().expect("a count");
    assert_eq!(count("imported") + count("already_in"), HOUSEHOLDS as u64, "{recorded}");
    service.ended();
    house.is_sound();
}
