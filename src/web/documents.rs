//! The file of a document: taken in, cleaned and sealed before the fact is told, and given to those who may see it.
//!
//! A file and its fact are told in one request. The file is stored first: a fact without its file would be a loss, a file
//! without its fact is swept.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use events::facts::household::HOUSEHOLD;
use events::id::{DocumentId, HouseholdId};
use events::sealed::Subject;
use events::vault::{RingOwner, VaultError};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::body::unread;
use super::commands::{Made, answer, command_headers};
use super::household_id::{Id, Two, household};
use super::imports::{Coming, Pieces, acting};
use super::kind::Kind;
use super::operation::{OpenTo, Operation, Parameter, Shape, day, one_of, uuid};
use super::problem::Problem;
use super::query::Params;
use super::reads::case::read_case;
use super::refused::{damaged, of_denied, of_desk, of_read};
use super::request::CommandHeaders;
use super::who::Signed;
use super::{V1, Web};
use crate::access::{Action, Caller, Relation, may};
use crate::case_view::{CaseView, Reading, ShownAs};
use crate::desk::{DeskError, Order, Receipt, Submission};
use crate::picture::{self, Form, LARGEST, NoPicture};
use crate::rules::household::command::Name;
use crate::rules::refusal::Thing;

/// So many files arrive at once; each is whole in memory.
pub(super) const AT_ONCE: usize = 16;
/// `Document-Title`: a title may hold a name, and addresses are written down on their way.
const TITLE: &str = "document-title";
/// What the parameters say of it.
const SAID: [&str; 4] = ["kind", "happened_on", "about", "referral"];
/// The media types of files that are taken and given.
const FILES: [&str; 2] = [Form::Jpeg.media_type(), Form::Png.media_type()];
/// What a document can be.
const KINDS: [&str; 10] = [
    "id_card",
    "house_register",
    "consent_form",
    "medical",
    "income",
    "land",
    "school",
    "death_certificate",
    "photo",
    "other",
];

/// Whether a request brings the file of a document: it may take longer than others.
pub(super) fn is_upload(request: &Request) -> bool {
    let path = request.uri().path();
    let path = path.strip_prefix(V1).and_then(|it| it.strip_prefix("/households/")).or(path.strip_prefix("/cases/"));
    request.method() == Method::POST && path.is_some_and(|it| it.ends_with("/documents"))
}

/// The problem of a file that is not taken.
pub(super) fn of_picture(why: NoPicture) -> Problem {
    let text = why.text();
    let kind = if why == NoPicture::TooLarge { Kind::TooLarge } else { Kind::File };
    Problem::new(kind, why.code(), text.th, text.en)
}

/// The household of a path, if the caller may attach something to it: asked before anything is read.
pub(super) async fn open_to(web: &Web, caller: &Caller, text: &str) -> Result<HouseholdId, Problem> {
    let id = household(web, text).await?;
    let (loaded, _) = web.0.desk.load_household(id, false).await.map_err(of_read)?;
    let relation = loaded.state.case().map_or(Relation::None, |case| caller.relation_to(case));
    may(caller.role, Action::Household(Name::AttachDocument), relation).map_err(of_denied)?;
    Ok(id)
}

/// So much of a file that is too large is still read, so that its sender hears why it is not taken.
const READ_ON: usize = 64 << 20;

/// A whole file, as long as there is room for it.
pub(super) async fn whole(web: &Web, coming: &mut impl Pieces) -> Result<Vec<u8>, Problem> {
    let _place = web.0.arriving.try_acquire().map_err(|_| {
        let (th, en) = ("มีไฟล์กำลังส่งเข้ามามาก ลองอีกครั้ง", "many files are on their way in: try again");
        Problem::new(Kind::TooMany, "too_many_uploads", th, en).again_after(5)
    })?;
    let (mut bytes, mut come) = (Vec::new(), 0);
    while let Some(piece) = coming.piece().await? {
        come += piece.len();
        if come <= LARGEST {
            bytes.extend_from_slice(&piece);
        } else if come > READ_ON {
            break;
        }
    }
    if come > LARGEST { Err(of_picture(NoPicture::TooLarge)) } else { Ok(bytes) }
}

