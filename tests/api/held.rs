//! What is held of one person is handed to that person: all of it and nothing of the others; and what is erased is gone
//! from every page, file and past moment.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::cases::{Case, FAMILY_NAME, GIVEN_NAME};
use super::pages::{english, get};
use super::world::World;

const BROTHER: &str = "บุญส่งไม่ให้เห็น";

/// A household of two, with words about each and about nobody.
async fn two(world: &World) -> (Case<'_>, String, String) {
    let case = Case::identified_in(world, "caseworker", "460901", GIVEN_NAME).await;
    let she =
        world.get("caseworker", &format!("/households/{}", case.id)).await.ok().body["members"][0]["person"].clone();
    let brother = Uuid::from_u128(0xb0);
    let details = json!({"given_name": BROTHER, "health": "bedridden", "education": "none", "work": "unable"});
    let member = json!({"person": brother, "sex": "male", "relation": "sibling", "residence": "registered_and_living",
        "details": details});
    case.give("caseworker", "add-member", json!({"member": member})).await;
    for (text, about) in [("เธอไม่สบาย", json!([she])), ("พี่ชายดื่มสุรา", json!([brother])), ("บ้านรั่ว", json!([]))]
    {
        case.give("caseworker", "write-note", json!({"note": {"text": text, "about": about}})).await;
    }
    let request = json!({"request": Uuid::from_u128(0xb1), "right": "access", "person": brother,
        "words": {"text": "พี่ชายขอดูข้อมูล", "about": [brother]}});
    case.give("caseworker", "receive-rights-request", request).await;
    (case, she.as_str().unwrap().to_owned(), brother.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_told_all_that_is_held_of_her_and_nothing_of_the_others() {
    let world = World::new().await;
    let (case, she, brother) = two(&world).await;
    let path = format!("/households/{}/people/{she}", case.id);
    let file = world.get("supervisor", &path).await.ok();
    let body = file.body.to_string();
    for hers in [GIVEN_NAME, FAMILY_NAME, "1980-05-05", "99/คานารี", "เธอไม่สบาย", "บ้านรั่ว"]
    {
        assert!(body.contains(hers), "{hers}: {body}");
    }
    for his in [BROTHER, "bedridden", "พี่ชายดื่มสุรา", "พี่ชายขอดูข้อมูล", brother.as_str()]
    {
        assert!(!body.contains(his), "{his}: {body}");
    }
    assert_eq!((&file.body["case_no"], &file.body["member"]["person"]), (&json!(case.number), &json!(she)));
    let facts = |body: &Value| -> Vec<String> {
        body["facts"].as_array().unwrap().iter().map(|it| it["event"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(facts(&file.body).iter().filter(|it| *it == "MemberJoined").count(), 1);
    // Who looked is told too, this time of asking included.
    assert_eq!(file.body["looked"][0]["role"], "supervisor");
    assert_eq!(file.body["looks"], json!(file.body["looked"].as_array().unwrap().len()));
    let his = world.get("supervisor", &format!("/households/{}/people/{brother}", case.id)).await.ok().body;
    assert!(facts(&his).contains(&"RightsRequestReceived".to_owned()));
    assert!(his.to_string().contains(BROTHER) && !his.to_string().contains(GIVEN_NAME));
    // As it was before he was noted there is no file of him.
    world.get("supervisor", &format!("/households/{}/people/{brother}?at=1", case.id)).await.problem(404);

    let page = english(&world, "supervisor", &format!("/cases/{}/people/{she}", case.id)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains(GIVEN_NAME) && page.text.contains("เธอไม่สบาย") && !page.text.contains(BROTHER));
    assert!(!page.text.contains("field."), "every value has a name: {}", page.text);
    let of_case = english(&world, "supervisor", &format!("/cases/{}", case.id)).await;
    assert!(of_case.text.contains(&format!("/people/{brother}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_person_is_a_supervisors_to_hand_out() {
    let world = World::new().await;
    let (case, she, _) = two(&world).await;
    let path = format!("/households/{}/people/{she}", case.id);
    for who in ["caseworker", "officer", "operations", "auditor", "researcher", "administrator"] {
        world.get(who, &path).await.problem(403);
        let page = get(&world, who, &format!("/cases/{}/people/{she}", case.id)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{who}");
    }
    world.get("strange_supervisor", &path).await.problem(404);
    for nobody in ["x", "00000000-0000-4000-8000-000000000404", "%FF"] {
        world.get("supervisor", &format!("/households/{}/people/{nobody}", case.id)).await.problem(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_is_gone_from_every_answer_also_of_past_moments() {
    let world = World::new().await;
    let (case, she, _) = two(&world).await;
    let before = world.get("caseworker", &format!("/households/{}", case.id)).await.ok();
    let (sequence, living) = (before.body["sequence"].clone(), before.body["composition"]["living"].clone());
    let body = json!({"person": she, "because": "no_basis"});
    let erase = format!("/households/{}/erase-personal-data", case.id);
    world.post("caseworker", &erase, body.clone()).await.problem(403);
    world.post("strange_supervisor", &erase, body.clone()).await.problem(404);
    case.give("supervisor", "erase-personal-data", body.clone()).await;
    let paths =
        ["", "/events", &format!("/people/{she}"), &format!("?at={sequence}"), &format!("/events?at={sequence}")];
    for path in paths {
        let answer = world.get("supervisor", &format!("/households/{}{path}", case.id)).await.ok();
        let text = answer.body.to_string();
        assert!(!text.contains(GIVEN_NAME) && !text.contains("เธอไม่สบาย"), "{path}: {text}");
        assert!(text.contains("\"erased\""), "{path}: {text}");
    }
    for path in ["", "?at=2", "/print", &format!("/people/{she}")] {
        let page = english(&world, "supervisor", &format!("/cases/{}{path}", case.id)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        assert!(!page.text.contains(GIVEN_NAME) && !page.text.contains("เธอไม่สบาย"), "{path}");
    }
    for path in ["/households?q=".to_owned() + "กนกวรรณลับ", "/households".to_owned()] {
        assert!(!world.get_fresh("supervisor", &path).await.ok().body.to_string().contains(GIVEN_NAME), "{path}");
    }
    let after = world.get("caseworker", &format!("/households/{}", case.id)).await.ok().body;
    assert_eq!(after["composition"]["living"], living);
    // Again, it is so already; and one of many is as thorough as one alone.
    let many = json!({"commands": [{"household": case.id, "command": "erase-personal-data", "body": body}]});
    let again = world.post("supervisor", "/commands", many).await.ok();
    assert_eq!(again.body["done"], 1, "{}", again.body);
    let corrected = json!({"person": she, "sex": "female", "relation": "head", "residence": "registered_and_living",
        "details": {"given_name": GIVEN_NAME, "health": "normal", "education": "primary", "work": "farmer"}});
    let refused = world.post("supervisor", &format!("/households/{}/correct-member", case.id), corrected).await;
    assert!(
        refused.problem(422).contains("person_erased") || refused.body["code"] == "person_erased",
        "{}",
        refused.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_waits_stands_in_the_backlog_of_operations_until_it_is_answered() {
    let world = World::new().await;
    let empty = english(&world, "operations", "/operations").await;
    assert!(empty.text.contains("Nobody waits for an answer."), "{}", empty.text);
    let (case, ..) = two(&world).await;
    let head = world.log.head().await.unwrap().position;
    let path = format!("/operations?after_position={head}");
    for (who, form) in [("operations", true), ("supervisor", true)] {
        let page = english(&world, who, &path).await;
        assert!(
            page.text.contains("1 wait, 0 past their day") && page.text.contains(&case.number),
            "{who}: {}",
            page.text
        );
        let answers = page.text.contains(&format!("/cases/{}/do/answer-rights-request?request=", case.id));
        assert_eq!(answers, form, "{who}");
    }
    assert!(!english(&world, "strange_supervisor", &path).await.text.contains(&case.number));
    let answer = json!({"request": Uuid::from_u128(0xb1), "answer": "granted"});
    case.give("supervisor", "answer-rights-request", answer).await;
    let head = world.log.head().await.unwrap().position;
    let page = english(&world, "operations", &format!("/operations?after_position={head}")).await;
    assert!(page.text.contains("Nobody waits for an answer."), "{}", page.text);
}
