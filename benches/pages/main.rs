//! How long the service works on each page at whatever size its data directory has, what it costs that pages listen for
//! news, and how long a thousand reminders at once take.
//!
//! ```text
//! huean demo --scale kalasin --no-serve --data DIR
//! HUEAN_BENCH_DATA=DIR cargo bench --bench pages
//! ```
//!
//! Pages are asked for one after the other through all layers of the service, without a socket; streams go through one.
//! The directory's log grows by the reminders: give it a copy. `HUEAN_BENCH_TIMES` is how often each page is asked for
//! (200). Wanted: 99 of 100 within 20 ms, 200 streams below 100 MB, a thousand commands within 5 s.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use events::clock::Clock;
use huean::app::{House, Missing, Place};
use huean::import::kept::Imports;
use huean::signin::{Cost, SignIn};
use huean::web::{App, Issued, Tokens, V1, router};
use projections::ReadModel;
use projections::read_model::OpenReadModel;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So many pages listen.
const STREAMS: usize = 200;
/// So many commands are given at once.
const MANY: usize = 1_000;

/// The service and the tokens of its demo roles.
struct Service {
    router: Router,
    issued: Vec<Issued>,
}

#[tokio::main]
async fn main() {
    // `cargo test` runs benches once to see that they build.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let data =
        PathBuf::from(std::env::var("HUEAN_BENCH_DATA").expect("HUEAN_BENCH_DATA names a filled data directory"));
    let place = Place { data, log: std::env::var("HUEAN_LOG").ok(), vault: std::env::var("HUEAN_VAULT").ok() };
    let house = House::open(&place, Missing::Refuse, Clock::Real).await.expect("a log");
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let read_model = ReadModel::open(open).await.expect("a read model");
    read_model.caught_up(Duration::from_hours(1)).await.expect("caught up");
    println!("{} events", house.log.head().await.expect("a head").position);
    let issued = Tokens::read(&place.tokens()).expect("tokens");
    let tokens = Tokens::new(&issued).expect("tokens");
    let imports = Imports::open(&place.data, &house.desk, &read_model).expect("a folder of imports");
    let sign_in = SignIn::at(&house.desk, Cost::default());
    let (desk, model) = (house.desk, read_model.clone());
    let app = App { desk, tokens, sign_in, read_model: model, imports, daily_rows: u32::MAX };
    let service = Service { router: router(app), issued };
    println!("\n| page | who | median ms | 99 of 100 ms | HTML kB |\n|---|---|---|---|---|");
    for (path, role) in pages(&service).await {
        asked(&service, &path, role).await;
    }
    streams(&service).await;
    many(&service).await;
    read_model.stop().await;
}

/// The pages of each role, those about one household of the first one that its caseworker has.
async fn pages(service: &Service) -> Vec<(String, &'static str)> {
    let id = json_of(service, Method::GET, "caseworker", &format!("{V1}/households?limit=1"), Body::empty()).await;
    let id = id["items"][0]["id"].as_str().expect("a household").to_owned();
    let all = [
        ("/today", "caseworker"),
        ("/cases", "caseworker"),
        ("/cases?q=%E0%B8%AA%E0%B8%A1%E0%B8%AB%E0%B8%8D%E0%B8%B4%E0%B8%87", "caseworker"),
        ("/cases/ID", "caseworker"),
        ("/cases/ID?at=4", "caseworker"),
        ("/cases/ID/do/visit-home", "caseworker"),
        ("/cases/new", "caseworker"),
        ("/cases", "supervisor"),
        ("/cases/ID/print", "supervisor"),
        ("/referrals", "agency_officer"),
        ("/cases", "operations"),
        ("/operations", "operations"),
        ("/referrals", "operations"),
        ("/agencies", "operations"),
        ("/models", "operations"),
        ("/reports", "operations"),
        ("/reports/funnel", "operations"),
        ("/reports/times", "operations"),
        ("/reports/transitions", "operations"),
        ("/staff", "administrator"),
        ("/policies", "administrator"),
    ];
    all.into_iter().map(|(path, role)| (path.replace("ID", &id), role)).collect()
}

/// Asks for one page as often as told.
async fn asked(service: &Service, path: &str, role: &str) {
    let times = std::env::var("HUEAN_BENCH_TIMES").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let mut took = Vec::with_capacity(times);
    let mut long = 0;
    for _ in 0..times {
        let began = Instant::now();
        long = sent(service, Method::GET, role, path, Body::empty()).await.len();
        took.push(began.elapsed());
    }
    took.sort_unstable();
    let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default().as_secs_f64() * 1e3;
    let shown = path.split('/').map(|part| if part.len() > 30 { "…" } else { part }).collect::<Vec<_>>().join("/");
    println!("| {shown} | {role} | {:.1} | {:.1} | {} |", at(50), at(99), long / 1024);
}

/// Pages that listen, each through a socket of its own; the other ends are in this process too.
async fn streams(service: &Service) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(axum::serve(listener, service.router.clone()).into_future());
    let token = token(service, "operations");
    let before = resident();
    let mut open = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let request = format!(
            "GET /operations/events HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\naccept: text/event-stream\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        open.push(stream);
    }
    let mut heard = 0;
    for stream in &mut open {
        let (mut answer, mut part) = (Vec::new(), [0; 1024]);
        while !String::from_utf8_lossy(&answer).contains("data:") {
            let read = stream.read(&mut part).await.expect("an answer");
            assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&part[..read]);
        }
        heard += 1;
    }
    println!("\n{heard} streams: {} kB of memory", resident().saturating_sub(before));
    drop(open);
    serving.abort();
}

/// As many reminders as one request holds.
async fn many(service: &Service) {
    let mut commands = Vec::new();
    let mut cursor = String::new();
    while commands.len() < MANY {
        let path = format!("{V1}/referrals?state=to_answer,to_deliver&limit=200{cursor}");
        let page = json_of(service, Method::GET, "operations", &path, Body::empty()).await;
        for it in page["items"].as_array().expect("referrals") {
            commands.push(json!({"household": it["household"], "command": "remind-agency",
                "body": {"referral": it["id"]}}));
        }
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    commands.truncate(MANY);
    let asked = commands.len();
    let body = json!({"commands": commands}).to_string();
    let began = Instant::now();
    let done = json_of(service, Method::POST, "operations", &format!("{V1}/commands"), body.into()).await;
    println!(
        "{asked} reminders at once: {:.2} s, {} done, {} refused",
        began.elapsed().as_secs_f64(),
        done["done"],
        done["refused"]
    );
}

fn token<'a>(service: &'a Service, role: &str) -> &'a str {
    let issued = service.issued.iter().find(|it| it.bearer.name == role);
    issued.map(|it| it.token.as_str()).expect("a demo role")
}

async fn json_of(service: &Service, method: Method, role: &str, path: &str, body: Body) -> Value {
    serde_json::from_slice(&sent(service, method, role, path, body).await).expect("JSON")
}

async fn sent(service: &Service, method: Method, role: &str, path: &str, body: Body) -> Vec<u8> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", token(service, role)))
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .expect("a request");
    let answer = service.router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&bytes));
    bytes.to_vec()
}

/// Kilobytes that this process has in memory, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|it| it.parse().ok()).unwrap_or_default()
}