/// Keeps a file and tells that it belongs to the case. `fields` are those of `attach-document`; what the file is says the
/// file itself. Answers which document it became.
pub(super) async fn attach(
    web: &Web,
    caller: Caller,
    (household, said): (HouseholdId, CommandHeaders),
    mut fields: Map<String, Value>,
    bytes: &[u8],
) -> Result<(Receipt, DocumentId), Problem> {
    let picture = picture::cleaned(bytes).map_err(of_picture)?;
    let sha256 = hex::encode(Sha256::digest(&picture.bytes));
    // It follows from the command and the file: a repeat meets the same, and no document has two files.
    let document = DocumentId(Uuid::new_v5(&said.command.0, format!("document {sha256}").as_bytes()));
    let of_the_file = json!({
        "document": document, "media_type": picture.form.media_type(), "size": picture.bytes.len(), "sha256": sha256,
    });
    fields.extend(of_the_file.as_object().cloned().unwrap_or_default());
    let body = Value::Object(fields).to_string();
    let command = Name::AttachDocument.read(body.as_bytes()).map_err(|error| unread(&error))?;
    let order = Order::Household { id: household, command };
    let submission = Submission { caller, command: said.command, seen: said.seen, order };
    // What is refused leaves nothing behind.
    let foreseen = web.0.desk.foresee(&submission).await.map_err(|error| of_desk(error, Thing::Household))?;
    if let Some(receipt) = foreseen {
        return Ok((receipt, document));
    }
    let (owner, subject) = (owner(household), subject(document));
    let kept = web.0.desk.vault().attach(&owner, &subject, &picture.bytes, web.0.desk.now()).await;
    kept.map_err(|error| of_desk(error.into(), Thing::Household))?;
    Ok((web.give(submission, Thing::Household).await?, document))
}

fn owner(household: HouseholdId) -> RingOwner {
    RingOwner::new(HOUSEHOLD, household.to_string())
}

/// Under whose key title and file stand.
fn subject(document: DocumentId) -> Subject {
    Subject::new("document", document)
}

/// `POST /households/{id}/documents`
async fn upload(
    State(web): State<Web>,
    Signed(caller): Signed,
    Id(id): Id,
    mut params: Params,
    request: Request,
) -> Result<Response, Problem> {
    let caller = acting(&web, caller, Action::Household(Name::AttachDocument)).await?;
    let household = open_to(&web, &caller, &id).await?;
    let said = CommandHeaders::read(request.headers())?;
    let mut fields = Map::new();
    for name in SAID {
        let Some(text) = params.text(name) else { continue };
        let value = if name == "about" { text.split(',').map(str::trim).collect() } else { Value::from(text) };
        fields.insert(name.to_owned(), value);
    }
    params.finish()?;
    if let Some(title) = title(request.headers())? {
        fields.insert("title".to_owned(), Value::from(title));
    }
    let (parts, body) = request.into_parts();
    let bytes = whole(&web, &mut Coming::of(body, &parts.extensions)).await?;
    let attached = attach(&web, caller, (household, said), fields, &bytes).await;
    let (receipt, document) = attached.map_err(where_it_was_said)?;
    Ok(answer(&receipt, Some(Made::At(format!("households/{household}/documents/{document}")))))
}

/// The title: UTF-8, of which what no header can hold is written as in addresses.
fn title(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(TITLE) else { return Ok(None) };
    let wrong = || {
        let (th, en) = ("ต้องเป็น UTF-8 แบบ percent-encoding", "must be UTF-8, percent-encoded");
        Problem::field(format!("/headers/{TITLE}"), "not_percent_encoded", th, en)
    };
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%' {
            let (code, after) = rest.split_first_chunk::<2>().ok_or_else(wrong)?;
            rest = after;
            bytes.extend(hex::decode(code).map_err(|_| wrong())?);
        } else {
            bytes.push(*byte);
        }
    }
    String::from_utf8(bytes).map(Some).map_err(|_| wrong())
}

/// Fields of the command are parameters here, and one is a header.
fn where_it_was_said(mut problem: Problem) -> Problem {
    for error in &mut problem.errors {
        error.pointer = match error.pointer.as_str() {
            "/title" => format!("/headers/{TITLE}"),
            other => format!("/query{other}"),
        };
    }
    problem
}

