//! `huean rebuild`

use std::time::{Duration, Instant};

use events::clock::Clock;
use projections::ReadModel;
use projections::read_model::OpenReadModel;

use super::{CliError, output};
use crate::app::{House, Missing, Place};

/// A rebuild at the article's size takes well under this.
const PATIENCE: Duration = Duration::from_hours(1);

pub(super) async fn run(place: &Place) -> Result<(), CliError> {
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let failed = |error| CliError::unreachable("the read models can't be built", error);
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let read_model = ReadModel::open(open).await.map_err(failed)?;
    read_model.caught_up(PATIENCE).await.map_err(failed)?;
    let began = Instant::now();
    let as_of = read_model.rebuild().await.map_err(failed)?;
    let seconds = began.elapsed().as_secs_f64();
    output::line(&format!("rebuilt to position {} in {seconds:.1} s", as_of.position))?;
    read_model.stop().await;
    Ok(())
}
