//! A referral that is sent elsewhere, sent back or answered for somebody: who sees it then, and in which queue it waits.

use serde_json::{Value, json};

use super::cases::{Case, GIVEN_NAME};
use super::world::{AGENCY, OTHER_AGENCY, World};

async fn total(world: &World, who: &str, query: &str) -> Value {
    world.get_fresh(who, &format!("/referrals{query}")).await.ok().body["total"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_that_goes_elsewhere_leaves_one_queue_and_one_agencys_sight_for_anothers() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    let path = format!("/households/{}", case.id);
    let referral = case.referred("caseworker", &["names"]).await;
    let before = world.get("officer", &path).await.ok().body["as_of"]["time"].clone();
    let elsewhere = json!({
        "referral": referral, "agency": OTHER_AGENCY, "service": "house_repair", "basis": "public_task",
        "disclosed": ["address"], "reason": "no_answer"
    });
    let denied = world.post("caseworker", &format!("{path}/reroute-referral"), elsewhere.clone()).await;
    assert_eq!(denied.problem(403), "role_may_not");
    case.give("operations", "reroute-referral", elsewhere).await;

    assert_eq!(world.get("officer", &path).await.problem(404), "no_such_household");
    let view = world.get("other_officer", &path).await.ok();
    assert_eq!(view.body["members"], json!([]), "no field of a person was disclosed to this agency");
    assert_eq!(view.body["address"]["shown"], "disclosed");
    assert_eq!(
        (&view.body["referrals"][0]["agency"], view.body["referrals"].as_array().unwrap().len()),
        (&json!(OTHER_AGENCY), 1)
    );
    assert_eq!((&view.body["referrals"][0]["earlier"], &view.body["consents"]), (&json!([]), &json!([])));
    assert_eq!(view.body["disclosures"].as_array().unwrap().len(), 1);
    // Nor by asking for the day on which it was there.
    let past = before.as_str().unwrap().replace('+', "%2B");
    assert_eq!(world.get("officer", &format!("{path}?as_of={past}")).await.problem(404), "no_such_household");
    assert_eq!(total(&world, "officer", "").await, 0);
    assert_eq!(total(&world, "officer", &format!("?as_of={past}")).await, 0);
    assert_eq!(total(&world, "other_officer", "?state=to_answer").await, 1);
    assert_eq!(total(&world, "operations", &format!("?agency={AGENCY}")).await, 0);

    let whole = world.get("supervisor", &path).await.ok();
    assert_eq!(whole.body["referrals"][0]["earlier"][0]["agency"], json!(AGENCY));
    let ended: Vec<_> = whole.body["disclosures"].as_array().unwrap().iter().map(|it| &it["ended_because"]).collect();
    assert_eq!(ended, [&json!("rerouted"), &json!(null)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_still_sees_what_it_sent_back_and_waits_anew_for_what_is_sent_again() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    let path = format!("/households/{}", case.id);
    let referral = case.referred("caseworker", &["names"]).await;
    case.give("officer", "return-referral", json!({"referral": referral, "reason": "document_missing"})).await;
    assert!(world.get("officer", &path).await.ok().text.contains(GIVEN_NAME));
    assert_eq!(total(&world, "officer", "?state=to_answer").await, 0);
    case.give("caseworker", "resubmit-referral", json!({"referral": referral, "words": {"text": "แนบแล้วคานารี"}})).await;
    assert_eq!(total(&world, "officer", "?state=to_answer").await, 1);
    let view = world.get("officer", &path).await.ok();
    assert_eq!(view.body["referrals"][0]["added"]["value"], "แนบแล้วคานารี");
    case.give("caseworker", "remind-agency", json!({"referral": referral})).await;
    let escalate = json!({"referral": referral, "to": "operations", "reason": "urgent"});
    case.give("caseworker", "escalate-referral", escalate).await;
    let row = world.get_fresh("operations", "/referrals").await.ok().body["items"][0].clone();
    assert_eq!((&row["reminders"], &row["escalated_to"]), (&json!(1), &json!("operations")));
    let view = world.get("officer", &path).await.ok();
    assert_eq!(view.body["referrals"][0]["reminders"][0]["count"], 1);
    assert_eq!(view.body["referrals"][0]["escalations"], json!([]), "who was asked to look is not the agency's");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_says_in_whose_name_an_answer_was_given() {
    let world = World::new().await;
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    let referral = case.referred("caseworker", &["names"]).await;
    case.give("operations", "accept-referral", json!({"referral": referral})).await;
    case.give("supervisor", "take-back-acceptance", json!({"referral": referral, "reason": "no_capacity"})).await;
    case.give("officer", "accept-referral", json!({"referral": referral})).await;
    let events = world.get("supervisor", &format!("/households/{}/events", case.id)).await.ok();
    let told: Vec<_> = events.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| ["ReferralAccepted", "AcceptanceTakenBack"].contains(&it["event"].as_str().unwrap()))
        .map(|it| (it["role"].as_str().unwrap(), it["on_behalf_of"].clone()))
        .collect();
    assert_eq!(told, [("operations", json!(AGENCY)), ("supervisor", json!(AGENCY)), ("agency_officer", json!(null))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_taken_back_shuts_the_partners_door_at_once() {
    let world = World::new().await;
    let partner = uuid::Uuid::from_u128(0xa9);
    let agency = json!({"id": partner, "name_th": "บริษัท", "name_en": "Company", "kind": "private", "areas": ["46"]});
    world.post("administrator", "/agencies", agency).await.ok();
    let service = json!({
        "service": "work", "name_th": "จ้างงาน", "name_en": "Work", "capital": "economic", "dimension": "income"
    });
    world.post("administrator", &format!("/agencies/{partner}/offer-service"), service).await.ok();
    let case = Case::identified_in(&world, "caseworker", "460901", GIVEN_NAME).await;
    let need = case.assessed("caseworker").await;
    let path = format!("/households/{}", case.id);
    let refer = json!({
        "need": need, "agency": partner, "service": "work", "basis": "consent", "disclosed": ["names"]
    });
    // The household's data is held on consent; that is no consent to showing it.
    let refused = world.post("caseworker", &format!("{path}/make-referral"), refer.clone()).await;
    assert_eq!(refused.problem(422), "no_consent_in_force");
    let consent = json!({"by": {"as": "informant"}, "purpose": "disclosure_to_partners", "how": "thumbprint"});
    case.give("caseworker", "give-consent", consent).await;
    case.give("caseworker", "make-referral", refer).await;
    let view = world.get("caseworker", &path).await.ok();
    let consent = view.body["consents"][0]["consent"].clone();
    assert_eq!(
        (&view.body["disclosures"][0]["consent"], &view.body["disclosures"][0]["purpose"]),
        (&consent, &json!("work"))
    );
    case.give("caseworker", "withdraw-consent", json!({"consent": consent})).await;
    let view = world.get("caseworker", &path).await.ok();
    assert_eq!(view.body["referrals"][0]["state"], "withdrawn");
    assert_eq!(view.body["disclosures"][0]["ended_because"], "consent_withdrawn");
}
