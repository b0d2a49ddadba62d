//! `setup postgres`: the owner makes the log's tables, functions and roles. Doing it again changes nothing.

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{code, meaning, options};
use crate::log::error::LogError;

/// The steps that lead to this program's format, in order. A step that was released is never edited.
const STEPS: [(&str, &str); FORMAT as usize] = [
    ("log", include_str!("../../../migrations/log/postgres/0001_log.sql")),
    ("erased", include_str!("../../../migrations/log/postgres/0002_erased.sql")),
];
/// The newest format this program knows.
pub(super) const FORMAT: i32 = 2;
/// Roles belong to the whole cluster: another setup may be at them at the same time, and the loser tries again.
const TRIES: u32 = 20;
/// What an application's session may not outlast: an open transaction would hold the log's lock.
const ROLE_SETTINGS: [(&str, &str); 2] = [("idle_in_transaction_session_timeout", "5s"), ("lock_timeout", "5s")];

/// Makes the log in the owner's database, or brings it to this program's format, and lets the two roles in: the
/// application may append and read, the auditor may read. Roles that are missing are made, with login and without a
/// password. Gives the log's id.
pub async fn setup_postgres(owner_url: &str, app_role: &str, auditor_role: &str) -> Result<Uuid, LogError> {
    for role in [app_role, auditor_role] {
        let sound = role.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
        if role.is_empty() || role.len() > 63 || !sound || role.starts_with("pg_") {
            return Err(LogError::WrongRole {
                role: role.to_owned(),
                may: "is not a role's name of small letters, digits and _".to_owned(),
            });
        }
    }
    let options = options(owner_url)?.application_name("huean setup");
    let mut owner = PgConnection::connect_with(&options).await.map_err(meaning)?;
    let encoding: String = sqlx::query_scalar("SHOW server_encoding").fetch_one(&mut owner).await.map_err(meaning)?;
    if encoding != "UTF8" {
        let what = format!("the database's encoding is {encoding}; make one with UTF8");
        return Err(LogError::sql(std::io::Error::other(what)));
    }
    let mut tries = 0;
    loop {
        let outcome = set_up(&mut owner, app_role, auditor_role).await;
        tries += 1;
        match outcome {
            Err(error) if tries < TRIES && is_a_race(&error) => {
                tokio::time::sleep(std::time::Duration::from_millis(20 * u64::from(tries))).await;
            }
            outcome => return outcome.map_err(meaning),
        }
    }
}

/// A role, or its row, that another setup made or changed meanwhile.
fn is_a_race(error: &sqlx::Error) -> bool {
    matches!(code(error).as_deref(), Some("23505" | "42710" | "XX000" | "40001" | "40P01"))
}

async fn set_up(owner: &mut PgConnection, app: &str, auditor: &str) -> sqlx::Result<Uuid> {
    let mut change = owner.begin().await?;
    // Two setups of one database, one after the other.
    sqlx::query("SELECT pg_advisory_xact_lock(7165001)").execute(&mut *change).await?;
    run(&mut change, "SET LOCAL search_path = public").await?;
    run(
        &mut change,
        "CREATE TABLE IF NOT EXISTS log_migrations
             (step integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
    )
    .await?;
    let done: i32 =
        sqlx::query_scalar("SELECT coalesce(max(step), 0) FROM log_migrations").fetch_one(&mut *change).await?;
    for (step, (name, sql)) in (1..).zip(STEPS) {
        if step > done {
            run(&mut change, sql).await?;
            sqlx::query("INSERT INTO log_migrations (step, name) VALUES ($1, $2)")
                .bind(step)
                .bind(name)
                .execute(&mut *change)
                .await?;
        }
    }
    sqlx::query(
        "INSERT INTO log_meta (one, id, format) VALUES (true, gen_random_uuid(), $1)
         ON CONFLICT (one) DO UPDATE SET format = excluded.format WHERE log_meta.format < excluded.format",
    )
    .bind(FORMAT)
    .execute(&mut *change)
    .await?;
    let id: String = sqlx::query_scalar("SELECT id::text FROM log_meta").fetch_one(&mut *change).await?;
    let id = Uuid::parse_str(&id).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    for role in [app, auditor] {
        let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
            .bind(role)
            .fetch_one(&mut *change)
            .await?;
        if !there {
            run(&mut change, &format!("CREATE ROLE \"{role}\" LOGIN")).await?;
        }
    }
    bound_sessions(&mut change, app).await?;
    run(
        &mut change,
        &format!(
            "REVOKE ALL ON events, commands, log_head, log_meta, log_migrations, stream FROM PUBLIC, \"{app}\", \"{auditor}\";
             GRANT USAGE ON SCHEMA public TO \"{app}\", \"{auditor}\";
             GRANT SELECT ON events, commands, log_meta, log_migrations, stream TO \"{app}\", \"{auditor}\";
             GRANT INSERT (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
                ON events TO \"{app}\";
             GRANT EXECUTE ON FUNCTION log_append TO \"{app}\";"
        ),
    )
    .await?;
    change.commit().await?;
    Ok(id)
}

/// Bounds the application's sessions, where they are not bounded yet: an owner who may not alter a role can still run
/// setup again.
async fn bound_sessions(change: &mut PgConnection, app: &str) -> sqlx::Result<()> {
    let present: Vec<String> = sqlx::query_scalar(
        "SELECT unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
          WHERE r.rolname = $1 AND s.setdatabase = 0",
    )
    .bind(app)
    .fetch_all(&mut *change)
    .await?;
    for (name, value) in ROLE_SETTINGS {
        if !present.contains(&format!("{name}={value}")) {
            run(change, &format!("ALTER ROLE \"{app}\" SET {name} = '{value}'")).await?;
        }
    }
    Ok(())
}

async fn run(connection: &mut PgConnection, sql: &str) -> sqlx::Result<()> {
    sqlx::raw_sql(sql).execute(connection).await.map(drop)
}
