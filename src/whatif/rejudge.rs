//! What would each fact have carried under a changed policy? Judged again from the inputs in the facts, by the rules.
//!
//! - SLA: the last days to answer and to deliver, from the day the referral reached the agency or was accepted. A day that
//!   somebody set by extending it stays.
//! - Contact: each due date, from the day on which its clock began. A visit that somebody planned stays planned.
//! - Graduation: an approval whose verdict would not have been met was declined instead, and the household stays where it
//!   was. Nobody is proposed who was not.
//!
//! What people did afterwards stays as they did it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Duration, Months, NaiveDate};
use events::clock::day_of;
use events::facts::Fact;
use events::facts::case::{DueWhat, NextDue, Stage, Standing};
use events::facts::household::{GraduationDeclineReason, GraduationDeclined, HouseholdEvent};
use events::facts::policy::{Contact, PolicyBody, PolicyEvent, PolicyKind};
use events::id::ReferralId;
use events::log::{Log, LogError};
use events::recorded::Occurrence;
use serde_json::{Value, json};

use super::Changed;
use crate::rules::household::Household;
use crate::rules::household::exit::verdict;
use crate::rules::policy::{PolicyBook, policy_id};

/// The households that ever graduated: those whose whole case has to be known.
pub async fn proposed(log: &Log) -> Result<HashSet<String>, LogError> {
    let (mut after, mut found) = (0, HashSet::new());
    loop {
        let read = log.read(after, 1_000).await?;
        let Some(last) = read.last() else { return Ok(found) };
        after = last.position;
        let left = read.into_iter().filter(|event| event.event_type == "HouseholdGraduated");
        found.extend(left.map(|event| event.stream.aggregate_id));
    }
}

/// What is known of a household on the way.
#[derive(Debug, Default)]
struct Known {
    province: String,
    services: HashMap<ReferralId, String>,
    left_on: Option<NaiveDate>,
    planned: BTreeSet<NaiveDate>,
    /// Its case as it was recorded, where its graduation is judged again.
    case: Option<Box<Household>>,
    /// Whether a graduation was taken away from it and nothing has changed its standing since.
    stays: bool,
}

/// Goes along the log and changes what would have been otherwise.
#[derive(Debug)]
pub struct Rejudge {
    changed: Changed,
    id: String,
    /// Every policy, with the changed one in place of each version of its kind in its province.
    book: PolicyBook,
    /// What the versions of the contact policy said, by version.
    contacts: BTreeMap<u32, Contact>,
    households: HashMap<String, Known>,
    left: HashSet<String>,
}

impl Rejudge {
    /// `left`: the households that ever graduated, from [`proposed`].
    pub fn new(changed: Changed, left: HashSet<String>) -> Self {
        let id = policy_id(changed.body.kind(), &changed.province);
        let left = if changed.body.kind() == PolicyKind::Graduation { left } else { HashSet::new() };
        let (book, contacts) = (PolicyBook::default(), BTreeMap::new());
        Self { changed, id, book, contacts, households: HashMap::new(), left }
    }

    /// The event as it would have been.
    pub fn change(&mut self, event: &mut Occurrence) {
        let today = day_of(event.recorded_at);
        match &mut event.fact {
            Fact::Policy(fact) => self.policy(fact),
            Fact::Household(fact) => {
                let stream = &event.stream.aggregate_id;
                let known = self.households.entry(stream.clone()).or_default();
                if self.left.contains(stream) {
                    // A surprise was told when it was recorded; the state is right all the same.
                    drop(known.case.get_or_insert_default().evolve(fact));
                }
                known.learn(fact);
                if known.province != self.changed.province {
                    return;
                }
                match &self.changed.body {
                    PolicyBody::Sla(_) => known.sla(fact, &self.book, today),
                    PolicyBody::Contact(contact) => known.contact(fact, contact, &self.contacts, &self.id),
                    PolicyBody::Graduation(_) => known.graduation(fact, &self.book),
                    PolicyBody::Scoring(_)
                    | PolicyBody::PovertyLine(_)
                    | PolicyBody::Threshold(_)
                    | PolicyBody::Crosswalk(_)
                    | PolicyBody::Holidays(_) => {}
                }
            }
            Fact::Agency(_) | Fact::Model(_) | Fact::Staff(_) | Fact::Numbering(_) => {}
        }
    }

    fn policy(&mut self, fact: &mut PolicyEvent) {
        if let PolicyEvent::PolicyPublished(it) = fact
            && it.policy.id == self.id
        {
            if let PolicyBody::Contact(contact) = &it.body {
                self.contacts.insert(it.policy.version, contact.clone());
            }
            it.body = self.changed.body.clone();
        }
        self.book.evolve(fact);
    }
}

impl Known {
    fn learn(&mut self, fact: &HouseholdEvent) {
        if let Some(place) = fact.place() {
            self.province = place.province().to_string();
        }
        if let HouseholdEvent::ReferralMade(it) = fact {
            self.services.insert(it.referral, it.service.clone());
        }
        if let HouseholdEvent::ReferralRerouted(it) = fact {
            self.services.insert(it.referral, it.service.clone());
        }
        if let HouseholdEvent::HouseholdGraduated(it) = fact {
            self.left_on = Some(it.happened_on);
        }
        if let HouseholdEvent::SustainedSupportEntered(it) = fact {
            self.left_on = Some(it.happened_on);
        }
        if let HouseholdEvent::VisitPlanned(it) = fact {
            self.planned.insert(it.planned_on);
        }
    }

