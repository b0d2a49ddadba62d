//! A vault of one's own for every test, in either database.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use events::sealed::Subject;
use events::vault::{OpenVault, RingOwner, RootKey, Vault, setup_postgres_vault};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

/// The root key of every test.
pub const ROOT: [u8; 32] = [0x5a; 32];

/// Runs each scenario once with an SQLite vault and once with a PostgreSQL one.
macro_rules! on_both {
    ($($scenario:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $scenario() {
            super::$scenario(crate::fixture::Fixture::sqlite().await).await;
        })* }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $scenario() {
            super::$scenario(crate::fixture::Fixture::postgres().await).await;
        })* }
    };
}
pub(crate) use on_both;

pub struct Fixture {
    /// What a serving process is given.
    pub url: String,
    /// What the vault's owner is given; the same as `url` for SQLite.
    pub owner_url: String,
    pub log_id: Uuid,
    directory: TempDir,
}

impl Fixture {
    pub async fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("vault.db").display());
        let fixture = Self { owner_url: url.clone(), url, log_id: Uuid::from_u128(rand::random()), directory };
        Vault::open(&fixture.url, &root(), fixture.log_id, OpenVault { create: true }).await.unwrap();
        fixture
    }

    pub async fn postgres() -> Self {
        let fixture = Self::empty_postgres().await;
        setup_postgres_vault(
            &fixture.owner_url,
            &fixture.role("app"),
            Some(&fixture.role("auditor")),
            fixture.log_id,
            &root(),
        )
        .await
        .unwrap();
        fixture
    }

    /// A new database, not yet set up.
    pub async fn empty_postgres() -> Self {
        let server = std::env::var("HUEAN_TEST_POSTGRES")
            .expect("HUEAN_TEST_POSTGRES names no PostgreSQL server: run tests/run, which starts one");
        let log_id = Uuid::from_u128(rand::random());
        let name = format!("vault_{}", log_id.simple());
        let server: PgConnectOptions = server.parse().unwrap();
        let mut connection = server.connect().await.unwrap();
        execute(&mut connection, &format!("CREATE DATABASE {name}")).await;
        for role in ["app", "auditor"] {
            execute(&mut connection, &format!("CREATE ROLE {name}_{role} LOGIN PASSWORD 'invented'")).await;
        }
        let owner_url = server.clone().database(&name).to_url_lossy().to_string();
        let url = server.database(&name).username(&format!("{name}_app")).password("invented").to_url_lossy();
        Self { url: url.to_string(), owner_url, log_id, directory: tempfile::tempdir().unwrap() }
    }

    /// The name of this database's role of a kind, `app` or `auditor`.
    pub fn role(&self, kind: &str) -> String {
        format!("vault_{}_{kind}", self.log_id.simple())
    }

    /// As a process that starts now opens it: nothing cached.
    pub async fn open(&self) -> Vault {
        Vault::open(&self.url, &root(), self.log_id, OpenVault::default()).await.unwrap()
    }

    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// The SQLite file.
    pub fn file(&self) -> PathBuf {
        self.directory.path().join("vault.db")
    }

    /// Changes the vault behind its back, as its owner may; `{vault}` stands for the tables' prefix.
    pub async fn tamper(&self, sql: &str) {
        if self.is_sqlite() {
            let sql = sql.replace("{meta}", "vault_meta").replace("{vault}", "");
            rusqlite::Connection::open(self.file()).unwrap().execute_batch(&sql).unwrap();
        } else {
            let sql = sql.replace("{meta}", "vault.meta").replace("{vault}", "vault.");
            let options: PgConnectOptions = self.owner_url.parse().unwrap();
            execute(&mut options.connect().await.unwrap(), &sql).await;
        }
    }
}

/// The vault's one lock for writers, held by somebody else: whoever makes keys waits.
pub enum Held {
    Sqlite(rusqlite::Connection),
    Postgres(Box<PgConnection>),
}

impl Held {
    /// Puts a subject on the erase list, in the transaction that holds the lock.
    pub async fn erase(&mut self, subject: &Subject) {
        let sql = |prefix: &str, meta: &str| {
            format!(
                "INSERT INTO {prefix}erasures VALUES ('{subject}', 0, 1);
                 UPDATE {meta} SET erase_epoch = erase_epoch + 1;"
            )
        };
        match self {
            Self::Sqlite(connection) => connection.execute_batch(&sql("", "vault_meta")).unwrap(),
            Self::Postgres(connection) => execute(connection, &sql("vault.", "vault.meta")).await,
        }
    }

    /// Commits, and lets the others go on.
    pub async fn release(self) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch("COMMIT").unwrap(),
            Self::Postgres(mut connection) => execute(&mut connection, "COMMIT").await,
        }
    }
}

impl Fixture {
    /// Takes the lock that makers of keys need.
    pub async fn hold(&self) -> Held {
        if self.is_sqlite() {
            let connection = rusqlite::Connection::open(self.file()).unwrap();
            connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            return Held::Sqlite(connection);
        }
        let options: PgConnectOptions = self.owner_url.parse().unwrap();
        let mut connection = options.connect().await.unwrap();
        execute(&mut connection, "BEGIN; SELECT pg_advisory_xact_lock(7166756, 1);").await;
        Held::Postgres(Box::new(connection))
    }
}

pub async fn execute(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(sql).execute(connection).await.unwrap();
}

pub fn root() -> RootKey {
    RootKey::from_bytes(ROOT)
}

pub fn household(number: u32) -> RingOwner {
    RingOwner::new("household", format!("h{number}"))
}

pub fn person(number: u32) -> Subject {
    Subject::new("person", number)
}

pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}
