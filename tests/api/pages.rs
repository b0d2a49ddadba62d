//! The pages: the same desk and the same rules as the API, for people. Who may not, sees not; what is refused is shown
//! again with what was typed.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt;

use crate::cases::Case;
use crate::world::World;

/// A page as it came.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What stands after a mark, up to the next quote.
    pub fn after(&self, mark: &str) -> &str {
        let rest = self.text.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {}", self.text)).1;
        rest.split('"').next().unwrap()
    }

    pub fn token(&self) -> &str {
        self.after("name=\"_token\" value=\"")
    }
}

pub async fn ask(world: &World, who: &str, request: axum::http::request::Builder, body: String) -> Page {
    let request = match world.tokens.get(who) {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    let response = world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 8 << 20).await.unwrap();
    Page { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

pub async fn get(world: &World, who: &str, path: &str) -> Page {
    let position = world.log.head().await.unwrap().position.to_string();
    let request = Request::get(path).header("accept", "text/html").header("huean-position", position);
    ask(world, who, request, String::new()).await
}

pub async fn english(world: &World, who: &str, path: &str) -> Page {
    let request = Request::get(path).header("cookie", "huean-language=en");
    ask(world, who, request, String::new()).await
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    let one = |text: &str| text.bytes().fold(String::new(), |sent, byte| sent + &format!("%{byte:02X}"));
    fields.iter().map(|(name, value)| format!("{}={}", one(name), one(value))).collect::<Vec<_>>().join("&")
}

pub async fn post(world: &World, who: &str, path: &str, fields: &[(&str, &str)]) -> Page {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    ask(world, who, request, encoded(fields)).await
}

const VISIT: [(&str, &str); 4] =
    [("seen", "poor"), ("happened_on.d", "1"), ("happened_on.m", "6"), ("happened_on.y", "2569")];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_every_role_is_written_in_both_languages() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let household = format!("/cases/{}", case.id);
    let pages = [
        "/today",
        "/cases",
        "/cases/new?q=บัวลอย ศรีหาวงศ์",
        "/referrals",
        "/operations",
        "/reports",
        "/reports/funnel",
        &household,
        "/sign-in",
    ];
    for who in ["caseworker", "supervisor", "operations", "auditor", "researcher", "administrator", "officer"] {
        for path in pages {
            let path = path.replace(' ', "%20").replace("บัวลอย", "%E0%B8%9A").replace("ศรีหาวงศ์", "%E0%B8%A8");
            for page in [get(&world, who, &path).await, english(&world, who, &path).await] {
                let known = [200, 403, 404].contains(&page.status.as_u16());
                assert!(known, "{who} {path}: {} {}", page.status, page.text);
                assert!(page.text.starts_with("<!doctype html>") && page.text.trim_end().ends_with("</html>"));
                assert!(page.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
                assert_eq!(page.header("x-frame-options"), "DENY");
                assert!(!page.text.contains(" style=\"") && !page.text.contains("<script>"), "{who} {path}");
            }
        }
    }
    assert!(get(&world, "caseworker", &household).await.text.contains("<html lang=\"th\">"));
    assert!(english(&world, "caseworker", &household).await.text.contains("<html lang=\"en\">"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_case_is_written_in_both_languages() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let view = world.get("caseworker", &format!("/households/{}", case.id)).await.ok().body;
    let mut forms = 0;
    for action in view["actions"].as_array().unwrap() {
        let path = format!("/cases/{}/do/{}", case.id, action["command"].as_str().unwrap());
        let (thai, english) = (get(&world, "caseworker", &path).await, english(&world, "caseworker", &path).await);
        assert_eq!((thai.status, english.status), (StatusCode::OK, StatusCode::OK), "{path} {}", thai.text);
        let form = thai.text.contains("name=\"_command\"");
        assert_eq!(form, action["allowed"] == true, "a form for what may be done, a reason for what may not: {path}");
        forms += usize::from(form);
    }
    assert!(forms > 10, "{forms}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caseworker_records_a_visit_and_a_second_sending_records_nothing() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/cases/{}/do/visit-home", case.id);
    let form = get(&world, "caseworker", &path).await;
    let mut fields = VISIT.to_vec();
    for name in ["_token", "_command", "_seen"] {
        fields.push((name, form.after(&format!("name=\"{name}\" value=\""))));
    }
    let done = post(&world, "caseworker", &path, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let head = world.log.head().await.unwrap().position;
    let again = post(&world, "caseworker", &path, &fields).await;
    assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, done.header("location")));
    assert_eq!(world.log.head().await.unwrap().position, head);
    let page = get(&world, "caseworker", done.header("location")).await;
    assert!(page.text.contains("บันทึกการเยี่ยมบ้าน แล้ว"), "{}", page.text);
    assert!(page.text.contains("1 มิ.ย. 2569"), "the day it happened, in the Buddhist era");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_own_token_or_of_another_site_stores_nothing() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/cases/{}/do/visit-home", case.id);
    let others = get(&world, "colleague", &path).await;
    let head = world.log.head().await.unwrap().position;
    for token in ["", "00", "x", others.token()] {
        let fields = [&VISIT[..], &[("_token", token)]].concat();
        assert_eq!(post(&world, "caseworker", &path, &fields).await.status, StatusCode::FORBIDDEN, "{token}");
    }
    let own = get(&world, "caseworker", &path).await;
    let body = encoded(&[&VISIT[..], &[("_token", own.token())]].concat());
    let request = Request::post(&path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(ask(&world, "caseworker", request, body).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.log.head().await.unwrap().position, head);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_shown_again_with_what_was_typed_and_why() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/cases/{}/do/hold-panel", case.id);
    let token = get(&world, "caseworker", &path).await.token().to_owned();
    let hostile = "<script>alert(1)</script> =1+1 \u{200b}เ\u{e49}\u{e49}";
    let fields = [("_token", token.as_str()), ("attended", "สิบ"), ("finding", "poor"), ("remarks", hostile)];
    let again = post(&world, "caseworker", &path, &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("value=\"สิบ\""), "what was typed is kept");
    assert!(again.text.contains("aria-invalid=\"true\""), "the reason stands beside the field");
    assert!(again.text.contains("&#60;script&#62;alert(1)") && !again.text.contains("<script>alert"));
    let rest = [("_token", token.as_str()), ("finding", "nonsense"), ("attended", "14")];
    let refused = post(&world, "caseworker", &path, &rest).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let large = "ก".repeat(600_000);
    let sent = post(&world, "caseworker", &path, &[("_token", token.as_str()), ("remarks", &large)]).await;
    assert_eq!(sent.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(sent.text.starts_with("<!doctype html>"), "never a blank page");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_second_sees_what_changed_beside_what_she_typed() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/cases/{}/do/write-note", case.id);
    let form = get(&world, "caseworker", &path).await;
    let seen = form.after("name=\"_seen\" value=\"").to_owned();
    case.give("colleague", "visit-home", serde_json::json!({"seen": "poor"})).await;
    let fields = [("_token", form.token()), ("_seen", seen.as_str()), ("note", "บ้านอยู่หลังวัด")];
    let stale = post(&world, "caseworker", &path, &fields).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert!(stale.text.contains("บ้านอยู่หลังวัด") && stale.text.contains("สิ่งที่เปลี่ยนไประหว่างนี้"), "{}", stale.text);
    let now = stale.after("name=\"_seen\" value=\"").to_owned();
    let fields = [("_token", form.token()), ("_seen", now.as_str()), ("note", "บ้านอยู่หลังวัด")];
    assert_eq!(post(&world, "caseworker", &path, &fields).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_beyond_the_scope_is_unknown_and_says_nothing() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    for path in ["", "/do/visit-home"] {
        let there = get(&world, "stranger", &format!("/cases/{}{path}", case.id)).await;
        let none = get(&world, "stranger", &format!("/cases/{nobody}{path}")).await;
        assert_eq!((there.status, none.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        // Each page has a token and a request of its own.
        let same = |page: &Page| {
            let token = page.after("name=\"_token\" value=\"").to_owned();
            let text = page.text.replace(&case.id, nobody).replace(&token, "");
            text.split("รหัสคำขอ").next().unwrap().to_owned()
        };
        assert_eq!(same(&there), same(&none), "unknown and out of scope are one page");
    }
    let form = get(&world, "stranger", "/cases/new").await;
    let fields = [&VISIT[..], &[("_token", form.after("name=\"_token\" value=\""))]].concat();
    let sent = post(&world, "stranger", &format!("/cases/{}/do/visit-home", case.id), &fields).await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_to_the_door_and_back_to_where_they_wanted_to_be() {
    let world = World::new().await;
    let away = get(&world, "nobody", "/cases?stage=verified").await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    assert_eq!(away.header("location"), "/sign-in?next=/cases%3Fstage%3Dverified");
    let door = get(&world, "nobody", away.header("location")).await;
    assert_eq!(door.after("name=\"next\" value=\""), "/cases?stage=verified");
    let elsewhere = get(&world, "nobody", "/sign-in?next=https://evil.example/").await;
    assert_eq!(elsewhere.after("name=\"next\" value=\""), "/");
    let fields = [("login", "somebody"), ("password", "wrong wrong wrong"), ("next", "/cases")];
    let refused = post(&world, "nobody", "/sign-in", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"somebody\"") && !refused.text.contains("wrong wrong"));
    let nothing = get(&world, "nobody", "/no/such/page").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    assert!(nothing.text.starts_with("<!doctype html>"));
    let program = ask(&world, "nobody", Request::get("/api/v1/nothing"), String::new()).await;
    assert_eq!(program.header("content-type"), "application/problem+json");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_is_found_first_and_then_written_down_with_a_year_of_birth_alone() {
    let world = World::new().await;
    Case::identified(&world).await;
    let form = get(&world, "caseworker", "/cases/new?q=x%20y").await;
    let command = form.after("name=\"_command\" value=\"").to_owned();
    let member = "members/0/details";
    let names: Vec<String> = ["given_name", "birth.y", "health", "education", "work"]
        .iter()
        .map(|name| format!("{member}/{name}"))
        .collect();
    let mut fields = vec![
        ("_token", form.token()),
        ("_command", command.as_str()),
        ("tambon", "460901"),
        ("sources", "village_leader"),
        ("sources", "volunteer"),
        ("basis", "public_task"),
        ("members/0/sex", "female"),
        ("members/0/relation", "head"),
        ("members/0/residence", "registered_and_living"),
        ("members/1/sex", "male"),
    ];
    fields.extend(names.iter().map(String::as_str).zip(["บัวลอย", "2485", "normal", "primary", "farmer"]));
    let done = post(&world, "caseworker", "/cases/new", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = get(&world, "caseworker", done.header("location")).await;
    assert!(page.text.contains("บ้านบัวลอย") && page.text.contains("ราว 84"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_shown_as_it_was_and_offers_nothing_to_do() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    case.give("caseworker", "visit-home", serde_json::json!({"seen": "poor"})).await;
    let now = get(&world, "auditor", &format!("/cases/{}", case.id)).await;
    assert!(now.text.contains("ปิดไว้สำหรับบทบาทของท่าน"), "an auditor sees no names");
    let past = get(&world, "auditor", &format!("/cases/{}?at=1", case.id)).await;
    assert!(past.text.contains("อ่านอย่างเดียว") && past.text.contains("type=\"range\""));
    assert!(!past.text.contains("id=\"fact-2\"") && now.text.contains("id=\"fact-2\""));
    assert!(!past.text.contains("/do/"), "nothing can be done in the past");
    let wrong = get(&world, "auditor", &format!("/cases/{}?at=99", case.id)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_stand_in_the_address_and_a_wrong_one_is_named() {
    let world = World::new().await;
    Case::identified(&world).await;
    let page = get(&world, "caseworker", "/cases?stage=identified&level=&q=&sort=due").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("<option value=\"identified\" selected>") && page.text.contains("class=\"chip\""));
    let none = get(&world, "caseworker", "/cases?stage=graduated").await;
    assert!(none.text.contains("ไม่มีครัวเรือนที่ตรงกับตัวกรอง"));
    let wrong = get(&world, "caseworker", "/cases?stage=nonsense").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let masked = get(&world, "auditor", "/cases?q=%E0%B8%9A%E0%B8%B1%E0%B8%A7").await;
    assert_eq!(masked.status, StatusCode::FORBIDDEN, "a hit by name would tell who lives there");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_pages_are_kept_for_ever_under_their_hash_only() {
    let world = World::new().await;
    let door = get(&world, "nobody", "/sign-in").await;
    let style = door.after("rel=\"stylesheet\" href=\"").to_owned();
    let file = get(&world, "nobody", &style).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
    assert!(file.header("cache-control").contains("immutable"));
    let old = get(&world, "nobody", "/assets/000000000000/app.css").await;
    assert_eq!(old.status, StatusCode::NOT_FOUND);
    let out = get(&world, "nobody", &style.replace("app.css", "../Cargo.toml")).await;
    assert_eq!(out.status, StatusCode::NOT_FOUND);
    assert_eq!(door.header("cache-control"), "no-store");
}
