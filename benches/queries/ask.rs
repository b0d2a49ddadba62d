//! The questions, who asks them, and how a request goes in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use huean::web::{Issued, V1};
use serde_json::{Value, json};
use tower::ServiceExt;

/// One question of one role.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) what: &'static str,
    role: &'static str,
    path: String,
}

/// How long the answers to a question took.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) what: &'static str,
    pub(crate) took: Vec<Duration>,
}

impl Asked {
    pub(crate) const fn new(what: &'static str) -> Self {
        Self { what, took: Vec::new() }
    }
}

/// The service and the tokens of its demo roles.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) router: Router,
    pub(crate) issued: Arc<Vec<Issued>>,
}

impl Service {
    /// Asks, and gives how long the answer took. A question that is refused would make the bench a lie.
    pub(crate) async fn ask(&self, question: &Question) -> Duration {
        let began = Instant::now();
        self.send(Method::GET, question.role, &question.path, Body::empty()).await;
        began.elapsed()
    }

    /// Writes a note on a household.
    pub(crate) async fn note(&self, household: &str) -> Duration {
        let began = Instant::now();
        let body = json!({"note": {"text": "ไปเยี่ยมแล้ว ไม่มีใครอยู่"}}).to_string();
        self.send(Method::POST, "caseworker", &format!("households/{household}/write-note"), body.into()).await;
        began.elapsed()
    }

    async fn send(&self, method: Method, role: &str, path: &str, body: Body) -> Value {
        let token = self.issued.iter().find(|it| it.bearer.name == role).map(|it| it.token.as_str());
        let request = Request::builder()
            .method(method)
            .uri(format!("{V1}/{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", token.expect("a demo role")))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).expect("JSON")
    }
}

/// Households of the caseworker, to write on.
pub(crate) async fn households(service: &Service) -> Vec<String> {
    let page = service.send(Method::GET, "caseworker", "households?limit=200", Body::empty()).await;
    let items = page["items"].as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|it| it["id"].as_str().map(str::to_owned)).collect()
}

/// What is asked. The past day lies in the middle of the log's time.
pub(crate) async fn questions(service: &Service) -> Vec<Question> {
    let page = service.send(Method::GET, "operations", "households?sort=identified&limit=1", Body::empty()).await;
    let first = page["items"][0]["identified_on"].as_str().and_then(|it| it.parse::<chrono::NaiveDate>().ok());
    let then = first.map(|it| it + chrono::Days::new(365)).expect("a household").to_string();
    let id = households(service).await.into_iter().next().expect("a household");
    let question = |what, role, path: &str| Question { what, role, path: path.replace("THEN", &then) };
    let search =
        |text: &str| text.bytes().fold("search?q=".to_owned(), |address, byte| address + &format!("%{byte:02X}"));
    vec![
        question("caseload, by due date", "caseworker", "households?limit=50&sort=due"),
        question("list, province, by case number", "operations", "households?limit=50"),
        question("search, a given and a family name", "caseworker", &search("สมหญิง ศรีสุข")),
        question("search, one wrong letter", "caseworker", &search("ประเสริด ทองดี")),
        question("queue to answer", "agency_officer", "referrals?state=to_answer&limit=50"),
        question("queue to answer, province", "operations", "referrals?state=to_answer&limit=50"),
        question("case page", "caseworker", &format!("households/{id}")),
        question("backlog, all splits", "operations", "backlog?by=agency,service,district,age"),
        question("backlog, all splits, past day", "operations", "backlog?by=agency,service,district,age&as_of=THEN"),
        question("funnel by district", "operations", "reports/funnel?by=district"),
        question("funnel by district, past day", "operations", "reports/funnel?by=district&as_of=THEN"),
        question("coverage by district", "operations", "reports/coverage?by=district"),
        question("coverage by district, past day", "operations", "reports/coverage?by=district&as_of=THEN"),
    ]
}
