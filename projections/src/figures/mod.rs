//! The file `figures`: every queue, list and count, without one personal value.
//!
//! | file | question |
//! |---|---|
//! | [`caseload`] | where does each household stand, and what is due? |
//! | [`referrals`] | what was asked of which agency, and what became of it? |
//! | [`clocks`] | what must be done by when, and what was missed? |
//! | [`backlog`] | how much waits where, and how long, now and on any past day? |
//! | [`cohort`] | which households does a report count, and in which parts? |
//! | [`funnel`] | how far did the households come that were found in a period? |
//! | [`coverage`] | how well does a state list agree with what was verified? |
//! | [`offers`] | which agencies, services and models are there, and how full are they? |

pub mod backlog;
pub mod caseload;
pub mod clocks;
pub mod cohort;
pub mod coverage;
pub mod funnel;
pub mod offers;
pub mod referrals;

use events::facts::Fact;
use events::recorded::Occurrence;
use rusqlite::Connection;

use self::caseload::Caseload;
use self::clocks::Clocks;
use self::coverage::Coverage;
use self::offers::Offers;
use self::referrals::Referrals;
use crate::error::ProjectionError;
use crate::households::Households;
use crate::projector::Fold;

/// All projections of the file, folded in one pass over the log.
#[derive(Debug)]
pub struct Figures {
    households: Households,
    caseload: Caseload,
    clocks: Clocks,
    coverage: Coverage,
    referrals: Referrals,
    offers: Offers,
}

impl Fold for Figures {
    const FILE: &'static str = "figures";
    const PROJECTIONS: &'static [(&'static str, u32)] =
        &[caseload::VERSION, clocks::VERSION, referrals::VERSION, funnel::VERSION, coverage::VERSION, offers::VERSION];
    const TABLES: &'static [&'static str] =
        &[caseload::TABLES, clocks::TABLES, referrals::TABLES, funnel::TABLES, coverage::TABLES, offers::TABLES];
    const INDEXES: &'static [&'static str] = &[caseload::INDEXES, clocks::INDEXES, referrals::INDEXES];
    const SECRET: bool = false;
    type Tools = ();

    fn wants(_: &str) -> bool {
        true
    }

    fn open(db: &Connection, (): &()) -> Result<Self, ProjectionError> {
        Ok(Self {
            households: Households::open(db, "SELECT id, household, tambon, lao FROM caseload")?,
            caseload: Caseload::default(),
            clocks: Clocks::default(),
            coverage: Coverage::default(),
            referrals: Referrals::open(db)?,
            offers: Offers::open(db)?,
        })
    }

    fn apply(&mut self, db: &Connection, event: &Occurrence) -> Result<(), ProjectionError> {
        match &event.fact {
            Fact::Household(fact) => {
                let home = self.households.home_of(event, fact)?;
                self.referrals.apply(db, &home, event, fact, &mut self.offers)?;
                self.coverage.apply(db, &home, event, fact)?;
                let referral = self.referrals.clock(db)?;
                let due = self.clocks.apply(db, &home, event, fact, referral)?;
                self.caseload.apply(db, &home, event, fact, due)
            }
            Fact::Agency(fact) => self.offers.agency(db, event, fact),
            Fact::Model(fact) => Offers::model(db, event, fact),
            Fact::Staff(_) | Fact::Policy(_) | Fact::Numbering(_) => Ok(()),
        }
    }

    fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.caseload.flush(db)?;
        self.clocks.flush(db)?;
        self.coverage.flush(db)?;
        self.referrals.flush(db)
    }

    /// There is nothing personal in here.
    fn forget(&mut self, _: &Connection, _: uuid::Uuid) -> Result<(), ProjectionError> {
        Ok(())
    }
}
