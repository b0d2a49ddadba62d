//! The simulated days: when somebody finds a household, when an office works, when the stories end.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc, Weekday};
use events::clock::{day_of, start_of};

/// The days of a demo.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub(super) start: NaiveDate,
    pub(super) until: DateTime<Utc>,
}

/// Part of the time in thousandths → part of the households that were found by then. Surveys come in two waves.
const FOUND: [(i64, i64); 6] = [(0, 0), (60, 130), (250, 560), (520, 700), (720, 900), (1000, 1000)];

impl Calendar {
    /// Days from the first to the last.
    pub(super) fn days(self) -> i64 {
        (day_of(self.until) - self.start).num_days()
    }

    /// A day so many thousandths into the time.
    pub(super) fn at_permille(self, part: i64) -> NaiveDate {
        self.start + Duration::days(self.days() * part / 1000)
    }

    /// The day on which the `n`th of `of` households is entered: later numbers never come earlier.
    pub(super) fn entered(self, n: u32, of: u32) -> NaiveDate {
        let share = i64::from(n) * 1000 / i64::from(of.max(1));
        // The first two weeks belong to those who set up the service.
        let first = 14.min(self.days() / 20);
        let mut before = (0, 0);
        for (time, found) in FOUND {
            if share < found {
                let (t0, f0) = before;
                let part = t0 * 1000 + (share - f0) * 1000 * (time - t0) / (found - f0).max(1);
                return self.start + Duration::days(first + (self.days() - first) * part / 1_000_000);
            }
            before = (time, found);
        }
        day_of(self.until)
    }

    /// The instant of a minute of a day in Thailand.
    pub(super) fn moment(day: NaiveDate, minute: i64) -> DateTime<Utc> {
        start_of(day) + Duration::minutes(minute)
    }

    /// The day itself, or the Monday after it: offices answer on working days.
    pub(super) fn office_day(day: NaiveDate) -> NaiveDate {
        match day.weekday() {
            Weekday::Sat => day + Duration::days(2),
            Weekday::Sun => day + Duration::days(1),
            Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => day,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn households_are_entered_in_the_order_of_their_numbers_until_the_end() {
        let start = NaiveDate::from_ymd_opt(2024, 11, 22).unwrap();
        let calendar = Calendar { start, until: start_of(start + Duration::days(730)) };
        let days: Vec<_> = (0..958).map(|n| calendar.entered(n, 958)).collect();
        assert!(days.is_sorted());
        assert!(days[0] >= start + Duration::days(14));
        assert!(days[957] > start + Duration::days(720) && days[957] < start + Duration::days(730));
        let half = days.iter().filter(|day| **day < start + Duration::days(190)).count();
        assert!((480..600).contains(&half), "{half}");
    }

    #[test]
    fn no_office_works_on_a_sunday() {
        let sunday = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert_eq!(Calendar::office_day(sunday), NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        assert_eq!(Calendar::office_day(sunday - Duration::days(2)), sunday - Duration::days(2));
    }
}
