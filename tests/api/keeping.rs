//! What administrators keep by the pages: the staff by name, how people get in, and the versions of policies.

use axum::http::{Request, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::browser::Browser;
use super::cases::Case;
use super::pages::{Page, ask, encoded, english, get, post};
use super::world::World;

const NAME: &str = "คานารี เจ้าหน้าที่";

async fn member(world: &World, name: &str, role: &str, area: &str) -> Uuid {
    let id = Uuid::from_u128(rand::random());
    world.post("administrator", "/staff", json!({"id": id, "details": {"name": name}})).await.ok();
    if !role.is_empty() {
        let grant = json!({"role": role, "scope": {"areas": [area]}});
        world.post("administrator", &format!("/staff/{id}/grant-role"), grant).await.ok();
    }
    seen(world).await;
    id
}

/// The lists show what was done: asked by somebody who sees none of it, so that no look is noted.
async fn seen(world: &World) {
    world.get_fresh("far_administrator", "/staff").await.ok();
}

async fn noted(world: &World, of: Uuid) -> usize {
    let (entries, _) = world.desk.vault().accesses_to(vec![format!("listed-staff:{of}")], None, 100).await.unwrap();
    entries.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_finds_the_staff_by_name_and_whose_name_is_shown_is_noted() {
    let world = World::new().await;
    let id = member(&world, NAME, "caseworker", "4609").await;
    let other = member(&world, "อีกคน ตัวอย่าง", "supervisor", "46").await;
    let page = get(&world, "administrator", "/staff").await;
    assert!(page.text.contains(NAME) && page.text.contains("อีกคน ตัวอย่าง"), "{}", page.text);
    assert!(page.text.contains(&format!("/staff/{id}/do/grant-role")));
    assert_eq!((noted(&world, id).await, noted(&world, other).await), (1, 1));
    let found = get(&world, "administrator", "/staff?q=%E0%B8%84%E0%B8%B2%E0%B8%99%E0%B8%B2%E0%B8%A3%E0%B8%B5").await;
    assert!(found.text.contains(NAME) && !found.text.contains("อีกคน ตัวอย่าง"));
    let by_id = english(&world, "administrator", &format!("/staff?q={id}")).await;
    assert!(by_id.text.contains(NAME) && by_id.text.contains("Name or id"));
    let none = get(&world, "administrator", "/staff?q=zzz").await;
    assert_eq!(none.status, StatusCode::OK);
    assert!(none.text.contains("ล้างตัวกรอง") || none.text.contains("class=\"notice"), "{}", none.text);
    assert_eq!(noted(&world, id).await, 1, "once a day for each reader");
    for who in ["caseworker", "supervisor", "auditor", "officer", "operations"] {
        let page = get(&world, who, "/staff").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{who}");
        assert!(!page.text.contains(NAME));
    }
    let far = get(&world, "far_administrator", "/staff").await;
    assert!(!far.text.contains(NAME), "of another province: {}", far.text);
    assert!(!world.get("far_administrator", "/staff").await.ok().text.contains(NAME));
    for query in ["state=x", "cursor=x", "limit=0", "what=1"] {
        let wrong = get(&world, "administrator", &format!("/staff?{query}")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    world.post("administrator", &format!("/staff/{id}/leave"), json!({})).await.ok();
    seen(&world).await;
    assert!(!get(&world, "administrator", "/staff").await.text.contains(NAME));
    assert!(get(&world, "administrator", "/staff?state=left").await.text.contains(NAME));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_names_of_the_staff_are_not_shown_when_that_can_t_be_noted() {
    let world = World::new().await;
    member(&world, NAME, "caseworker", "4609").await;
    get(&world, "caseworker", "/cases").await;
    let holder = rusqlite::Connection::open(world.vault_file()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let page = get(&world, "administrator", "/staff").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!page.text.contains(NAME) && page.text.starts_with("<!doctype html>"));
    holder.execute_batch("ROLLBACK").unwrap();
}

/// A page of somebody who is signed in, or what a form of it is answered with.
async fn opened(browser: &Browser<'_>, path: &str) -> Page {
    let request = Request::get(path).header("cookie", format!("__Host-huean={}", browser.cookie));
    ask(browser.world, "nobody", request, String::new()).await
}

async fn sent(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let request = Request::post(path)
        .header("cookie", format!("__Host-huean={}", browser.cookie))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    ask(browser.world, "nobody", request, encoded(fields)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_locked_and_opened_by_an_administrator_who_is_signed_in() {
    let world = World::new().await;
    let id = member(&world, NAME, "caseworker", "4609").await;
    let path = format!("/staff/{id}/account");
    let by_token = get(&world, "administrator", &path).await;
    assert_eq!(by_token.status, StatusCode::FORBIDDEN, "a token opens nobody's account");
    let keeper = Browser::keeper(&world).await;
    let list = opened(&keeper, "/staff").await;
    assert!(list.text.contains("ยังไม่มีบัญชี") && list.text.contains(&path), "{}", list.text);
    let page = opened(&keeper, &path).await;
    let token = page.token().to_owned();
    for login in ["", "ก", "<script>", "a b", "ab"] {
        let again = sent(&keeper, &path, &[("_token", &token), ("act", "make-account"), ("login", login)]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{login} {}", again.text);
        assert!(again.text.contains("id=\"login-why\"") && !again.text.contains("<script>"), "{}", again.text);
        let typed = login.replace('<', "&#60;").replace('>', "&#62;");
        assert_eq!(again.after("id=\"login\" name=\"login\" value=\""), typed);
    }
    let fields = [("_token", token.as_str()), ("act", "make-account"), ("login", "canary")];
    let made = sent(&keeper, &path, &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let password = made.text.split_once("<code>").unwrap().1.split('<').next().unwrap().to_owned();
    assert!(password.len() >= 12 && !opened(&keeper, &path).await.text.contains(&password), "shown once");
    let twice = sent(&keeper, &path, &fields).await;
    assert!(twice.status.is_client_error(), "{}", twice.status);
    let locked = sent(&keeper, &path, &[("_token", &token), ("act", "lock-account")]).await;
    assert!(locked.text.contains("ล็อกอยู่") && locked.text.contains("unlock-account"), "{}", locked.text);
    let open = sent(&keeper, &path, &[("_token", &token), ("act", "unlock-account")]).await;
    assert!(!open.text.contains("ล็อกอยู่"));
    let reset = sent(&keeper, &path, &[("_token", &token), ("act", "reset-account")]).await;
    assert!(reset.text.contains("<code>") && !reset.text.contains(&password));
    for (fields, status) in [
        (&[("_token", "x"), ("act", "lock-account")][..], 403),
        (&[("_token", token.as_str()), ("act", "nothing")], 404),
    ] {
        assert_eq!(sent(&keeper, &path, fields).await.status.as_u16(), status);
    }
    let elsewhere = path.replace(&id.to_string(), "x");
    let nobody = sent(&keeper, &elsewhere, &[("_token", &token), ("act", "lock-account")]).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

const SLA: [(&str, &str); 8] = [
    ("province", "46"),
    ("effective_on.d", "1"),
    ("effective_on.m", "7"),
    ("effective_on.y", "2569"),
    ("body/answer_days", "๕"),
    ("body/deliver_days", "20"),
    ("body/counted", "working"),
    ("body/services/0/service", "house_repair"),
];

async fn policy(world: &World, token: &str, kind: &str, fields: &[(&str, &str)]) -> Page {
    let fields: Vec<_> = fields.iter().copied().chain([("_token", token)]).collect();
    post(world, "administrator", &format!("/policies/{kind}/publish"), &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_begins_with_the_one_in_force_and_holds_from_its_day() {
    let world = World::new().await;
    let list = get(&world, "administrator", "/policies").await;
    assert!(
        list.text.contains("/policies/sla/publish?province=46") && !list.text.contains("/policies/scoring/publish")
    );
    for kind in ["sla", "contact", "graduation", "poverty_line", "threshold", "crosswalk", "holidays"] {
        let path = format!("/policies/{kind}/publish?province=46");
        let (thai, english) =
            (get(&world, "administrator", &path).await, english(&world, "administrator", &path).await);
        assert_eq!((thai.status, english.status), (StatusCode::OK, StatusCode::OK), "{kind}");
        assert!(thai.text.contains("ใช้อยู่: ฉบับที่ 1") && english.text.contains("In force: version 1"));
    }
    let form = get(&world, "administrator", "/policies/sla/publish?province=46").await;
    assert_eq!(form.after("name=\"body/answer_days\" value=\""), "7", "what is in force");
    let own = [("body/services/0/answer_days", "2"), ("body/services/0/deliver_days", "9")];
    let fields = [&SLA[..], &own[..], &[("_command", form.after("name=\"_command\" value=\""))]].concat();
    let done = policy(&world, form.token(), "sla", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let again = policy(&world, form.token(), "sla", &fields).await;
    assert_eq!(
        (again.status, again.header("location")),
        (StatusCode::SEE_OTHER, done.header("location")),
        "sent twice"
    );
    assert!(get(&world, "administrator", done.header("location")).await.text.contains("ประกาศนโยบายฉบับใหม่แล้ว"));
    let all = world.get("administrator", "/policies").await.ok().body;
    let sla = all["items"].as_array().unwrap().iter().filter(|it| it["body"]["kind"] == "sla").collect::<Vec<_>>();
    assert_eq!(sla.len(), 2);
    let (new, body) = (sla[1], json!({"answer_days": 2, "deliver_days": 9}));
    assert_eq!((&new["effective_on"], &new["body"]["answer_days"]), (&json!("2026-07-01"), &json!(5)), "{new}");
    assert_eq!((&new["body"]["services"]["house_repair"], &new["body"]["counted"]), (&body, &json!("working")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_withdrawn_by_a_form_unless_nothing_would_hold_without_it() {
    let world = World::new().await;
    let path = "/policies/do/withdraw?kind=sla&province=46&version=1";
    let list = english(&world, "administrator", "/policies").await;
    assert!(list.text.contains(&path.replace('&', "&#38;")), "{}", list.text);
    let form = english(&world, "administrator", path).await;
    assert_eq!((form.status, form.after("name=\"version\" value=\"")), (StatusCode::OK, "1"));
    let head = world.log.head().await.unwrap().position;
    let which = [("kind", "sla"), ("province", "46"), ("version", "1"), ("_token", form.token())];
    let only = post(&world, "administrator", "/policies/do/withdraw", &which).await;
    assert!(only.status.is_client_error() && only.text.contains("role=\"alert\""), "{}", only.text);
    let unknown = [("kind", "sla"), ("province", "46"), ("version", "ฉบับแรก"), ("_token", form.token())];
    let unknown = post(&world, "administrator", "/policies/do/withdraw", &unknown).await;
    assert_eq!((unknown.status.is_client_error(), unknown.after("name=\"version\" value=\"")), (true, "ฉบับแรก"));
    assert_eq!(world.log.head().await.unwrap().position, head, "nothing was stored");

    let own = [("body/services/0/answer_days", "2"), ("body/services/0/deliver_days", "9")];
    let second = policy(&world, form.token(), "sla", &[&SLA[..], &own].concat()).await;
    assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.text);
    let day = [("effective_on.d", "2"), ("effective_on.m", "7"), ("effective_on.y", "2569")];
    let done = post(&world, "administrator", "/policies/do/withdraw", &[&which[..], &day[..]].concat()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let after = get(&world, "administrator", done.header("location")).await;
    assert!(
        after.text.contains("ถอนฉบับของนโยบาย") && !after.text.contains(&path.replace('&', "&#38;")),
        "{}",
        after.text
    );
    for who in ["caseworker", "operations", "auditor"] {
        assert_eq!(get(&world, who, path).await.status, StatusCode::FORBIDDEN, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_cannot_stand_is_shown_again_with_the_reason_beside_its_field() {
    let world = World::new().await;
    let token = get(&world, "administrator", "/policies/sla/publish").await.token().to_owned();
    let head = world.log.head().await.unwrap().position;
    let hostile = "<script>alert(1)</script> =1+1 \u{200b}";
    let changed = |name: &'static str, value: &'static str| {
        SLA.iter().map(|it| if it.0 == name { (name, value) } else { *it }).collect::<Vec<_>>()
    };
    for (name, value) in [
        ("body/answer_days", "0"),
        ("body/answer_days", "999"),
        ("body/answer_days", "-3"),
        ("body/answer_days", "99999999999999999999"),
        ("body/answer_days", hostile),
        ("body/deliver_days", ""),
        ("body/counted", "moons"),
        ("province", "99"),
        ("province", hostile),
        ("effective_on.y", "69"),
        ("effective_on.y", "2999"),
        ("effective_on.d", "31"),
    ] {
        let mut fields = changed(name, value);
        if name == "effective_on.d" {
            fields.push(("effective_on.m", "2"));
            fields.retain(|it| *it != ("effective_on.m", "7"));
        }
        fields.retain(|it| !it.0.starts_with("body/services"));
        let again = policy(&world, &token, "sla", &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value}: {}", again.text);
        assert!(again.text.contains("aria-invalid=\"true\""), "beside its field: {name} {value} {}", again.text);
        assert!(!again.text.contains("<script>alert"));
        if name.starts_with("body/") && name != "body/counted" {
            let typed = value.replace('<', "&#60;").replace('>', "&#62;");
            assert_eq!(again.after(&format!("name=\"{name}\" value=\"")), typed, "what was typed is kept");
        }
    }
    let rows = [("body/services/0/answer_days", "0"), ("body/services/0/deliver_days", "9")];
    let again = policy(&world, &token, "sla", &[&SLA[..], &rows].concat()).await;
    assert!(again.text.contains("id=\"f-body-services-0-answer_days-why\""), "{}", again.text);
    let early = policy(&world, &token, "sla", &changed("effective_on.m", "6")).await;
    assert!(early.status.is_client_error() && early.text.contains("role=\"alert\""), "{}", early.text);
    let wrong = [("province", "46"), ("body/post_exit_months", "12, หก"), ("_token", token.as_str())];
    let months = policy(&world, &token, "contact", &wrong).await;
    assert_eq!(months.after("name=\"body/post_exit_months\" value=\""), "12, หก");
    for (who, status) in [("caseworker", 403), ("operations", 403), ("supervisor", 403)] {
        let page = get(&world, who, "/policies/sla/publish").await;
        assert_eq!(page.status.as_u16(), status, "{who}");
        let own = get(&world, who, "/cases").await.token().to_owned();
        let fields: Vec<_> = SLA.into_iter().chain([("_token", own.as_str())]).collect();
        assert_eq!(post(&world, who, "/policies/sla/publish", &fields).await.status, StatusCode::FORBIDDEN);
    }
    for kind in ["scoring", "nothing"] {
        assert_eq!(get(&world, "administrator", &format!("/policies/{kind}/publish")).await.status.as_u16(), 404);
    }
    assert_eq!(world.log.head().await.unwrap().position, head, "nothing was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_who_ends_a_referral_is_led_to_her_inbox_and_sees_the_household_no_more() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let referral = case.referred("caseworker", &["names"]).await.to_string();
    let place = format!("/cases/{}", case.id);
    let give = async |command: &str, own: &[(&str, &str)]| {
        let path = format!("{place}/do/{command}");
        let form = get(&world, "officer", &format!("{path}?referral={referral}")).await;
        let fields = [own, &[("_token", form.token()), ("referral", referral.as_str())]].concat();
        let done = post(&world, "officer", &path, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{command} {}", done.text);
        done.header("location").to_owned()
    };
    let inbox = get(&world, "officer", "/referrals").await;
    assert!(inbox.text.contains(&format!("{place}/do/accept-referral")), "{}", inbox.text);
    assert!(give("accept-referral", &[]).await.starts_with(&place), "it is open: she goes on with it");
    let worth = [("worth/form", "baht"), ("worth/amount", "12500")];
    let help = [("kind", "house_repair"), ("capital", "physical"), ("dimension", "living")];
    give("deliver-assistance", &[&help[..], &worth].concat()).await;
    let to = give("complete-referral", &[("outcome", "met")]).await;
    assert!(to.starts_with("/referrals?done=complete-referral"), "{to}");
    let inbox = get(&world, "officer", &to).await;
    assert!(inbox.status == StatusCode::OK && inbox.text.contains("class=\"banner done\""), "{}", inbox.text);
    assert_eq!(get(&world, "officer", &place).await.status, StatusCode::NOT_FOUND);
}
