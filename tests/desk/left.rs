//! All that lies on a disk of a log, its vault and a node, and a vault that is brought back from before.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use sqlx::{Connection as _, PgConnection, Row};
use tempfile::TempDir;

use crate::world::World;

/// The vault's tables that an erasure writes.
const WRITTEN: [&str; 3] = ["keyrings", "subject_rings", "erasures"];

impl World {
    /// Every file of the node, and every row of both databases as a dump writes it, with its bytes in hexadecimal digits.
    pub(crate) async fn everything(&self) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        files(self.data(), &mut all);
        for url in self.owners() {
            let mut database = PgConnection::connect(&url).await.expect("the owner gets in");
            let tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                           WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'kept')";
            let tables = sqlx::query(tables).fetch_all(&mut database).await.expect("the tables");
            assert!(tables.len() >= 5, "{}", tables.len());
            for table in tables {
                let rows = format!("SELECT row::text FROM {} AS row", table.get::<String, _>(0));
                let rows = sqlx::query(&rows).fetch_all(&mut database).await.expect("the rows");
                all.extend(rows.into_iter().map(|row| row.get::<String, _>(0).into_bytes()));
            }
        }
        all
    }
}

fn files(dir: &Path, all: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push(fs::read(&path).unwrap_or_default());
        }
    }
}

/// The vault as it was at a moment.
pub(crate) struct Backup(TempDir);

impl Backup {
    pub(crate) async fn of(world: &World) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        if let Some(vault) = world.owners().pop() {
            let mut database = PgConnection::connect(&vault).await.expect("the owner gets in");
            let tables = WRITTEN.map(|table| format!("CREATE TABLE kept.{table} AS TABLE vault.{table};")).concat();
            let keep = format!("CREATE SCHEMA kept; CREATE TABLE kept.meta AS TABLE vault.meta; {tables}");
            sqlx::raw_sql(&keep).execute(&mut database).await.expect("a backup");
        } else {
            let vault = Connection::open(world.data().join("vault.db")).expect("the vault");
            let backup = dir.path().join("vault.db").display().to_string();
            vault.execute("VACUUM INTO ?", [backup]).expect("a backup");
        }
        Self(dir)
    }

    /// Brings it back, while nobody has the vault open.
    pub(crate) async fn brought_back(self, world: &World) {
        if let Some(vault) = world.owners().pop() {
            let mut database = PgConnection::connect(&vault).await.expect("the owner gets in");
            let tables = WRITTEN
                .map(|table| format!("TRUNCATE vault.{table}; INSERT INTO vault.{table} TABLE kept.{table};"))
                .concat();
            let back = format!(
                "SET session_replication_role = replica;
                 UPDATE vault.meta SET erase_epoch = (SELECT erase_epoch FROM kept.meta); {tables}"
            );
            sqlx::raw_sql(&back).execute(&mut database).await.expect("it is back");
        } else {
            for part in ["vault.db-wal", "vault.db-shm"] {
                drop(fs::remove_file(world.data().join(part)));
            }
            fs::copy(self.0.path().join("vault.db"), world.data().join("vault.db")).expect("it is back");
        }
    }
}
