//! What it costs that not everybody may see everything: a decision of the policy, opening a sealed value, knowing who asks,
//! and writing down who looked before anything is shown.
//!
//! ```text
//! cargo bench --bench access
//! ```
//!
//! A demo of sixty households in a folder of its own, on the embedded log; requests go through all layers of the
//! service, without a socket. `HUEAN_BENCH_SECONDS` is the length of each question (3).

use std::hint::black_box;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::NaiveDate;
use events::clock::{Clock, SimulatedClock, start_of};
use events::sealed::Subject;
use events::vault::{Place as Sealed, RingOwner, open, seal};
use huean::access::{Action, Relation, Role, may};
use huean::app::{House, Missing, Place};
use huean::demo::{Plan, Scale, fill};
use huean::import::kept::Imports;
use huean::signin::{Cost, Device, Entry, Fresh, SignIn, Wanted};
use huean::web::{App, Bearer, Tokens, router};
use projections::ReadModel;
use projections::read_model::OpenReadModel;
use serde_json::{Value, json};
use tower::ServiceExt;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a request says of who asks.
type Says = (header::HeaderName, String);

fn seconds() -> Duration {
    let wanted = std::env::var("HUEAN_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(wanted.unwrap_or(3))
}

#[tokio::main]
async fn main() {
    // `cargo test` runs benches once to see that they build.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let place = Place { data: dir.path().join("data"), log: None, vault: None };
    let day = |year| NaiveDate::from_ymd_opt(year, 6, 1).expect("a day");
    let people = {
        let clock = SimulatedClock::starting(start_of(day(2024)));
        let house = House::open(&place, Missing::Make, Clock::Simulated(clock.clone())).await.expect("a house");
        let scale = Scale::Sample { households: 60 };
        let plan = Plan { seed: 1, start: day(2024), until: start_of(day(2025)), scale };
        fill(&house.desk, &clock, plan, &mut |_| {}).await.expect("a demo").people
    };
    let house = House::open(&place, Missing::Refuse, Clock::Real).await.expect("a house");
    println!("| what | each |\n|---|---|");
    policy();
    values(&house).await;
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let read_model = ReadModel::open(open).await.expect("a read model");
    read_model.caught_up(Duration::from_mins(5)).await.expect("caught up");
    let of = |role: Role| people.iter().find(|it| it.role == role).expect("a role of the demo");
    let bearer = |role| {
        let it = of(role);
        Bearer { name: role.as_str().to_owned(), role, staff: it.staff, scope: it.scope.clone(), agency: it.agency }
    };
    let issued = Tokens::generate(vec![bearer(Role::Caseworker), bearer(Role::Auditor)], &mut rand::rng());
    let tokens = Tokens::new(&issued).expect("tokens");
    let sign_in = SignIn::at(&house.desk, Cost::default());
    let (cookie, program) = entered(&sign_in, of(Role::Caseworker).staff).await;
    let imports = Imports::open(&place.data, &house.desk, &read_model).expect("a folder of imports");
    let (desk, model) = (house.desk.clone(), read_model.clone());
    let router = router(App { desk, tokens, sign_in, read_model: model, imports, daily_rows: u32::MAX });
    let says = |role: &str| {
        let token = issued.iter().find(|it| it.bearer.name == role).map(|it| it.token.clone()).unwrap_or_default();
        (header::AUTHORIZATION, format!("Bearer {token}"))
    };
    let (caseworker, auditor) = (says("caseworker"), says("auditor"));
    ask("unsigned: is it alive", &router, "/healthz", None, 1).await;
    ask("who am I, token of the file", &router, "/api/v1/session", Some(&caseworker), 1).await;
    ask("who am I, API token", &router, "/api/v1/session", Some(&program), 1).await;
    ask("who am I, session", &router, "/api/v1/session", Some(&cookie), 1).await;
    let list = page(&router, "/api/v1/households?limit=50", &caseworker).await;
    let id = list["items"][0]["id"].as_str().expect("a household").to_owned();
    let case = format!("/api/v1/households/{id}");
    for callers in [1, 32] {
        ask("case page, masked, nothing is noted", &router, &case, Some(&auditor), callers).await;
        ask("case page, noted before it is shown", &router, &case, Some(&caseworker), callers).await;
        let list = "/api/v1/households?limit=50";
        ask("list of fifty, masked", &router, list, Some(&auditor), callers).await;
        ask("list of fifty, noted once a day", &router, list, Some(&caseworker), callers).await;
    }
    read_model.stop().await;
}

/// Every role, action of those that everybody knows, and relation.
fn policy() {
    let actions = [Action::ListHouseholds, Action::ReadReports, Action::ReadFeed, Action::ManageStaff];
    let relations = [Relation::InScope, Relation::ReferredToMyAgency, Relation::None];
    let (began, mut asked, mut allowed) = (Instant::now(), 0_u32, 0_u32);
    while began.elapsed() < seconds() {
        for role in Role::ALL {
            for action in actions {
                for relation in relations {
                    allowed += u32::from(may(black_box(role), black_box(action), black_box(relation)).is_ok());
                    asked += 1;
                }
            }
        }
    }
    black_box(allowed);
    told("a decision of the policy", began.elapsed() / asked.max(1), None);
}

/// A name, sealed and opened in its place.
async fn values(house: &House) {
    let owner = RingOwner::new("household", "bench");
    let subject = Subject::new("person", "bench");
    let ring = house.vault.ensure(&owner, std::slice::from_ref(&subject)).await.expect("a key");
    let (aggregate_type, aggregate_id) = (owner.aggregate_type, owner.aggregate_id);
    let place = Sealed { log_id: house.log.id(), aggregate_type, aggregate_id, sequence: 1 };
    let name = json!({"prefix": "นาง", "given_name": "สมหญิง", "family_name": "ศรีสุข"});
    let mut payload = json!({"details": {"$o": name, "k": subject, "t": "details"}});
    seal(&mut payload, &place, &ring, &mut rand::rng()).expect("sealed");
    let (began, mut opened) = (Instant::now(), 0_u32);
    while began.elapsed() < seconds() {
        for _ in 0..100 {
            let mut copy = payload.clone();
            open(&mut copy, &place, &ring, &|_| false).expect("opened");
            black_box(copy);
            opened += 1;
        }
    }
    told("opening a sealed name, its envelope copied", began.elapsed() / opened.max(1), None);
}

/// Somebody with an account: a session's cookie, and an API token.
async fn entered(sign_in: &SignIn, staff: events::id::StaffId) -> (Says, Says) {
    let fresh = || Fresh::drawn(&mut rand::rng());
    let mine = fresh();
    sign_in.make_ready(staff, "bench", false, &mine).await.expect("an account");
    let (login, password) = ("bench".to_owned(), mine.password.shown().to_owned());
    let entry = Entry { login, password, code: None, role: None, device: Device::Computer, from: None };
    let began = Instant::now();
    let entered = sign_in.enter(entry, &fresh()).await.expect("a session");
    told("signing in, once", began.elapsed(), None);
    let wanted = Wanted { name: "bench".to_owned(), days: 1, scope: None };
    let (_, token) = sign_in.issue(&entered.session, wanted, &fresh()).await.expect("a token");
    let cookie = (header::COOKIE, format!("__Host-huean={}", entered.secret.shown()));
    (cookie, (header::AUTHORIZATION, format!("Bearer {token}")))
}

async fn page(router: &Router, path: &str, says: &Says) -> Value {
    serde_json::from_slice(&sent(router, path, Some(says)).await).expect("JSON")
}

async fn sent(router: &Router, path: &str, says: Option<&Says>) -> Vec<u8> {
    let mut request = Request::get(path).header("sec-fetch-site", "same-origin");
    if let Some((name, value)) = says {
        request = request.header(name, value);
    }
    let answer = router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&bytes));
    bytes.to_vec()
}

/// Asks the same for a while, so many at a time.
async fn ask(what: &str, router: &Router, path: &str, says: Option<&Says>, callers: u32) {
    sent(router, path, says).await;
    let began = Instant::now();
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let (router, path, says) = (router.clone(), path.to_owned(), says.cloned());
        asking.spawn(async move {
            let mut asked = 0_u32;
            while began.elapsed() < seconds() {
                sent(&router, &path, says.as_ref()).await;
                asked += 1;
            }
            asked
        });
    }
    let asked: u32 = asking.join_all().await.into_iter().sum();
    told(&format!("{what}, {callers} at a time"), began.elapsed() / asked.max(1), Some((asked, began.elapsed())));
}

fn told(what: &str, each: Duration, rate: Option<(u32, Duration)>) {
    let rate = rate.map(|(asked, took)| format!(", {:.0} a second", f64::from(asked) / took.as_secs_f64()));
    println!("| {what} | {each:.1?}{} |", rate.unwrap_or_default());
}
