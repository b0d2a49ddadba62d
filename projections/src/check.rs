//! Is what the read model holds what the log says? For `huean check`: each answer says how many things were looked at.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use events::log::Log;
use events::vault::Vault;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::error::ProjectionError;
use crate::figures::Figures;
use crate::figures::referrals::Kind;
use crate::page::AsOf;
use crate::people::{CITIZEN_ID_KEY, Finder, People};
use crate::projector::{Files, Fold, Source, build, checkpoint};
use crate::read_model::connect;

/// No more faults than these are told of each kind.
const TOLD: usize = 20;

/// What was found about one invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The invariant.
    pub what: &'static str,
    /// How many things were looked at; none is itself a reason to wonder.
    pub looked_at: u64,
    /// What is not as it should be. Ids and positions, never a name.
    pub faults: Vec<String>,
}

impl Checked {
    fn new(what: &'static str) -> Self {
        Self { what, looked_at: 0, faults: Vec::new() }
    }

    fn fault(&mut self, text: impl FnOnce() -> String) {
        if self.faults.len() < TOLD {
            self.faults.push(text());
        }
    }
}

/// Checks the files in `dir` against themselves and against a build from the log in `spare`, an empty folder. They must
/// have been built, and may be followed by a running service meanwhile.
pub async fn check(dir: &Path, spare: &Path, log: Log, vault: Vault) -> Result<Vec<Checked>, ProjectionError> {
    let key = vault.mac_key(CITIZEN_ID_KEY).await?;
    let source = Source { log, vault, runtime: tokio::runtime::Handle::current() };
    let (dir, spare) = (dir.to_owned(), spare.to_owned());
    let work = move || -> Result<Vec<Checked>, ProjectionError> {
        let figures = reading(&Files::<Figures>::new(&dir).live())?;
        let mut standing = one_stage(&figures)?;
        waits_for_nobody(&figures, &mut standing)?;
        let mut all = vec![standing, one_queue(&figures)?];
        all.push(rebuilt::<Figures>(&figures, "a rebuilt file of figures equals the live one", &spare, &source, &())?);
        let people = reading(&Files::<People>::new(&dir).live())?;
        let finder = std::sync::Arc::new(Finder::new(key));
        all.push(rebuilt::<People>(&people, "a rebuilt file of people equals the live one", &spare, &source, &finder)?);
        Ok(all)
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| ProjectionError::Stopped)?
}

/// A file as it stands now: a service that goes on does not change what this connection sees.
fn reading(path: &Path) -> Result<Connection, ProjectionError> {
    if !path.exists() {
        return Err(ProjectionError::Building);
    }
    let db = connect(path)?;
    db.execute_batch("BEGIN")?;
    checkpoint(&db)?;
    Ok(db)
}

/// Every household stands in one place at a time: its spells follow each other without gap, and one lasts.
pub(crate) fn one_stage(db: &Connection) -> Result<Checked, ProjectionError> {
    let mut checked = Checked::new("every household has one stage and one standing");
    let mut select = db.prepare(
        "SELECT s.household, s.from_position, s.to_position, c.since_position
         FROM caseload c JOIN stage_spells_ended s ON s.household = c.household ORDER BY s.household, s.from_position",
    )?;
    let mut rows = select.query([])?;
    let mut before: Option<(i64, i64, i64)> = None;
    while let Some(row) = rows.next()? {
        let (household, from, to, since): (i64, i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        match before {
            Some((same, end, _)) if same == household && end != from => {
                checked.fault(|| format!("household {household}: a spell ends at {end}, the next begins at {from}"));
            }
            Some((other, end, since)) if other != household && end != since => {
                checked.fault(|| format!("household {other}: a spell ends at {end}, the last begins at {since}"));
            }
            Some(_) | None => {}
        }
        before = Some((household, to, since));
    }
    if let Some((household, end, since)) = before.filter(|(_, end, since)| end != since) {
        checked.fault(|| format!("household {household}: a spell ends at {end}, the last begins at {since}"));
    }
    let mut select = db.prepare("SELECT household, stage, standing FROM caseload")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        checked.looked_at += 1;
        let (household, stage): (i64, i64) = (row.get(0)?, row.get(1)?);
        let standing = row.get_ref(2)?.as_str().unwrap_or_default();
        if !(0..6).contains(&stage) || standing.parse::<events::facts::case::Standing>().is_err() {
            checked.fault(|| format!("household {household} stands nowhere"));
        }
    }
    Ok(checked)
}

