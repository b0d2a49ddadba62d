//! What a household has become, in plain words, and the few moves that many commands share.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, Months, NaiveDate};

/// Where a referral is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Queue {
    ToAnswer,
    ToDeliver,
    Returned,
    Ended,
}

/// To whom: an agency and its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whom {
    Repair,
    Clinic,
    Company,
}

/// A referral.
#[derive(Debug, Clone)]
pub(super) struct Referral {
    pub(super) at: Queue,
    pub(super) need: u8,
    pub(super) whom: Whom,
    /// The last day of the clock that runs.
    pub(super) by: NaiveDate,
    pub(super) overdue: bool,
    pub(super) escalated: u8,
    pub(super) reminded: BTreeSet<NaiveDate>,
}

/// Somebody noted with the household.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) here: bool,
    pub(super) head: bool,
    pub(super) lives: bool,
    pub(super) able: bool,
    pub(super) died: bool,
    /// Nothing is known of her any more.
    pub(super) erased: bool,
}

/// Somebody waits for an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    pub(super) by: NaiveDate,
    pub(super) open: bool,
    pub(super) noted: bool,
}

/// Help that arrived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Help {
    pub(super) confirmed: Option<u8>,
    pub(super) reversed: bool,
}

/// What a merge gives away and its undoing gives back.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// 0 identified to 5 graduated.
    pub(super) stage: usize,
    pub(super) standing: &'static str,
    pub(super) people: BTreeMap<u8, Person>,
    /// Open or not, and how urgent by whom.
    pub(super) needs: BTreeMap<u8, (bool, u8, &'static str)>,
    pub(super) referrals: BTreeMap<u8, Referral>,
    pub(super) enrolled: bool,
    /// Of leaving poverty, or of support, and who proposes.
    pub(super) proposal: Option<(bool, u128)>,
    /// What the stage makes due.
    pub(super) due: Option<(&'static str, NaiveDate)>,
}

/// A household.
#[derive(Debug, Clone)]
pub(super) struct Home {
    pub(super) case: Case,
    pub(super) episode: u32,
    /// How it stood before it closed.
    pub(super) stood_as: &'static str,
    pub(super) visited: bool,
    pub(super) last_met: Option<NaiveDate>,
    pub(super) found: Option<&'static str>,
    pub(super) vain: BTreeSet<NaiveDate>,
    /// Somebody worked on it: it was not entered in error then.
    pub(super) worked: bool,
    /// Day, level, and the scoring it was last scored by.
    pub(super) assessed: Vec<(NaiveDate, u8, u32)>,
    pub(super) took_part: bool,
    pub(super) results: BTreeSet<u8>,
    pub(super) help: BTreeMap<u8, Help>,
    pub(super) consents: BTreeMap<u8, bool>,
    pub(super) reassess: Option<NaiveDate>,
    pub(super) noted: BTreeSet<(&'static str, NaiveDate)>,
    /// The day it left, the checks made, the checks missed.
    pub(super) left: Option<(NaiveDate, BTreeSet<u32>, BTreeSet<u32>)>,
    /// A check found it poor again, and no later one out of poverty.
    pub(super) relapse: bool,
    /// Assessments count from here, once it was back.
    pub(super) counts_from: Option<NaiveDate>,
    pub(super) complaints: BTreeMap<u8, Wait>,
    pub(super) requests: BTreeMap<u8, Wait>,
    /// Requests for a restriction, and whether each holds.
    pub(super) restrictions: BTreeMap<u8, bool>,
    /// Whoever was erased, whatever became of the household since.
    pub(super) erased: BTreeSet<u8>,
    pub(super) documents: BTreeSet<u8>,
    pub(super) sources: BTreeSet<u8>,
    pub(super) listed: bool,
    pub(super) address: Option<u8>,
    pub(super) code: Option<u8>,
    pub(super) tambon: u8,
    pub(super) cared_for: bool,
    /// The same as somebody next door? True: found to be two.
    pub(super) alike: BTreeMap<u8, bool>,
    pub(super) formed: BTreeSet<u8>,
    pub(super) before_merge: Option<Box<Case>>,
}

pub(super) const STAGES: [&str; 6] = ["identified", "verified", "assessed", "referred", "assisted", "graduated"];

/// Months after leaving at which somebody looks.
const CHECKS: [u32; 3] = [6, 12, 24];

fn after(on: NaiveDate, months: u32) -> NaiveDate {
    on + Months::new(months)
}

impl Home {
    /// Found on a day with one woman who works.
    pub(super) fn found_on(today: NaiveDate) -> Self {
        let she = Person { here: true, head: true, lives: true, able: true, died: false, erased: false };
        Self {
            case: Case {
                stage: 0,
                standing: "open",
                people: BTreeMap::from([(1, she)]),
                needs: BTreeMap::new(),
                referrals: BTreeMap::new(),
                enrolled: false,
                proposal: None,
                due: Some(("first_visit", today + Duration::days(14))),
            },
            episode: 1,
            stood_as: "open",
            visited: false,
            last_met: None,
            found: None,
            vain: BTreeSet::new(),
            worked: false,
            assessed: Vec::new(),
            took_part: false,
            results: BTreeSet::new(),
            help: BTreeMap::new(),
            consents: BTreeMap::new(),
            reassess: None,
            noted: BTreeSet::new(),
            left: None,
            relapse: false,
            counts_from: None,
            complaints: BTreeMap::new(),
            requests: BTreeMap::new(),
            restrictions: BTreeMap::new(),
            erased: BTreeSet::new(),
            documents: BTreeSet::new(),
            sources: BTreeSet::new(),
            listed: false,
            address: None,
            code: None,
            tambon: 0,
            cared_for: false,
            alike: BTreeMap::new(),
            formed: BTreeSet::new(),
            before_merge: None,
        }
    }

    pub(super) fn open(&self) -> bool {
        self.case.standing == "open"
    }

    pub(super) fn closed(&self) -> bool {
        self.case.standing.starts_with("closed:")
    }

    pub(super) fn has_left(&self) -> bool {
        ["graduated", "sustained"].contains(&self.case.standing)
    }

    pub(super) fn present(&self) -> impl Iterator<Item = &Person> {
        self.case.people.values().filter(|it| it.here)
    }

    pub(super) fn here(&self, person: u8) -> bool {
        self.case.people.get(&person).is_some_and(|it| it.here)
    }

    pub(super) fn headed(&self) -> bool {
        self.present().any(|it| it.head)
    }

    pub(super) fn living(&self) -> usize {
        self.present().filter(|it| it.lives).count()
    }

    pub(super) fn able(&self) -> usize {
        self.present().filter(|it| it.lives && it.able).count()
    }

    /// Whether it is known of everybody who lives there if they can work.
    pub(super) fn sure(&self) -> bool {
        !self.present().any(|it| it.lives && it.erased)
    }

    /// Nothing is known of whoever was erased.
    pub(super) fn forget_erased(&mut self) {
        for person in &self.erased {
            if let Some(it) = self.case.people.get_mut(person) {
                (it.erased, it.able) = (true, false);
            }
        }
    }

    /// The last one by the day of the survey.
    pub(super) fn level(&self) -> Option<u8> {
        self.assessed.last().map(|(_, level, _)| *level)
    }

    pub(super) fn works(&self) -> bool {
        let referred = self.case.referrals.values().any(|it| it.at != Queue::Ended);
        referred || self.case.needs.values().any(|it| it.0) || self.case.enrolled || self.case.proposal.is_some()
    }

    /// At level 3 at least in the last assessment and in the last one half a year before it.
    pub(super) fn out_of_poverty(&self) -> bool {
        let counts = |on: NaiveDate| self.counts_from.is_none_or(|from| on >= from);
        let counted: Vec<_> = self.assessed.iter().filter(|(on, ..)| counts(*on)).collect();
        let Some((last, level, _)) = counted.last() else { return false };
        let earlier = counted.iter().rev().find(|(on, ..)| after(*on, 6) <= *last || *on <= *last - Months::new(6));
        *level >= 3 && earlier.is_some_and(|(_, level, _)| *level >= 3)
    }

    /// The clocks that run, the one of the stage first.
    pub(super) fn clocks(&self) -> Vec<(&'static str, NaiveDate)> {
        let under_way = self.open() && (3..=4).contains(&self.case.stage);
        let reassess = self.reassess.filter(|_| under_way).map(|by| ("reassessment", by));
        self.case.due.into_iter().chain(reassess).collect()
    }

    pub(super) fn is(&self, referral: u8, queue: Queue) -> bool {
        self.case.referrals.get(&referral).is_some_and(|it| it.at == queue)
    }

    pub(super) fn delivering(&self, whom: Whom) -> usize {
        let with = |it: &&Referral| it.at == Queue::ToDeliver && it.whom == whom;
        self.case.referrals.values().filter(with).count()
    }

    /// Reaches a stage at least by something that is followed up.
    pub(super) fn rise(&mut self, to: usize, today: NaiveDate) {
        self.case.stage = self.case.stage.max(to);
        self.case.due = Some(("follow_up", today + Duration::days(90)));
    }

    /// Ends all open work, and the clocks.
    pub(super) fn close(&mut self, standing: &'static str) {
        self.stood_as = self.case.standing;
        self.case.standing = standing;
        self.case.referrals.values_mut().for_each(|it| it.at = Queue::Ended);
        self.case.needs.values_mut().for_each(|it| it.0 = false);
        self.case.enrolled = false;
        self.case.proposal = None;
        self.case.due = None;
    }

    /// The next episode begins.
    pub(super) fn reopen(&mut self, stage: usize, standing: &'static str, today: NaiveDate) {
        self.case.standing = standing;
        self.case.stage = stage;
        self.episode += 1;
        self.vain.clear();
        if stage == 0 {
            (self.visited, self.found, self.last_met) = (false, None, None);
        }
        if standing == "open" {
            (self.left, self.relapse) = (None, false);
        }
        let day = |days| today + Duration::days(days);
        self.case.due = Some(match (standing, stage) {
            ("open", 0) => ("first_visit", day(14)),
            ("open", 1) => ("assessment", day(30)),
            ("open", 2) => ("referral", day(14)),
            ("open", _) => ("follow_up", day(90)),
            _ => ("post_exit_check", after(today, 6)),
        });
    }

    /// Left poverty, or is supported from now on.
    pub(super) fn leave(&mut self, stage: usize, standing: &'static str, today: NaiveDate) {
        (self.case.stage, self.case.standing, self.case.proposal) = (stage, standing, None);
        self.left = Some((today, BTreeSet::new(), BTreeSet::new()));
        self.relapse = false;
        self.case.due = Some(("post_exit_check", after(today, 6)));
    }

    /// The check that a day belongs to, of those that count.
    pub(super) fn check_of(left_on: NaiveDate, on: NaiveDate, counts: impl Fn(u32) -> bool) -> Option<u32> {
        let far = |month: &u32| (on - after(left_on, *month)).num_days().abs();
        CHECKS.into_iter().filter(|month| counts(*month)).min_by_key(|month| (far(month), *month))
    }

    /// The check after one: the first later one that is neither made nor missed.
    pub(super) fn check_after(&mut self, month: u32) {
        let Some((on, made, missed)) = &self.left else { return };
        let next = CHECKS.into_iter().find(|it| *it > month && !made.contains(it) && !missed.contains(it));
        self.case.due = next.map(|next| ("post_exit_check", after(*on, next)));
    }
}
