//! Every operation and every page × everybody × {own area, another district, another province, nobody}: no byte of what is
//! not theirs is in any answer, a foreign household answers as none does, and every answer keeps a browser in.
//!
//! The operations come from the document and the pages from their list, so that a new one is in the grid by itself; what
//! it takes in its path or its query must be known to `asks`, or the grid fails.

mod asks;
mod planted;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use self::asks::Ask;
use self::planted::{Household, planted};
use crate::world::{Answer, World};

/// Everybody who may come in, and of which households they may know that there are any: of their own area, of another
/// district, of another province. Whom the third set names, their personal values are shown too.
const EVERYBODY: [(&str, &[&str], &[&str]); 16] = [
    ("nobody", &[], &[]),
    ("caseworker", &["own"], &["own"]),
    ("colleague", &["own"], &["own"]),
    ("supervisor", &["own"], &["own"]),
    ("stranger", &["district"], &["district"]),
    ("strange_supervisor", &["district"], &["district"]),
    ("far_caseworker", &["province"], &["province"]),
    ("officer", &["own"], &["own"]),
    ("other_officer", &["district"], &["district"]),
    ("operations", &["own", "district"], &[]),
    ("auditor", &["own", "district"], &[]),
    ("near_auditor", &["own"], &[]),
    ("far_auditor", &["province"], &[]),
    ("researcher", &[], &[]),
    ("administrator", &[], &[]),
    ("far_administrator", &[], &[]),
];

async fn sent(world: &World, who: &str, ask: &Ask) -> Answer {
    let mut request = Request::builder().method(ask.method.as_str()).uri(&ask.path).header("accept-language", "en");
    if let Some(token) = world.tokens.get(who) {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = ask.body.as_ref().map_or_else(Body::empty, |(_, text)| Body::from(text.clone()));
    if let Some((media, _)) = &ask.body {
        request = request.header("content-type", *media).header("sec-fetch-site", "same-origin");
    }
    world.send(request.body(body).unwrap()).await
}

/// What nobody may leave out of an answer, whichever it is: a page, a file, JSON, or a problem.
fn keeps_a_browser_in(who: &str, ask: &Ask, answer: &Answer) {
    let of = format!("{who} {} {}", ask.method, ask.path);
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{of}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{of}");
    assert_eq!(answer.header("referrer-policy"), "same-origin", "{of}");
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{of}");
    assert!(answer.header("permissions-policy").contains("geolocation=()"), "{of}");
    let policy = answer.header("content-security-policy");
    for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.split("; ").any(|it| it.trim() == part), "{of}: {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{of}: {policy}");
    let kept = answer.header("cache-control");
    let file = answer.status.is_success() && ask.path.starts_with("/assets/");
    assert!(if file { kept.contains("immutable") } else { kept == "no-store" }, "{of}: {kept}");
    assert_eq!(answer.header("access-control-allow-origin"), "", "{of}");
}

/// What an answer says, without what names the request.
fn said(answer: &Answer) -> (u16, Value) {
    let mut body = answer.body.clone();
    for own in ["instance", "request"] {
        body[own] = Value::Null;
    }
    (answer.status.as_u16(), body)
}

/// One of the grid: nothing foreign in it, whatever it is.
fn foreign_in(who: &str, ask: &Ask, answer: &Answer, all: &[Household]) -> Vec<String> {
    let mut found = Vec::new();
    let (_, knows, reads) = EVERYBODY.iter().find(|(name, ..)| *name == who).unwrap();
    for household in all {
        let ids = household.ids.iter().filter(|_| !knows.contains(&household.place));
        let personal = household.personal.iter().filter(|_| !reads.contains(&household.place));
        for canary in ids.chain(personal).filter(|canary| !ask.says(canary)) {
            let (headers, place) = (format!("{:?}", answer.headers), household.place);
            if let Some((before, _)) = answer.text.split_once(canary.as_str()) {
                let before: String = before.chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
                found.push(format!("{who} reads {canary} of {place} at {} {}: …{before}", ask.method, ask.path));
            } else if headers.contains(canary.as_str()) {
                found.push(format!("{who} reads {canary} of {place} in a header of {} {}", ask.method, ask.path));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_what_is_not_theirs_is_in_any_answer_to_anybody() {
    let world = World::new().await;
    let all = planted(&world).await;
    let operations = asks::operations();
    let (mut asked, mut alike, mut heard, mut wrong) = (0, 0, BTreeSet::new(), Vec::new());
    for (who, knows, _) in EVERYBODY {
        let token = asks::form_token(&world, who).await;
        let pages = asks::pages(&token);
        for place in operations.iter().chain(&pages) {
            let none = if place.of_a_household() {
                Some(said(&sent(&world, who, &place.about(&asks::nobody())).await))
            } else {
                None
            };
            for household in &all {
                // A command to what is one's own is done: that is what other tests are about.
                if knows.contains(&household.place) && place.changes() {
                    continue;
                }
                for ask in place.variants(household) {
                    let answer = sent(&world, who, &ask).await;
                    asked += 1;
                    if answer.status.is_server_error() {
                        wrong.push(format!("{who} {} {}: {}", ask.method, ask.path, answer.text));
                    }
                    keeps_a_browser_in(who, &ask, &answer);
                    wrong.extend(foreign_in(who, &ask, &answer, &all));
                    if household.personal.iter().any(|it| answer.text.contains(it) && !ask.says(it)) {
                        heard.insert((who, household.place));
                    }
                    if let Some(none) = none.as_ref().filter(|_| ask.plain && !knows.contains(&household.place)) {
                        if said(&answer) != *none {
                            let (place, is) = (household.place, said(&answer));
                            wrong.push(format!("{who} {} {}: {place} {is:?}, nobody {none:?}", ask.method, ask.path));
                        }
                        alike += 1;
                    }
                }
                if !place.names_a_household() {
                    break;
                }
            }
        }
    }
    let most = wrong.len().min(60);
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong[..most].join("\n"));
    assert!(asked > 5_000 && alike > 3_000, "{asked} asked, {alike} compared");
    // The canaries do sing for those whose they are.
    let singing: BTreeSet<(&str, &str)> =
        EVERYBODY.iter().flat_map(|(who, _, reads)| reads.iter().map(|place| (*who, *place))).collect();
    assert_eq!(heard, singing);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_and_every_problem_keeps_a_browser_in() {
    let world = World::new().await;
    let files = huean::web::page_files();
    assert!(files.len() > 5, "{files:?}");
    for path in &files {
        let ask = Ask::plain("GET", path);
        let answer = sent(&world, "nobody", &ask).await.ok();
        keeps_a_browser_in("nobody", &ask, &answer);
    }
    for (method, path, status) in [
        ("GET", "/nowhere", 404),
        ("GET", "/api/nowhere", 404),
        ("GET", "/assets/000000000000/app.css", 404),
        ("PUT", "/api/v1/households", 405),
        ("DELETE", "/cases", 405),
        ("TRACE", "/cases", 405),
        ("OPTIONS", "/api/v1/households", 405),
        ("GET", "/%2e%2e/root.key", 404),
    ] {
        for who in ["nobody", "caseworker"] {
            let ask = Ask::plain(method, path);
            let answer = sent(&world, who, &ask).await;
            assert_eq!(answer.status.as_u16(), status, "{who} {method} {path}: {}", answer.text);
            keeps_a_browser_in(who, &ask, &answer);
        }
    }
}
