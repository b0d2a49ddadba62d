//! An account for one person of each role, and the file that says how each signs in. Its passwords are made afresh and
//! stand nowhere else: not on the screen, and not in what follows from the seed.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::Serialize;

use super::plan::DemoPerson;
use crate::access::Role;
use crate::signin::{Fresh, SignIn, SignInError, needs_second_factor, totp};

/// How somebody of the demo signs in.
#[derive(Serialize)]
struct Way {
    login: &'static str,
    password: String,
    who: String,
    /// What a phone or a program that shows codes takes; none where the role needs no second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    second_factor: Option<Factor>,
}

#[derive(Serialize)]
struct Factor {
    /// In base 32.
    secret: String,
    uri: String,
}

/// Makes an account for the first person of each role, called by the role, and writes a new file, which only its owner
/// can read, with how to sign in. A file that is there already is an error, and no account is made.
pub async fn make_sign_ins(sign_in: &SignIn, path: &Path, people: &[DemoPerson]) -> Result<(), SignInError> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let mut ways = Vec::new();
    for role in Role::ALL {
        let Some(person) = people.iter().find(|it| it.role == role) else { continue };
        let (login, fresh) = (role.as_str(), Fresh::drawn(&mut rand::rng()));
        let needed = needs_second_factor(role);
        sign_in.make_ready(person.staff, login, needed, &fresh).await?;
        let secret = &fresh.second_factor;
        let factor = || Factor { secret: totp::base32(secret), uri: totp::uri(secret, login) };
        ways.push(Way {
            login,
            password: fresh.password.shown().to_owned(),
            who: person.label.clone(),
            second_factor: needed.then(factor),
        });
    }
    file.write_all(&serde_json::to_vec_pretty(&ways).map_err(std::io::Error::other)?)?;
    file.sync_all()?;
    Ok(())
}
