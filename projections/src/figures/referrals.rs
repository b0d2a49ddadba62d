//! What was asked of which agency, what became of it, and what waits for whom?

mod fold;
mod list;
mod steps;

pub(super) use fold::Referrals;
pub(super) use list::states_at;
pub use list::{AgeBucket, ReferralQuery, ReferralRow, ReferralSort, list};
pub(crate) use steps::Kind;
pub use steps::{Queue, ReferralState};

pub(super) const VERSION: (&str, u32) = ("referrals", 2);

/// `state` is the number of a [`ReferralState`]; none: the referral was made by a fact that was taken back.
/// `clock` is the moment from which its age in the queue counts: when it reached the agency, the first time or once more, or
/// was accepted. A spell lasts as long as agency, service, state, clock and last day stay the same.
pub(super) const TABLES: &str = "
    CREATE TABLE referrals (
        referral INTEGER PRIMARY KEY,
        id BLOB NOT NULL,
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        agency INTEGER NOT NULL,
        service TEXT NOT NULL,
        need BLOB NOT NULL,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        state INTEGER,
        since_position INTEGER NOT NULL,
        since INTEGER NOT NULL,
        clock INTEGER NOT NULL,
        clock_day INTEGER NOT NULL,
        due_by INTEGER,
        made_on INTEGER NOT NULL,
        reached_at INTEGER NOT NULL,
        respond_by INTEGER NOT NULL,
        overdue_at INTEGER,
        accepted_on INTEGER,
        accepted_at INTEGER,
        deliver_by INTEGER,
        delivery_overdue_at INTEGER,
        ended_on INTEGER,
        ended_at INTEGER,
        ended_as TEXT
    );
    CREATE TABLE referral_facts (
        household INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        referral INTEGER NOT NULL,
        step TEXT NOT NULL,
        recorded_at INTEGER NOT NULL,
        happened_on INTEGER,
        day INTEGER,
        code TEXT,
        retracted_at INTEGER,
        PRIMARY KEY (household, sequence)
    ) WITHOUT ROWID;
    CREATE TABLE referral_spells (
        referral INTEGER NOT NULL,
        from_position INTEGER NOT NULL,
        from_at INTEGER NOT NULL,
        to_position INTEGER NOT NULL,
        to_at INTEGER NOT NULL,
        state INTEGER,
        clock INTEGER NOT NULL,
        clock_day INTEGER NOT NULL,
        due_by INTEGER,
        agency INTEGER NOT NULL,
        service TEXT NOT NULL,
        tambon INTEGER NOT NULL,
        lao INTEGER,
        PRIMARY KEY (referral, from_position)
    ) WITHOUT ROWID;
    CREATE VIEW referral_states AS
        SELECT referral, from_position, from_at, to_position, to_at, state, clock, clock_day, due_by, agency, service,
            tambon, lao FROM referral_spells
        UNION ALL
        SELECT referral, since_position, since, NULL, 9223372036854775807, state, clock, clock_day, due_by, agency,
            service, tambon, lao FROM referrals;";

pub(super) const INDEXES: &str = "
    CREATE INDEX referrals_household ON referrals (household);
    CREATE INDEX referrals_queue ON referrals (agency, state, due_by) WHERE state <= 1;
    CREATE INDEX referrals_open ON referrals (tambon, agency, service, state, clock_day, due_by, lao) WHERE state <= 1;
    CREATE INDEX referrals_place ON referrals (state, tambon, household, due_by);
    CREATE INDEX referrals_agency ON referrals (agency, state);";
