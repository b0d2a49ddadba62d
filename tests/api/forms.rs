//! Every form of the pages against everything that can be wrong with it: wrong, missing, too long, hostile, sent twice,
//! out of date, by who may not. It is shown again or refused with a reason, what was typed is kept, nothing is stored.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::Value;

use super::cases::Case;
use super::pages::{Page, get, post};
use super::world::{AGENCY, MODEL, World};

/// What people and programs put into any field, and whether it can be a text that somebody meant.
const BAD: [&str; 9] = [
    "",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "=HYPERLINK(\"http://evil.example\";\"x\")",
    "เ\u{e49}\u{e49}\u{200b}\u{feff}\u{202e}ก\u{e31}\u{e34}\u{e4d}",
    "\u{0}\u{7}\u{1b}[31m",
    "-1",
    "99999999999999999999999",
    "'; DROP TABLE log; --",
    "../../etc/passwd",
];

/// The fields of a body, as a form names them.
fn fields_of(schema: &Value, document: &Value, name: &str, into: &mut BTreeSet<String>) {
    if let Some(known) = schema["$ref"].as_str() {
        let known = known.rsplit('/').next().unwrap();
        match known {
            "Said" => drop(into.insert(name.to_owned())),
            "PartialDate" => into.extend(["d", "m", "y"].map(|it| format!("{name}.{it}"))),
            _ => fields_of(&document["components"]["schemas"][known], document, name, into),
        }
        return;
    }
    for list in ["oneOf", "anyOf", "allOf"] {
        for one in schema[list].as_array().into_iter().flatten() {
            fields_of(one, document, name, into);
        }
    }
    if schema["format"] == "date" {
        into.extend(["d", "m", "y"].map(|it| format!("{name}.{it}")));
    } else if let Some(properties) = schema["properties"].as_object() {
        for (inner, schema) in properties {
            let name = if name.is_empty() { inner.clone() } else { format!("{name}/{inner}") };
            fields_of(schema, document, &name, into);
        }
    } else if schema["items"].is_object() {
        let mut inner = BTreeSet::new();
        fields_of(&schema["items"], document, &format!("{name}/0"), &mut inner);
        let rows = inner.iter().any(|it| it.starts_with(&format!("{name}/0/")));
        into.extend(if rows { inner } else { BTreeSet::from([name.to_owned()]) });
    } else if !name.is_empty() && !["oneOf", "anyOf", "allOf"].iter().any(|it| schema[it].is_array()) {
        into.insert(name.to_owned());
    }
}

/// A form: where it is, and what can be typed into it.
struct Form {
    path: String,
    fields: Vec<String>,
}

fn form(document: &Value, api: &str, path: String) -> Form {
    let schema = &document["paths"][api]["post"]["requestBody"]["content"]["application/json"]["schema"];
    let mut fields = BTreeSet::new();
    fields_of(schema, document, "", &mut fields);
    Form { path, fields: fields.into_iter().collect() }
}

/// The form of each command to a household that people give.
fn of_household(document: &Value, id: &str) -> Vec<Form> {
    let paths = document["paths"].as_object().unwrap();
    let commands = paths.iter().filter(|(_, item)| item["post"].is_object());
    let commands = commands.filter_map(|(path, _)| Some((path, path.strip_prefix("/api/v1/households/{id}/")?)));
    let commands = commands.filter(|(_, command)| *command != "break-glass");
    commands.map(|(api, command)| form(document, api, format!("/cases/{id}/do/{command}"))).collect()
}

/// The forms of the office.
fn of_office(document: &Value) -> Vec<Form> {
    let staff = "00000000-0000-0000-0000-000000005000";
    let mut all = Vec::new();
    for (api, _) in document["paths"].as_object().unwrap().iter().filter(|(_, item)| item["post"].is_object()) {
        let Some(rest) = api.strip_prefix("/api/v1/") else { continue };
        let (thing, command) = rest.split_once("/{id}/").unwrap_or((rest, ""));
        let id = match thing {
            "agencies" => AGENCY.to_string(),
            "models" => MODEL.to_string(),
            "staff" => staff.to_owned(),
            _ => continue,
        };
        if command.ends_with("-account") {
            continue;
        }
        let made = match thing {
            "agencies" => "register",
            "models" => "open",
            _ => "join",
        };
        let path =
            if command.is_empty() { format!("/{thing}/do/{made}") } else { format!("/{thing}/{id}/do/{command}") };
        all.push(form(document, api, path));
    }
    all
}

/// What a browser shows of a value in a page.
fn shown(text: &str) -> String {
    let mut text = text.to_owned();
    for (code, letter) in [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")] {
        text = text.replace(code, letter);
    }
    text
}

