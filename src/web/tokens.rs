//! Who is behind a bearer token of the file? People sign in; programs and the first steps of a new log use what a file that
//! only its owner can read says.
//!
//! The file holds the tokens in clear so that the owner can hand them out; memory holds their SHA-256 alone.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::facts::staff::Scope;
use events::id::{AgencyId, StaffId};
use events::metadata::Channel;
use events::vault::VaultError;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::{Caller, Role};

/// The name of the file in the data folder.
pub const FILE: &str = "tokens.json";

/// Bytes of chance in a token.
const CHANCE: usize = 32;
/// A larger file is none of ours.
const LARGEST_FILE: u64 = 16 << 20;

/// Whom a token stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bearer {
    /// What the token is called, for whoever hands it out: `caseworker`.
    pub name: String,
    /// Opaque id.
    pub staff: StaffId,
    /// The role it acts in.
    pub role: Role,
    /// Where.
    #[serde(default)]
    pub scope: Scope,
    /// The agency an officer works for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<AgencyId>,
}

/// A token with whom it stands for: an entry of the file.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Issued {
    /// Whom it stands for.
    #[serde(flatten)]
    pub bearer: Bearer,
    /// What the caller sends: `Authorization: Bearer <token>`.
    pub token: String,
}

// A token may not reach a log line.
impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issued({})", self.bearer.name)
    }
}

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file can't be read or made.
    #[error("the file of tokens can't be used")]
    File(#[from] std::io::Error),
    /// Nobody knows whether somebody can sign in already.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Somebody else on this machine could read the tokens.
    #[error("the file of tokens has mode {mode:04o}; only its owner may have access (chmod 600)")]
    WeakMode {
        /// The permission bits found.
        mode: u32,
    },
    /// Not a list of tokens.
    #[error("the file of tokens does not read at line {line}")]
    Malformed {
        /// Where it fails; what stands there is not quoted.
        line: usize,
    },
    /// A token that could be guessed, or stands for two.
    #[error("the token {0} is too short or stands there twice")]
    Weak(String),
    /// The system itself does not come through this door.
    #[error("the token {0} asks for the role of the system")]
    System(String),
}

/// Everybody who may come in.
#[derive(Debug, Clone, Default)]
pub struct Tokens(Vec<([u8; 32], Bearer)>);

impl Tokens {
    /// A new token for each bearer.
    pub fn generate(bearers: Vec<Bearer>, rng: &mut dyn CryptoRng) -> Vec<Issued> {
        let issue = |bearer| {
            let mut bytes = [0; CHANCE];
            rng.fill_bytes(&mut bytes);
            Issued { bearer, token: URL_SAFE_NO_PAD.encode(bytes) }
        };
        bearers.into_iter().map(issue).collect()
    }

    /// Writes a new file that only its owner can read. A file that exists is left alone and is an error.
    pub fn write(path: &Path, issued: &[Issued]) -> Result<(), TokenError> {
        let text = serde_json::to_vec_pretty(issued).map_err(std::io::Error::other)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(&text)?;
        file.sync_all()?;
        Ok(())
    }

    /// Reads the file, and refuses one that anybody but its owner has access to.
    pub fn load(path: &Path) -> Result<Self, TokenError> {
        Self::new(&Self::read(path)?)
    }

    /// The entries of the file, tokens in clear: for whoever hands them out.
    pub fn read(path: &Path) -> Result<Vec<Issued>, TokenError> {
        let file = File::open(path)?;
        let mode = file.metadata()?.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(TokenError::WeakMode { mode });
        }
        let mut text = Vec::new();
        file.take(LARGEST_FILE).read_to_end(&mut text)?;
        serde_json::from_slice(&text).map_err(|error| TokenError::Malformed { line: error.line() })
    }

    /// The tokens of these entries.
    pub fn new(issued: &[Issued]) -> Result<Self, TokenError> {
        let mut tokens: Vec<([u8; 32], Bearer)> = Vec::with_capacity(issued.len());
        for Issued { bearer, token } in issued {
            let digest = digest(token);
            if token.len() < CHANCE || tokens.iter().any(|(known, _)| *known == digest) {
                return Err(TokenError::Weak(bearer.name.clone()));
            }
            if bearer.role == Role::System {
                return Err(TokenError::System(bearer.name.clone()));
            }
            tokens.push((digest, bearer.clone()));
        }
        Ok(Self(tokens))
    }

    /// Whom a token stands for. Takes the same time whichever token it is, and whether it is one.
    pub fn bearer(&self, token: &str) -> Option<&Bearer> {
        let asked = digest(token);
        let mut found = None;
        for (known, bearer) in &self.0 {
            let differ = known.iter().zip(asked).fold(0, |differ, (one, other)| differ | (one ^ other));
            if std::hint::black_box(differ) == 0 {
                found = Some(bearer);
            }
        }
        found
    }
}

impl Bearer {
    /// The bearer as somebody who asks through the API.
    pub fn caller(&self, request: Uuid) -> Caller {
        Caller {
            staff: self.staff,
            role: self.role,
            scope: self.scope.clone(),
            agency: self.agency,
            channel: Channel::Api,
            request: Some(request),
        }
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn bearer(name: &str, role: Role) -> Bearer {
        Bearer {
            name: name.to_owned(),
            staff: StaffId(Uuid::from_u128(7)),
            role,
            scope: Scope { areas: vec!["4609".parse().unwrap()], laos: Vec::new() },
            agency: None,
        }
    }

    #[test]
    fn tokens_read_back_from_their_file_and_each_finds_its_bearer() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let two = vec![bearer("caseworker", Role::Caseworker), bearer("auditor", Role::Auditor)];
        let issued = Tokens::generate(two, &mut rand::rng());
        Tokens::write(&path, &issued).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        let tokens = Tokens::load(&path).unwrap();
        for entry in &issued {
            assert_eq!(tokens.bearer(&entry.token), Some(&entry.bearer));
        }
        assert_eq!(tokens.bearer(""), None);
        assert_eq!(tokens.bearer(&issued[0].token[1..]), None);
        assert!(matches!(Tokens::write(&path, &issued), Err(TokenError::File(_))), "an existing file stays");
        assert!(!format!("{issued:?}{tokens:?}").contains(&issued[0].token));
    }

    #[test]
    fn a_file_that_others_could_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        Tokens::write(&path, &[]).unwrap();
        for mode in [0o640, 0o604, 0o660, 0o666] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert!(matches!(Tokens::load(&path), Err(TokenError::WeakMode { mode: found }) if found == mode));
        }
        fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        Tokens::load(&path).unwrap();
    }

    #[test]
    fn a_token_that_is_short_or_twice_there_or_the_systems_is_refused() {
        let issued = |token: &str, role| Issued { bearer: bearer("x", role), token: token.to_owned() };
        let long = "x".repeat(43);
        assert!(matches!(Tokens::new(&[issued("short", Role::Auditor)]), Err(TokenError::Weak(_))));
        let twice = [issued(&long, Role::Auditor), issued(&long, Role::Operations)];
        assert!(matches!(Tokens::new(&twice), Err(TokenError::Weak(_))));
        assert!(matches!(Tokens::new(&[issued(&long, Role::System)]), Err(TokenError::System(_))));
    }
}
