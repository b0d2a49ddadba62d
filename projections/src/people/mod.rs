//! The file `people`: who lives where under which name, and how to find them. Live only: it knows no past moment.
//!
//! | file | question |
//! |---|---|
//! | `fold` | which facts make and unmake its rows? |
//! | `finder` | which names are like what somebody typed? |
//! | `houses` | which house code does a household live under? |
//! | `on_list` | which households does a list of the state name? |
//! | `holders` | who bears these citizen ids? |
//! | `likeness` | when may two people be one? |
//! | `candidates` | who of those that are here may be one of these newcomers? |
//! | `sweep` | which two people of different households may be one? |
//! | `staff` | who is on the staff? |
//! | `search` | who bears those names within the caller's reach? |

mod candidates;
mod finder;
mod fold;
mod holders;
mod houses;
mod likeness;
mod on_list;
mod search;
mod staff;
mod sweep;

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

pub use candidates::{Candidate, Newcomer, Newcomers, candidates};
pub use finder::Finder;
pub use fold::People;
pub use holders::{Holder, holders};
pub use likeness::AlikeIn;
pub use on_list::{ListKey, comparable, on_list};
pub use search::{Found, FoundBy, HouseholdNames, MemberName, SearchQuery, names, search};
pub use staff::{StaffRow, staff};
pub use sweep::{Pair, Swept, sweep};

/// What the vault calls the key under which citizen ids are looked up.
pub const CITIZEN_ID_KEY: &str = "citizen-id";

/// A correction replaces the row of a person by another, which is found in its place. The earlier one stays with its
/// postings, unfindable, until the person is forgotten, because the correction may be taken back. `heads` holds who
/// became head, or ceased to be it, after being noted. `houses` holds what each fact says of the house code.
///
/// `likeness` is the number of the whole name as it is compared, `born_first` and `born_last` the days on which somebody
/// may have been born.
///
/// `postings` holds each word of a name once per person who bears it, with where that person lives, so that a search
/// never looks beyond the caller's reach.
pub(crate) const TABLES: &str = "
    CREATE TABLE homes (
        home INTEGER PRIMARY KEY,
        id BLOB NOT NULL,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        case_no INTEGER
    );
    CREATE TABLE people (
        home INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        id BLOB NOT NULL,
        prefix TEXT,
        given_name TEXT NOT NULL,
        family_name TEXT,
        noted_as_head INTEGER NOT NULL,
        is_head INTEGER NOT NULL,
        citizen_id BLOB,
        left_sequence INTEGER,
        replaced_sequence INTEGER,
        likeness INTEGER NOT NULL,
        born_first INTEGER,
        born_last INTEGER,
        PRIMARY KEY (home, sequence)
    ) WITHOUT ROWID;
    CREATE TABLE heads (
        home INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        id BLOB NOT NULL,
        is_head INTEGER NOT NULL,
        PRIMARY KEY (home, sequence, id)
    ) WITHOUT ROWID;
    CREATE TABLE houses (
        home INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        code BLOB,
        PRIMARY KEY (home, sequence)
    ) WITHOUT ROWID;
    CREATE TABLE names (
        name INTEGER PRIMARY KEY,
        text TEXT NOT NULL
    );
    CREATE TABLE postings (
        name INTEGER NOT NULL,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        home INTEGER NOT NULL,
        sequence INTEGER NOT NULL
    );";

pub(crate) const INDEXES: &str = "
    CREATE UNIQUE INDEX homes_id ON homes (id);
    CREATE INDEX homes_case_no ON homes (case_no);
    CREATE INDEX people_id ON people (id);
    CREATE INDEX people_citizen_id ON people (citizen_id) WHERE citizen_id IS NOT NULL AND replaced_sequence IS NULL;
    CREATE INDEX people_likeness ON people (likeness) WHERE left_sequence IS NULL AND replaced_sequence IS NULL;
    CREATE INDEX people_born ON people (born_first)
        WHERE born_first = born_last AND left_sequence IS NULL AND replaced_sequence IS NULL;
    CREATE INDEX houses_code ON houses (code) WHERE code IS NOT NULL;
    CREATE INDEX postings_name ON postings (name, tambon, lao, home, sequence);";

/// What a person is called.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonName {
    /// Title.
    pub prefix: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name; a monk may have none.
    pub family_name: Option<String>,
}

// A name may not reach a log line.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹name›")
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(prefix) = &self.prefix {
            // A Thai title stands right before the name, a Latin one apart.
            write!(f, "{prefix}{}", if prefix.is_ascii() { " " } else { "" })?;
        }
        f.write_str(&self.given_name)?;
        match &self.family_name {
            Some(family_name) => write!(f, " {family_name}"),
            None => Ok(()),
        }
    }
}
