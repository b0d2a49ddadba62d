//! Files from elsewhere: handed in, judged, recorded, taken back. Whoever hands one in need not wait for it: the answer
//! is where to look.

mod upload;
mod view;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use serde_json::json;
use uuid::Uuid;

pub(super) use self::upload::{Coming, PATIENCE, Pieces, asked, is_upload, taken};
use self::view::{ImportView, ImportsView};
use super::household_id::Id;
use super::kind::Kind;
use super::operation::{OpenTo, Operation, Parameter, Shape, day, one_of, text, uuid};
use super::problem::Problem;
use super::refused::{of_denied, of_read, unavailable};
use super::who::Signed;
use super::{V1, Web};
use crate::access::{Action, Caller, Relation, may};
use crate::import::form;
pub(super) use crate::import::kept::KeptError;
use crate::import::kept::{Imports, Shown};
use crate::import::rejected::Form;
use crate::reports::xlsx;
use crate::rules::household::command::Name;

/// The media types of files that are taken and given.
const FILES: [&str; 2] = ["text/csv", xlsx::MEDIA_TYPE];

/// May this role ask this, as the log has it now?
pub(super) async fn acting(web: &Web, caller: Caller, action: Action) -> Result<Caller, Problem> {
    may(caller.role, action, Relation::InScope).map_err(of_denied)?;
    Ok(web.0.desk.reading(&caller).await.map_err(of_read)?.into_owned())
}

