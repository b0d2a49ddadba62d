//! One household through all six stages, entered late with days of the past year, over HTTP alone.

use serde_json::json;

use super::cases::Case;
use super::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_household_goes_from_found_to_graduated_and_two_people_decide() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let referral = case.referred("caseworker", &["names", "address"]).await;

    let queue = world.get_fresh("officer", "/referrals?state=to_answer").await.ok();
    assert_eq!(queue.body["items"][0]["id"], json!(referral));
    let accept = json!({"happened_on": "2026-05-25", "referral": referral});
    assert_eq!(case.give("officer", "accept-referral", accept).await, "referred", "accepted is not delivered");
    let help = json!({
        "happened_on": "2026-05-28", "kind": "house_repair", "capital": "physical", "dimension": "living",
        "worth": {"form": "baht", "amount": "18500.00"}, "referral": referral
    });
    assert_eq!(case.give("officer", "deliver-assistance", help).await, "assisted");
    let done = json!({"happened_on": "2026-05-29", "referral": referral, "outcome": "met"});
    assert_eq!(case.give("officer", "complete-referral", done).await, "assisted");

    // One good assessment long ago and one now, a year apart; the first was below the line.
    case.assess("caseworker", "2025-11-01", "good", "5000.00").await;
    let path = format!("/households/{}/propose-graduation", case.number);
    let early = world.post("caseworker", &path, json!({})).await;
    assert_eq!(early.problem(422), "criteria_not_met");
    case.assess("caseworker", "2026-05-30", "good", "5200.00").await;
    let proposed = world.post("supervisor", &path, json!({})).await.ok();
    assert_eq!(proposed.body["events"], json!(["GraduationProposed"]));
    let own = world.post("supervisor", &format!("/households/{}/graduate", case.id), json!({})).await;
    assert_eq!(own.problem(422), "same_person");

    let view = world.get("supervisor", &format!("/households/{}", case.number)).await.ok();
    assert_eq!((&view.body["stage"], &view.body["score"]["level"]), (&json!("assisted"), &json!(4)));
    let allowed = |view: &serde_json::Value, command: &str| {
        let actions = view["actions"].as_array().unwrap();
        let action = actions.iter().find(|it| it["command"] == command).unwrap();
        (action["allowed"].as_bool().unwrap(), action["because"]["code"].as_str().map(ToOwned::to_owned))
    };
    assert_eq!(allowed(&view.body, "graduate"), (false, Some("same_person".to_owned())));
    assert_eq!(allowed(&view.body, "verify"), (false, Some("too_late".to_owned())));
    assert_eq!(allowed(&view.body, "write-note"), (true, None));
    assert_eq!(allowed(&view.body, "accept-referral"), (false, Some("wrong_referral_state".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_of_the_caseworker_is_approved_by_the_supervisor() {
    graduates(&World::new().await).await;
}

/// A household through all six stages, with what its page and the list then say.
pub async fn graduates(world: &World) {
    let case = Case::identified(world).await;
    let referral = case.referred("caseworker", &[]).await;
    case.give("supervisor", "accept-referral", json!({"referral": referral})).await;
    let help = json!({
        "kind": "house_repair", "capital": "physical", "dimension": "living", "worth": {"form": "in_kind"},
        "referral": referral
    });
    case.give("caseworker", "deliver-assistance", help).await;
    case.assess("caseworker", "2025-05-01", "good", "5000.00").await;
    case.assess("caseworker", "2026-05-30", "good", "5200.00").await;
    case.give("caseworker", "propose-graduation", json!({})).await;
    assert_eq!(case.give("supervisor", "graduate", json!({})).await, "graduated");

    let view = world.get("caseworker", &format!("/households/{}", case.id)).await.ok();
    assert_eq!(view.body["standing"], "graduated");
    assert_eq!(view.body["next_due"]["what"], "post_exit_check");
    assert!(view.body["proposals"][0]["verdict"]["met"].as_bool().unwrap());
    assert_eq!(view.body["help"][0]["worth"], json!({"form": "in_kind"}), "unknown worth is not zero");
    assert_eq!(view.body["members"][0]["details"]["value"]["given_name"], "สมหญิง");
    assert_eq!(view.header("etag"), format!("\"{}\"", view.body["sequence"]));
    let list = world.get_fresh("caseworker", "/households?stage=graduated").await.ok();
    assert_eq!(list.body["total"], 1);
    assert_eq!(list.body["items"][0]["name"], "นางสมหญิง คานารีซ่อน");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_answers_with_everything_that_goes_on_from_it() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let visited = world
        .post("caseworker", &format!("/households/{}/visit-home", case.number), json!({"seen": "poor"}))
        .await
        .ok();
    assert_eq!(visited.status, 200);
    let position = world.log.head().await.unwrap().position;
    assert_eq!(visited.body["id"], case.id, "a case number is accepted wherever an id is");
    assert_eq!(visited.body["case_no"], case.number);
    assert_eq!(visited.body["events"], json!(["HomeVisited"]));
    assert_eq!(visited.body["position"], position);
    assert_eq!(visited.header("huean-position"), position.to_string());
    assert_eq!(visited.header("etag"), format!("\"{}\"", visited.body["sequence"]));
    assert_eq!(visited.header("idempotent-replay"), "");
}
