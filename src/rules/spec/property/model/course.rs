//! How a household goes through its case, leaves it, and is back.

use chrono::{Duration, NaiveDate};

use super::Ask;
use super::answer::Answer::{self, Done, Kept, No, Same, Several};
use super::answer::when;
use super::home::Home;

impl Home {
    /// Somebody is noted with it no longer.
    pub(super) fn gone(&mut self, person: u8, died: bool, never: bool) -> bool {
        let found = self.case.people.get_mut(&person).filter(|it| it.here && !never);
        let may = found.is_some();
        if let Some(it) = found {
            (it.here, it.died) = (false, died);
        }
        may
    }

    pub(super) fn merge(&mut self) -> Answer {
        let may = !self.closed() && self.case.stage <= 4;
        if may {
            self.before_merge = Some(Box::new(self.case.clone()));
            self.close("closed:merged");
            self.case.people.values_mut().for_each(|it| it.here = false);
        }
        when(may, Kept)
    }

    pub(super) fn plan(&mut self, ask: &Ask, today: NaiveDate) -> Answer {
        let on = ask.planned(today);
        let clocks = self.clocks();
        let served = clocks.iter().filter(|it| it.0 != "referral").min_by_key(|it| it.1);
        if let Some((what, by)) = served.filter(|it| !self.closed() && on < it.1) {
            match *what {
                "reassessment" => self.reassess = Some(on.min(*by)),
                what => self.case.due = Some((what, on)),
            }
        }
        when(!self.closed(), Done)
    }

    pub(super) fn visit(&mut self, today: NaiveDate) -> Answer {
        if !self.closed() {
            (self.visited, self.last_met) = (true, Some(today));
            match self.case.stage {
                0 => self.case.due = None,
                3 | 4 if self.open() => self.rise(3, today),
                _ => {}
            }
        }
        when(!self.closed(), Done)
    }

    pub(super) fn assess(&mut self, ask: &Ask, today: NaiveDate, scoring: u32) -> Answer {
        let may = !self.closed() && self.case.stage >= 1 && self.living() > 0;
        if may {
            self.assessed.push((today, ask.level(), scoring));
            self.reassess = Some(today + Duration::days(180));
            match self.case.stage {
                1 | 2 if self.open() => {
                    (self.case.stage, self.case.due) = (2, Some(("referral", today + Duration::days(14))));
                }
                _ if self.open() => self.rise(3, today),
                _ => {}
            }
        }
        when(may, Done)
    }

    /// Closes the case: several facts where work was open.
    pub(super) fn ends(&mut self, may: bool, standing: &'static str) -> Answer {
        let works = self.works();
        if may {
            self.close(standing);
        }
        when(may, if works { Several } else { Done })
    }

    pub(super) fn reopened(&mut self, because: &str, today: NaiveDate) -> Answer {
        let reasons: &[&str] = match self.case.standing {
            "closed:not_poor" | "closed:refused" | "closed:unreachable" => &["appeal"],
            "closed:moved_away" => &["came_back"],
            "closed:entered_in_error" => &["found_again"],
            "graduated" | "sustained" => &["relapse", "appeal"],
            _ => &[],
        };
        if !reasons.contains(&because) || because == "relapse" && !self.relapse {
            return No;
        }
        if self.has_left() {
            let recent = self.assessed.last().filter(|(on, ..)| *on > today - Duration::days(90));
            self.counts_from = Some(recent.map_or(today, |(on, ..)| *on));
            self.reopen(if recent.is_some() { 2 } else { 1 }, "open", today);
        } else {
            let standing = if because == "came_back" { self.stood_as } else { "open" };
            self.reopen(self.case.stage, standing, today);
        }
        Done
    }

    pub(super) fn propose(&mut self, support: bool, met: bool, ask: &Ask) -> Answer {
        let may = self.open() && self.case.stage >= 4 && self.case.proposal.is_none() && met;
        if may {
            self.case.proposal = Some((support, ask.actor()));
        }
        when(may, Done)
    }

    pub(super) fn approves(&self, support: bool, ask: &Ask) -> bool {
        self.case.proposal.is_some_and(|(kind, who)| kind == support && who != ask.actor())
    }

    pub(super) fn checked(&mut self, ask: &Ask, today: NaiveDate) -> Answer {
        let has_left = self.has_left();
        let Some((on, made, _)) = self.left.as_mut().filter(|_| has_left) else { return No };
        let Some(month) = Self::check_of(*on, today, |_| true) else { return No };
        let relapsed = ask.exit_finding() == "relapsed";
        if !made.insert(month) && !relapsed {
            return No;
        }
        self.check_after(month);
        if relapsed {
            self.case.due = None;
        }
        self.relapse = relapsed || self.relapse && ask.exit_finding() != "still_out";
        Done
    }

    pub(super) fn check_missed(&mut self, today: NaiveDate) -> Answer {
        let has_left = self.has_left();
        let Some((_, by)) = self.case.due.filter(|_| has_left) else { return Same };
        if today <= by {
            return No;
        }
        let Some((on, _, missed)) = &mut self.left else { return No };
        let Some(month) = Self::check_of(*on, by, |month| !missed.contains(&month)) else { return No };
        missed.insert(month);
        self.check_after(month);
        Kept
    }
}
