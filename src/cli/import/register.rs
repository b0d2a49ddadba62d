//! The people who are in the log already, as the read model has them.

use std::time::{Duration, Instant};

use projections::read_model::OpenReadModel;
use projections::{ProjectionError, Reach, ReadModel};

use super::super::CliError;
use crate::access::{Caller, Role};
use crate::app::{House, Place};

/// How long it may take to bring the read model up to date.
const PATIENCE: Duration = Duration::from_hours(1);
/// How long files that another process keeps are waited for before it is asked again who keeps them.
const MOMENT: Duration = Duration::from_secs(3);

/// The read model with everything that is in the log now; none where the log holds no household yet.
pub(super) async fn open(place: &Place, house: &House) -> Result<Option<ReadModel>, CliError> {
    let unread = |error| CliError::unreachable("the log can't be read", error);
    let head = house.log.head().await.map_err(unread)?;
    if head.position == 0 {
        return Ok(None);
    }
    let failed = |error| CliError::unreachable("the people who are in already can't be looked for", error);
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let began = Instant::now();
    loop {
        match ReadModel::open(open.clone()).await {
            Ok(read_model) => {
                read_model.after(head.position, PATIENCE).await.map_err(failed)?;
                return Ok(Some(read_model));
            }
            Err(ProjectionError::Locked(_)) if began.elapsed() < PATIENCE => {}
            Err(error) => return Err(failed(error)),
        }
        // Another process keeps the files: a service keeps them up to date, another import gives them back soon.
        if let Ok(read_model) = ReadModel::open_read_only(open.clone()).await
            && read_model.after(head.position, MOMENT).await.is_ok()
        {
            return Ok(Some(read_model));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// How far the caller sees among them.
pub(super) fn reach(caller: &Caller) -> Reach {
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
