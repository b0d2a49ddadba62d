//! Referrals and help: who has them, until when, and what they bring.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};

use super::Ask;
use super::answer::Answer::{self, Done, Kept, No, Same, Several};
use super::answer::when;
use super::home::{Help, Home, Queue, Referral, Whom};

impl Home {
    pub(super) fn reroute(&mut self, n: u8, how: u8, by: NaiveDate) -> Answer {
        let whom = if how.is_multiple_of(2) { Whom::Repair } else { Whom::Clinic };
        let need = self.case.referrals.get(&n).map(|it| it.need);
        if need.is_some_and(|need| self.waits(need, whom)) {
            return No;
        }
        let may = self.moves(n, &[Queue::ToAnswer, Queue::ToDeliver, Queue::Returned], Queue::ToAnswer, by);
        if let Some(it) = self.case.referrals.get_mut(&n).filter(|_| may) {
            it.whom = whom;
            it.reminded.clear();
        }
        when(may, Kept)
    }

    pub(super) fn complete(&mut self, n: u8, how: u8, today: NaiveDate) -> Answer {
        let need = self.case.referrals.get(&n).map(|it| it.need);
        if !self.moves(n, &[Queue::ToDeliver], Queue::Ended, today) {
            return No;
        }
        let need = need.and_then(|need| self.case.needs.get_mut(&need)).filter(|it| it.0 && how.is_multiple_of(2));
        need.map_or(Kept, |it| {
            it.0 = false;
            Several
        })
    }

    pub(super) fn accept(&mut self, n: u8, by: NaiveDate) -> Answer {
        let room =
            self.case.referrals.get(&n).is_some_and(|it| it.whom == Whom::Repair || self.delivering(it.whom) < 2);
        when(room && self.moves(n, &[Queue::ToAnswer], Queue::ToDeliver, by), Kept)
    }

    pub(super) fn escalate(&mut self, n: u8, to: u8) -> Answer {
        let Some(it) = self.waiting(n, true) else { return No };
        let may = it.escalated < to;
        it.escalated = it.escalated.max(to);
        when(may, Done)
    }

    pub(super) fn extend(&mut self, ask: &Ask, today: NaiveDate) -> Answer {
        let (at, until) =
            (if ask.how.is_multiple_of(2) { Queue::ToAnswer } else { Queue::ToDeliver }, ask.until(today));
        let Some(it) = self.waiting(ask.n, false).filter(|it| it.at == at && until > it.by) else { return No };
        (it.by, it.overdue) = (until, false);
        Done
    }

    pub(super) fn deliver(&mut self, ask: &Ask, today: NaiveDate) -> Answer {
        let fits = match ask.how {
            0 => self.is(ask.n, Queue::ToDeliver),
            1 => self.case.enrolled,
            _ => true,
        };
        let may = !self.closed() && fits && !self.help.contains_key(&ask.n);
        if may {
            self.help.insert(ask.n, Help { confirmed: None, reversed: false });
            // Help recorded before an assessment moves no stage, and none that did not arrive.
            if self.open() && self.case.stage >= 2 && !ask.reversed {
                self.rise(4, today);
            }
        }
        when(may, Done)
    }

    pub(super) fn no_longer_agrees(&mut self, n: u8) -> Answer {
        let may = self.consents.get_mut(&n).is_some_and(|it| std::mem::replace(it, false));
        if may {
            // One is in force at a time, so all that is with the company rests on it.
            let rests = |it: &&mut Referral| it.whom == Whom::Company;
            self.case.referrals.values_mut().filter(rests).for_each(|it| it.at = Queue::Ended);
        }
        when(may, Kept)
    }

    pub(super) fn waits(&self, need: u8, whom: Whom) -> bool {
        self.case.referrals.values().any(|it| it.at != Queue::Ended && (it.need, it.whom) == (need, whom))
    }

    pub(super) fn refer(&mut self, referral: u8, need: u8, whom: Whom, today: NaiveDate) -> Answer {
        let wanted = self.case.needs.get(&need).is_some_and(|it| it.0);
        let shown = whom != Whom::Company || self.consents.values().any(|it| *it);
        let new = !self.case.referrals.contains_key(&referral) && !self.waits(need, whom);
        if !(self.open() && self.case.stage >= 2 && wanted && shown && new) {
            return No;
        }
        let by = today + Duration::days(7);
        let it =
            Referral { at: Queue::ToAnswer, need, whom, by, overdue: false, escalated: 0, reminded: BTreeSet::new() };
        self.case.referrals.insert(referral, it);
        self.rise(3, today);
        Kept
    }

    /// Takes a referral from one queue to another; a clock begins there.
    pub(super) fn moves(&mut self, referral: u8, from: &[Queue], to: Queue, by: NaiveDate) -> bool {
        let closed = self.closed();
        let found = self.case.referrals.get_mut(&referral).filter(|it| !closed && from.contains(&it.at));
        let Some(it) = found else { return false };
        it.at = to;
        if [Queue::ToAnswer, Queue::ToDeliver].contains(&to) {
            (it.by, it.overdue, it.escalated) = (by, false, 0);
        }
        true
    }

    /// A referral that its agency has, or that was sent back where that is asked.
    pub(super) fn waiting(&mut self, referral: u8, or_returned: bool) -> Option<&mut Referral> {
        let closed = self.closed();
        let with =
            |at: Queue| [Queue::ToAnswer, Queue::ToDeliver].contains(&at) || or_returned && at == Queue::Returned;
        self.case.referrals.get_mut(&referral).filter(|it| !closed && with(it.at))
    }

    pub(super) fn overdue(&mut self, referral: u8, at: Queue, today: NaiveDate) -> Answer {
        let Some(it) = self.case.referrals.get_mut(&referral) else { return No };
        if it.at != at || it.overdue {
            return Same;
        }
        it.overdue = it.by < today;
        when(it.overdue, Done)
    }
}