/// What stands in a field that takes a text, if the page has one.
fn stands(page: &Page, name: &str) -> Option<String> {
    let mark = format!("name=\"{name}\" ");
    page.text.match_indices(&mark).find_map(|(at, _)| {
        let begin = page.text[..at].rfind('<')?;
        let (tag, after) = page.text[begin..].split_once('>')?;
        if tag.starts_with("<textarea") {
            return Some(shown(after.split("</textarea>").next().unwrap_or_default()));
        }
        let is_typed = tag.starts_with("<input") && !tag.contains("type=");
        let (_, value) = tag.split_once("value=\"").filter(|_| is_typed)?;
        Some(shown(value.split('"').next().unwrap_or_default()))
    })
}

/// As a form takes what was typed: without what can't be typed, and without what stands around it.
fn taken(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter(|it| *it == '\n' || !it.is_control())
        .collect::<String>()
        .trim()
        .to_owned()
}

/// What was answered to forms.
#[derive(Default)]
struct Seen {
    sent: usize,
    /// By path: the reason stood beside a field.
    beside: BTreeSet<String>,
    stored: usize,
    by_status: BTreeMap<u16, usize>,
}

impl Seen {
    /// Sends a form and looks at what comes: never a fault, never a blank page, nothing stored unless it says so.
    async fn send(&mut self, world: &World, who: &str, form: &Form, typed: &[(&str, &str)], what: &str) -> Page {
        let before = world.log.head().await.unwrap().position;
        let page = post(world, who, &form.path, typed).await;
        let after = world.log.head().await.unwrap().position;
        let told = format!("{who} {} {what}: {} {}", form.path, page.status, page.text);
        self.sent += 1;
        *self.by_status.entry(page.status.as_u16()).or_default() += 1;
        if page.status == StatusCode::SEE_OTHER {
            self.stored += 1;
            return page;
        }
        assert!(page.status.is_client_error(), "{told}");
        assert_eq!(before, after, "nothing is stored: {told}");
        assert!(page.text.starts_with("<!doctype html>") && page.text.trim_end().ends_with("</html>"), "{told}");
        assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"), "{told}");
        let again = page.text.contains("name=\"_command\"");
        if again {
            assert!(page.text.contains("role=\"alert\""), "it says why: {told}");
        }
        if page.text.contains("aria-invalid=\"true\"") {
            self.beside.insert(form.path.rsplit('/').next().unwrap().to_owned());
        }
        for (name, value) in typed.iter().filter(|(name, _)| !name.starts_with('_') && again) {
            if let Some(kept) = stands(&page, name) {
                assert_eq!(kept.trim(), taken(value), "what was typed is kept in {name}: {told}");
            }
        }
        page
    }