/// `GET /households/{id}/documents/{document}`
async fn file(
    State(web): State<Web>,
    Signed(caller): Signed,
    Two(id, document): Two,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    params.finish()?;
    let case = read_case(&web, caller, &id, &headers, Params::default()).await?;
    let document = Uuid::parse_str(&document).map(DocumentId).map_err(|_| no_such_document())?;
    let known = case.view.documents.iter().find(|it| it.document == document).ok_or_else(no_such_document)?;
    if known.title.shown == ShownAs::Erased {
        return Err(gone());
    }
    if !case.reading.shows_paper(document) {
        let (th, en) = ("บทบาทของท่านไม่เห็นไฟล์นี้", "this file is not shown to you: ask the household's caseworker");
        return Err(Problem::new(Kind::Forbidden, "file_not_shown", th, en));
    }
    let kept = web.0.desk.vault().attached(&owner(case.view.id), &subject(document)).await;
    let bytes = match kept {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let (th, en) = ("เอกสารนี้ไม่มีไฟล์เก็บไว้", "no file is kept of this document: it was only told");
            return Err(Problem::new(Kind::NotFound, "no_file_kept", th, en));
        }
        Err(VaultError::Erased(_)) => return Err(gone()),
        Err(error) => return Err(of_read(DeskError::from(error))),
    };
    let Some(form) = Form::of(&bytes).filter(|_| hex::encode(Sha256::digest(&bytes)) == known.sha256) else {
        tracing::error!(%document, "the file that is kept is not the one that the fact tells of");
        return Err(damaged());
    };
    let name = format!("attachment; filename=\"document-{document}.{}\"", form.ending());
    let mut response = bytes.into_response();
    let of_the_file = response.headers_mut();
    of_the_file.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.media_type()));
    if let Ok(name) = HeaderValue::from_str(&name) {
        of_the_file.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn no_such_document() -> Problem {
    let (th, en) = ("ไม่พบเอกสารนี้", "there is no such document in this household");
    Problem::new(Kind::NotFound, "no_such_document", th, en)
}

fn gone() -> Problem {
    Problem::new(
        Kind::Gone,
        "document_erased",
        "เอกสารนี้ถูกลบถาวรแล้ว",
        "this document was erased: nobody can see it again",
    )
}

/// Says of each document whether its file is kept and this reader is given it.
pub(super) async fn mark_files(web: &Web, view: &mut CaseView, reading: &Reading) -> Result<(), Problem> {
    let shown = |id: DocumentId| reading.shows_paper(id);
    let asked: Vec<_> = view.documents.iter().map(|it| it.document).filter(|id| shown(*id)).map(subject).collect();
    let kept = web.0.desk.vault().attached_among(&asked).await.map_err(|error| of_read(error.into()))?;
    for document in &mut view.documents {
        document.file = kept.contains(&subject(document.document));
    }
    Ok(())
}

/// Both ways.
pub(super) fn operations() -> Vec<Operation> {
    let said = vec![
        Parameter::household(),
        Parameter::query("kind", "What it is.", one_of(&KINDS)),
        Parameter::query("happened_on", "The day it was made or received; today when left out.", day()),
        Parameter::query("about", "Members it is about, separated by commas.", json!({"type": "string"})),
        Parameter::query("referral", "The open referral for which it is handed in; an officer must name one.", uuid()),
        Parameter::header(TITLE, "What it is called: UTF-8, percent-encoded.", json!({"type": "string"})),
    ];
    vec![
        Operation {
            method: "post",
            path: format!("{V1}/households/{{id}}/documents"),
            id: "hand_in_document".to_owned(),
            tag: "households",
            summary: "Hands in the picture of a paper, 5 MB at most: without its metadata it is kept sealed, and the \
                      document belongs to the case."
                .to_owned(),
            open_to: OpenTo::WhoMay(Action::Household(Name::AttachDocument)),
            parameters: [said, command_headers()].concat(),
            body: Some((Shape::file(&FILES), Value::Null)),
            status: 201,
            answer: Some(Shape::of::<Receipt>()),
            failures: &[404, 408, 409, 412, 413, 422, 429],
            route: post(upload),
        },
        Operation {
            method: "get",
            path: format!("{V1}/households/{{id}}/documents/{{document}}"),
            id: "file_of_document".to_owned(),
            tag: "households",
            summary: "The file of a document, for those who see its title, and for the officer who handed it in."
                .to_owned(),
            open_to: OpenTo::WhoMay(Action::ReadCase),
            parameters: vec![Parameter::household(), Parameter::path("document", "The document.", uuid())],
            body: None,
            status: 200,
            answer: Some(Shape::file(&FILES)),
            failures: &[404, 410, 422],
            route: get(file),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_document_can_be_said() {
        for kind in KINDS {
            assert!(serde_json::from_value::<events::facts::household::DocumentKind>(json!(kind)).is_ok(), "{kind}");
        }
    }

    #[test]
    fn a_title_is_read_as_it_was_meant_or_refused() {
        let read = |text: &str| {
            let headers = HeaderMap::from_iter([(header::HeaderName::from_static(TITLE), text.parse().unwrap())]);
            title(&headers).map_err(|problem| problem.errors[0].code)
        };
        assert_eq!(read("%E0%B8%9A%E0%B9%89%E0%B8%B2%E0%B8%99 1").unwrap().as_deref(), Some("บ้าน 1"));
        for wrong in ["%", "%4", "%zz", "%FF"] {
            assert_eq!(read(wrong), Err("not_percent_encoded"), "{wrong}");
        }
        assert_eq!(title(&HeaderMap::new()).unwrap(), None);
    }
}
