//! Putting the parts together: where a house keeps its things, and how they are opened.

use std::path::{Path, PathBuf};

use events::clock::Clock;
use events::log::{Log, LogError, LogKind, OpenLog};
use events::vault::{OpenVault, RootKey, Vault, VaultError, pairing};

use crate::desk::{Desk, DeskError};
use crate::signin::FIRST_FILE;

/// Where things are.
#[derive(Debug, Clone)]
pub struct Place {
    /// The directory of this node: root key, read models, and the embedded databases.
    pub data: PathBuf,
    /// The log's address; `None`: embedded in the directory.
    pub log: Option<String>,
    /// The vault's address; `None`: embedded in the directory.
    pub vault: Option<String>,
}

impl Place {
    /// The log's address.
    pub fn log_url(&self) -> String {
        self.log.clone().unwrap_or_else(|| format!("sqlite:{}", self.data.join("log.db").display()))
    }

    /// The vault's address.
    pub fn vault_url(&self) -> String {
        self.vault.clone().unwrap_or_else(|| format!("sqlite:{}", self.data.join("vault.db").display()))
    }

    /// The file with the root key.
    pub fn root_key(&self) -> PathBuf {
        self.data.join("root.key")
    }

    /// The file with the root key that is to come, until everything is closed with it.
    pub fn next_root_key(&self) -> PathBuf {
        self.data.join("root.key.next")
    }

    /// The file with the root key that was, which opens the backups of its time.
    pub fn root_key_before(&self) -> PathBuf {
        self.data.join("root.key.before")
    }

    /// The file with the callers' tokens.
    pub fn tokens(&self) -> PathBuf {
        self.data.join("tokens.json")
    }

    /// The file with the token of the first administrator, while nobody has an account.
    pub fn first_administrator(&self) -> PathBuf {
        self.data.join(FIRST_FILE)
    }

    /// The file with the demo's passwords.
    pub fn sign_ins(&self) -> PathBuf {
        self.data.join("sign-ins.json")
    }
}

/// Whether something may be made that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Make an empty embedded log with its vault and root key.
    Make,
    /// Say that there is none.
    Refuse,
}

/// An opened log with its vault and the desk on both.
#[derive(Debug, Clone)]
pub struct House {
    /// The log.
    pub log: Log,
    /// The vault.
    pub vault: Vault,
    /// The desk.
    pub desk: Desk,
}

/// Why a house could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The vault has never held a key, and the log holds events that need some.
    #[error("the vault is empty and the log is not: bring the log's own vault, from a copy or a backup")]
    EmptyVault,
    /// The directory.
    #[error("the directory {path} can't be used")]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl House {
    /// Opens a house. The first opening of an embedded one makes log, vault and root key together; a log that lost its
    /// vault or its key is never given a new one, because nobody could read its past.
    pub async fn open(place: &Place, missing: Missing, clock: Clock) -> Result<Self, AppError> {
        let (log_url, vault_url) = (place.log_url(), place.vault_url());
        pairing(&log_url, &vault_url)?;
        let fresh = missing == Missing::Make && is_missing(&log_url) && is_missing(&vault_url);
        if fresh {
            make_directory(&place.data)?;
        }
        let log = Log::open(&log_url, OpenLog { create: fresh, clock }).await?;
        let root = if fresh && !place.root_key().exists() {
            RootKey::create(&place.root_key())?
        } else {
            RootKey::load(&place.root_key())?
        };
        let vault = Vault::open(&vault_url, &root, log.id(), OpenVault { create: fresh }).await?;
        if log.head().await?.position > 0 && vault.is_unused().await? {
            return Err(AppError::EmptyVault);
        }
        let desk = Desk::open(&log, &vault).await?;
        // A vault that was restored from before an erasure hears of it before anybody is answered.
        desk.finish_erasures(0).await?;
        Ok(Self { log, vault, desk })
    }

    /// Whether the log lives in a file of this machine.
    pub fn is_embedded(&self) -> bool {
        self.log.kind() == LogKind::Embedded
    }
}

/// Whether an embedded database's file is not there yet. A server's database is never made here.
fn is_missing(url: &str) -> bool {
    url.strip_prefix("sqlite:").is_some_and(|path| !Path::new(path.trim_start_matches("//")).exists())
}

/// The directory holds keys and names: its owner's alone.
pub fn make_directory(path: &Path) -> Result<(), AppError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| AppError::Directory { path: path.to_owned(), source })
}
