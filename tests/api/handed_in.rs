//! A file within a form: handed in without the script, judged, corrected and handed in again, at the door of the API.

use axum::http::{Request, StatusCode};

use super::pages::{Page, get, post};
use super::world::World;

const HEAD: &str = "household_ref,tambon_code,sources,member_no,given_name,family_name,relation,residence_status";
const MARK: &str = "----huean";

fn row(number: usize, tambon: &str) -> String {
    format!("K-{number},{tambon},village_leader,1,ตัวอย่าง,สมมุติ,head,registered_and_living")
}

/// A form as a browser sends it: each part's name, its file's name if it has one, and what it holds.
fn form(parts: &[(&str, Option<&str>, &str)]) -> String {
    let one = |(name, file, value): &(&str, Option<&str>, &str)| {
        let file = file.map_or_else(String::new, |it| format!("; filename=\"{it}\"\r\nContent-Type: text/csv"));
        format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
    };
    parts.iter().map(one).collect::<String>() + &format!("--{MARK}--\r\n")
}

async fn sent(world: &World, who: &str, site: &str, body: String) -> Page {
    let request = Request::post("/imports")
        .header("content-type", format!("multipart/form-data; boundary={MARK}"))
        .header("sec-fetch-site", site);
    super::pages::ask(world, who, request, body).await
}

async fn handed_in(world: &World, token: &str, source: &str, file: &str) -> Page {
    let parts = [("_token", None, token), ("source", None, source), ("file", Some("บ้าน.csv"), file)];
    sent(world, "caseworker", "same-origin", form(&parts)).await
}

/// The page of a file when nobody works on it any more.
async fn settled(world: &World, path: &str) -> Page {
    loop {
        let page = get(world, "caseworker", path).await;
        if !page.text.contains("data-working") {
            return page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_in_without_the_script_and_what_was_rejected_goes_in_corrected() {
    let world = World::new().await;
    let page = get(&world, "caseworker", "/imports").await;
    let file = format!("{HEAD}\r\n{}\r\n{}\r\n", row(1, "460901"), row(2, "999999"));
    let taken = handed_in(&world, page.token(), "ทะเบียน ก", &file).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let path = taken.header("location").to_owned();
    let judged = settled(&world, &path).await;
    assert!(judged.text.contains("แถว 3") && judged.text.contains("tambon_code"), "{}", judged.text);
    assert_eq!(judged.after("name=\"source\" maxlength=\"60\" value=\""), "ทะเบียน ก", "under the same numbering");
    let fields = [("_token", judged.token()), ("_command", judged.after("name=\"_command\" value=\""))];
    let commit = post(&world, "caseworker", &format!("{path}/commit"), &fields).await;
    assert_eq!(commit.status, StatusCode::SEE_OTHER, "{}", commit.text);
    settled(&world, &path).await;
    let rejected = get(&world, "caseworker", &format!("/api/v1{path}/rejected")).await;
    assert_eq!(rejected.status, StatusCode::OK);
    let mended = rejected.text.replace("999999", "460901");
    let again = handed_in(&world, judged.token(), "ทะเบียน ก", &mended).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
    let path = again.header("location").to_owned();
    let judged = settled(&world, &path).await;
    assert!(!judged.text.contains("แถว "), "{}", judged.text);
    let fields = [("_token", judged.token()), ("_command", judged.after("name=\"_command\" value=\""))];
    post(&world, "caseworker", &format!("{path}/commit"), &fields).await;
    settled(&world, &path).await;
    let head = world.log.head().await.unwrap().position;
    world.read_model.after(head, std::time::Duration::from_mins(1)).await.unwrap();
    assert_eq!(world.get("caseworker", "/households").await.ok().body["total"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_taken_is_asked_for_again_with_the_reason_beside_it() {
    let world = World::new().await;
    let token = get(&world, "caseworker", "/imports").await.token().to_owned();
    let sound = format!("{HEAD}\n{}\n", row(1, "460901"));
    let long = "ก".repeat(61);
    let hostile = "<script>alert(1)</script> =1+1 \u{200b}";
    for (source, file, mark) in [
        ("x", "", "file-why"),
        ("x", HEAD, "file-why"),
        ("x", "nothing,known\n1,2\n", "file-why"),
        ("x", "\u{0}\u{1}\u{2}", "file-why"),
        (long.as_str(), sound.as_str(), "source-why"),
        ("a\u{7}b", sound.as_str(), "source-why"),
        (hostile, "", "file-why"),
    ] {
        let again = handed_in(&world, &token, source, file).await;
        assert!(again.status.is_client_error(), "{source} {file}: {} {}", again.status, again.text);
        assert!(again.text.contains(&format!("id=\"{mark}\"")), "{source} {file}: {}", again.text);
        assert!(again.text.starts_with("<!doctype html>") && !again.text.contains("<script>alert"));
        let typed = source.replace('<', "&#60;").replace('>', "&#62;");
        assert_eq!(again.after("name=\"source\" maxlength=\"60\" value=\""), typed, "what was typed is kept");
    }
    let unchosen = form(&[("_token", None, &token), ("source", None, "x"), ("file", Some(""), "")]);
    let again = sent(&world, "caseworker", "same-origin", unchosen).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("ต้องเลือกไฟล์ก่อน"), "{}", again.text);
    assert_eq!(world.get("caseworker", "/imports").await.ok().body["total"], 0, "nothing was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_page_or_of_who_may_not_is_not_taken() {
    let world = World::new().await;
    let token = get(&world, "caseworker", "/imports").await.token().to_owned();
    let sound = format!("{HEAD}\n{}\n", row(1, "460901"));
    let whole = |token: &str| form(&[("_token", None, token), ("source", None, "x"), ("file", Some("a.csv"), &sound)]);
    let other = get(&world, "colleague", "/imports").await;
    let late = form(&[("source", None, "x"), ("file", Some("a.csv"), &sound), ("_token", None, &token)]);
    let cases = [
        ("caseworker", "same-origin", whole("")),
        ("caseworker", "same-origin", whole(other.token())),
        ("caseworker", "same-origin", late),
        ("caseworker", "cross-site", whole(&token)),
        ("auditor", "same-origin", whole(get(&world, "auditor", "/cases").await.token())),
    ];
    for (at, (who, site, body)) in cases.into_iter().enumerate() {
        let page = sent(&world, who, site, body).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{at} {}", page.text);
        assert!(page.text.starts_with("<!doctype html>"), "never a blank page");
    }
    let half = whole(&token);
    let cut = sent(&world, "caseworker", "same-origin", half[..half.len() - 20].to_owned()).await;
    assert!(cut.status.is_client_error(), "{}", cut.status);
    let page = post(&world, "caseworker", "/imports", &[("_token", &token)]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.get("caseworker", "/imports").await.ok().body["total"], 0, "nothing was kept");
}
