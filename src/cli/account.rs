//! `huean account`: the way back in for the machine's owner, when no administrator can open the door.

use clap::Subcommand;
use events::clock::Clock;

use super::{CliError, output};
use crate::app::{House, Missing, Place};
use crate::signin::{Cost, Fresh, SignIn, SignInError};

#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// Hand out a new password, unlock the account and forget its second factor; sessions and tokens end
    LetIn {
        /// The login name
        login: String,
    },
}

pub(super) async fn run(place: &Place, command: AccountCommand) -> Result<(), CliError> {
    let AccountCommand::LetIn { login } = command;
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let (sign_in, fresh) = (SignIn::at(&house.desk, Cost::default()), Fresh::drawn(&mut rand::rng()));
    let offered = sign_in.let_back_in(&login, &fresh).await.map_err(|error| {
        if matches!(error, SignInError::NoAccount) {
            return CliError::Failed("nobody has an account under this name".to_owned());
        }
        CliError::unreachable("the account can't be opened", error)
    })?;
    output::note("This password is shown once, and is good for choosing another one");
    output::line(&format!("{} {} until {}", offered.login, fresh.password.shown(), offered.until.format("%F %R UTC")))
}
