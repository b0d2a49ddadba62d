//! How exactly a reader is told a count: researchers get steps of five and nothing below, everybody else the number.

use chrono::{Datelike, NaiveDate};

use crate::access::Role;

/// The step, and with it the smallest count that is told: a smaller cell can be a known family.
const STEP: u64 = 5;

/// How counts are told to a reader. `docs/decisions/0008-what-researchers-are-told.md` has the reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// As they are.
    Exactly,
    /// 1 to 4 not at all, the rest rounded down to a multiple of five; periods and moments by whole months.
    InFives,
}

/// What is told of something that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// How many wait.
    pub waiting: Option<u64>,
    /// How many of them are past their last day.
    pub overdue: Option<u64>,
    /// The longest wait among them: one case's own figure.
    pub oldest_days: Option<i64>,
}

impl Telling {
    /// How this role is told.
    pub const fn to(role: Role) -> Self {
        match role {
            Role::Researcher => Self::InFives,
            Role::Caseworker
            | Role::Supervisor
            | Role::AgencyOfficer
            | Role::Operations
            | Role::Auditor
            | Role::Administrator
            | Role::System => Self::Exactly,
        }
    }

    /// The step that counts are rounded to.
    pub const fn steps(self) -> Option<u64> {
        match self {
            Self::Exactly => None,
            Self::InFives => Some(STEP),
        }
    }

    /// A count as it is told; none: too small.
    pub const fn count(self, count: u64) -> Option<u64> {
        match self {
            Self::Exactly => Some(count),
            Self::InFives if count > 0 && count < STEP => None,
            Self::InFives => Some(count - count % STEP),
        }
    }

    /// A share in thousandths, rounded to the nearest; none: of nothing, or a reader who is told in steps could find the
    /// counts by it.
    pub fn permille(self, part: u64, whole: u64) -> Option<u64> {
        (self == Self::Exactly && whole > 0).then(|| (part * 1000 + whole / 2) / whole)
    }

    /// Places that are taken, each by one household.
    pub fn places(self, taken: u32) -> Option<u32> {
        self.count(u64::from(taken)).and_then(|taken| u32::try_from(taken).ok())
    }

    /// The three figures of a queue. Of a small cell nothing else is told either.
    pub fn waiting(self, waiting: u64, overdue: u64, oldest_days: i64) -> Told {
        let count = self.count(waiting);
        Told {
            waiting: count,
            overdue: count.and_then(|_| self.count(overdue)),
            oldest_days: (self == Self::Exactly).then_some(oldest_days),
        }
    }

    /// Whether a day of a series is shown: to some only the last of each month.
    pub fn shows_day(self, day: NaiveDate) -> bool {
        match self {
            Self::Exactly => true,
            Self::InFives => is_last_of_month(day),
        }
    }
}

/// Whether a month ends with this day.
pub fn is_last_of_month(day: NaiveDate) -> bool {
    day.succ_opt().is_none_or(|next| next.day() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_count_from_one_to_four_is_told_to_a_researcher_and_none_follows_from_two_others() {
        let told = Telling::to(Role::Researcher);
        assert_eq!(
            [0, 1, 4, 5, 9, 10, 958].map(|count| told.count(count)),
            [Some(0), None, None, Some(5), Some(5), Some(10), Some(955)]
        );
        // Whatever is subtracted from whatever, the difference is none or at least five.
        for (one, other) in (0..60).flat_map(|one| (0..60).map(move |other| (one, other))) {
            if let (Some(one), Some(other)) = (told.count(one), told.count(other)) {
                assert!(one.abs_diff(other) == 0 || one.abs_diff(other) >= 5);
            }
        }
    }

    #[test]
    fn a_share_is_rounded_to_thousandths_and_of_nothing_there_is_none() {
        let shares =
            [(1, 3), (2, 3), (0, 7), (7, 7), (0, 0)].map(|(part, whole)| Telling::Exactly.permille(part, whole));
        assert_eq!(shares, [Some(333), Some(667), Some(0), Some(1000), None]);
        assert_eq!(Telling::InFives.permille(50, 100), None);
    }

    #[test]
    fn of_a_queue_a_researcher_hears_no_single_case() {
        let told = Telling::InFives.waiting(12, 3, 90);
        assert_eq!(told, Told { waiting: Some(10), overdue: None, oldest_days: None });
        assert_eq!(Telling::InFives.waiting(4, 0, 90), Told { waiting: None, overdue: None, oldest_days: None });
        let told = Telling::Exactly.waiting(4, 3, 90);
        assert_eq!(told, Told { waiting: Some(4), overdue: Some(3), oldest_days: Some(90) });
    }
}
