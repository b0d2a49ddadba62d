//! Rows that are being worked on: each is read once, changed in memory, and written once in key order.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, Row, ToSql};

/// So many rows of a table may stay in memory between batches.
const KEPT: usize = 150_000;

/// A row of a table with an integer key.
pub(crate) trait Entity: Sized {
    /// Selects the columns that [`Entity::read`] expects, by key.
    const SELECT: &'static str;
    /// Writes key and columns, replacing the row if there is one.
    const STORE: &'static str;

    /// From its columns.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self>;

    /// The columns behind the key.
    fn store(&self, write: &mut dyn FnMut(&[&dyn ToSql]) -> rusqlite::Result<()>, key: i64) -> rusqlite::Result<()>;
}

/// The rows of one table that a batch touches. Only right while nobody else writes the table.
#[derive(Debug)]
pub(crate) struct Working<E> {
    rows: HashMap<i64, (E, bool)>,
    /// The keys of the rows to write. Looking through all that are kept would cost each batch more the more there are.
    changed: Vec<i64>,
}

impl<E> Default for Working<E> {
    fn default() -> Self {
        Self { rows: HashMap::new(), changed: Vec::new() }
    }
}

impl<E: Entity> Working<E> {
    /// The row of a key, to be changed.
    pub(crate) fn get(&mut self, db: &Connection, key: i64) -> rusqlite::Result<Option<&mut E>> {
        let (entity, changed) = match self.rows.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let mut select = db.prepare_cached(E::SELECT)?;
                let mut found = select.query([key])?;
                let Some(row) = found.next()? else { return Ok(None) };
                unknown.insert((E::read(row)?, false))
            }
        };
        if !*changed {
            self.changed.push(key);
            *changed = true;
        }
        Ok(Some(entity))
    }

    /// A row that is new, or replaced.
    pub(crate) fn put(&mut self, key: i64, entity: E) {
        if !matches!(self.rows.insert(key, (entity, true)), Some((_, true))) {
            self.changed.push(key);
        }
    }

    /// Writes what was changed.
    pub(crate) fn flush(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.changed.sort_unstable();
        let mut store = db.prepare_cached(E::STORE)?;
        for key in self.changed.drain(..) {
            if let Some((entity, changed)) = self.rows.get_mut(&key) {
                entity.store(&mut |values| store.execute(values).map(drop), key)?;
                *changed = false;
            }
        }
        if self.rows.len() > KEPT {
            self.rows.clear();
        }
        Ok(())
    }
}