/// The problem of what can't be done with a file.
pub(super) fn of_kept(error: KeptError) -> Problem {
    let rule = |code, th: &str, en: &str| Problem::new(Kind::Rule, code, th, en);
    let not_now = |code, th: &str, en: &str| Problem::new(Kind::NotNow, code, th, en).again_after(120);
    match error {
        KeptError::Unknown => {
            Problem::new(Kind::NotFound, "no_such_import", "ไม่พบการนำเข้านี้", "there is no such import in your scope")
        }
        KeptError::NotYours => Problem::new(
            Kind::Forbidden,
            "not_your_import",
            "เฉพาะผู้ส่งไฟล์นี้เท่านั้น",
            "only the person who handed this file in may do this",
        ),
        KeptError::Working => {
            rule("import_working", "กำลังทำงานกับไฟล์นี้อยู่", "the file is being worked on: look at its state")
        }
        KeptError::NotJudged => {
            rule("import_not_judged", "ยังไม่ได้ตรวจไฟล์นี้ ให้สั่งตรวจก่อน", "the file was not judged yet: judge it first")
        }
        KeptError::Gone => {
            rule("import_file_gone", "ไม่มีไฟล์นี้เก็บไว้แล้ว ให้ส่งใหม่", "the file is not kept any more: hand it in again")
        }
        KeptError::NothingToUndo => {
            rule("nothing_to_undo", "ยังไม่มีครัวเรือนที่จะถอนคืนได้", "it brought no household that could be taken back")
        }
        KeptError::NothingRejected => rule("nothing_rejected", "ไม่มีแถวที่ถูกปฏิเสธ", "no row was rejected"),
        KeptError::TooMany => rule(
            "too_many_imports",
            "ท่านมีไฟล์ที่เก็บไว้มากเกินไป ให้บันทึกหรือทิ้งไฟล์ก่อน",
            "too many of your files are kept here: commit or discard one first",
        ),
        KeptError::Arriving => {
            let (th, en) = ("ท่านกำลังส่งไฟล์อื่นอยู่ ให้รอจนเสร็จ", "your other files are on their way: wait for them");
            Problem::new(Kind::TooMany, "too_many_uploads", th, en).again_after(30)
        }
        KeptError::NoRoom => not_now("no_room", "ไม่มีที่ว่างสำหรับไฟล์ในขณะนี้", "there is no room for a file now"),
        KeptError::Ending => not_now("ending", "ระบบกำลังจะหยุด", "the service is ending: ask again later"),
        KeptError::Disk(error) if is_full(&error) => {
            not_now("no_room", "ดิสก์เต็ม แจ้งผู้ดูแลระบบ", "the disk is full: tell the operators")
        }
        KeptError::Disk(error) => {
            tracing::error!(%error, "the folder of imports can't be used");
            unavailable()
        }
    }
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// Work that has begun, and where to look how it stands.
fn begun(shown: Shown, caller: &Caller) -> Response {
    let place = format!("{V1}/imports/{}", shown.record.id);
    let mut response = (StatusCode::ACCEPTED, axum::Json(ImportView::of(shown, caller))).into_response();
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

fn id_of(text: &str) -> Result<Uuid, Problem> {
    Uuid::parse_str(text).map_err(|_| of_kept(KeptError::Unknown))
}

async fn list(State(web): State<Web>, Signed(caller): Signed) -> Result<axum::Json<ImportsView>, Problem> {
    let caller = acting(&web, caller, Action::ImportFiles).await?;
    let items: Vec<_> = web.0.imports.list(&caller).into_iter().map(|it| ImportView::of(it, &caller)).collect();
    Ok(axum::Json(ImportsView { total: items.len() as u64, items, next: None }))
}

async fn one(State(web): State<Web>, Signed(caller): Signed, Id(id): Id) -> Result<axum::Json<ImportView>, Problem> {
    let caller = acting(&web, caller, Action::ImportFiles).await?;
    let shown = web.0.imports.find(id_of(&id)?, &caller).map_err(of_kept)?;
    Ok(axum::Json(ImportView::of(shown, &caller)))
}

/// Something to be done with a file, in its own time.
fn doing(what: fn(&Imports, Uuid, &Caller) -> Result<Shown, KeptError>, action: Action) -> MethodRouter<Web> {
    post(move |State(web): State<Web>, Signed(caller): Signed, Id(id): Id| async move {
        let caller = acting(&web, caller, action).await?;
        let shown = what(&web.0.imports, id_of(&id)?, &caller).map_err(of_kept)?;
        Ok::<_, Problem>(begun(shown, &caller))
    })
}

async fn rejected(State(web): State<Web>, Signed(caller): Signed, Id(id): Id) -> Result<Response, Problem> {
    let caller = acting(&web, caller, Action::ImportFiles).await?;
    let (path, form) = web.0.imports.rejected(id_of(&id)?, &caller).map_err(of_kept)?;
    let file = tokio::fs::File::open(&path).await.map_err(|error| of_kept(KeptError::Disk(error)))?;
    let media_type = match form {
        Form::Csv => "text/csv; charset=utf-8",
        Form::Xlsx => xlsx::MEDIA_TYPE,
    };
    let name = format!("attachment; filename=\"rejected.{}\"", form.ending());
    let headers = [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, axum::body::Body::from_stream(view::pieces(file))).into_response())
}

async fn template(State(web): State<Web>, Signed(caller): Signed, _: HeaderMap) -> Result<Response, Problem> {
    acting(&web, caller, Action::ImportFiles).await?;
    let bytes = form::template().map_err(|error| of_kept(KeptError::Disk(error)))?;
    let name = "attachment; filename=\"households.csv\"".to_owned();
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

/// All of it.
pub(super) fn operations() -> Vec<Operation> {
    let operation = |method, path: &str, id: &str, summary: &str, action, status, answer, failures, route| Operation {
        method,
        path: format!("{V1}/imports{path}"),
        id: id.to_owned(),
        tag: "imports",
        summary: summary.to_owned(),
        open_to: OpenTo::WhoMay(action),
        parameters: if path.contains('{') { vec![Parameter::path("id", "The import.", uuid())] } else { Vec::new() },
        body: None,
        status,
        answer,
        failures,
        route,
    };
    let view = || Some(Shape::of::<ImportView>());
    let (import, undo) = (Action::ImportFiles, Action::Household(Name::WithdrawIdentification));
    let mut uploading = operation(
        "post",
        "",
        "hand_in_import",
        "Hands in a file of households, or a list of the state: kept for a day at most, and judged at once.",
        import,
        202,
        view(),
        &[408, 413, 415, 422, 429],
        post(upload::upload),
    );
    uploading.parameters = vec![
        Parameter::query("kind", "households (unless said otherwise) or list.", one_of(&upload::KINDS)),
        Parameter::query("source", "Whose numbering the references are.", text("^.{1,60}$")),
        Parameter::query("list", "Which list it is.", one_of(&upload::LISTS)),
        Parameter::query("list_date", "The date of the list.", day()),
        Parameter::query("area", "The area that the list covers whole.", text("^[0-9]{2}([0-9]{2}){0,2}$")),
    ];
    uploading.body = Some((Shape::file(&FILES), json!(upload::EXAMPLE)));
    vec![
        uploading,
        operation(
            "get",
            "",
            "imports",
            "Your imports, and those you oversee.",
            import,
            200,
            Some(Shape::of::<ImportsView>()),
            &[],
            get(list),
        ),
        operation(
            "get",
            "/template",
            "import_template",
            "A file of households to fill in.",
            import,
            200,
            Some(Shape::file(&["text/csv"])),
            &[],
            get(template),
        ),
        operation(
            "get",
            "/{id}",
            "import",
            "How an import stands: what would become of it, or what did.",
            import,
            200,
            view(),
            &[404],
            get(one),
        ),
        operation(
            "get",
            "/{id}/rejected",
            "rejected_of_import",
            "The rows that did not go in, with reasons, to be corrected and handed in again; for who handed the file in.",
            import,
            200,
            Some(Shape::file(&FILES)),
            &[404, 422],
            get(rejected),
        ),
        operation(
            "post",
            "/{id}/judge",
            "judge_import",
            "Judges the file anew, after a restart or when policies changed.",
            import,
            202,
            view(),
            &[404, 422],
            doing(Imports::judge, import),
        ),
        operation(
            "post",
            "/{id}/commit",
            "commit_import",
            "Records what can go in. Asked again after an interruption it goes on.",
            import,
            202,
            view(),
            &[404, 422],
            doing(Imports::commit, import),
        ),
        operation(
            "post",
            "/{id}/undo",
            "undo_import",
            "Takes back all that the file brought, as long as nobody has worked on it.",
            undo,
            202,
            view(),
            &[404, 422],
            doing(Imports::undo, undo),
        ),
        operation(
            "post",
            "/{id}/discard",
            "discard_import",
            "Stops work on the file and removes it with its rejected rows. What is recorded stays.",
            import,
            202,
            view(),
            &[404, 422],
            doing(Imports::discard, import),
        ),
    ]
}
