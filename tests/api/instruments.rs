//! What an assessment asks can be read by whoever may come in, with the words of both languages.

use serde_json::json;

use super::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_instrument_is_read_with_its_questions_and_answers_in_both_languages() {
    let world = World::new().await;
    for who in ["caseworker", "officer", "researcher", "administrator"] {
        let list = world.get(who, "/instruments").await.ok();
        assert_eq!(list.body["total"], 1, "{who}");
        let named = &list.body["items"][0];
        assert_eq!((&named["id"], &named["indicators"]), (&json!("pppconnext-37@1"), &json!(37)));
        let one = world.get(who, "/instruments/pppconnext-37@1").await.ok();
        assert_eq!(one.body["indicators"].as_array().unwrap().len(), 37, "{who}");
        let education = &one.body["indicators"][0];
        assert_eq!(education["text"]["th"], "การศึกษาสูงสุด");
        assert_eq!(education["text"]["en"], "Highest education in the household");
        assert_eq!((&education["kind"], &education["dimension"]), (&json!("single"), &json!("education")));
        assert_eq!(education["options"][3]["en"], "Above secondary school");
        let problems = &one.body["indicators"][21];
        assert_eq!((&problems["kind"], &problems["options"][5]["alone"]), (&json!("penalty"), &json!(true)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_version_of_an_instrument_is_not_there() {
    let world = World::new().await;
    for unknown in ["pppconnext-37@2", "pppconnext-37", "PPPCONNEXT-37@1", "%E0%B8%81"] {
        assert_eq!(world.get("caseworker", &format!("/instruments/{unknown}")).await.problem(404), "not_found");
    }
    assert_eq!(world.get("nobody", "/instruments").await.problem(401), "token_needed");
}
