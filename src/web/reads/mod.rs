//! What can be asked: one file per question, all of them behind the caller's reach.

pub mod case;
mod duplicates;
mod feed;
pub mod households;
mod instruments;
pub mod looks;
mod moment;
pub mod offers;
pub mod person;
pub mod referrals;
pub mod reports;
pub mod staff;
pub mod tasks;

use std::collections::HashMap;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::routing::MethodRouter;
use events::facts::staff::Scope;
use events::id::HouseholdId;
use projections::Reach;
use projections::people::HouseholdNames;
use serde_json::Value;

use super::operation::{OpenTo, Operation, Parameter, Shape, number};
use super::problem::Problem;
use super::query::{NUMBER, Params};
use super::refused::{of_denied, of_projection};
use super::request::{POSITION, position_header};
use super::{V1, Web};
use crate::access::{Action, Caller, Relation, Role, Sight, may, sight};

/// How long a read waits for a position.
const PATIENCE: Duration = Duration::from_secs(2);

/// Every read.
pub fn operations() -> Vec<Operation> {
    let mut all = households::operations();
    all.extend(case::operations());
    all.extend(person::operations());
    all.extend(looks::operations());
    all.extend(referrals::operations());
    all.extend(tasks::operations());
    all.extend(duplicates::operations());
    all.extend(reports::operations());
    all.extend(offers::operations());
    all.extend(staff::operations());
    all.extend(instruments::operations());
    all.extend(feed::operations());
    all
}

/// A read of the API, with the parameters that every read of the read model has.
fn read(
    path: &str,
    (id, tag): (&str, &'static str),
    summary: &str,
    open_to: OpenTo,
    parameters: Vec<Parameter>,
    answer: Option<Shape>,
    route: MethodRouter<Web>,
) -> Operation {
    let failures: &[u16] = if path.contains('{') { &[404, 422, 429] } else { &[422, 429] };
    let wait = [
        Parameter::query("after_position", "Wait until this position of the log is shown.", position()),
        Parameter::header(POSITION, "The same as after_position.", position()),
    ];
    Operation {
        method: "get",
        path: format!("{V1}{path}"),
        id: id.to_owned(),
        tag,
        summary: summary.to_owned(),
        open_to,
        parameters: parameters.into_iter().chain(wait).collect(),
        body: None,
        status: 200,
        answer,
        failures,
        route,
    }
}

fn position() -> Value {
    number(0, u64::from(u32::MAX))
}

/// May this role ask this at all?
pub fn allowed(caller: &Caller, action: Action) -> Result<(), Problem> {
    may(caller.role, action, Relation::InScope).map_err(of_denied)
}

/// How far the caller sees in the read model.
pub fn reach_of(caller: &Caller) -> Reach {
    match (caller.role, caller.agency) {
        (Role::System, _) => Reach::All,
        (Role::AgencyOfficer, Some(agency)) => Reach::Agency(agency),
        (Role::AgencyOfficer, None) => Reach::Within(Scope::default()),
        (
            Role::Caseworker
            | Role::Supervisor
            | Role::Operations
            | Role::Auditor
            | Role::Researcher
            | Role::Administrator,
            _,
        ) => Reach::Within(caller.scope.clone()),
    }
}

/// Whether the caller sees names.
fn sees_names(caller: &Caller) -> bool {
    sight(caller.role) == Sight::Clear
}

/// The names of the households on a page, after it was recorded that the caller looked at them: names are read nowhere
/// else behind this door.
async fn names(
    web: &Web,
    caller: &Caller,
    households: Vec<HouseholdId>,
) -> Result<HashMap<HouseholdId, HouseholdNames>, Problem> {
    web.0.access_log.listed(caller, &households).await.map_err(looks::of_access_log)?;
    web.0.read_model.names(households).await.map_err(|error| of_projection(&error))
}

/// The position that the request waits for: the later of header and parameter.
fn wanted(headers: &HeaderMap, params: &mut Params) -> Result<Option<u64>, Problem> {
    let said: Option<u64> = params.value("after_position", NUMBER);
    Ok(position_header(headers)?.max(said))
}

/// Waits until the read model shows what the caller has been answered before.
async fn wait(web: &Web, wanted: Option<u64>) -> Result<(), Problem> {
    match wanted {
        Some(position) => web.0.read_model.after(position, PATIENCE).await.map_err(|error| of_projection(&error)),
        None => Ok(()),
    }
}