/// A case that is closed waits for nobody: what was open ended with it.
fn waits_for_nobody(db: &Connection, checked: &mut Checked) -> Result<(), ProjectionError> {
    let mut select = db.prepare(
        "SELECT household FROM caseload c WHERE standing LIKE 'closed:%'
            AND EXISTS (SELECT 1 FROM referrals r WHERE r.household = c.household AND r.state <= 1)",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let household: i64 = row.get(0)?;
        checked.fault(|| format!("household {household} is closed and has an open referral"));
    }
    Ok(())
}

/// Every open referral waits in exactly one queue: it has one lasting spell, and the facts that stand say the same.
pub(crate) fn one_queue(db: &Connection) -> Result<Checked, ProjectionError> {
    let mut checked = Checked::new("every open referral is in exactly one queue");
    let moving = Kind::ALL.into_iter().filter(|kind| kind.moves()).map(|kind| format!("'{}'", kind.as_str()));
    let moving = moving.collect::<Vec<_>>().join(", ");
    let mut select = db.prepare(&format!(
        "SELECT r.referral, r.state,
            (SELECT f.step FROM referral_facts f WHERE f.household = r.household AND f.referral = r.referral
                AND f.retracted_at IS NULL AND f.step IN ({moving}) ORDER BY f.sequence DESC LIMIT 1),
            (SELECT max(s.to_position) FROM referral_spells s WHERE s.referral = r.referral), r.since_position
         FROM referrals r",
    ))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (referral, state): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        let last: Option<String> = row.get(2)?;
        let last = last.and_then(|step| Kind::ALL.into_iter().find(|kind| kind.as_str() == step));
        let waits = last.and_then(Kind::queue).map(|queue| queue.state().number());
        checked.looked_at += 1;
        if state.filter(|state| *state <= 1) != waits {
            checked.fault(|| format!("referral {referral} waits in another queue than its facts say"));
        }
        let (ended, since): (Option<i64>, i64) = (row.get(3)?, row.get(4)?);
        if ended.is_some_and(|ended| ended != since) {
            checked.fault(|| format!("referral {referral}: its last spell does not begin where the one before ends"));
        }
    }
    Ok(checked)
}

/// Builds a file anew as far as the live one has come, and compares them row for row.
fn rebuilt<F: Fold>(
    live: &Connection,
    what: &'static str,
    spare: &Path,
    source: &Source,
    tools: &F::Tools,
) -> Result<Checked, ProjectionError> {
    let at: AsOf = checkpoint(live)?;
    let path = Files::<F>::new(spare).building();
    let reached = build::<F>(&path, source, tools, 0, Some(at.position), &|_| {}, &AtomicBool::new(false))?;
    let mut checked = Checked::new(what);
    if reached.position != at.position {
        checked.fault(|| format!("the log can be read up to {}, the file holds {}", reached.position, at.position));
        return Ok(checked);
    }
    compare(live, &connect(&path)?, &mut checked)?;
    Ok(checked)
}

/// Compares every table of two files, but for what a file notes about itself.
pub(crate) fn compare(one: &Connection, other: &Connection, checked: &mut Checked) -> Result<(), ProjectionError> {
    let mut select = one.prepare(
        "SELECT t.name, (SELECT group_concat(c.cid + 1) FROM pragma_table_info(t.name) c) FROM sqlite_master t
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'checkpoint' ORDER BY t.name",
    )?;
    let tables = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (table, columns) in tables.collect::<Result<Vec<(String, String)>, _>>()? {
        let sql = format!("SELECT * FROM {table} ORDER BY {columns}");
        let (mut one, mut other) = (one.prepare(&sql)?, other.prepare(&sql)?);
        let width = one.column_count();
        let (mut left, mut right) = (one.query([])?, other.query([])?);
        loop {
            let (a, b) = (left.next()?, right.next()?);
            let (Some(a), Some(b)) = (a, b) else {
                if a.is_some() || b.is_some() {
                    checked.fault(|| format!("{table}: one of the files has more rows"));
                }
                break;
            };
            checked.looked_at += 1;
            let differs = (0..width).any(|column| {
                let (a, b): (Result<Value, _>, Result<Value, _>) = (a.get(column), b.get(column));
                a.ok() != b.ok()
            });
            if differs {
                // The first column is a number in every table; what else stands in a row may be a name.
                let key = a.get::<_, i64>(0).unwrap_or(0);
                checked.fault(|| format!("{table}: the rows at {key} differ"));
                break;
            }
        }
    }
    Ok(())
}
