//! A day at the service with everything logged that can be: no name, no password, no code and no token is in it, nor in
//! what is measured.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use events::clock::Clock;
use huean::signin::totp;
use huean::web::{Issued, Tokens};
use serde_json::{Value, json};

use crate::directory;

/// Stands for every name and every word of free text. No letter of it is one that Rust writes as an escape.
const CANARY: &str = "กนกวรรณลบ";
const PASSWORD: &str = "correct horse battery";
const WRONG: &str = "incorrect horse battery";

/// A service that says all it can.
struct Loud {
    child: Child,
    address: String,
    log: std::path::PathBuf,
}

impl Loud {
    fn start(data: &Path) -> Self {
        let log = data.with_file_name("log.txt");
        let mut child = Command::new(env!("CARGO_BIN_EXE_huean"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("HUEAN_LOGGING", "trace")
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("Huean serves at http://").unwrap().trim_end_matches("/api/v1").to_owned();
        Self { child, address, log }
    }

    /// Asks, and gives status, headers and body.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String, String) {
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n");
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        if method == "POST" {
            write!(request, "content-type: application/json\r\ncontent-length: {}\r\n", body.len()).unwrap();
        }
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_owned(), body.to_owned())
    }

    /// The same in somebody's session; the cookie is a new one where the answer sets it.
    fn in_session(&self, cookie: &mut String, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let sent = format!("__Host-huean={cookie}");
        let headers = if cookie.is_empty() { vec![] } else { vec![("cookie", sent.as_str())] };
        let (status, head, text) = self.ask(method, path, &headers, &body.to_string());
        if let Some((_, set)) = head.split_once("__Host-huean=") {
            set.split(';').next().unwrap().clone_into(cookie);
        }
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    fn ended(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::fs::read_to_string(&self.log).unwrap()
    }
}

/// The example with a canary wherever people write, and every long number that it holds.
fn marked(value: &Value, numbers: &mut BTreeSet<String>) -> Value {
    match value {
        Value::String(text) if !text.is_ascii() => json!(CANARY),
        Value::String(text) if text.len() >= 9 && text.bytes().all(|it| it.is_ascii_digit()) => {
            numbers.insert(text.clone());
            value.clone()
        }
        Value::Array(items) => items.iter().map(|it| marked(it, numbers)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, it)| (name.clone(), marked(it, numbers))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Comes in as the first administrator, with wrong and right passwords and codes, and makes a token and an account.
fn signs_in(loud: &Loud, data: &Path, secrets: &mut BTreeSet<String>) {
    let first = std::fs::read_to_string(data.join("first-administrator.token")).unwrap();
    secrets.extend([PASSWORD.to_owned(), WRONG.to_owned(), first.clone()]);
    let mut cookie = String::new();
    let mut give = |path: &str, body: Value, expected: u16| {
        let (status, answer) = loud.in_session(&mut cookie, "POST", &format!("/api/v1{path}"), &body);
        assert_eq!(status, expected, "{path}: {answer}");
        (cookie.clone(), answer)
    };
    let enter = |password: &str, code: Option<&str>| json!({"login": "admin", "password": password, "code": code});
    let made = json!({"token": first, "login": "admin", "password": PASSWORD});
    secrets.insert(give("/sign-in/first-administrator", made, 200).0);
    let offered = give("/session/offer-second-factor", json!({}), 200).1;
    let secret = offered["secret"].as_str().unwrap().to_owned();
    let bytes = from_base32(&secret);
    let code = totp::code(&bytes, Clock::Real.now());
    secrets.extend([secret, hex::encode(&bytes), format!("\"{code}\"")]);
    secrets.insert(give("/session/second-factor", json!({"code": code}), 200).0);
    let token = give("/api-tokens", json!({"name": CANARY, "days": 1}), 200).1["token"].as_str().unwrap().to_owned();
    secrets.insert(token.trim_start_matches("huean_").to_owned());
    give("/session/show-password", json!({"password": WRONG}), 401);
    secrets.insert(give("/session/show-password", json!({"password": PASSWORD}), 200).0);
    let staff = give("/staff", json!({"details": {"name": CANARY}}), 201).1["id"].as_str().unwrap().to_owned();
    let handed = give(&format!("/staff/{staff}/make-account"), json!({"login": "somsri"}), 200).1;
    secrets.insert(handed["password"].as_str().unwrap().to_owned());
    give("/sign-out", json!({}), 204);
    for (password, code) in [(WRONG, None), (PASSWORD, None), (PASSWORD, Some("000000"))] {
        assert_eq!(loud.in_session(&mut String::new(), "POST", "/api/v1/sign-in", &enter(password, code)).0, 401);
    }
    let (_, _, page) = loud.ask("GET", "/sign-in", &[], "");
    assert!(page.contains("<form"), "{page}");
}

fn from_base32(text: &str) -> Vec<u8> {
    let five = |letter: u8| if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
    let bits: Vec<u8> = text.bytes().flat_map(|it| (0..5).rev().map(move |at| five(it) >> at & 1)).collect();
    bits.chunks_exact(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

/// The canary's bytes in hexadecimal digits, each behind a mark.
fn written(mark: &str, large: bool) -> String {
    let one = |byte: u8| if large { format!("{mark}{byte:02X}") } else { format!("{mark}{byte:02x}") };
    CANARY.bytes().map(one).collect::<Vec<_>>().concat()
}

/// Every command and every read of the document, with tokens of the file.
fn works(loud: &Loud, tokens: &[Issued], secrets: &mut BTreeSet<String>) {
    let bearer = |role: &str| {
        let issued = tokens.iter().find(|it| it.bearer.name == role).unwrap();
        format!("Bearer {}", issued.token)
    };
    let person = json!({
        "given_name": CANARY, "family_name": CANARY, "birth": "1980-05-05", "phone": CANARY, "health": "normal",
        "education": "primary", "work": "farmer"
    });
    let member = json!({"sex": "female", "relation": "head", "residence": "registered_and_living", "details": person});
    let found = json!({
        "tambon": "460901", "sources": ["village_leader"], "basis": "consent", "address": {"house_no": CANARY},
        "members": [member]
    });
    let caseworker = bearer("caseworker");
    let (status, _, made) =
        loud.ask("POST", "/api/v1/households", &[("authorization", &caseworker)], &found.to_string());
    assert_eq!(status, 201, "{made}");
    let id = serde_json::from_str::<Value>(&made).unwrap()["id"].as_str().unwrap().to_owned();
    let encoded = written("%", true);
    let (mut taken, mut asked) = (0, 0);
    let document = huean::web::openapi::document();
    for (path, item) in document["paths"].as_object().unwrap() {
        if path.contains("/sign") || path.contains("/session") {
            continue;
        }
        let real = path.replace("{id}", &id).replace("{name}", "funnel");
        for (method, operation) in item.as_object().unwrap() {
            let content = &operation["requestBody"]["content"]["application/json"]["example"];
            let body = if content.is_null() { Value::Null } else { marked(content, secrets) };
            let query = if method == "get" { format!("?q={encoded}") } else { String::new() };
            for role in ["caseworker", "supervisor", "administrator"] {
                let header = bearer(role);
                let headers = [("authorization", header.as_str())];
                for path in [format!("{real}{query}"), real.clone()].iter().take(1 + usize::from(method == "get")) {
                    let (status, ..) = loud.ask(&method.to_uppercase(), path, &headers, &body.to_string());
                    asked += 1;
                    taken += u32::from(status < 300);
                }
            }
        }
    }
    assert!(asked > 400 && taken > 60, "{asked} asked, {taken} taken");
    for page in ["/cases", "/today", &format!("/cases/{id}"), &format!("/cases?q={encoded}"), "/cases/new"] {
        assert_eq!(loud.ask("GET", page, &[("authorization", &caseworker)], "").0, 200, "{page}");
    }
    let (status, _, seen) = loud.ask("GET", &format!("/api/v1/households/{id}"), &[("authorization", &caseworker)], "");
    assert!(status == 200 && seen.contains(CANARY), "who may read it reads it");
}

#[test]
fn a_whole_day_logged_at_trace_holds_no_name_no_password_no_code_and_no_token() {
    let (_dir, data) = directory();
    let loud = Loud::start(&data);
    let tokens = Tokens::read(&data.join("tokens.json")).unwrap();
    let mut secrets: BTreeSet<String> = tokens.iter().map(|it| it.token.clone()).collect();
    works(&loud, &tokens, &mut secrets);
    signs_in(&loud, &data, &mut secrets);
    let (status, _, metrics) = loud.ask("GET", "/metrics", &[], "");
    assert_eq!(status, 200);
    let log = loud.ended();
    assert!(
        (log.contains("TRACE") || log.contains("DEBUG")) && log.lines().count() > 100,
        "it was logged at TRACE: {} lines",
        log.lines().count()
    );
    secrets.insert(CANARY.to_owned());
    secrets.insert(written("%", true));
    // As bytes are written that somebody looks into.
    secrets.insert(written("\\x", false));
    assert!(secrets.len() > 15);
    for secret in &secrets {
        let line = log.lines().chain(metrics.lines()).find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "{secret} is in the log");
    }
}
