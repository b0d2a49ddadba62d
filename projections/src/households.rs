//! Which number each household has in a file, and where it lives: what every other fold asks first.

use std::collections::HashMap;

use events::area::Place;
use events::facts::household::HouseholdEvent;
use events::recorded::Occurrence;
use rusqlite::Connection;
use uuid::Uuid;

use crate::column;
use crate::error::ProjectionError;

/// A household as the folds know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Home {
    /// Counted from 1 in the order in which households entered the log: the same in every build of every file.
    pub(crate) key: i64,
    /// Its tambon.
    pub(crate) tambon: i64,
    /// Its local organisation.
    pub(crate) lao: Option<i64>,
}

impl Home {
    fn at(key: i64, place: &Place) -> Self {
        Self { key, tambon: column::tambons(place.tambon()).0, lao: place.lao().map(column::lao) }
    }
}

/// All households of the log, in memory: 231,021 take about 15 MB.
#[derive(Debug, Default)]
pub(crate) struct Households {
    homes: HashMap<Uuid, Home>,
}

impl Households {
    /// Those that the file holds already. `select` gives id, number, tambon and LAO.
    pub(crate) fn open(db: &Connection, select: &str) -> Result<Self, ProjectionError> {
        let mut select = db.prepare(select)?;
        let rows = select.query_map([], |row| {
            Ok((column::id(row, 0)?, Home { key: row.get(1)?, tambon: row.get(2)?, lao: row.get(3)? }))
        })?;
        Ok(Self { homes: rows.collect::<Result<_, _>>()? })
    }

    /// The household whose stream the event belongs to, where it lives after the event; one that is identified gets its
    /// number here.
    pub(crate) fn home_of(&mut self, event: &Occurrence, fact: &HouseholdEvent) -> Result<Home, ProjectionError> {
        let misfit = |what| ProjectionError::Misfit { position: event.position, what };
        let id = stream_id(event)?;
        let known = self.homes.get(&id).copied();
        match (fact, known) {
            (HouseholdEvent::HouseholdIdentified(_), Some(_)) => Err(misfit("the household is identified already")),
            (HouseholdEvent::HouseholdIdentified(it), None) => {
                let key = i64::try_from(self.homes.len()).unwrap_or(i64::MAX) + 1;
                let home = Home::at(key, &it.place);
                self.homes.insert(id, home);
                Ok(home)
            }
            (_, Some(home)) => {
                let Some(place) = fact.place() else { return Ok(home) };
                let home = Home::at(home.key, &place);
                self.homes.insert(id, home);
                Ok(home)
            }
            (_, None) => Err(misfit("the household is not identified")),
        }
    }
}

/// The id in the event's stream.
pub(crate) fn stream_id(event: &Occurrence) -> Result<Uuid, ProjectionError> {
    Uuid::parse_str(&event.stream.aggregate_id)
        .map_err(|_| ProjectionError::Misfit { position: event.position, what: "the stream's id is no UUID" })
}
