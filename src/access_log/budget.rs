//! How many rows with personal values may one person be shown in lists in a day? Enough for any day's work, and too few
//! to carry a province out of the house page by page.
//!
//! Every row counts each time it is shown: who scrolls through the same list again spends again. Each node counts in its
//! own memory.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use events::id::StaffId;
use lru::LruCache;

/// Rows a day, where nobody said otherwise.
pub const DAILY_ROWS: u32 = 20_000;

/// So many people are remembered.
const PEOPLE: usize = 10_000;

/// What one day allows.
#[derive(Debug)]
pub(super) struct Budget {
    most: u32,
    spent: Mutex<LruCache<StaffId, Day>>,
}

#[derive(Debug, Clone, Copy)]
struct Day {
    on: NaiveDate,
    rows: u32,
    is_noted: bool,
}

/// There is not enough left of the day's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Over {
    /// So many are shown in a day.
    pub(super) most: u32,
    /// Nobody has noted it today.
    pub(super) first: bool,
}

impl Budget {
    pub(super) fn of(most: u32) -> Self {
        Self { most, spent: Mutex::new(LruCache::new(NonZeroUsize::new(PEOPLE).unwrap_or(NonZeroUsize::MIN))) }
    }

    /// Spends rows, or says that they are too many: then nothing is spent.
    pub(super) fn spend(&self, who: StaffId, today: NaiveDate, rows: usize) -> Result<(), Over> {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let day = spent.get_or_insert_mut(who, || Day { on: today, rows: 0, is_noted: false });
        if day.on != today {
            *day = Day { on: today, rows: 0, is_noted: false };
        }
        let then = day.rows.saturating_add(rows);
        if then > self.most {
            let first = !std::mem::replace(&mut day.is_noted, true);
            return Err(Over { most: self.most, first });
        }
        day.rows = then;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn rows_count_each_time_for_each_person_and_each_day_and_the_first_that_is_too_many_is_noted_once() {
        let (budget, who) = (Budget::of(100), |number| StaffId(Uuid::from_u128(number)));
        let day = |day| NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
        budget.spend(who(1), day(1), 60).unwrap();
        assert_eq!(budget.spend(who(1), day(1), 60), Err(Over { most: 100, first: true }));
        budget.spend(who(1), day(1), 40).expect("what was refused is not spent");
        assert_eq!(budget.spend(who(1), day(1), 1), Err(Over { most: 100, first: false }));
        budget.spend(who(1), day(1), 0).expect("a list without names costs nothing");
        budget.spend(who(2), day(1), 100).unwrap();
        budget.spend(who(1), day(2), 100).unwrap();
        assert_eq!(budget.spend(who(1), day(2), usize::MAX), Err(Over { most: 100, first: true }));
    }
}
