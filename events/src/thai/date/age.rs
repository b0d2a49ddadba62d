//! How old someone is on a day, when the birth may be known only in part: bounds, and an answer only where they agree.

use std::ops::RangeBounds;

use chrono::NaiveDate;

use super::PartialDate;

/// The completed years someone may have, both included. They differ by one at most, by two for a year from old Thai papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// If born on the latest day that the birth may mean.
    pub youngest: u32,
    /// If born on the earliest.
    pub oldest: u32,
}

impl PartialDate {
    /// The age on `day` of someone born then; `None` for a birth after it.
    pub fn age_on(self, day: NaiveDate) -> Option<Ages> {
        // Someone born on 29 February completes a year on 1 March of a common year.
        let oldest = day.years_since(self.earliest())?;
        Some(Ages { youngest: day.years_since(self.latest()).unwrap_or(0), oldest })
    }
}

impl Ages {
    /// The age, if the missing month and day leave no doubt.
    pub fn exact(self) -> Option<u32> {
        (self.youngest == self.oldest).then_some(self.oldest)
    }

    /// Whether the age lies in a band such as `15..=59` or `60..`; `None` where the birth is not known well enough.
    pub fn within(self, band: impl RangeBounds<u32>) -> Option<bool> {
        let inside = band.contains(&self.youngest);
        (inside == band.contains(&self.oldest)).then_some(inside)
    }

    /// The band the age falls into, each band given by the age it begins at, ascending; `None` where it may be two.
    pub fn band<T>(self, bands: &[(u32, T)]) -> Option<&T> {
        let of = |age: u32| bands.iter().rposition(|(from, _)| *from <= age);
        let index = of(self.oldest).filter(|index| of(self.youngest) == Some(*index))?;
        bands.get(index).map(|(_, band)| band)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ages(birth: &str, day: &str) -> Option<(u32, u32)> {
        let birth = PartialDate::from_iso(birth).unwrap();
        birth.age_on(day.parse().unwrap()).map(|ages| (ages.youngest, ages.oldest))
    }

    #[test]
    fn an_age_is_as_sure_as_the_birth() {
        let table = [
            ("1961-04-13", "2026-04-12", Some((64, 64))),
            ("1961-04-13", "2026-04-13", Some((65, 65))),
            ("1961-04", "2026-03-31", Some((64, 64))),
            ("1961-04", "2026-04-15", Some((64, 65))),
            ("1961-04", "2026-04-30", Some((65, 65))),
            ("1961", "2026-06-30", Some((64, 65))),
            ("1961", "2026-12-31", Some((65, 65))),
            ("2000-02-29", "2023-02-28", Some((22, 22))),
            ("2000-02-29", "2023-03-01", Some((23, 23))),
            // The Thai year that began in April 1930 ended in March 1931.
            ("1930", "2026-02-01", Some((94, 96))),
            ("1940", "2026-02-01", Some((84, 86))),
            ("1941", "2026-02-01", Some((84, 85))),
            ("2026", "2026-06-30", Some((0, 0))),
            ("2026-12-01", "2026-06-30", None),
        ];
        for (birth, day, expected) in table {
            assert_eq!(ages(birth, day), expected, "{birth} on {day}");
        }
    }

    #[test]
    fn a_band_is_answered_only_where_no_doubt_is_left() {
        let sixty_or_not = Ages { youngest: 59, oldest: 60 };
        assert_eq!(sixty_or_not.within(60..), None);
        assert_eq!(sixty_or_not.within(15..), Some(true));
        assert_eq!(sixty_or_not.within(..15), Some(false));
        assert_eq!(sixty_or_not.exact(), None);
        let bands = [(0, "child"), (15, "adult"), (60, "elderly")];
        assert_eq!(sixty_or_not.band(&bands), None);
        assert_eq!(Ages { youngest: 58, oldest: 59 }.band(&bands), Some(&"adult"));
        assert_eq!(Ages { youngest: 0, oldest: 0 }.band(&bands), Some(&"child"));
        assert_eq!(Ages { youngest: 4, oldest: 4 }.band(&[(5, "school")]), None);
    }

    proptest! {
        #[test]
        fn the_true_age_is_never_outside_the_bounds(born in 0_i64..40_000, lived in 0_i64..40_000) {
            let start = NaiveDate::from_ymd_opt(1910, 1, 1).unwrap();
            let birth = start + chrono::Duration::days(born);
            let day = birth + chrono::Duration::days(lived);
            let truth = day.years_since(birth).unwrap();
            for text in [birth.format("%Y").to_string(), birth.format("%Y-%m").to_string(), birth.to_string()] {
                let ages = PartialDate::from_iso(&text).unwrap().age_on(day).unwrap();
                prop_assert!(ages.youngest <= truth && truth <= ages.oldest, "{} {} {:?}", text, day, ages);
            }
        }
    }
}