    fn sla(&self, fact: &mut HouseholdEvent, book: &PolicyBook, today: NaiveDate) {
        let answer = |referral: ReferralId| {
            let service = self.services.get(&referral)?;
            book.answer_by(&self.province, today, service).ok().map(|until| until.by)
        };
        let (referral, by) = if let HouseholdEvent::ReferralMade(it) = fact {
            (it.referral, &mut it.respond_by)
        } else if let HouseholdEvent::ReferralResubmitted(it) = fact {
            (it.referral, &mut it.respond_by)
        } else if let HouseholdEvent::ReferralRerouted(it) = fact {
            (it.referral, &mut it.respond_by)
        } else if let HouseholdEvent::AcceptanceTakenBack(it) = fact {
            (it.referral, &mut it.respond_by)
        } else if let HouseholdEvent::ReferralAccepted(it) = fact {
            if let Some(service) = self.services.get(&it.referral)
                && let Ok(until) = book.deliver_by(&self.province, today, service)
            {
                it.deliver_by = until.by;
            }
            return;
        } else {
            return;
        };
        if let Some(day) = answer(referral) {
            *by = day;
        }
    }

    fn contact(&self, fact: &mut HouseholdEvent, new: &Contact, old: &BTreeMap<u32, Contact>, id: &str) {
        // What somebody planned is nobody's rule.
        if let HouseholdEvent::VisitPlanned(_) = fact {
            return;
        }
        let told = [("next_due", due_of(fact, "next_due")), ("reassess_due", due_of(fact, "reassess_due"))];
        let moved = told.into_iter().filter_map(|(field, due)| {
            let due = due.filter(|due| due.policy.id == id && !self.planned.contains(&due.by))?;
            let old = old.get(&due.policy.version)?;
            Some((field, self.moved(&due, old, new)))
        });
        let moved: Vec<_> = moved.collect();
        if moved.is_empty() {
            return;
        }
        edit(fact, |payload| {
            for (field, by) in moved {
                match by {
                    Some(by) => payload[field]["by"] = json!(by),
                    None => payload[field] = Value::Null,
                }
            }
        });
    }

    /// The date under the new policy; none: nothing is due.
    fn moved(&self, due: &NextDue, old: &Contact, new: &Contact) -> Option<NaiveDate> {
        let days = |policy: &Contact| match due.what {
            DueWhat::FirstVisit => policy.first_visit_days,
            DueWhat::Assessment => policy.assessment_days,
            DueWhat::Referral => policy.referral_days,
            DueWhat::FollowUp => policy.follow_up_days,
            DueWhat::Reassessment => policy.reassessment_days,
            DueWhat::PostExitCheck => 0,
        };
        if due.what != DueWhat::PostExitCheck {
            return Some(due.by + Duration::days(i64::from(days(new)) - i64::from(days(old))));
        }
        let Some(left_on) = self.left_on else { return Some(due.by) };
        let day = |months: u16| left_on.checked_add_months(Months::new(u32::from(months))).unwrap_or(left_on);
        let sorted = |policy: &Contact| policy.post_exit_months.iter().copied().collect::<BTreeSet<_>>();
        let Some(nth) = sorted(old).into_iter().position(|months| day(months) == due.by) else { return Some(due.by) };
        sorted(new).into_iter().nth(nth).map(day)
    }

    fn graduation(&mut self, fact: &mut HouseholdEvent, book: &PolicyBook) {
        if let HouseholdEvent::HouseholdGraduated(it) = fact {
            let case = self.case.as_ref().and_then(|household| household.case());
            let met = case.and_then(|case| verdict::judge(case, book, it.happened_on).ok()).is_none_or(|it| it.met);
            if !met {
                self.stays = true;
                *fact = HouseholdEvent::GraduationDeclined(GraduationDeclined {
                    proposal: it.proposal,
                    happened_on: it.happened_on,
                    reason: GraduationDeclineReason::Other,
                });
            }
            return;
        }
        let Some(after) = fact.after().filter(|_| self.stays) else { return };
        if after.standing != Standing::Graduated {
            self.stays = after.standing != Standing::Open && after.stage == Stage::Graduated;
        }
        if after.stage == Stage::Graduated {
            edit(fact, |payload| {
                payload["after"]["stage"] = json!(Stage::Assisted);
                if after.standing == Standing::Graduated {
                    payload["after"]["standing"] = json!(Standing::Open);
                }
            });
        }
    }
}

/// A due date that a fact carries.
fn due_of(fact: &HouseholdEvent, field: &str) -> Option<NextDue> {
    use events::facts::household::Due;
    let due = if field == "next_due" { fact.due() } else { fact.reassessment() };
    match due {
        Due::Set(due) => due.cloned(),
        Due::Unchanged => None,
    }
}

/// Changes a field that many facts have under one name.
fn edit(fact: &mut HouseholdEvent, change: impl FnOnce(&mut Value)) {
    let Ok(mut payload) = serde_json::to_value(&*fact) else { return };
    change(&mut payload);
    if let Ok(changed) = serde_json::from_value(payload) {
        *fact = changed;
    }
}
