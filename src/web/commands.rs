//! Every change goes in here: a command is read, handed to the desk, and answered with its receipt.

mod offers;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use events::id::{HouseholdId, PersonId, StaffId};
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::{Json, unread};
use super::examples;
use super::household_id::{Id, household};
use super::imports::of_kept;
use super::operation::{OpenTo, Operation, Parameter, Shape, text, uuid};
use super::problem::Problem;
use super::refused::{of_denied, of_desk, of_projection};
use super::request::{CommandHeaders, KEY, POSITION, REPLAY};
use super::signin::refused::of_sign_in;
use super::who::Signed;
use super::{V1, Web};
use crate::access::{Action, Caller, Relation, may};
use crate::desk::{Order, Receipt, StaffCommand, Submission};
use crate::import::kept::KeptError;
use crate::rules::household::Command;
use crate::rules::household::command::Name;
use crate::rules::policy::{Publish, Withdraw};
use crate::rules::refusal::Thing;

/// What an accepted command asks of this node besides its facts.
enum After {
    Nothing,
    Left(StaffId),
    Erased(PersonId),
}

impl After {
    const fn of(order: &Order) -> Self {
        match order {
            Order::Household { command: Command::ErasePersonalData(it), .. } => Self::Erased(it.person),
            Order::Staff { id, command: StaffCommand::Leave(_) } => Self::Left(*id),
            Order::Household { .. }
            | Order::Agency { .. }
            | Order::Model { .. }
            | Order::Staff { .. }
            | Order::Policy(_)
            | Order::Withdraw(_) => Self::Nothing,
        }
    }
}

/// Where something new is read: its own address, or the list of its kind.
pub(super) enum Made {
    In(&'static str),
    At(String),
}

impl Web {
    async fn submit(
        &self,
        caller: Caller,
        headers: CommandHeaders,
        order: Order,
        thing: Thing,
        made: Option<Made>,
    ) -> Result<Response, Problem> {
        let receipt = self.receipt(caller, headers, order, thing).await?;
        Ok(answer(&receipt, made))
    }

    async fn receipt(
        &self,
        caller: Caller,
        headers: CommandHeaders,
        order: Order,
        thing: Thing,
    ) -> Result<Receipt, Problem> {
        self.give(Submission { caller, command: headers.command, seen: headers.seen, order }, thing).await
    }

