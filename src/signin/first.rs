//! How does the first administrator of a new log come in? With a token from a file that only the owner can read, once.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use events::area::AreaCode;
use events::facts::staff::Scope;
use events::id::StaffId;
use events::vault::SecretDigest;

use super::account::{Account, login_name};
use super::acting::{Acting, Missing};
use super::enter::Entered;
use super::error::SignInError;
use super::fresh::{Fresh, Secret};
use super::limits::Who;
use super::password::may_stand;
use super::session::Device;
use super::{Address, SignIn, same};
use crate::access::Role;

/// The name of the file in the data folder.
pub const FIRST_FILE: &str = "first-administrator.token";

/// What is asked of the first administrator.
pub(super) struct Offer {
    digest: SecretDigest,
    path: PathBuf,
    province: AreaCode,
}

impl SignIn {
    /// Offers the first account of a log to whoever can read the file at `path`, which is made if it is not there.
    /// Answers false where somebody has an account already.
    pub async fn offer_first(&self, path: &Path, province: AreaCode, fresh: &Fresh) -> Result<bool, SignInError> {
        if self.vault().has_credentials().await? {
            // Somebody came in through another node: what lies here opens nothing any more.
            return match std::fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
                Ok(()) | Err(_) => Ok(false),
            };
        }
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        match made {
            Ok(mut file) => {
                file.write_all(fresh.secret.shown().as_bytes())?;
                file.sync_all()?;
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        let file = File::open(path)?;
        if file.metadata()?.mode() & 0o077 != 0 {
            let what = "others have access to it (chmod 600)";
            return Err(std::io::Error::new(ErrorKind::PermissionDenied, what).into());
        }
        let mut token = String::new();
        file.take(200).read_to_string(&mut token)?;
        let token = token.trim();
        if !Secret::could_be(token) {
            return Err(std::io::Error::new(ErrorKind::InvalidData, "it holds no token").into());
        }
        let offer = Offer { digest: SecretDigest::of(token), path: path.to_owned(), province };
        *self.0.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(offer);
        Ok(true)
    }

    /// Makes the first account, an administrator's, for whoever sends the token. It counts once.
    pub async fn first(
        &self,
        token: &str,
        (login, password): (&str, &str),
        from: Address,
        fresh: &Fresh,
    ) -> Result<Entered, SignInError> {
        // Nobody guesses the token; a counter for all would only let a stranger keep its reader out.
        let who: Vec<_> = from.map(Who::address).into_iter().collect();
        let tried = self.0.limits.attempt(who, self.0.desk.now()).map_err(SignInError::Wait)?;
        let (path, province) = {
            let offer = self.0.first.lock().unwrap_or_else(PoisonError::into_inner);
            let offer = offer.as_ref().filter(|it| same(&it.digest, &SecretDigest::of(token)));
            offer.map(|it| (it.path.clone(), it.province)).ok_or(SignInError::Refused)?
        };
        tried.was_none();
        let login = login_name(login).ok_or(SignInError::Name)?;
        may_stand(password, &login).map_err(SignInError::Weak)?;
        let account = self.new_account(&login, password, fresh).await?;
        if self.vault().has_credentials().await? {
            return Err(SignInError::Refused);
        }
        let scope = Scope { areas: vec![province], laos: Vec::new() };
        let acting = Acting { role: Role::Administrator, scope, agency: None, missing: Missing::Nothing };
        // Two who send it at once put the same row: the vault takes one of them.
        let staff = StaffId::derived(self.0.desk.log().id(), "first administrator");
        let account = Account { acts: Some(acting.clone()), ..account };
        if !self.put(staff, 0, &account).await? {
            return Err(SignInError::Refused);
        }
        *self.0.first.lock().unwrap_or_else(PoisonError::into_inner) = None;
        std::fs::remove_file(path)?;
        let acting = Acting { missing: Missing::SecondFactor, ..acting };
        self.open((staff, &account), acting, Device::Computer, None, fresh).await
    }
}