    async fn everything_wrong(&mut self, world: &World, who: &str, form: &Form) {
        let opened = get(world, who, &form.path).await;
        let has_form = opened.text.contains("name=\"_token\"");
        let token = if has_form { opened.token().to_owned() } else { get(world, who, "/").await.token().to_owned() };
        for bad in BAD {
            let mut typed: Vec<(&str, &str)> = form.fields.iter().map(|it| (it.as_str(), bad)).collect();
            typed.push(("_token", &token));
            self.send(world, who, form, &typed, bad).await;
        }
        let long = "ก".repeat(4_100);
        for name in &form.fields {
            self.send(world, who, form, &[("_token", &token), (name, &long)], "too long").await;
        }
        let many = vec![("x", "1"); 2_100];
        let page = self.send(world, who, form, &[&[("_token", token.as_str())][..], &many].concat(), "too many").await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        self.send(world, who, form, &[("_token", &token), ("_command", "x"), ("_seen", "x")], "no ids").await;
        let page = self.send(world, who, form, &[], "no token").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
}

/// Who does it by the policy, of those who have pages.
fn doer(view: &Value, command: &str) -> Option<&'static str> {
    let listed = |who: &Value| who["actions"].as_array().unwrap().iter().any(|it| it["command"] == command);
    ["supervisor", "operations", "caseworker"].into_iter().find(|who| listed(&view[who]))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_household_stands_everything_that_is_typed_into_it() {
    let world = World::new().await;
    let document = huean::web::openapi::document();
    let mut seen = Seen::default();
    let mut forms = 0;
    for referred in [false, true] {
        let probe = Case::identified(&world).await;
        for at in 0..of_household(&document, &probe.id).len() {
            // Each form meets a household that the others have not changed.
            let case = Case::identified(&world).await;
            if referred {
                case.referred("caseworker", &["names"]).await;
            }
            let form = of_household(&document, &case.id).swap_remove(at);
            let command = form.path.rsplit('/').next().unwrap().to_owned();
            let mut views = serde_json::json!({});
            for who in ["supervisor", "operations", "caseworker"] {
                views[who] = world.get(who, &format!("/households/{}", case.id)).await.ok().body;
            }
            let Some(who) = doer(&views, &command) else { continue };
            seen.everything_wrong(&world, who, &form).await;
            forms += 1;
            for other in ["auditor", "researcher", "administrator", "stranger", "other_officer"] {
                let token = get(&world, other, "/").await.text;
                let token =
                    token.split_once("name=\"_token\" value=\"").map_or("", |it| it.1.split('"').next().unwrap());
                let page = seen.send(&world, other, &form, &[("_token", token), ("note", "x")], "who may not").await;
                assert!([403, 404].contains(&page.status.as_u16()), "{other} {} {}", form.path, page.status);
            }
        }
    }
    assert!(forms > 110 && seen.sent > 2_000, "{forms} forms, {} times", seen.sent);
    assert!(seen.beside.len() > 30, "beside their fields: {:?}", seen.beside);
    assert!(seen.stored < seen.sent / 20, "{} of {} were stored, {:?}", seen.stored, seen.sent, seen.by_status);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_the_office_and_the_one_of_a_new_household_stand_it_too() {
    let world = World::new().await;
    let document = huean::web::openapi::document();
    let mut seen = Seen::default();
    let mut forms = of_office(&document);
    assert!(forms.len() > 20, "{}", forms.len());
    for form in &forms {
        seen.everything_wrong(&world, "administrator", form).await;
        for other in ["caseworker", "auditor", "researcher", "officer"] {
            let token = get(&world, other, "/").await.text;
            let token = token.split_once("name=\"_token\" value=\"").map_or("", |it| it.1.split('"').next().unwrap());
            let page = seen.send(&world, other, form, &[("_token", token)], "who may not").await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{other} {}", form.path);
        }
    }
    forms = vec![form(&document, "/api/v1/households", "/cases/new".to_owned())];
    seen.everything_wrong(&world, "caseworker", &forms[0]).await;
    assert!(seen.beside.len() > 12, "{:?}", seen.beside);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_out_of_date_is_shown_again_whichever_it_is_and_twice_is_once() {
    let world = World::new().await;
    let document = huean::web::openapi::document();
    let case = Case::identified(&world).await;
    case.referred("caseworker", &["names"]).await;
    let mut out_of_date = 0;
    for form in of_household(&document, &case.id) {
        let opened = get(&world, "supervisor", &form.path).await;
        if !opened.text.contains("name=\"_command\"") {
            continue;
        }
        let token = opened.token().to_owned();
        let typed = [("_token", token.as_str()), ("_seen", "1"), ("note", "บ้านหลังวัด"), ("reason", "บ้านหลังวัด")];
        let page = Seen::default().send(&world, "supervisor", &form, &typed, "out of date").await;
        let status = page.status.as_u16();
        assert!([412, 422].contains(&status), "{} {status}", form.path);
        if status == 412 {
            assert!(page.text.contains("สิ่งที่เปลี่ยนไประหว่างนี้"), "{} {}", form.path, page.text);
            out_of_date += 1;
        }
    }
    assert!(out_of_date > 0, "{out_of_date}");
    let path = format!("/cases/{}/do/write-note", case.id);
    let opened = get(&world, "supervisor", &path).await;
    let command = opened.after("name=\"_command\" value=\"");
    let typed = [("_token", opened.token()), ("_command", command), ("note", BAD[1])];
    let once = post(&world, "supervisor", &path, &typed).await;
    assert_eq!(once.status, StatusCode::SEE_OTHER, "{}", once.text);
    let head = world.log.head().await.unwrap().position;
    let twice = post(&world, "supervisor", &path, &typed).await;
    assert_eq!((twice.status, twice.header("location")), (StatusCode::SEE_OTHER, once.header("location")));
    assert_eq!(world.log.head().await.unwrap().position, head);
    let other = [("_token", opened.token()), ("_command", command), ("note", "อีกเรื่องหนึ่ง")];
    let reused = post(&world, "supervisor", &path, &other).await;
    assert!(reused.status.is_client_error() && reused.text.contains("อีกเรื่องหนึ่ง"), "{}", reused.text);
    assert_ne!(reused.after("name=\"_command\" value=\""), command, "under a fresh id it can be sent");
    let page = get(&world, "supervisor", once.header("location")).await;
    assert!(page.text.contains("&#60;script&#62;") && !page.text.contains("<script>alert"), "{}", page.text);
}