    /// Gives a command to the desk, and does on this node what must be done before anybody hears that it is accepted.
    pub(super) async fn give(&self, submission: Submission, thing: Thing) -> Result<Receipt, Problem> {
        let after = After::of(&submission.order);
        let receipt = self.0.desk.submit(submission).await.map_err(|error| of_desk(error, thing))?;
        match after {
            After::Nothing => {}
            After::Left(staff) => {
                self.0.sign_in.left(staff).await.map_err(|error| of_sign_in(error, ""))?;
            }
            After::Erased(person) => {
                // This node holds nothing of the person when it says that it is done; the others follow within two
                // seconds.
                self.0.imports.purge(self.0.desk.now()).map_err(|error| of_kept(KeptError::Disk(error)))?;
                self.0.read_model.forget(person).await.map_err(|error| of_projection(&error))?;
            }
        }
        Ok(receipt)
    }
}

/// A receipt as an answer.
pub(super) fn answer(receipt: &Receipt, made: Option<Made>) -> Response {
    let status = if made.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = (status, axum::Json(receipt)).into_response();
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", receipt.sequence)) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(POSITION, HeaderValue::from(receipt.position));
    if receipt.replayed {
        headers.insert(REPLAY, HeaderValue::from_static("true"));
    }
    let place = made.map(|made| match made {
        Made::In(collection) => format!("{V1}/{collection}/{}", receipt.id),
        Made::At(path) => format!("{V1}/{path}"),
    });
    if let Some(place) = place.and_then(|place| HeaderValue::from_str(&place).ok()) {
        headers.insert(header::LOCATION, place);
    }
    response
}

/// What may not be done by this role is not read first.
pub(super) fn allowed(caller: &Caller, action: Action) -> Result<(), Problem> {
    may(caller.role, action, Relation::InScope).map_err(of_denied)
}

/// The id that the client chose, or the one that follows from the command's id: a repeat meets the same.
fn id_of(chosen: Option<Uuid>, headers: &CommandHeaders, word: &str) -> Uuid {
    chosen.unwrap_or_else(|| Uuid::new_v5(&headers.command.0, word.as_bytes()))
}

/// A household that was found, from a body of the API or of a page.
pub async fn identify(web: &Web, caller: Caller, headers: CommandHeaders, json: Json) -> Result<Receipt, Problem> {
    allowed(&caller, Action::Household(Name::Identify))?;
    let (id, json) = json.with_id()?;
    let command = Name::Identify.read(&json.0).map_err(|error| unread(&error))?;
    let order = Order::Household { id: HouseholdId(id_of(id, &headers, "household")), command };
    web.receipt(caller, headers, order, Thing::Household).await
}

/// A command to a household, from a body of the API or of a page.
pub async fn to_one(
    web: &Web,
    caller: Caller,
    id: &str,
    headers: CommandHeaders,
    json: Json,
    name: Name,
) -> Result<Receipt, Problem> {
    allowed(&caller, Action::Household(name))?;
    let command = name.read(&json.0).map_err(|error| unread(&error))?;
    let id = household(web, id).await?;
    web.receipt(caller, headers, Order::Household { id, command }, Thing::Household).await
}

/// What the commands of one kind of aggregate have in common: who may give them, and how their order is made.
struct Kind {
    collection: &'static str,
    word: &'static str,
    action: Action,
    thing: Thing,
}

const AGENCY: Kind =
    Kind { collection: "agencies", word: "agency", action: Action::ManageAgencies, thing: Thing::Agency };
const MODEL: Kind = Kind { collection: "models", word: "model", action: Action::ManageModels, thing: Thing::Model };
const STAFF: Kind = Kind { collection: "staff", word: "staff", action: Action::ManageStaff, thing: Thing::Staff };

/// `POST /agencies` and the like: something new.
fn making<T>(kind: &'static Kind, summary: &str, name: &str, order: fn(Uuid, T) -> Order) -> Operation
where
    T: DeserializeOwned + ToSchema + Send + 'static,
{
    let route =
        post(move |State(web): State<Web>, Signed(caller): Signed, headers: HeaderMap, json: Json| async move {
            allowed(&caller, kind.action)?;
            let headers = CommandHeaders::read(&headers)?;
            let (id, json) = json.with_id()?;
            let order = order(id_of(id, &headers, kind.word), json.read()?);
            web.submit(caller, headers, order, kind.thing, Some(Made::In(kind.collection))).await
        });
    Operation {
        method: "post",
        path: format!("{V1}/{}", kind.collection),
        id: format!("{}_{}", name.replace('-', "_"), kind.word),
        tag: kind.collection,
        summary: summary.to_owned(),
        open_to: OpenTo::WhoMay(kind.action),
        parameters: command_headers(),
        body: Some((Shape::with_id::<T>(), examples::of(name))),
        status: 201,
        answer: Some(Shape::of::<Receipt>()),
        failures: &[408, 409, 412, 413, 415, 422],
        route,
    }
}

/// `POST /agencies/{id}/offer-service` and the like: a command to what is there.
fn changing<T>(kind: &'static Kind, summary: &str, name: &str, order: fn(Uuid, T) -> Order) -> Operation
where
    T: DeserializeOwned + ToSchema + Send + 'static,
{
    let handler = move |State(web): State<Web>, Signed(caller): Signed, Id(id): Id, headers: HeaderMap, json: Json| async move {
        allowed(&caller, kind.action)?;
        let headers = CommandHeaders::read(&headers)?;
        let command = json.read()?;
        let id = Uuid::parse_str(&id).map_err(|_| Problem::nothing_there())?;
        web.submit(caller, headers, order(id, command), kind.thing, None).await
    };
    Operation {
        method: "post",
        path: format!("{V1}/{}/{{id}}/{name}", kind.collection),
        id: format!("{}_{}", name.replace('-', "_"), kind.word),
        tag: kind.collection,
        summary: summary.to_owned(),
        open_to: OpenTo::WhoMay(kind.action),
        parameters: [vec![Parameter::path("id", "Its id.", uuid())], command_headers()].concat(),
        body: Some((Shape::of::<T>(), examples::of(name))),
        status: 200,
        answer: Some(Shape::of::<Receipt>()),
        failures: &[404, 408, 409, 412, 413, 415, 422],
        route: post(handler),
    }
}

pub(super) fn command_headers() -> Vec<Parameter> {
    vec![
        Parameter::header(KEY, "The command's id. Sent again with the same body it is the same command.", uuid()),
        Parameter::header(
            "if-match",
            "The sequence that the caller has seen, in quotes.",
            text("^(\"[0-9]{1,18}\"|\\*)$"),
        ),
    ]
}

/// Every command.
pub fn operations() -> Vec<Operation> {
    let mut all = vec![identifying()];
    all.extend(Name::ALL.into_iter().filter(|name| *name != Name::Identify).map(to_household));
    all.extend(offers::operations());
    all.push(publishing());
    all.push(withdrawing());
    all
}

fn identifying() -> Operation {
    let route = post(|State(web): State<Web>, Signed(caller): Signed, headers: HeaderMap, json: Json| async move {
        allowed(&caller, Action::Household(Name::Identify))?;
        let receipt = identify(&web, caller, CommandHeaders::read(&headers)?, json).await?;
        Ok::<_, Problem>(answer(&receipt, Some(Made::In("households"))))
    });
    Operation {
        method: "post",
        path: format!("{V1}/households"),
        id: "identify_household".to_owned(),
        tag: "households",
        summary: "Identifies a household: found by at least one source, with a place and a legal basis.".to_owned(),
        open_to: OpenTo::WhoMay(Action::Household(Name::Identify)),
        parameters: command_headers(),
        body: Some((Shape::with_id::<crate::rules::household::command::Identify>(), examples::of("identify"))),
        status: 201,
        answer: Some(Shape::of::<Receipt>()),
        failures: &[404, 408, 409, 412, 413, 415, 422],
        route,
    }
}

fn to_household(name: Name) -> Operation {
    let handler = move |State(web): State<Web>, Signed(caller): Signed, Id(id): Id, headers: HeaderMap, json: Json| async move {
        allowed(&caller, Action::Household(name))?;
        let receipt = to_one(&web, caller, &id, CommandHeaders::read(&headers)?, json, name).await?;
        Ok::<_, Problem>(answer(&receipt, None))
    };
    Operation {
        method: "post",
        path: format!("{V1}/households/{{id}}/{}", name.as_str()),
        id: format!("{}_of_household", name.as_str().replace('-', "_")),
        tag: "households",
        summary: format!("The command `{}`.", name.as_str()),
        open_to: OpenTo::WhoMay(Action::Household(name)),
        parameters: [vec![Parameter::household()], command_headers()].concat(),
        body: Some((examples::shape(name), examples::of(name.as_str()))),
        status: 200,
        answer: Some(Shape::of::<Receipt>()),
        failures: &[404, 408, 409, 412, 413, 415, 422],
        route: post(handler),
    }
}

fn publishing() -> Operation {
    let handler = |State(web): State<Web>, Signed(caller): Signed, headers: HeaderMap, json: Json| async move {
        allowed(&caller, Action::ManagePolicies)?;
        let headers = CommandHeaders::read(&headers)?;
        let publish: Publish = json.read()?;
        let versions = Made::At(format!("policies?province={}", publish.province));
        web.submit(caller, headers, Order::Policy(publish), Thing::Place, Some(versions)).await
    };
    Operation {
        method: "post",
        path: format!("{V1}/policies"),
        id: "publish_policy".to_owned(),
        tag: "policies",
        summary: "Publishes a version of a policy of a province.".to_owned(),
        open_to: OpenTo::WhoMay(Action::ManagePolicies),
        parameters: command_headers(),
        body: Some((Shape::of::<Publish>(), examples::of("publish"))),
        status: 201,
        answer: Some(Shape::of::<Receipt>()),
        failures: &[408, 409, 412, 413, 415, 422],
        route: post(handler),
    }
}

fn withdrawing() -> Operation {
    let handler = |State(web): State<Web>, Signed(caller): Signed, headers: HeaderMap, json: Json| async move {
        allowed(&caller, Action::ManagePolicies)?;
        let headers = CommandHeaders::read(&headers)?;
        let withdraw: Withdraw = json.read()?;
        web.submit(caller, headers, Order::Withdraw(withdraw), Thing::Policy, None).await
    };
    Operation {
        method: "post",
        path: format!("{V1}/policies/withdraw"),
        id: "withdraw_policy".to_owned(),
        tag: "policies",
        summary: "Withdraws a version of a policy, from tomorrow at the earliest.".to_owned(),
        open_to: OpenTo::WhoMay(Action::ManagePolicies),
        parameters: command_headers(),
        body: Some((Shape::of::<Withdraw>(), examples::of("withdraw"))),
        status: 200,
        answer: Some(Shape::of::<Receipt>()),
        failures: &[404, 408, 409, 412, 413, 415, 422],
        route: post(handler),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::spec::hostile_offers;

    #[test]
    fn every_command_that_is_no_households_meets_a_hostile_client_in_the_specs() {
        let ids = operations().into_iter().filter(|it| it.tag != "households").map(|it| it.id);
        let name = |id: String| id.rsplit_once('_').map(|(name, _)| name.replace('_', "-")).unwrap();
        let hostile = hostile_offers::NAMES.into_iter().map(ToOwned::to_owned).collect();
        assert_eq!(ids.map(name).collect::<BTreeSet<_>>(), hostile);
    }
}
