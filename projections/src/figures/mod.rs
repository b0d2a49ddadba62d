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
//! | [`episodes`] | how far did the work come each time that a case was open? |
//! | [`coverage`] | how well does a state list agree with what was verified? |
//! | [`sheet`] | how does a list of cases become a report, and which cases stand behind a number? |
//! | [`times`] | how long does it take from stage to stage, to answer and to deliver? |
//! | [`assistance`] | what help was given, to whom, how often, for how much? |
//! | [`unmet`] | which needs were met, and which has no help reached? |
//! | [`transitions`] | from which level to which did households come? |
//! | [`income`] | how did the income per resident change, and is it at the poverty line? |
//! | [`outcome`] | what became of those who were helped, by model, agency and capital? |
//! | [`relapse`] | who is out of poverty still, and of whom does nobody know? |
//! | [`workload`] | how much does each caseworker look after, and how much is late? |
//! | [`equity`] | do households come as far whoever makes them up? |
//! | [`quality`] | where is what was recorded incomplete, doubtful or late? |
//! | [`register`] | how many households are known, and how many people? |
//! | [`duplicates`] | who may stand in two households, and which questions wait? |
//! | [`offers`] | which agencies, services and models are there, and how full are they? |

pub mod assistance;
pub mod backlog;
pub mod caseload;
pub mod clocks;
pub mod cohort;
pub mod coverage;
pub mod duplicates;
pub mod episodes;
pub mod equity;
pub mod funnel;
pub mod income;
mod ledger;
pub mod offers;
pub mod outcome;
pub mod quality;
pub mod referrals;
pub mod register;
pub mod relapse;
pub mod sheet;
pub mod times;
pub mod transitions;
pub mod unmet;
pub mod workload;

use events::facts::Fact;
use events::recorded::Occurrence;
use rusqlite::Connection;

use self::assistance::Assistance;
use self::caseload::Caseload;
use self::clocks::Clocks;
use self::coverage::Coverage;
use self::duplicates::Duplicates;
use self::equity::Equity;
use self::income::Incomes;
use self::offers::Offers;
use self::outcome::Outcome;
use self::quality::Quality;
use self::referrals::Referrals;
use self::relapse::Relapse;
use self::sheet::Sheet;
use self::times::Times;
use self::transitions::Transitions;
use self::unmet::Unmet;
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
    assistance: Assistance,
    times: Times,
    unmet: Unmet,
    transitions: Transitions,
    income: Incomes,
    outcome: Outcome,
    relapse: Relapse,
    equity: Equity,
    quality: Quality,
    duplicates: Duplicates,
}

/// The reports over cases, and the cases behind others, by their names.
pub const SHEETS: &[(&str, &Sheet)] = &[
    ("funnel", &funnel::FUNNEL_CASES),
    ("episodes", &episodes::EPISODES),
    ("coverage", &coverage::COVERAGE_CASES),
    ("times", &times::TIMES),
    ("assistance", &assistance::ASSISTANCE),
    ("unmet", &unmet::UNMET),
    ("transitions", &transitions::TRANSITIONS),
    ("income", &income::INCOME),
    ("outcome", &outcome::OUTCOME),
    ("relapse", &relapse::RELAPSE),
    ("workload", &workload::WORKLOAD),
    ("equity", &equity::EQUITY),
    ("quality", &quality::QUALITY),
    ("duplicates", &duplicates::DUPLICATES),
    ("register", &register::REGISTER),
];

impl Fold for Figures {
    const FILE: &'static str = "figures";
    const PROJECTIONS: &'static [(&'static str, u32)] = &[
        caseload::VERSION,
        clocks::VERSION,
        referrals::VERSION,
        funnel::VERSION,
        coverage::VERSION,
        offers::VERSION,
        assistance::VERSION,
        times::VERSION,
        unmet::VERSION,
        quality::VERSION,
        equity::VERSION,
        relapse::VERSION,
        outcome::VERSION,
        income::VERSION,
        transitions::VERSION,
        duplicates::VERSION,
    ];
    const TABLES: &'static [&'static str] = &[
        caseload::TABLES,
        clocks::TABLES,
        referrals::TABLES,
        funnel::TABLES,
        coverage::TABLES,
        offers::TABLES,
        assistance::TABLES,
        times::TABLES,
        unmet::TABLES,
        quality::TABLES,
        equity::TABLES,
        relapse::TABLES,
        outcome::TABLES,
        income::TABLES,
        transitions::TABLES,
        duplicates::TABLES,
    ];
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
            assistance: Assistance::default(),
            times: Times::default(),
            unmet: Unmet::default(),
            quality: Quality::default(),
            equity: Equity::default(),
            relapse: Relapse::default(),
            outcome: Outcome::default(),
            income: Incomes::default(),
            transitions: Transitions::default(),
            duplicates: Duplicates::default(),
        })
    }

    fn apply(&mut self, db: &Connection, event: &Occurrence) -> Result<(), ProjectionError> {
        match &event.fact {
            Fact::Household(fact) => {
                let home = self.households.home_of(event, fact)?;
                self.referrals.apply(db, &home, event, fact, &mut self.offers)?;
                self.coverage.apply(db, &home, event, fact)?;
                self.unmet.apply(db, &home, event, fact)?;
                self.transitions.apply(db, &home, event, fact)?;
                self.income.apply(db, &home, event, fact)?;
                self.outcome.apply(db, &home, event, fact)?;
                self.relapse.apply(db, &home, event, fact)?;
                self.equity.apply(&home, event, fact);
                self.quality.apply(db, &home, event, fact)?;
                self.duplicates.apply(db, &home, event, fact)?;
                let undoing = self.assistance.apply(db, &home, event, fact)?;
                self.times.apply(db, &home, event, fact, undoing)?;
                let referral = self.referrals.clock(db)?;
                let due = self.clocks.apply(db, &home, event, fact, referral)?;
                self.caseload.apply(db, &home, event, fact, due)
            }
            Fact::Agency(fact) => self.offers.agency(db, event, fact),
            Fact::Model(fact) => Offers::model(db, event, fact),
            Fact::Policy(fact) => Incomes::policy(db, event, fact),
            Fact::Staff(_) | Fact::Numbering(_) => Ok(()),
        }
    }

    fn flush(&mut self, db: &Connection) -> Result<(), ProjectionError> {
        self.caseload.flush(db)?;
        self.clocks.flush(db)?;
        self.coverage.flush(db)?;
        self.assistance.flush(db)?;
        self.times.flush(db)?;
        self.unmet.flush(db)?;
        self.quality.flush(db)?;
        self.equity.flush(db)?;
        self.relapse.flush(db)?;
        self.outcome.flush(db)?;
        self.income.flush(db)?;
        self.transitions.flush(db)?;
        self.duplicates.flush(db)?;
        self.referrals.flush(db)
    }

    /// There is nothing personal in here.
    fn forget(&mut self, _: &Connection, _: uuid::Uuid) -> Result<(), ProjectionError> {
        Ok(())
    }
}
