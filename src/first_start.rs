//! What a new house gets at its first start: tokens for its callers and the first policies of its province.

use std::path::Path;

use events::area::AreaCode;
use events::facts::policy::PolicyKind;
use events::facts::staff::Scope;
use events::id::{CommandId, StaffId};
use events::metadata::Channel;

use crate::access::{Caller, Role};
use crate::app::{House, Place};
use crate::desk::{Desk, DeskError, Order, Submission};
use crate::rules::Refusal;
use crate::rules::policy::{Publish, policy_id};
use crate::rules::policy_defaults;
use crate::web::{Bearer, TokenError, Tokens};

/// The tokens of this node: read from its file, or, while nobody can sign in, made for one caller per role, for the
/// whole province. Where somebody has an account, programs get tokens of their own, and nobody gets one by a restart.
pub(crate) async fn tokens(place: &Place, house: &House, province: AreaCode) -> Result<Tokens, TokenError> {
    let path = place.tokens();
    if path.exists() {
        return Tokens::load(&path);
    }
    if house.vault.has_credentials().await? {
        return Ok(Tokens::default());
    }
    let bearers = Role::ALL
        .into_iter()
        // The system does not come through this door, and an officer needs an agency, which a new log does not have.
        .filter(|role| !matches!(role, Role::System | Role::AgencyOfficer))
        .map(|role| Bearer {
            name: role.as_str().to_owned(),
            role,
            staff: StaffId::derived(house.log.id(), &format!("first {role}")),
            scope: Scope { areas: vec![province], laos: Vec::new() },
            agency: None,
        })
        .collect();
    issue(&path, bearers)
}

/// Makes a token for each of these and writes them where only the file's owner can read them.
pub(crate) fn issue(path: &Path, bearers: Vec<Bearer>) -> Result<Tokens, TokenError> {
    let issued = Tokens::generate(bearers, &mut rand::rng());
    Tokens::write(path, &issued)?;
    Tokens::new(&issued)
}

/// Publishes the first policies of a log. A log that has some is left alone.
pub(crate) async fn policies(house: &House, province: AreaCode) -> Result<(), DeskError> {
    let head = house.log.head().await?;
    if head.position > 0 {
        return Ok(());
    }
    publish_first(&house.desk, province).await
}

/// Publishes the first policies of a province that has none at all.
pub(crate) async fn policies_of(desk: &Desk, province: AreaCode) -> Result<(), DeskError> {
    let book = desk.policy_book(&province.to_string(), desk.today()).await?;
    let none = PolicyKind::ALL.iter().all(|kind| book.versions(&policy_id(*kind, &province.to_string())) == 0);
    if none { publish_first(desk, province).await } else { Ok(()) }
}

async fn publish_first(desk: &Desk, province: AreaCode) -> Result<(), DeskError> {
    let log_id = desk.log().id();
    for body in policy_defaults::defaults() {
        let publish = Publish { province: province.to_string(), effective_on: desk.today(), body };
        let submission = Submission {
            caller: Caller {
                staff: StaffId::derived(log_id, "first administrator"),
                role: Role::Administrator,
                scope: Scope::default(),
                agency: None,
                channel: Channel::Cli,
                request: None,
            },
            // Two nodes that start together ask for the same command.
            command: CommandId::derived(log_id, &format!("first/{}", publish.policy_id())),
            seen: None,
            order: Order::Policy(publish),
        };
        match desk.submit(submission).await {
            // Done by the other node on another day: it is published, which is all that is wanted.
            Ok(_) | Err(DeskError::KeyReused | DeskError::Refused(Refusal::EffectiveTooEarly { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
