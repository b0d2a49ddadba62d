//! Slips of a client that read as something: fields given twice, codes and things that there are not, names of nothing.

use axum::body::Body;
use serde_json::{Value, json};
use uuid::Uuid;

use super::cases::{Case, found};
use super::world::World;

const JSON: [(&str, &str); 2] = [("content-type", "application/json"), ("accept-language", "en")];

#[tokio::test(flavor = "multi_thread")]
async fn a_field_given_twice_is_refused_by_every_command_alike() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let head = world.log.head().await.unwrap();
    let household = found("460901", "หนึ่ง").to_string();
    let twice = |text: &str, field: &str, other: &str| text.replacen(field, &format!("{field},{other}"), 1);
    let path = |command: &str| format!("/households/{}/{command}", case.id);
    for (who, path, body, pointer) in [
        ("caseworker", "/households".to_owned(), twice(&household, r#""moo":3"#, r#""moo":4"#), "/moo"),
        (
            "caseworker",
            "/households".to_owned(),
            twice(&household, r#""given_name":"หนึ่ง""#, r#""given_name":"สอง""#),
            "/members/0/details/given_name",
        ),
        ("caseworker", path("visit-home"), r#"{"seen":"poor","seen":"not_poor"}"#.to_owned(), "/seen"),
        (
            "caseworker",
            path("verify"),
            r#"{"happened_on":"2025-03-12","happened_on":"2025-03-13"}"#.to_owned(),
            "/happened_on",
        ),
        ("caseworker", path("assess"), r#"{"answers":{"a":["x"],"a":["y"]}}"#.to_owned(), "/answers/a"),
        ("administrator", "/agencies".to_owned(), r#"{"id":null,"id":null}"#.to_owned(), "/id"),
        (
            "administrator",
            "/policies".to_owned(),
            r#"{"body":{"kind":"sla","kind":"contact"}}"#.to_owned(),
            "/body/kind",
        ),
    ] {
        let answer = world.call(who, "POST", &path, &JSON, Body::from(body.clone())).await;
        assert_eq!(answer.problem(422), "invalid_fields", "{body}");
        assert_eq!(answer.fields(), [(pointer, "duplicate_field")], "{body}");
    }
    assert_eq!(world.log.head().await.unwrap(), head, "nothing is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_not_is_named_with_its_field() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let head = world.log.head().await.unwrap();
    let help = json!({
        "kind": "rice", "capital": "economic", "dimension": "income", "worth": {"form": "in_kind"},
        "agency": Uuid::from_u128(0x404)
    });
    let deliver = format!("/households/{}/deliver-assistance", case.id);
    let answer = world.post("caseworker", &deliver, help).await;
    assert_eq!(answer.fields(), [("/agency", "unknown_agency")]);

    let model = json!({
        "name_th": "เห็ดฟาง", "name_en": "Mushroom", "family": "pro_poor_value_chain", "capital": "economic",
        "areas": ["46", "4699"], "eligibility": {"able_to_work_at_least": 0}, "places": 2
    });
    assert_eq!(world.post("administrator", "/models", model).await.fields(), [("/areas/1", "area_unknown")]);
    let agency = json!({"name_th": "หน่วยงาน", "name_en": "Agency", "kind": "lao", "areas": ["99"]});
    assert_eq!(world.post("administrator", "/agencies", agency).await.fields(), [("/areas/0", "area_unknown")]);
    let body = json!({"kind": "sla", "answer_days": 7, "deliver_days": 30});
    for day in ["2036-06-02", "9999-12-31"] {
        let policy = json!({"province": "46", "effective_on": day, "body": body});
        assert_eq!(world.post("administrator", "/policies", policy).await.fields(), [("/effective_on", "too_late")]);
    }
    for name in ["\u{feff}", "\u{202e}\u{2066}", "\u{200b}\u{200d} ", "\u{7}"] {
        let mut body = found("460901", "หนึ่ง");
        body["members"][0]["details"]["given_name"] = json!(name);
        let answer = world.post("caseworker", "/households", body).await;
        assert_eq!(answer.fields(), [("/members/0/details/given_name", "empty")], "{name:?}");
        let agency = json!({"name_th": name, "name_en": "Agency", "kind": "lao", "areas": ["46"]});
        assert_eq!(world.post("administrator", "/agencies", agency).await.fields(), [("/name_th", "empty")]);
    }
    let early = json!({"happened_on": "2025-02-28", "seen": "poor"});
    let visit = world.post("caseworker", &format!("/households/{}/visit-home", case.id), early).await;
    assert_eq!(visit.fields(), [("/happened_on", "too_early")], "found on the first of March");
    assert_eq!(world.log.head().await.unwrap(), head, "nothing is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_is_answered_with_the_right_ones_in_both_languages_and_no_echo() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let detail = async |method: &str, path: &str, body: String, language: &str| {
        let headers = [("content-type", "application/json"), ("accept-language", language)];
        let answer = world.call("supervisor", method, path, &headers, Body::from(body)).await;
        assert_eq!(answer.problem(422), "invalid_fields", "{path}");
        answer.body["errors"][0]["detail"].as_str().unwrap().to_owned()
    };
    let visit = format!("/households/{}/visit-home", case.id);
    for (method, path, body, codes) in [
        ("POST", visit.as_str(), r#"{"seen":"rich"}"#, ["poor", "not_poor"]),
        ("POST", visit.as_str(), r#"{"sean":"poor"}"#, ["seen", "informant"]),
        ("GET", "/households?stage=flying", "", ["identified", "graduated"]),
        ("GET", "/households?standing=flying", "", ["open", "closed:not_poor"]),
        ("GET", "/households?sort=size", "", ["case_no", "-due"]),
        ("GET", "/referrals?state=lost", "", ["to_answer", "withdrawn"]),
        ("GET", "/referrals?age=old", "", ["0-2", "15+"]),
        ("GET", "/backlog?by=colour", "", ["agency", "district"]),
        ("GET", "/reports/funnel?by=colour", "", ["month", "lao"]),
        ("GET", "/reports/funnel?format=pdf", "", ["csv", "xlsx"]),
    ] {
        for language in ["th", "en"] {
            let said = detail(method, path, body.to_owned(), language).await;
            assert!(codes.iter().all(|code| said.contains(code)), "{path} {body}: {said}");
            assert_eq!(said.starts_with("ต้อง") || said.starts_with("ไม่"), language == "th", "{said}");
        }
    }
    let long = format!(r#"{{"{}":1}}"#, "ก".repeat(100_000));
    let answer = world.call("supervisor", "POST", &visit, &JSON, Body::from(long)).await;
    assert!(answer.status == 422 && answer.text.len() < 2_000, "what was sent is not echoed: {}", answer.text.len());
    let many: serde_json::Map<String, Value> = (0..20_000).map(|n| (format!("x{n}"), json!(["x"]))).collect();
    let many = json!({
        "happened_on": "2025-04-01", "instrument": "pppconnext-37@1", "answers": many, "income_evidence": "seen"
    });
    case.verify("caseworker").await;
    let answer = world.post("caseworker", &format!("/households/{}/assess", case.id), many).await;
    assert_eq!((answer.status.as_u16(), answer.fields().len()), (422, 100), "a hundred are enough to begin with");
    assert!(answer.body["detail"].as_str().unwrap().contains("20000"), "{}", answer.body["detail"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_speaks_the_readers_language_throughout() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let path = format!("/households/{}/propose-graduation", case.id);
    let headers = [("content-type", "application/json"), ("accept-language", "th")];
    let answer = world.call("caseworker", "POST", &path, &headers, Body::from("{}")).await;
    let said = answer.body["detail"].as_str().unwrap();
    assert_eq!(answer.problem(422), "not_assisted");
    assert!(said.contains("ค้นพบแล้ว") && !said.chars().any(|c| c.is_ascii_alphabetic()), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_made_can_be_read_at_the_address_that_its_maker_is_told() {
    let world = World::new().await;
    let agency = json!({"name_th": "หน่วยงาน", "name_en": "Agency", "kind": "lao", "areas": ["46"]});
    let model = json!({
        "name_th": "แปลงผัก", "name_en": "Plots", "family": "local_content", "capital": "economic", "areas": ["46"],
        "eligibility": {"able_to_work_at_least": 0}, "places": 2
    });
    let body = json!({"kind": "sla", "answer_days": 3, "deliver_days": 30});
    let policy = json!({"province": "46", "effective_on": "2026-07-01", "body": body});
    let staff = json!({"details": {"name": "สมชาย ลับ"}});
    for (who, path, body) in [
        ("caseworker", "/households", found("460901", "หนึ่ง")),
        ("administrator", "/agencies", agency),
        ("administrator", "/models", model),
        ("administrator", "/staff", staff),
        ("administrator", "/policies", policy),
    ] {
        let made = world.post(who, path, body).await.ok();
        assert_eq!(made.status, 201);
        let place = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
        let read = world.get(who, &place).await.ok();
        let id = made.body["id"].as_str().unwrap();
        assert!(read.text.contains(id), "{place}: {}", read.text);
        assert!(!read.text.contains("ลับ"), "a name has no place here: {}", read.text);
    }
    for path in ["/agencies", "/models", "/staff"] {
        let nobody = world.get("administrator", &format!("{path}/{}", Uuid::from_u128(0x404))).await;
        assert_eq!(nobody.problem(404), "not_found");
        assert_eq!(world.get("administrator", &format!("{path}/x")).await.problem(404), "not_found");
    }
    assert_eq!(world.get("caseworker", &format!("/staff/{}", Uuid::from_u128(1))).await.problem(403), "role_may_not");
}
