//! Files of documents: cleaned, sealed, given to those who see the household's papers, and gone with whom they are about.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use events::sealed::Subject;
use events::vault::RingOwner;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;
use uuid::Uuid;

use super::cases::Case;
use super::pages::{Page, get};
use super::world::World;

/// What a camera wrote, and may reach nobody.
const GPS: &[u8] = b"GPS-CANARY 14.5432,103.4321";
const MARK: &str = "----huean";

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, data].concat()
}

/// A photograph with the place where it was taken, told apart by a byte of its scan.
pub fn photo(mark: u8) -> Vec<u8> {
    let exif = segment(0xe1, &[b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0", GPS].concat());
    let comment = segment(0xfe, GPS);
    let frame = segment(0xc0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    let tables = [segment(0xdb, &[1; 65]), segment(0xc4, &[0; 18])].concat();
    let scan = [segment(0xda, &[1, 1, 0, 0, 63, 0]), vec![mark & 0x7f; 300], mixed(mark)].concat();
    [&[0xff, 0xd8][..], &exif, &comment, &tables, &frame, &scan, &[0xff, 0xd9]].concat()
}

/// Bytes that are found nowhere by chance, without the one that begins a marker.
fn mixed(mark: u8) -> Vec<u8> {
    (0..4_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0].wrapping_add(mark) & 0x7f).collect()
}

/// What somebody is answered, with its bytes.
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    #[track_caller]
    fn code(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

async fn got(world: &World, who: &str, request: axum::http::request::Builder, body: Vec<u8>) -> Got {
    let request = match world.tokens.get(who) {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    let request: Request<Body> = request.body(Body::from(body)).unwrap();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (parts, body) = world.router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 8 << 20).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    super::contract::kept(&method, &path, parts.status, &parts.headers, &body);
    Got { status: parts.status, headers: parts.headers, bytes }
}

/// Hands a file in; `more` stands behind the kind in the query.
pub async fn handed(world: &World, who: &str, id: &str, (key, more): (Uuid, &str), file: Vec<u8>) -> Got {
    let request = Request::post(format!("/api/v1/households/{id}/documents?kind=photo{more}"))
        .header("content-type", "image/jpeg")
        .header("idempotency-key", key.to_string())
        .header("document-title", "%E0%B8%9A%E0%B9%89%E0%B8%B2%E0%B8%99 canary");
    got(world, who, request, file).await
}

fn key() -> Uuid {
    Uuid::from_u128(rand::random())
}

async fn fetched(world: &World, who: &str, place: &str) -> Got {
    got(world, who, Request::get(place), Vec::new()).await
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Everything that lies in the world's folder.
fn on_disk(world: &World) -> Vec<u8> {
    let folder = world.vault_file().parent().unwrap().to_owned();
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_file()) {
        all.extend(std::fs::read(file).unwrap());
    }
    all
}

async fn kept(world: &World) -> usize {
    let later = world.desk.now() + chrono::Duration::days(1);
    world.desk.vault().attachments(later, "", 100).await.unwrap().len()
}

async fn a_photo_is_kept_without_its_place_and_given_to_those_who_see_the_case(world: World) {
    let case = Case::identified(&world).await;
    let original = photo(1);
    assert!(holds(&original, GPS), "the search finds what is there");
    let done = handed(&world, "caseworker", &case.id, (key(), ""), original).await;
    assert_eq!(done.status, 201, "{}", done.json());
    let place = done.header("location").to_owned();
    let view = world.get("caseworker", &format!("/households/{}", case.id)).await.ok().body;
    let document = &view["documents"][0];
    assert_eq!(
        (&document["file"], &document["media_type"], &document["kind"], &document["title"]["value"]),
        (&json!(true), &json!("image/jpeg"), &json!("photo"), &json!("บ้าน canary"))
    );
    for who in ["caseworker", "colleague", "supervisor"] {
        let looks = format!("household:{}", case.id);
        let before = world.desk.vault().accesses_to(vec![looks.clone()], None, 1).await.unwrap().1;
        let file = fetched(&world, who, &place).await;
        assert_eq!(file.status, 200, "{who}");
        assert!(
            !holds(&file.bytes, b"CANARY") && holds(&file.bytes, &mixed(1)),
            "the picture, and nothing of its place"
        );
        assert_eq!(hex::encode(Sha256::digest(&file.bytes)), document["sha256"].as_str().unwrap());
        assert_eq!(file.bytes.len() as u64, document["size"].as_u64().unwrap());
        let said = |name| file.header(name);
        assert_eq!((said("content-type"), said("x-content-type-options")), ("image/jpeg", "nosniff"));
        assert!(said("content-disposition").starts_with("attachment; filename=\"document-"));
        assert_eq!(said("cache-control"), "no-store");
        let after = world.desk.vault().accesses_to(vec![looks], None, 1).await.unwrap().1;
        assert_eq!(after, before + 1, "the look is noted");
    }
    for (who, status, code) in [
        ("operations", 403, "file_not_shown"),
        ("auditor", 403, "file_not_shown"),
        ("researcher", 403, "role_may_not"),
        ("administrator", 403, "role_may_not"),
        ("stranger", 404, "no_such_household"),
        ("officer", 404, "no_such_household"),
        ("nobody", 401, "token_needed"),
    ] {
        assert_eq!(fetched(&world, who, &place).await.code(status), code, "{who}");
    }
    let view = world.get("auditor", &format!("/households/{}", case.id)).await.ok().body;
    assert_eq!(view["documents"][0]["file"], false);
    let other = place.rsplit_once('/').unwrap().0.to_owned();
    for nothing in ["x", "00000000-0000-0000-0000-000000000001"] {
        assert_eq!(fetched(&world, "caseworker", &format!("{other}/{nothing}")).await.code(404), "no_such_document");
    }
}

async fn a_repeat_is_the_same_document_and_another_file_is_another_command(world: World) {
    let case = Case::identified(&world).await;
    let (key, again) = (key(), key());
    let done = handed(&world, "caseworker", &case.id, (key, ""), photo(1)).await;
    let twice = handed(&world, "caseworker", &case.id, (key, ""), photo(1)).await;
    assert_eq!((twice.status, twice.header("idempotent-replay")), (StatusCode::CREATED, "true"));
    assert_eq!((twice.header("location"), twice.json()), (done.header("location"), done.json()));
    let other = handed(&world, "caseworker", &case.id, (key, ""), photo(2)).await;
    assert_eq!(other.code(422), "key_reused");
    let same = handed(&world, "caseworker", &case.id, (again, ""), photo(1)).await;
    assert_eq!(same.code(422), "already_attached");
    // The file of another photograph was stored before the log said that the key was used.
    assert!(kept(&world).await <= 2);
    let view = world.get("caseworker", &format!("/households/{}", case.id)).await.ok().body;
    assert_eq!(view["documents"].as_array().unwrap().len(), 1);
    assert!(fetched(&world, "caseworker", done.header("location")).await.status.is_success());
}

async fn whom_it_is_about_takes_it_along_when_erased(world: World) {
    let case = Case::identified(&world).await;
    let person =
        world.get("caseworker", &format!("/households/{}", case.id)).await.ok().body["members"][0]["person"].clone();
    let about = format!("&about={}", person.as_str().unwrap());
    let done = handed(&world, "caseworker", &case.id, (key(), &about), photo(1)).await;
    assert_eq!(done.status, 201, "{}", done.json());
    let stays = handed(&world, "caseworker", &case.id, (key(), ""), photo(2)).await;
    let sealed: Option<Vec<u8>> = world.vault_file().exists().then(|| {
        let subject = done.header("location").rsplit('/').next().unwrap().to_owned();
        let file = rusqlite::Connection::open(world.vault_file()).unwrap();
        let ask = "SELECT sealed FROM attachments WHERE subject = 'document:' || ?1";
        file.query_row(ask, [subject], |row| row.get(0)).unwrap()
    });
    let found = |disk: &[u8]| sealed.iter().flat_map(|it| it.chunks_exact(64)).filter(|it| holds(disk, it)).count();
    if let Some(sealed) = &sealed {
        let disk = on_disk(&world);
        assert!(found(&disk) > 50 && sealed.len() > 4_000, "the search finds what is there");
        assert!(!holds(&disk, b"CANARY") && !holds(&disk, &mixed(1)[..64]), "nothing lies open");
    }
    let body = json!({"happened_on": "2026-05-01", "person": person, "because": "not_needed"});
    case.give("supervisor", "erase-personal-data", body).await;
    assert_eq!(fetched(&world, "caseworker", done.header("location")).await.code(410), "document_erased");
    assert_eq!(fetched(&world, "supervisor", stays.header("location")).await.status, 200, "about nobody");
    assert_eq!(kept(&world).await, 1);
    assert_eq!(found(&on_disk(&world)), 0, "pieces of the sealed file are left on the disk");
    let view = world.get("caseworker", &format!("/households/{}", case.id)).await.ok().body;
    assert_eq!((&view["documents"][0]["file"], &view["documents"][1]["file"]), (&json!(false), &json!(true)));
}

async fn an_officer_shows_what_her_agency_did_and_sees_no_other_paper(world: World) {
    let case = Case::identified(&world).await;
    let inside = handed(&world, "caseworker", &case.id, (key(), ""), photo(1)).await;
    let refused = handed(&world, "officer", &case.id, (key(), ""), photo(2)).await;
    assert_eq!(refused.code(404), "no_such_household");
    let referral = case.referred("caseworker", &["names"]).await;
    let of_it = format!("&referral={referral}");
    assert_eq!(handed(&world, "officer", &case.id, (key(), ""), photo(2)).await.code(404), "no_such_household");
    assert_eq!(
        handed(&world, "other_officer", &case.id, (key(), &of_it), photo(2)).await.code(404),
        "no_such_household"
    );
    assert_eq!(kept(&world).await, 1, "what is refused leaves nothing");
    let hers = handed(&world, "officer", &case.id, (key(), &of_it), photo(2)).await;
    assert_eq!(hers.status, 201, "{}", hers.json());
    let place = hers.header("location").to_owned();
    assert_eq!(fetched(&world, "officer", &place).await.status, 200);
    assert_eq!(fetched(&world, "caseworker", &place).await.status, 200);
    assert_eq!(fetched(&world, "officer", inside.header("location")).await.code(404), "no_such_document");
    assert_eq!(fetched(&world, "other_officer", &place).await.code(404), "no_such_household");
    let view = world.get("officer", &format!("/households/{}", case.id)).await.ok();
    let papers = view.body["documents"].as_array().unwrap();
    assert_eq!((papers.len(), &papers[0]["file"]), (1, &json!(true)), "her own alone");
    assert!(!view.text.contains("canary"), "titles are not hers");
    let page = get(&world, "officer", &format!("/cases/{}/do/attach-document", case.id)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains(&format!("value=\"{referral}\" selected")), "it is for her referral: {}", page.text);
    case.give("supervisor", "accept-referral", json!({"referral": referral})).await;
    case.give("supervisor", "complete-referral", json!({"referral": referral, "outcome": "met"})).await;
    assert_eq!(fetched(&world, "officer", &place).await.code(404), "no_such_household");
    let late = handed(&world, "caseworker", &case.id, (key(), &of_it), photo(3)).await;
    assert_eq!(late.code(422), "wrong_referral_state");
}

macro_rules! on_both {
    ($($scenario:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $scenario() {
            super::$scenario(crate::world::World::new().await).await;
        })* }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $scenario() {
            super::$scenario(crate::world::World::postgres().await).await;
        })* }
    };
}

