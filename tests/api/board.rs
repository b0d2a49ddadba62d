//! The page of the operations center: every number leads to as many, a queue is cleared in one form, and an open page
//! hears of what is new.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use huean::web::Patience;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tower::ServiceExt;

use super::cases::Case;
use super::pages::{Page, english, get, post};
use super::world::{AGENCY, OTHER_AGENCY, World};

/// The numbers of a page that are doors: where each leads, and what it says.
fn doors(page: &Page) -> Vec<(String, String)> {
    let all = page.text.split("class=\"leads\" ").skip(1).filter_map(|rest| {
        let address = rest.split_once("href=\"")?.1.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&");
        let count = rest.split_once('>')?.1.split('<').next()?;
        Some((address, count.to_owned()))
    });
    all.collect()
}

/// Three referrals that wait, of which one was accepted.
async fn waiting(world: &World) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for at in 0..3 {
        let case = Case::identified(world).await;
        let referral = case.referred("caseworker", &["names"]).await;
        if at == 0 {
            let body = json!({"happened_on": "2026-05-25", "referral": referral});
            case.give("officer", "accept-referral", body).await;
        }
        cases.push(case);
    }
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_leads_to_a_list_of_as_many() {
    let world = World::new().await;
    waiting(&world).await;
    let page = get(&world, "operations", "/operations").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let doors = doors(&page);
    assert!(doors.len() > 8, "{}", page.text);
    assert!(doors.iter().any(|(_, count)| count == "3") && doors.iter().any(|(_, count)| count == "2"));
    for (address, count) in doors {
        let list = get(&world, "operations", &address).await;
        assert!(list.text.contains(&format!("<span class=\"count\">{count} เรื่อง</span>")), "{address}: {count}");
    }
    for queue in ["to_answer", "to_deliver"] {
        let page = get(&world, "operations", &format!("/operations?queue={queue}")).await;
        let first = self::doors(&page).into_iter().next().unwrap();
        assert_eq!(first.1, if queue == "to_answer" { "2" } else { "1" });
        assert!(first.0.contains(&format!("queue={queue}")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_is_for_those_who_see_queues_and_reports_and_of_their_own_areas() {
    let world = World::new().await;
    waiting(&world).await;
    for who in ["caseworker", "officer", "researcher", "administrator"] {
        assert_eq!(get(&world, who, "/operations").await.status, StatusCode::FORBIDDEN, "{who}");
        assert_eq!(get(&world, who, "/operations/events").await.status, StatusCode::FORBIDDEN, "{who}");
    }
    for (who, sees) in [("supervisor", true), ("auditor", true), ("far_auditor", false), ("strange_supervisor", false)]
    {
        let page = english(&world, who, "/operations").await;
        assert_eq!((page.status, page.text.contains("First Agency")), (StatusCode::OK, sees), "{who}");
        assert_eq!(page.text.contains("Nothing waits"), !sees);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_day_is_shown_as_it_was_and_one_that_cannot_be_asked_about_is_said() {
    let world = World::new().await;
    waiting(&world).await;
    let page = get(&world, "operations", "/operations?as_of=2026-06-01").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("ตามที่รู้ ณ") && !page.text.contains("data-stream"), "{}", page.text);
    assert!(doors(&page).iter().all(|(address, _)| address.contains("as_of=2026-06-01")));
    let typed = "/operations?as_of.d=31&as_of.m=12&as_of.y=2599";
    let page = get(&world, "operations", typed).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("ดูย้อนหลังวันที่นี้ไม่ได้") && page.text.contains("value=\"2599\""), "{}", page.text);
    assert!(page.text.contains("data-stream"), "the present is shown instead");
    for bad in ["queue=none", "area=x", "nothing=1", "as_of.d=1&as_of.y=%3Cb%3E"] {
        let page = get(&world, "operations", &format!("/operations?{bad}")).await;
        assert!([200, 404, 422].contains(&page.status.as_u16()), "{bad} {}", page.status);
        assert!(!page.text.contains("<b>\"") && page.text.starts_with("<!doctype html>"), "{bad}");
    }
}

/// The form that one button of a list leads to.
async fn form_of(list: &Page, world: &World, command: &str, rows: &[&str]) -> Page {
    let mut fields = vec![("_token", list.token()), ("query", "?queue=waiting"), ("command", command)];
    fields.extend(rows.iter().map(|row| ("row", *row)));
    if rows.is_empty() {
        fields.push(("all", "yes"));
    }
    post(world, "operations", "/referrals/many", &fields).await
}

fn hidden<'a>(form: &'a Page, name: &str) -> Vec<&'a str> {
    let mark = format!("name=\"{name}\" value=\"");
    form.text.split(&mark).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_queue_is_sent_elsewhere_in_one_form_and_each_row_says_what_became_of_it() {
    let world = World::new().await;
    let cases = waiting(&world).await;
    let list = get(&world, "operations", "/referrals?queue=waiting&mark=all").await;
    assert!(list.text.contains("ทั้งกอง 3 เรื่อง"), "{}", list.text);
    let form = form_of(&list, &world, "reroute-referral", &[]).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.text);
    let rows = hidden(&form, "row");
    assert_eq!(rows.len(), 3);
    assert!(form.text.contains("ส่งหน่วยงานอื่น 3 เรื่อง") && !form.text.contains("name=\"referral\""));
    let agency = OTHER_AGENCY.to_string();
    let mut fields = vec![
        ("_token", form.token()),
        ("_command", hidden(&form, "_command")[0]),
        ("query", "?queue=waiting"),
        ("command", "reroute-referral"),
        ("done", "yes"),
        ("agency", &agency),
        ("service", "house_repair"),
        ("basis", "public_task"),
    ];
    fields.extend(rows.iter().map(|row| ("row", *row)));
    // A reason is missing: nothing is done, and what was typed stands there again.
    let head = world.log.head().await.unwrap().position;
    let again = post(&world, "operations", "/referrals/many", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
    assert!(again.text.contains("data-focus") && hidden(&again, "row").len() == 3);
    assert!(again.text.contains(&format!("value=\"{agency}\" selected")), "{}", again.text);
    assert_eq!(world.log.head().await.unwrap().position, head);

    fields.push(("reason", "no_capacity"));
    let nobody = format!("{}/{}", cases[0].id, AGENCY);
    fields.push(("row", &nobody));
    let done = post(&world, "operations", "/referrals/many", &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert!(done.text.contains("ทำแล้ว 3 เรื่อง ยังทำไม่ได้ 1 เรื่อง"), "{}", done.text);
    for case in &cases {
        assert!(done.text.contains(&case.number));
    }
    let head = world.log.head().await.unwrap().position;
    let twice = post(&world, "operations", "/referrals/many", &fields).await;
    assert!(twice.text.contains("ทำแล้ว 3 เรื่อง"), "a second sending answers the same");
    assert_eq!(world.log.head().await.unwrap().position, head);
    let board = english(&world, "operations", &format!("/operations?after_position={head}")).await;
    assert!(board.text.contains("Second Agency") && !board.text.contains("First Agency"), "{}", board.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_does_to_many_what_they_may_not_do_to_one() {
    let world = World::new().await;
    waiting(&world).await;
    let list = get(&world, "caseworker", "/referrals?queue=waiting").await;
    assert!(list.text.contains("value=\"remind-agency\"") && !list.text.contains("value=\"reroute-referral\""));
    let head = world.log.head().await.unwrap().position;
    for (who, command, status) in [
        ("caseworker", "reroute-referral", StatusCode::FORBIDDEN),
        ("caseworker", "dissolve", StatusCode::NOT_FOUND),
        ("auditor", "remind-agency", StatusCode::FORBIDDEN),
        ("officer", "remind-agency", StatusCode::FORBIDDEN),
    ] {
        let page = get(&world, who, "/referrals?queue=to_answer").await;
        assert!(who == "caseworker" || !page.text.contains("name=\"row\""), "{who}");
        let fields = [("_token", page.token()), ("command", command), ("done", "yes"), ("row", "x/y")];
        assert_eq!(post(&world, who, "/referrals/many", &fields).await.status, status, "{who} {command}");
    }
    // Nothing chosen, nothing that is a row, no token.
    let token = list.token();
    for fields in [
        vec![("_token", token), ("command", "remind-agency")],
        vec![("_token", token), ("command", "remind-agency"), ("done", "yes"), ("row", "<b>/'")],
    ] {
        let page = post(&world, "caseworker", "/referrals/many", &fields).await;
        assert!(page.text.contains("ยังไม่ได้เลือกเรื่องใด"), "{} {}", page.status, page.text);
    }
    let page = post(&world, "caseworker", "/referrals/many", &[("command", "remind-agency"), ("row", "x/y")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(world.log.head().await.unwrap().position, head);
}

/// Reads a stream until it says something.
async fn until(stream: &mut TcpStream, what: &str) -> String {
    let (mut said, mut bytes) = (String::new(), [0; 4096]);
    let reading = async {
        while !said.contains(what) {
            let count = stream.read(&mut bytes).await.unwrap();
            if count == 0 {
                break;
            }
            said.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reading).await.unwrap_or_else(|_| panic!("no {what}"));
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_hears_of_what_is_new_and_does_not_keep_the_service_from_ending() {
    let world = World::new().await;
    let head = world.log.head().await.unwrap().position;
    world.read_model.after(head, Duration::from_secs(20)).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let router = world.router.clone();
    let server = tokio::spawn(huean::web::serve(listener, router, Patience::default(), async { drop(stopped.await) }));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let token = &world.tokens["operations"];
    let request = format!("GET /operations/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let first = until(&mut stream, "\n\n").await;
    assert!(first.contains("text/event-stream") && first.contains(&format!("\"position\":{head}")), "{first}");
    assert!(first.contains("cache-control: no-") && !first.contains("content-encoding"), "{first}");
    let case = Case::identified(&world).await;
    let now = world.log.head().await.unwrap().position;
    let said = until(&mut stream, &format!("\"position\":{now}")).await;
    assert!(!said.contains(&case.id) && !said.contains(&case.number), "a stream says nothing of anybody: {said}");
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), server)
        .await
        .expect("the stream ends with the service")
        .unwrap()
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_pages_listen_and_one_more_is_told_to_wait() {
    let world = World::new().await;
    let listen = async || {
        let request = Request::get("/operations/events")
            .header("authorization", format!("Bearer {}", world.tokens["operations"]))
            .body(Body::empty())
            .unwrap();
        world.router.clone().oneshot(request).await.unwrap()
    };
    let mut open = Vec::new();
    for _ in 0..1_000 {
        open.push(listen().await);
    }
    assert!(open.iter().all(|it| it.status() == StatusCode::OK));
    let refused = listen().await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "30");
    drop(open.pop());
    assert_eq!(listen().await.status(), StatusCode::OK, "the place of one that went away is free");
}
