//! As whom the command line acts: the person of a token, or, on the embedded log, the operating system's user.

use std::os::unix::fs::MetadataExt;

use events::id::StaffId;
use events::metadata::Channel;
use projections::Reach;

use super::CliError;
use crate::access::{Action, Caller, Relation, Role, may};
use crate::app::{House, Place};
use crate::signin::{Cost, SignIn};
use crate::web::Tokens;

/// The variable that holds a token.
const TOKEN: &str = "HUEAN_TOKEN";

/// Who acts. On the embedded log the file's owner may do anyway what the file holds.
pub(super) async fn caller(place: &Place, house: &House) -> Result<Caller, CliError> {
    let fresh = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
    if let Ok(token) = std::env::var(TOKEN) {
        let tokens = Tokens::load(&place.tokens())
            .map_err(|error| CliError::unreachable("the file of tokens can't be used", error))?;
        let bearer =
            tokens.bearer(&token).ok_or_else(|| CliError::Usage(format!("nobody has the token of {TOKEN}")))?;
        // Whoever was locked out is out at the terminal too.
        let sign_in = SignIn::at(&house.desk, Cost::default());
        let may = sign_in.may_bear(&token, bearer.staff, true).await;
        if !may.map_err(|error| CliError::unreachable("the account can't be looked up in the vault", error))? {
            return Err(CliError::Usage(format!("nobody has the token of {TOKEN}")));
        }
        let caller = Caller { channel: Channel::Cli, ..bearer.caller(fresh) };
        let acting = house.desk.reading(&caller).await.map_err(|error| CliError::Failed(error.to_string()))?;
        return Ok(acting.into_owned());
    }
    if !house.is_embedded() {
        return Err(CliError::Usage(format!(
            "set {TOKEN}: on PostgreSQL the command line acts as the person of a token"
        )));
    }
    // A file made now belongs to whoever runs this, whatever the environment says.
    let uid = tempfile::tempfile_in(&place.data)
        .and_then(|file| file.metadata())
        .map_err(|error| CliError::unreachable("the directory can't be written", error))?
        .uid();
    let user = house
        .vault
        .os_user(&format!("uid {uid}"), fresh)
        .await
        .map_err(|error| CliError::unreachable("the user can't be looked up in the vault", error))?;
    Ok(Caller::system(StaffId(user), Channel::Cli))
}

/// How far the caller sees in reports, if at all.
pub(super) fn reach(caller: &Caller) -> Result<Reach, CliError> {
    may(caller.role, Action::ReadReports, Relation::InScope)
        .map_err(|denied| CliError::Failed(format!("no reports: {denied}")))?;
    Ok(scope(caller))
}

/// How far the caller sees.
pub(super) fn scope(caller: &Caller) -> Reach {
    match caller.role {
        Role::System => Reach::All,
        Role::Caseworker
        | Role::Supervisor
        | Role::AgencyOfficer
        | Role::Operations
        | Role::Auditor
        | Role::Researcher
        | Role::Administrator => Reach::Within(caller.scope.clone()),
    }
}
