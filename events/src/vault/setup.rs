//! Makes a shared vault: schema, rights, and whose vault it is. The serving process never does this.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, Row};
use uuid::Uuid;

use super::error::VaultError;
use super::open::{Address, check};
use super::root::RootKey;
use super::store::Meta;

/// The tables of format 1 …
const SCHEMA: &str = include_str!("../../migrations/vault_postgres_0001.sql");
/// … and what brings them to each later format.
const STEPS: [(i64, &str); 2] = [
    (2, include_str!("../../migrations/vault_postgres_0002.sql")),
    (3, include_str!("../../migrations/vault_postgres_0003.sql")),
];

/// Sets up the vault in the database that `owner_url` names, whose owner the user in it must be. `app_role` is what
/// serving processes connect as, `auditor_role` may only read; a role that does not exist is made, without password.
/// Doing it again changes nothing but the rights, and brings tables of an earlier format to the newest; another log's vault or another root key is refused.
pub async fn setup_postgres_vault(
    owner_url: &str,
    app_role: &str,
    auditor_role: Option<&str>,
    log_id: Uuid,
    root: &RootKey,
) -> Result<(), VaultError> {
    let Address::Postgres(options) = Address::parse(owner_url)? else { return Err(VaultError::Address) };
    let mut connection = PgConnectOptions::connect(&options).await?;
    let mut transaction = connection.begin().await?;
    // Two who set up at once do it one after the other.
    sqlx::query("SELECT pg_advisory_xact_lock(7166756, 2)").execute(&mut *transaction).await?;
    let exists: bool =
        sqlx::query_scalar("SELECT to_regclass('vault.meta') IS NOT NULL").fetch_one(&mut *transaction).await?;
    let format = if exists {
        let row = sqlx::query("SELECT log_id, root, format FROM vault.meta").fetch_one(&mut *transaction).await?;
        let meta = Meta::new(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)?;
        check(&meta, log_id, root)?;
        meta.format
    } else {
        sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO vault.meta (one, log_id, root, format) VALUES (1, $1, $2, 1)")
            .bind(log_id.to_string())
            .bind(root.fingerprint())
            .execute(&mut *transaction)
            .await?;
        1
    };
    for (_, step) in STEPS.iter().filter(|(to, _)| *to > format) {
        sqlx::raw_sql(step).execute(&mut *transaction).await?;
    }
    let database: String = sqlx::query_scalar("SELECT current_database()::text").fetch_one(&mut *transaction).await?;
    let database = quoted(&database);
    let app = quoted(app_role);
    make_role(&mut transaction, app_role).await?;
    let rights = format!(
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC;
         GRANT CONNECT ON DATABASE {database} TO {app};
         GRANT USAGE ON SCHEMA vault TO {app};
         GRANT SELECT ON ALL TABLES IN SCHEMA vault TO {app};
         GRANT INSERT ON vault.secrets, vault.os_users, vault.access_log TO {app};
         GRANT INSERT ON vault.staff_credentials, vault.sessions, vault.api_tokens TO {app};
         GRANT UPDATE (version, root, wrapped) ON vault.staff_credentials TO {app};
         GRANT UPDATE (seen) ON vault.sessions TO {app};
         GRANT EXECUTE ON FUNCTION vault.put_rings, vault.put_each, vault.erase,
             vault.revoke_sessions, vault.revoke_api_tokens, vault.forget_sessions,
             vault.put_attachment, vault.forget_attachments TO {app};"
    );
    sqlx::raw_sql(&rights).execute(&mut *transaction).await?;
    if let Some(role) = auditor_role {
        make_role(&mut transaction, role).await?;
        let auditor = quoted(role);
        // Who looked and who was erased; never keys, not even wrapped ones.
        let rights = format!(
            "GRANT CONNECT ON DATABASE {database} TO {auditor};
             GRANT USAGE ON SCHEMA vault TO {auditor};
             GRANT SELECT ON vault.meta, vault.erasures, vault.access_log TO {auditor};"
        );
        sqlx::raw_sql(&rights).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(connection.close().await?)
}

async fn make_role(connection: &mut PgConnection, role: &str) -> Result<(), VaultError> {
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)")
        .bind(role)
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        sqlx::raw_sql(&format!("CREATE ROLE {} LOGIN", quoted(role))).execute(connection).await?;
    }
    Ok(())
}

/// A name as SQL takes it, whatever it holds.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