on_both!(
    a_photo_is_kept_without_its_place_and_given_to_those_who_see_the_case,
    a_repeat_is_the_same_document_and_another_file_is_another_command,
    whom_it_is_about_takes_it_along_when_erased,
    an_officer_shows_what_her_agency_did_and_sees_no_other_paper,
);

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_with_a_reason_and_leaves_nothing() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let head = world.log.head().await.unwrap().position;
    let whole = photo(1);
    for (file, status, code) in [
        (Vec::new(), 422, "empty_file"),
        (b"%PDF-1.4 ...".to_vec(), 422, "pdf_not_taken"),
        (b"<html>".to_vec(), 422, "no_picture"),
        (whole[..whole.len() / 2].to_vec(), 422, "picture_cut_off"),
        (vec![0xff; 6 << 20], 413, "file_too_large"),
    ] {
        let answer = handed(&world, "caseworker", &case.id, (key(), ""), file).await;
        assert_eq!(answer.code(status), code);
    }
    for (more, pointer, code) in [
        ("&about=00000000-0000-0000-0000-000000000009", "/query/about/0", "not_a_member"),
        ("&about=x", "/query/about/0", "not_a_uuid"),
        ("&happened_on=2030-01-01", "/query/happened_on", "in_the_future"),
        ("&referral=x", "/query/referral", "not_a_uuid"),
        ("&size=7", "/query/size", "unknown_parameter"),
    ] {
        let answer = handed(&world, "caseworker", &case.id, (key(), more), photo(1)).await;
        let error = &answer.json()["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)), "{}", answer.json());
    }
    let untitled = Request::post(format!("/api/v1/households/{}/documents?kind=selfie", case.id));
    let answer = got(&world, "caseworker", untitled, photo(1)).await;
    assert_eq!(answer.code(422), "invalid_fields");
    assert_eq!((kept(&world).await, world.log.head().await.unwrap().position), (0, head));
    for who in ["auditor", "operations", "researcher"] {
        assert_eq!(handed(&world, who, &case.id, (key(), ""), photo(1)).await.code(403), "role_may_not");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_was_only_told_has_no_file_and_one_that_was_taken_back_is_not_there() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let told = Uuid::from_u128(0x77);
    let body = json!({
        "document": told, "kind": "photo", "media_type": "image/jpeg", "size": 5, "sha256": "0".repeat(64), "title": "x"
    });
    case.give("caseworker", "attach-document", body).await;
    let done = handed(&world, "caseworker", &case.id, (key(), ""), photo(1)).await;
    let place = done.header("location").to_owned();
    let other = place.rsplit_once('/').unwrap().0;
    assert_eq!(fetched(&world, "caseworker", &format!("{other}/{told}")).await.code(404), "no_file_kept");
    let view = world.get("caseworker", &format!("/households/{}", case.id)).await.ok().body;
    assert_eq!(view["documents"][0]["file"], false);
    let page = get(&world, "caseworker", &format!("/cases/{}", case.id)).await;
    assert!(page.text.contains(&place) && !page.text.contains(&told.to_string()), "one link: {}", page.text);
    let back = json!({"sequence": view["sequence"], "reason": "mistake"});
    world.post("supervisor", &format!("/households/{}/retract-fact", case.id), back).await.ok();
    assert_eq!(fetched(&world, "caseworker", &place).await.code(404), "no_such_document");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_and_was_never_told_is_swept_and_nothing_else() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let stays = handed(&world, "caseworker", &case.id, (key(), ""), photo(1)).await;
    let back = json!({"sequence": stays.json()["sequence"], "reason": "mistake"});
    world.post("supervisor", &format!("/households/{}/retract-fact", case.id), back).await.ok();
    let (vault, now) = (world.desk.vault(), world.desk.now());
    let owner = RingOwner::new("household", &case.id);
    vault.attach(&owner, &Subject::new("document", Uuid::from_u128(1)), b"never told", now).await.unwrap();
    assert_eq!(huean::watcher::sweep(&world.desk).await.unwrap(), 0, "it may still be told");
    world.clock.set(now + chrono::Duration::days(2));
    assert_eq!(kept(&world).await, 2);
    assert_eq!(huean::watcher::sweep(&world.desk).await.unwrap(), 1);
    let left = vault.attachments(world.desk.now(), "", 10).await.unwrap();
    assert_eq!(left.len(), 1);
    assert!(stays.header("location").ends_with(left[0].subject.as_str().trim_start_matches("document:")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_opens_every_file_and_only_notes_a_document_without_one() {
    use huean::check::{Invariant, check};
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let told = json!({"kind": "photo", "media_type": "image/jpeg", "size": 5, "sha256": "0".repeat(64), "title": "x"});
    case.give("caseworker", "attach-document", told).await;
    handed(&world, "caseworker", &case.id, (key(), ""), photo(1)).await;
    let (log, vault, desk) = (world.log.clone(), world.desk.vault().clone(), world.desk.clone());
    let house = huean::app::House { log, vault, desk };
    let seals = async || {
        let report = check(&house, world.vault_file().parent().unwrap()).await.unwrap();
        let seals = report.looked.into_iter().find(|it| it.invariant == Invariant::Seals).unwrap();
        (seals.wrong, seals.findings.into_iter().map(|it| it.what).collect::<Vec<_>>(), report.notes)
    };
    let (wrong, _, notes) = seals().await;
    assert_eq!((wrong, notes.len()), (0, 1), "{notes:?}");
    assert!(notes[0].starts_with("1 documents were only told"), "{notes:?}");
    let file = rusqlite::Connection::open(world.vault_file()).unwrap();
    file.execute_batch("DROP TRIGGER an_attachment_is_not_changed; UPDATE attachments SET sealed = zeroblob(99)")
        .unwrap();
    let (wrong, findings, _) = seals().await;
    assert_eq!(wrong, 1);
    assert!(findings[0].contains("the file of document:"), "{findings:?}");
}

fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut all = Vec::new();
    for (name, file, value) in parts {
        let file = file.map_or_else(String::new, |it| format!("; filename=\"{it}\"\r\nContent-Type: image/jpeg"));
        let head = format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        all.extend([head.as_bytes(), value, b"\r\n"].concat());
    }
    all.extend(format!("--{MARK}--\r\n").as_bytes());
    all
}

async fn sent(world: &World, who: &str, id: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Page {
    let request = Request::post(format!("/cases/{id}/documents"))
        .header("content-type", format!("multipart/form-data; boundary={MARK}"))
        .header("sec-fetch-site", "same-origin");
    let Got { status, headers, bytes } = got(world, who, request, form(parts)).await;
    Page { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_takes_a_picture_without_the_script_and_keeps_what_was_typed_when_it_is_refused() {
    let world = World::new().await;
    let case = Case::identified(&world).await;
    let place = format!("/cases/{}", case.id);
    let page = get(&world, "caseworker", &place).await;
    assert!(page.text.contains(&format!("{place}/do/attach-document")), "it is offered: {}", page.text);
    let open = get(&world, "caseworker", &format!("{place}/do/attach-document")).await;
    assert!(open.text.contains("enctype=\"multipart/form-data\"") && !open.text.contains("name=\"sha256\""));
    let (token, command) = (open.token().to_owned(), open.after("name=\"_command\" value=\"").to_owned());
    let typed: Vec<(&str, Option<&str>, &[u8])> = vec![
        ("_token", None, token.as_bytes()),
        ("_command", None, command.as_bytes()),
        ("kind", None, b"land"),
        ("title", None, "โฉนด คานารี".as_bytes()),
    ];
    let with = |file: &'static [u8]| [&typed[..], &[("file", Some("รูป.jpg"), file)]].concat();
    for (parts, status, says) in [
        (with(b"%PDF-1.7"), 422, "PDF"),
        (with(b"hello"), 422, "JPEG"),
        (typed.clone(), 422, "ต้องเลือกรูปก่อน"),
        ([&typed[..], &[("file", Some(""), b"")]].concat(), 422, "ต้องเลือกรูปก่อน"),
    ] {
        let again = sent(&world, "caseworker", &case.id, &parts).await;
        assert_eq!(again.status.as_u16(), status, "{}", again.text);
        assert!(again.text.contains(says) && again.text.contains("id=\"file-why\""), "{says}: {}", again.text);
        assert_eq!(again.after("name=\"title\" value=\""), "โฉนด คานารี", "what was typed is kept");
        assert!(again.text.contains("value=\"land\" selected"), "{}", again.text);
        assert_eq!(again.after("name=\"_command\" value=\""), command);
    }
    let foreign = [("_token", None, &b"x"[..]), ("file", Some("a.jpg"), &b"x"[..])];
    assert_eq!(sent(&world, "caseworker", &case.id, &foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(sent(&world, "stranger", &case.id, &typed).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sent(&world, "auditor", &case.id, &typed).await.status, StatusCode::FORBIDDEN);
    assert_eq!(kept(&world).await, 0);
    let whole = photo(5);
    let parts = [&typed[..], &[("file", Some("รูป.jpg"), whole.as_slice())]].concat();
    let done = sent(&world, "caseworker", &case.id, &parts).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = get(&world, "caseworker", done.header("location")).await;
    assert!(page.text.contains("โฉนด คานารี"), "{}", page.text);
    let link = page.text.split_once(&format!("/api/v1/households/{}/documents/", case.id)).unwrap().1;
    let link = format!("/api/v1/households/{}/documents/{}", case.id, link.split('"').next().unwrap());
    assert!(!holds(&fetched(&world, "caseworker", &link).await.bytes, b"CANARY"));
    let twice = sent(&world, "caseworker", &case.id, &parts).await;
    assert_eq!((twice.status, kept(&world).await), (StatusCode::SEE_OTHER, 1), "sent twice is the same");
}
