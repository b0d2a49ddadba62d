//! Whether a table is the same on both sides: every row, in order, and one digest over all of them.

use sha2::{Digest as _, Sha256};

use super::error::CopyError;
use super::side::Side;
use super::{CopiedTable, MOST_ROWS, Progress, Row, Table, Value};

/// Reads both sides to their ends. `Different` names the first row that is not the same.
pub(crate) async fn compare(
    table: &'static Table,
    source: &mut Side,
    target: &mut Side,
    of: u64,
    told: &mut (dyn FnMut(Progress) + Send),
) -> Result<CopiedTable, CopyError> {
    let (mut ours, mut theirs) = (Digest::default(), Digest::default());
    let mut after = None;
    loop {
        let here = source.batch(table, after.clone(), MOST_ROWS).await?;
        let there = target.batch(table, after, MOST_ROWS).await?;
        if let Some(row) = first_difference(&here, &there) {
            return Err(CopyError::Different { what: table.what, key: row.shown(table) });
        }
        let Some(last) = here.last() else { break };
        after = Some(last.key(table));
        ours.take(&here);
        theirs.take(&there);
        told(Progress { what: table.compared, done: ours.rows, of });
    }
    let (rows, digest) = (ours.rows, ours.end());
    if digest == theirs.end() {
        Ok(CopiedTable { what: table.what, rows, digest: hex::encode(digest) })
    } else {
        Err(CopyError::Different { what: table.what, key: "no single row".to_owned() })
    }
}

/// The first row that the other side has not, or has differently.
fn first_difference<'a>(here: &'a [Row], there: &'a [Row]) -> Option<&'a Row> {
    let unequal = here.iter().zip(there).find(|(one, other)| one != other).map(|(one, _)| one);
    unequal.or_else(|| here.get(there.len())).or_else(|| there.get(here.len()))
}

#[derive(Default)]
struct Digest {
    hash: Sha256,
    rows: u64,
}

impl Digest {
    fn take(&mut self, rows: &[Row]) {
        self.rows += rows.len() as u64;
        for value in rows.iter().flat_map(|row| &row.0) {
            let (kind, bytes): (u8, &[u8]) = match value {
                Value::Null => (0, &[]),
                Value::Int(number) => (1, &number.to_be_bytes()),
                Value::Text(text) => (2, text.as_bytes()),
                Value::Bytes(bytes) => (3, bytes),
            };
            self.hash.update([kind]);
            self.hash.update((bytes.len() as u64).to_be_bytes());
            self.hash.update(bytes);
        }
    }

    fn end(self) -> [u8; 32] {
        self.hash.finalize().into()
    }
}
