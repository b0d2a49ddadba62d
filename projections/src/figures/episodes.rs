//! How far did the work come each time that a case was open: the first time, the second, and so on?
//!
//! A case is one episode of a household, from its being found or opened again until it closes or is opened once more.
//! An episode that is over stands as it ended. The first one falls into the period by the day on which the household was
//! found, a later one by the day on which its opening was recorded.

#[cfg(test)]
mod tests;

use super::sheet::{Figure, Of, Sheet, SheetQuery};
use super::times::day_of;

/// The report.
pub const EPISODES: Sheet = Sheet {
    keys: &["nth"],
    per: &[],
    figures: &[
        Figure { name: "opened", of: Of::Count("1") },
        Figure { name: "reached_verified", of: Of::Count("s.stage >= 1") },
        Figure { name: "reached_assessed", of: Of::Count("s.stage >= 2") },
        Figure { name: "reached_referred", of: Of::Count("s.stage >= 3") },
        Figure { name: "reached_assisted", of: Of::Count("s.stage >= 4") },
        Figure { name: "reached_graduated", of: Of::Count("s.stage >= 5") },
        Figure { name: "goes_on", of: Of::Count("s.standing = 'open'") },
        Figure { name: "sustained", of: Of::Count("s.standing = 'sustained'") },
        Figure { name: "closed_not_poor", of: Of::Count("s.standing = 'closed:not_poor'") },
        Figure { name: "closed_refused", of: Of::Count("s.standing = 'closed:refused'") },
        Figure { name: "closed_unreachable", of: Of::Count("s.standing = 'closed:unreachable'") },
        Figure { name: "closed_moved_away", of: Of::Count("s.standing = 'closed:moved_away'") },
        Figure { name: "closed_dissolved", of: Of::Count("s.standing = 'closed:dissolved'") },
        Figure { name: "opened_again", of: Of::Count("s.opened_again") },
    ],
    units,
};

fn units(query: &SheetQuery) -> String {
    // An opening that was taken back leaves spells of an episode that the household is not in: it was none.
    format!(
        "WITH ends AS (
             SELECT household, episode, to_at, stage, standing,
                 row_number() OVER (PARTITION BY household, episode ORDER BY from_position DESC) AS from_the_end
             FROM stage_spells WHERE from_at <= {at} AND {here}
         ),
         episodes AS (
             SELECT c.*, e.episode AS nth, e.stage AS reached, e.standing AS ended_as,
                 lag(e.to_at) OVER (PARTITION BY e.household ORDER BY e.episode) AS opened_at
             FROM ends e JOIN {households} c ON c.household = e.household
             WHERE e.from_the_end = 1 AND e.episode <= c.episode
         )
         SELECT household, nth AS unit, nth AS ord, tambon, lao,
             CASE WHEN opened_at IS NULL THEN identified_on ELSE {opened} END AS day,
             CAST(nth AS TEXT) AS nth, reached AS stage, ended_as AS standing, episode > nth AS opened_again
         FROM episodes",
        at = query.at(),
        here = query.cohort.only("household"),
        households = query.cohort.households(),
        opened = day_of("opened_at"),
    )
}
