//! A document with its picture, within a form: the same door and the same bounds as those of the API. A form whose
//! picture is refused is shown again with what was typed.

use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use events::id::CommandId;
use serde_json::Value;
use uuid::Uuid;

use super::act::{Shown, is_of_the_file, is_of_the_form, page_of};
use super::form::choices::Choices;
use super::form::{asked, collect};
use super::reader::Reader;
use super::sent::{COMMAND, Fields, SEEN, TOKEN, foreign_form, from_no_other_site};
use super::words::{Html, with_status};
use crate::access::Action;
use crate::rules::household::command::Name;
use crate::web::Web;
use crate::web::documents::{attach, open_to, whole};
use crate::web::household_id::Id;
use crate::web::imports::{Coming, acting};
use crate::web::kind::Kind;
use crate::web::multipart::Parts;
use crate::web::problem::Problem;
use crate::web::query::Params;
use crate::web::reads::case::read_case;
use crate::web::request::{CommandHeaders, fresh_id};

const NAME: Name = Name::AttachDocument;
/// So many parts the form has at most: a box for each member, and a few fields.
const MOST: usize = 100;

/// `POST /cases/{id}/documents`
pub async fn hand_in(State(web): State<Web>, Id(id): Id, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let mut reader = Reader::from_request_parts(&mut parts, &web).await?;
    from_no_other_site(&parts.headers)?;
    reader.caller = acting(&web, reader.caller.clone(), Action::Household(NAME)).await?;
    let household = open_to(&web, &reader.caller, &id).await?;
    let mut form = Parts::of(&parts.headers, Coming::of(body, &parts.extensions))?;
    let mut fields = Fields::default();
    let file = read(&web, &reader, &mut form, &mut fields).await;
    let command: Uuid = fields.one(COMMAND).parse().unwrap_or_else(|_| fresh_id());
    let seen: Option<u64> = fields.one(SEEN).parse().ok();
    let done = match file {
        Ok(bytes) => {
            let said = CommandHeaders { command: CommandId(command), seen };
            let Value::Object(body) = collect::body(asked::of(NAME), &fields) else { return Err(foreign_form()) };
            attach(&web, reader.caller.clone(), (household, said), body, &bytes).await
        }
        Err(problem) => Err(problem),
    };
    let problem = match done {
        Ok((receipt, _)) => {
            let to = format!("/cases/{household}?done={}&after_position={}", NAME.as_str(), receipt.position);
            return Ok(Redirect::to(&to).into_response());
        }
        Err(problem) if is_of_the_file(&problem) || is_of_the_form(&problem) => problem,
        Err(problem) => return Err(problem),
    };
    let case = read_case(&web, reader.caller.clone(), &id, &parts.headers, Params::default()).await?;
    let choices = Choices::anywhere(&web, &reader.caller, reader.language).await?;
    let choices = choices.within(&case.view, NAME, reader.language);
    let status = problem.kind.status();
    // A key that was used for something else would be refused for ever.
    let command = (problem.kind != Kind::KeyReused).then_some(command);
    let shown = Shown { fields, problem: Some(problem), command, seen };
    Ok(with_status(status, Html(page_of(&reader, NAME, &case, &choices, shown))))
}

/// Reads the form up to its file, which comes last: what is not the reader's own form brings none.
async fn read(web: &Web, reader: &Reader, form: &mut Parts, fields: &mut Fields) -> Result<Vec<u8>, Problem> {
    for _ in 0..MOST {
        let Some(heading) = form.next().await? else { break };
        if heading.name != "file" {
            let value = form.value().await?;
            fields.take(heading.name, &value);
            continue;
        }
        if !reader.is_own(fields.one(TOKEN)) {
            return Err(foreign_form());
        }
        if heading.file.is_none_or(|it| it.is_empty()) {
            break;
        }
        return whole(web, form).await;
    }
    if !reader.is_own(fields.one(TOKEN)) {
        return Err(foreign_form());
    }
    Err(Problem::field("/file", "missing", "ต้องเลือกรูปก่อน", "choose a picture first"))
}
