//! The accounts that administrators keep: make, look, reset, lock, unlock.

use axum::extract::State;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use events::id::StaffId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::refused::of_sign_in;
use super::{OfWeb, fresh, id_of, operation};
use crate::access::{Action, Relation, may};
use crate::signin::{AccountState, Fresh, Missing, Offered, Session, SignInError};
use crate::web::Web;
use crate::web::body::Json;
use crate::web::household_id::Id;
use crate::web::operation::{OpenTo, Operation, Shape};
use crate::web::problem::Problem;
use crate::web::refused::{of_denied, of_read};
use crate::web::request::fresh_id;
use crate::web::who::{SignedIn, session_needed};

/// An account for a member of staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeAccount {
    /// The login name.
    login: String,
}

/// A password to be handed out. It is shown this once, and good for choosing another.
#[derive(Serialize, ToSchema)]
pub struct HandedOut {
    /// The login name.
    login: String,
    /// The password.
    password: String,
    /// Until when it is good.
    until: DateTime<Utc>,
}

impl HandedOut {
    fn of(offered: Offered, fresh: &Fresh) -> axum::Json<Self> {
        let Offered { login, until } = offered;
        axum::Json(Self { login, password: fresh.password.shown().to_owned(), until })
    }
}

fn refused(error: SignInError) -> Problem {
    of_sign_in(error, "/password")
}

/// Whoever keeps accounts is signed in, and must be allowed to as the log has it now, on every node.
async fn keeper(web: &Web, session: &Session, id: &str) -> Result<(StaffId, StaffId), Problem> {
    // A token lies in a file somewhere: it opens nobody's account.
    if session.acting.missing != Missing::Nothing {
        return Err(session_needed());
    }
    let caller = &session.acting.caller(session.staff, fresh_id());
    may(caller.role, Action::ManageStaff, Relation::InScope).map_err(of_denied)?;
    web.0.desk.acting(caller).await.map_err(of_read)?;
    Ok((caller.staff, StaffId(id_of(id)?)))
}

async fn make(
    State(web): OfWeb,
    SignedIn(session): SignedIn,
    Id(id): Id,
    json: Json,
) -> Result<axum::Json<HandedOut>, Problem> {
    let (_, staff) = keeper(&web, &session, &id).await?;
    let (MakeAccount { login }, fresh) = (json.read()?, fresh());
    let offered = web.0.sign_in.make_account(staff, &login, &fresh).await.map_err(refused)?;
    Ok(HandedOut::of(offered, &fresh))
}

async fn look(State(web): OfWeb, SignedIn(session): SignedIn, Id(id): Id) -> Result<axum::Json<AccountState>, Problem> {
    let (_, staff) = keeper(&web, &session, &id).await?;
    web.0.sign_in.account(staff).await.map(axum::Json).map_err(refused)
}

async fn reset(State(web): OfWeb, SignedIn(session): SignedIn, Id(id): Id) -> Result<axum::Json<HandedOut>, Problem> {
    let ((by, staff), fresh) = (keeper(&web, &session, &id).await?, fresh());
    let offered = web.0.sign_in.reset(by, staff, &fresh).await.map_err(refused)?;
    Ok(HandedOut::of(offered, &fresh))
}

async fn lock(State(web): OfWeb, SignedIn(session): SignedIn, Id(id): Id) -> Result<axum::Json<AccountState>, Problem> {
    let (by, staff) = keeper(&web, &session, &id).await?;
    web.0.sign_in.lock(by, staff).await.map(axum::Json).map_err(refused)
}

async fn unlock(
    State(web): OfWeb,
    SignedIn(session): SignedIn,
    Id(id): Id,
) -> Result<axum::Json<AccountState>, Problem> {
    let (by, staff) = keeper(&web, &session, &id).await?;
    web.0.sign_in.unlock(by, staff).await.map(axum::Json).map_err(refused)
}

pub(super) fn operations() -> Vec<Operation> {
    let keepers = OpenTo::WhoMay(Action::ManageStaff);
    vec![
        operation(
            ("post", "/staff/{id}/make-account"),
            ("make_account", "Makes an account for a member of staff, with a password to be handed out."),
            keepers,
            Some((Shape::of::<MakeAccount>(), json!({"login": "somsri"}))),
            Some(Shape::of::<HandedOut>()),
            post(make),
        ),
        operation(
            ("get", "/staff/{id}/account"),
            ("account", "How the account of a member of staff stands."),
            keepers,
            None,
            Some(Shape::of::<AccountState>()),
            get(look),
        ),
        operation(
            ("post", "/staff/{id}/reset-account"),
            ("reset_account", "Hands out a new password and forgets the second factor; sessions and tokens end."),
            keepers,
            None,
            Some(Shape::of::<HandedOut>()),
            post(reset),
        ),
        operation(
            ("post", "/staff/{id}/lock-account"),
            ("lock_account", "Locks somebody out; sessions and tokens end."),
            keepers,
            None,
            Some(Shape::of::<AccountState>()),
            post(lock),
        ),
        operation(
            ("post", "/staff/{id}/unlock-account"),
            ("unlock_account", "Lets somebody in again."),
            keepers,
            None,
            Some(Shape::of::<AccountState>()),
            post(unlock),
        ),
    ]
}
