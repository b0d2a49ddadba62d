//! The compiler, its lints and the libraries that the house is built on stay as decided.

use super::tree::text_of;

const LIBRARIES: [&str; 12] = [
    "tokio",
    "cqrs-es",
    "postgres-es",
    "sqlite-es",
    "sqlx",
    "rusqlite",
    "serde_json",
    "axum",
    "chrono",
    "thiserror",
    "clap",
    "tracing",
];

/// Constructors that keep snapshots, into which cqrs-es 0.5.0 applies every event twice.
const SNAPSHOTS: [&str; 6] = [
    "cqrs_es::persist::PersistedEventStore::new_snapshot_store",
    "cqrs_es::persist::PersistedEventStore::new_aggregate_store",
    "postgres_es::postgres_snapshot_cqrs",
    "postgres_es::postgres_aggregate_cqrs",
    "sqlite_es::sqlite_snapshot_cqrs",
    "sqlite_es::sqlite_aggregate_cqrs",
];

/// Where time and chance would come in unasked.
const UNASKED: [&str; 4] =
    ["chrono::Utc::now", "std::time::SystemTime::now", "uuid::Uuid::new_v4", "uuid::Uuid::now_v7"];

/// The method is banned, and the line says why.
fn bans(clippy: &str, method: &str, because: &str) -> bool {
    clippy.lines().any(|line| {
        let line = line.trim();
        !line.starts_with('#')
            && line.contains(&format!("path = \"{method}\""))
            && line.split("reason = \"").nth(1).is_some_and(|reason| reason.contains(because))
    })
}

fn requires(manifest: &str, library: &str) -> bool {
    manifest
        .split("[workspace.dependencies]")
        .nth(1)
        .and_then(|rest| rest.split("\n[").next())
        .is_some_and(|section| section.lines().any(|line| line.split([' ', '=', '.']).next() == Some(library)))
}

#[test]
fn the_libraries_of_the_design_are_in_the_workspace() {
    let manifest = text_of("Cargo.toml");
    for library in LIBRARIES {
        assert!(requires(manifest, library), "{library} is missing");
    }
    assert!(!requires("[workspace.dependencies]\nserde = \"1\"\n[package]\ntokio = \"1\"", "tokio"));
}

#[test]
fn one_sqlite_and_the_sqlx_that_postgres_es_takes() {
    let lock = text_of("Cargo.lock");
    let versions = |name: &str| {
        let head = format!("name = \"{name}\"\nversion = \"");
        lock.match_indices(&head)
            .map(|(at, _)| lock.get(at + head.len()..).and_then(|it| it.split('"').next()).unwrap_or_default())
            .collect::<Vec<_>>()
    };
    assert_eq!(versions("libsqlite3-sys").len(), 1, "two copies of SQLite would not see each other's locks");
    let sqlx = versions("sqlx");
    assert!(sqlx.len() == 1 && sqlx.iter().all(|it| it.starts_with("0.8.")), "{sqlx:?}");
}

#[test]
fn snapshots_and_unasked_time_and_chance_are_banned_with_a_reason() {
    let clippy = text_of("clippy.toml");
    for method in SNAPSHOTS {
        assert!(bans(clippy, method, "docs/decisions/0002"), "{method}");
    }
    for method in UNASKED {
        assert!(bans(clippy, method, "at the edge"), "{method}");
    }
    assert!(!bans("  # { path = \"a::b\", reason = \"x\" },", "a::b", ""));
    assert!(!bans("  { path = \"a::b\" },", "a::b", ""));
    assert!(!bans("  { path = \"a::b\", reason = \"no why\" },", "a::b", "docs/decisions/0002"));
}

#[test]
fn the_toolchain_is_pinned_to_the_edition_the_manifest_names() {
    let toolchain = text_of("rust-toolchain.toml");
    let pinned = toolchain.split("channel = \"").nth(1).and_then(|it| it.split('"').next()).unwrap();
    let oldest = text_of("Cargo.toml").split("rust-version = \"").nth(1).and_then(|it| it.split('"').next()).unwrap();
    assert_eq!(pinned.split('.').count(), 3, "{pinned} names no exact version");
    assert!(pinned.starts_with(&format!("{oldest}.")), "{pinned} is not {oldest}");
}
