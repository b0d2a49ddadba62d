//! Where "now" comes from. Time is an argument everywhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// A source of the present moment.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// A clock that stands still until it is moved: the demo lives through two years in minutes, tests stop it.
    Simulated(SimulatedClock),
}

/// Microseconds since the epoch, shared by all who hold a clone.
#[derive(Debug, Clone)]
pub struct SimulatedClock(Arc<AtomicI64>);

impl Clock {
    /// A simulated clock that starts at `at`.
    pub fn simulated(at: DateTime<Utc>) -> Self {
        Self::Simulated(SimulatedClock::starting(at))
    }

    /// The present moment, to the microsecond.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::Real => from_micros(Utc::now().timestamp_micros()),
            Self::Simulated(clock) => clock.now(),
        }
    }

    /// Whether a log of real events must refuse it.
    pub fn is_simulated(&self) -> bool {
        matches!(self, Self::Simulated(_))
    }
}

impl SimulatedClock {
    /// A clock that stands at `at`.
    pub fn starting(at: DateTime<Utc>) -> Self {
        Self(Arc::new(AtomicI64::new(at.timestamp_micros())))
    }

    /// Where the clock stands.
    pub fn now(&self) -> DateTime<Utc> {
        from_micros(self.0.load(Ordering::SeqCst))
    }

    /// Moves the clock, also backwards: a log must bear that.
    pub fn set(&self, at: DateTime<Utc>) {
        self.0.store(at.timestamp_micros(), Ordering::SeqCst);
    }
}

/// An instant from the log's unit, microseconds UTC. Values outside chrono's range become the epoch's start.
pub fn from_micros(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}

/// Asia/Bangkok: seven hours ahead of UTC, no daylight saving since 1920.
pub fn bangkok() -> FixedOffset {
    FixedOffset::east_opt(7 * 3600).unwrap_or_else(|| unreachable!("seven hours is a valid offset"))
}

/// The day an instant falls on in Thailand. Ages, due dates and "today" are counted in these days.
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&bangkok()).date_naive()
}

/// The last microsecond of a day in Thailand: what "as of" a date means.
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day);
    start_of(next) - chrono::Duration::microseconds(1)
}

/// The first moment of a day in Thailand.
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_hms_opt(0, 0, 0).unwrap_or_default();
    midnight.and_utc() - chrono::Duration::hours(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_bangkok() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert_eq!(start_of(day).to_rfc3339(), "2026-11-21T17:00:00+00:00");
        assert_eq!(day_of(start_of(day)), day);
        assert_eq!(day_of(end_of(day)), day);
        assert_eq!(day_of(end_of(day) + chrono::Duration::microseconds(1)), day.succ_opt().unwrap());
    }
}
