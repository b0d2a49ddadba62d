//! Many commands to households in one request, as somebody gives them who clears a queue: each is judged and recorded by
//! itself, as if it had come alone, and each has its own answer.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use events::id::{CommandId, HouseholdId};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::{Json, unread};
use super::language::Language;
use super::operation::{OpenTo, Operation, Parameter, Shape, uuid};
use super::problem::{Problem, ProblemBody};
use super::refused::of_denied;
use super::request::{CommandHeaders, KEY, POSITION};
use super::who::Signed;
use super::{V1, Web};
use crate::access::{Action, Caller, Relation, may};
use crate::desk::{Order, Receipt, Submission};
use crate::rules::household::command::Name;
use crate::rules::refusal::Thing;

/// So many commands at once.
pub const MOST: usize = 1_000;
/// So many households are worked on at once: enough to fill what is written together.
const TOGETHER: usize = 64;

/// Commands to be done one by one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Commands {
    /// Them. Those to one household are done in their order.
    #[schema(min_items = 1, max_items = 1000)]
    commands: Vec<OneOfMany>,
}

/// One of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneOfMany {
    /// The household, by its id.
    household: Uuid,
    /// The command, as it stands in its address: `remind-agency`.
    command: String,
    /// Its body, as it would be sent alone.
    #[schema(value_type = Object)]
    #[serde(default)]
    body: Map<String, Value>,
    /// The sequence that the caller has seen of this household.
    #[serde(default)]
    seen: Option<u64>,
}

/// What became of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommandsDone {
    /// How many were done.
    done: usize,
    /// How many were refused, or failed.
    refused: usize,
    /// One answer per command, in their order.
    rows: Vec<CommandDone>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommandDone {
    /// The household.
    household: Uuid,
    /// The status that it would have had alone.
    status: u16,
    /// What was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<Receipt>,
    /// Why it was not. A field of the command is named as in its own body.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// One of them, with its name known.
struct Asked {
    at: usize,
    name: Name,
    one: OneOfMany,
}

/// The commands by household, or what is wrong with the list.
fn by_household(commands: Vec<OneOfMany>) -> Result<BTreeMap<Uuid, Vec<Asked>>, Problem> {
    if commands.is_empty() || commands.len() > MOST {
        let (th, en) = (format!("ต้องมี 1–{MOST} คำสั่ง"), format!("must hold 1 to {MOST} commands"));
        return Err(Problem::field("/commands", "wrong_count", th, en));
    }
    let mut wrong = Vec::new();
    let mut households: BTreeMap<Uuid, Vec<Asked>> = BTreeMap::new();
    for (at, one) in commands.into_iter().enumerate() {
        // A household that is new has no id yet: it comes in alone.
        let known = Name::ALL.into_iter().find(|name| name.as_str() == one.command && *name != Name::Identify);
        if let Some(name) = known {
            households.entry(one.household).or_default().push(Asked { at, name, one });
            continue;
        }
        let (th, en) = ("ไม่มีคำสั่งนี้สำหรับครัวเรือน", "is no command to a household that is there");
        wrong.extend(Problem::field(format!("/commands/{at}/command"), "unknown_code", th, en).errors);
    }
    if wrong.is_empty() { Ok(households) } else { Err(Problem::fields(wrong)) }
}

/// One command, as its own address would do it.
async fn done(web: &Web, caller: &Caller, headers: CommandHeaders, asked: &Asked) -> Result<Receipt, Problem> {
    may(caller.role, Action::Household(asked.name), Relation::InScope).map_err(of_denied)?;
    let body = Value::Object(asked.one.body.clone()).to_string();
    let command = asked.name.read(body.as_bytes()).map_err(|error| unread(&error))?;
    let submission = Submission {
        caller: caller.clone(),
        command: CommandId::derived(headers.command.0, &format!("command {}", asked.at)),
        seen: asked.one.seen,
        order: Order::Household { id: HouseholdId(asked.one.household), command },
    };
    web.give(submission, Thing::Household).await
}

impl OneOfMany {
    /// One command to a household that is there.
    pub fn to(household: Uuid, name: Name, body: Map<String, Value>) -> Self {
        Self { household, command: name.as_str().to_owned(), body, seen: None }
    }
}

/// What became of each command, in their order, with its household.
pub async fn each(
    web: &Web,
    caller: &Caller,
    headers: CommandHeaders,
    commands: Vec<OneOfMany>,
) -> Result<Vec<(Uuid, Result<Receipt, Problem>)>, Problem> {
    let households = by_household(commands)?;
    let of_one_household = |asked: Vec<Asked>| async move {
        let mut rows = Vec::with_capacity(asked.len());
        for asked in asked {
            let answer = done(web, caller, headers, &asked).await;
            rows.push((asked.at, asked.one.household, answer));
        }
        rows
    };
    let worked_on = stream::iter(households.into_values().map(of_one_household)).buffer_unordered(TOGETHER);
    let mut answers: Vec<_> = worked_on.concat().await;
    answers.sort_unstable_by_key(|(at, ..)| *at);
    Ok(answers.into_iter().map(|(_, household, answer)| (household, answer)).collect())
}

async fn all_of(web: Web, caller: Caller, headers: HeaderMap, json: Json) -> Result<Response, Problem> {
    let language = Language::asked_for(&headers);
    let headers = CommandHeaders::read(&headers)?;
    if headers.seen.is_some() {
        let (th, en) = ("ให้ระบุ seen ของแต่ละคำสั่ง", "has no meaning here: each command says what was `seen`");
        return Err(Problem::field("/headers/if-match", "no_meaning", th, en));
    }
    let commands: Commands = json.read()?;
    let answers = each(&web, &caller, headers, commands.commands).await?;
    let position = answers.iter().filter_map(|(.., answer)| answer.as_ref().ok()).map(|it| it.position).max();
    let rows: Vec<_> = answers
        .into_iter()
        .map(|(household, answer)| match answer {
            Ok(receipt) => CommandDone { household, status: 200, receipt: Some(receipt), problem: None },
            Err(problem) => {
                let problem = problem.body(language, caller.request);
                CommandDone { household, status: problem.status, receipt: None, problem: Some(problem) }
            }
        })
        .collect();
    let done = rows.iter().filter(|row| row.receipt.is_some()).count();
    let mut response = axum::Json(CommandsDone { done, refused: rows.len() - done, rows }).into_response();
    if let Some(position) = position {
        response.headers_mut().insert(POSITION, HeaderValue::from(position));
    }
    Ok(response)
}

/// `POST /commands`.
pub fn operation() -> Operation {
    let says =
        "The id of the whole. Sent again with the same body, what was done is answered again and the rest is done.";
    let household = "0198f0c2-0000-7000-8000-000000000001";
    let referral = "0198f0c2-0000-7000-8000-000000000002";
    let example = json!({"commands": [
        {"household": household, "command": "remind-agency", "body": {"referral": referral}},
    ]});
    let handler = |State(web): State<Web>, Signed(caller): Signed, headers: HeaderMap, json: Json| {
        all_of(web, caller, headers, json)
    };
    Operation {
        method: "post",
        path: format!("{V1}/commands"),
        id: "give_many_commands".to_owned(),
        tag: "households",
        summary: "Up to 1,000 commands to households. Each is judged and recorded by itself and has its own answer."
            .to_owned(),
        open_to: OpenTo::EveryRole,
        parameters: vec![Parameter::header(KEY, says, uuid())],
        body: Some((Shape::of::<Commands>(), example)),
        status: 200,
        answer: Some(Shape::of::<CommandsDone>()),
        failures: &[408, 413, 415, 422],
        route: post(handler),
    }
}
