//! The slow and obvious way to every number: all events up to a moment, folded in plain maps.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use events::clock;
use events::facts::Fact;
use events::facts::case::{DueWhat, NextDue, Stage, Standing};
use events::facts::household::{Due, HouseholdEvent};
use events::id::{AgencyId, ReferralId};
use events::recorded::Occurrence;

use crate::figures::clocks::ClockKind;
use crate::figures::referrals::{AgeBucket, ReferralState};

/// A household as it was known at the moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) tambon: String,
    pub(crate) identified_on: NaiveDate,
    pub(crate) stage: Stage,
    pub(crate) standing: Standing,
    pub(crate) level: Option<u8>,
    pub(crate) caseworker: Option<uuid::Uuid>,
    pub(crate) due_by: Option<NaiveDate>,
    pub(crate) residents: u16,
    pub(crate) position: u64,
}

/// A referral as it was known at the moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) household: String,
    pub(crate) tambon: String,
    pub(crate) agency: AgencyId,
    pub(crate) service: String,
    pub(crate) state: ReferralState,
    pub(crate) since: DateTime<Utc>,
    pub(crate) due_by: Option<NaiveDate>,
    /// Whether the missed answer was noted, and the missed delivery.
    pub(crate) noted: (bool, bool),
}

/// The dates of one household.
#[derive(Debug, Default)]
struct Dates {
    contact: Option<NextDue>,
    reassess: Option<NextDue>,
    noted: BTreeSet<(DueWhat, NaiveDate)>,
    complaints: BTreeMap<uuid::Uuid, (NaiveDate, bool)>,
}

impl Dates {
    fn take(&mut self, fact: &HouseholdEvent, retracted: bool) {
        if let Due::Set(due) = fact.due() {
            self.contact = due.cloned();
        }
        if let Due::Set(due) = fact.reassessment() {
            self.reassess = due.cloned();
        }
        match fact {
            HouseholdEvent::ContactOverdue(it) => {
                self.noted.insert((it.what, it.by));
            }
            HouseholdEvent::ComplaintReceived(it) if !retracted => {
                self.complaints.insert(it.complaint.0, (it.answer_by, false));
            }
            HouseholdEvent::ComplaintAnswered(it) if !retracted => {
                self.complaints.remove(&it.complaint.0);
            }
            HouseholdEvent::ComplaintOverdue(it) => {
                self.complaints.entry(it.complaint.0).and_modify(|it| it.1 = true);
            }
            _ => {}
        }
    }

    fn tasks(&self, known: &Known) -> BTreeMap<(ClockKind, Option<uuid::Uuid>), (NaiveDate, bool)> {
        let help = matches!(known.stage, Stage::Referred | Stage::Assisted) && known.standing == Standing::Open;
        let own = self.contact.iter().chain(self.reassess.iter().filter(|_| help));
        let own = own.map(|due| {
            let kind = due.what.as_str().parse().unwrap();
            ((kind, None), (due.by, self.noted.contains(&(due.what, due.by))))
        });
        let asked = self.complaints.iter().map(|(id, date)| ((ClockKind::Complaint, Some(*id)), *date));
        own.chain(asked).collect()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Oracle {
    pub(crate) households: BTreeMap<String, Known>,
    pub(crate) referrals: BTreeMap<ReferralId, Asked>,
    pub(crate) tasks: BTreeMap<Task, (NaiveDate, bool)>,
}

/// Household, kind and subject of a date.
pub(crate) type Task = (String, ClockKind, Option<uuid::Uuid>);

impl Oracle {
    /// What was known at a moment.
    pub(crate) fn at(events: &[Occurrence], moment: DateTime<Utc>) -> Self {
        let mut streams: BTreeMap<&str, Vec<(&Occurrence, &HouseholdEvent)>> = BTreeMap::new();
        for event in events.iter().filter(|event| event.recorded_at <= moment) {
            if let Fact::Household(fact) = &event.fact {
                streams.entry(&event.stream.aggregate_id).or_default().push((event, fact));
            }
        }
        let mut oracle = Self::default();
        for (id, stream) in streams {
            oracle.household(id, &stream);
        }
        oracle
    }

    fn household(&mut self, id: &str, stream: &[(&Occurrence, &HouseholdEvent)]) {
        let retracted: BTreeSet<u64> = stream
            .iter()
            .filter_map(|(_, fact)| match fact {
                HouseholdEvent::FactRetracted(it) => Some(it.sequence),
                _ => None,
            })
            .collect();
        let HouseholdEvent::HouseholdIdentified(first) = stream[0].1 else { panic!("a household begins otherwise") };
        let mut known = Known {
            tambon: first.place.tambon().to_string(),
            identified_on: first.happened_on,
            stage: first.after.stage,
            standing: first.after.standing,
            level: None,
            caseworker: None,
            due_by: None,
            residents: 0,
            position: 0,
        };
        let mut levels = Vec::new();
        let mut dates = Dates::default();
        for (event, fact) in stream {
            known.position = event.position;
            if let Some(place) = fact.place() {
                known.tambon = place.tambon().to_string();
                for asked in self.referrals.values_mut().filter(|it| it.household == id && it.state.queue().is_some()) {
                    asked.tambon.clone_from(&known.tambon);
                }
            }
            if let Some(after) = fact.after() {
                (known.stage, known.standing) = (after.stage, after.standing);
            }
            dates.take(fact, retracted.contains(&event.sequence));
            if let Some(composition) = fact.composition() {
                known.residents = composition.living;
            }
            if retracted.contains(&event.sequence) {
                continue;
            }
            match fact {
                HouseholdEvent::CaseworkerAssigned(it) => known.caseworker = Some(it.caseworker.0),
                HouseholdEvent::CaseworkerUnassigned(_) => known.caseworker = None,
                HouseholdEvent::HouseholdAssessed(it) => {
                    levels.extend(it.overall.as_ref().map(|it2| (it.happened_on, event.sequence, it2.level.get())));
                }
                HouseholdEvent::AssessmentRescored(it) => {
                    levels.extend(it.overall.as_ref().map(|it2| (it.surveyed_on, event.sequence, it2.level.get())));
                }
                _ => {}
            }
            self.referral(id, &known.tambon.clone(), event, fact);
        }
        let tasks = dates.tasks(&known);
        let own = tasks.iter().filter(|((kind, _), _)| kind.contact().is_some());
        known.due_by = own.map(|(_, (by, _))| *by).min();
        self.tasks.extend(tasks.into_iter().map(|((kind, subject), date)| ((id.to_owned(), kind, subject), date)));
        for (referral, asked) in self.referrals.iter().filter(|(_, asked)| asked.household == id) {
            let (kind, noted) = match asked.state {
                ReferralState::ToAnswer => (ClockKind::RespondBy, asked.noted.0),
                ReferralState::ToDeliver => (ClockKind::DeliverBy, asked.noted.1),
                _ => continue,
            };
            if let Some(by) = asked.due_by {
                self.tasks.insert((id.to_owned(), kind, Some(referral.0)), (by, noted));
            }
        }
        known.level = levels.into_iter().max().map(|(_, _, level)| level);
        self.households.insert(id.to_owned(), known);
    }

    fn referral(&mut self, id: &str, tambon: &str, event: &Occurrence, fact: &HouseholdEvent) {
        let (referral, state, due_by) = match fact {
            HouseholdEvent::ReferralMade(it) => {
                let asked = Asked {
                    household: id.to_owned(),
                    tambon: tambon.to_owned(),
                    agency: it.agency,
                    service: it.service.clone(),
                    state: ReferralState::ToAnswer,
                    since: event.recorded_at,
                    due_by: Some(it.respond_by),
                    noted: (false, false),
                };
                self.referrals.insert(it.referral, asked);
                return;
            }
            HouseholdEvent::ResponseOverdue(it) => {
                self.referrals.get_mut(&it.referral).unwrap().noted.0 = true;
                return;
            }
            HouseholdEvent::DeliveryOverdue(it) => {
                self.referrals.get_mut(&it.referral).unwrap().noted.1 = true;
                return;
            }
            HouseholdEvent::ReferralAccepted(it) => (it.referral, ReferralState::ToDeliver, Some(it.deliver_by)),
            HouseholdEvent::ReferralDeclined(it) => (it.referral, ReferralState::Declined, None),
            HouseholdEvent::ReferralReturned(it) => (it.referral, ReferralState::Returned, None),
            HouseholdEvent::ReferralCompleted(it) => (it.referral, ReferralState::Completed, None),
            HouseholdEvent::ReferralWithdrawn(it) => (it.referral, ReferralState::Withdrawn, None),
            HouseholdEvent::AcceptanceTakenBack(it) => (it.referral, ReferralState::ToAnswer, Some(it.respond_by)),
            HouseholdEvent::ReferralResubmitted(it) => (it.referral, ReferralState::ToAnswer, Some(it.respond_by)),
            HouseholdEvent::ReferralRerouted(it) => {
                let asked = self.referrals.get_mut(&it.referral).unwrap();
                (asked.agency, asked.service) = (it.agency, it.service.clone());
                (it.referral, ReferralState::ToAnswer, Some(it.respond_by))
            }
            // Its last day moves, its age does not.
            HouseholdEvent::DeadlineExtended(it) => {
                let asked = self.referrals.get_mut(&it.referral).unwrap();
                asked.due_by = Some(it.until);
                match asked.state {
                    ReferralState::ToAnswer => asked.noted.0 = false,
                    _ => asked.noted.1 = false,
                }
                return;
            }
            _ => return,
        };
        let asked = self.referrals.get_mut(&referral).unwrap();
        (asked.state, asked.since, asked.due_by) = (state, event.recorded_at, due_by);
        if state.queue().is_some() {
            // It may have been sent back before the household moved, and wait again.
            tambon.clone_into(&mut asked.tambon);
        }
        if state == ReferralState::ToAnswer {
            asked.noted = (false, false);
        }
    }

    /// How many wait, by agency, service, district, bucket and state; and how many of them too long.
    pub(crate) fn backlog(&self, moment: DateTime<Utc>) -> BTreeMap<Cell, (u64, u64)> {
        let today = clock::day_of(moment);
        let mut cells = BTreeMap::new();
        for asked in self.referrals.values().filter(|asked| asked.state.queue().is_some()) {
            let days = (today - clock::day_of(asked.since)).num_days();
            let district = asked.tambon[..4].to_owned();
            let cell = (asked.agency, asked.service.clone(), district, AgeBucket::of(days), asked.state);
            let count: &mut (u64, u64) = cells.entry(cell).or_default();
            count.0 += 1;
            count.1 += u64::from(asked.due_by.is_some_and(|day| day < today));
        }
        cells
    }

    /// How many households stand where, by district.
    pub(crate) fn funnel(&self) -> BTreeMap<(String, Stage, Standing), u64> {
        let mut counts = BTreeMap::new();
        for known in self.households.values() {
            *counts.entry((known.tambon[..4].to_owned(), known.stage, known.standing)).or_default() += 1;
        }
        counts
    }
}

/// Agency, service, district, age and state.
pub(crate) type Cell = (AgencyId, String, String, AgeBucket, ReferralState);

/// A household's facts that stood at a moment, one after the other, and where they left it.
#[derive(Debug)]
pub(crate) struct Story<'a> {
    /// Without what was taken back, and without help that was reversed.
    pub(crate) facts: Vec<(&'a Occurrence, &'a HouseholdEvent)>,
    /// Help that was reversed.
    pub(crate) reversed: Vec<(&'a Occurrence, &'a HouseholdEvent)>,
    pub(crate) stage: Stage,
    pub(crate) standing: Standing,
    pub(crate) episode: u32,
    pub(crate) tambon: String,
    /// The tambon it lived in when each fact was recorded, by sequence.
    pub(crate) places: BTreeMap<u64, String>,
}

impl Oracle {
    /// The stories of all households.
    pub(crate) fn stories(events: &[Occurrence], moment: DateTime<Utc>) -> BTreeMap<&str, Story<'_>> {
        let mut streams: BTreeMap<&str, Vec<(&Occurrence, &HouseholdEvent)>> = BTreeMap::new();
        for event in events.iter().filter(|event| event.recorded_at <= moment) {
            if let Fact::Household(fact) = &event.fact {
                streams.entry(&event.stream.aggregate_id).or_default().push((event, fact));
            }
        }
        streams.into_iter().map(|(id, stream)| (id, story(stream))).collect()
    }
}

fn story<'a>(stream: Vec<(&'a Occurrence, &'a HouseholdEvent)>) -> Story<'a> {
    let mut out: BTreeSet<u64> = BTreeSet::new();
    for (_, fact) in &stream {
        if let HouseholdEvent::FactRetracted(it) = fact {
            out.insert(it.sequence);
        }
    }
    // Help that was reversed, unless the reversal was taken back.
    let mut undone = BTreeSet::new();
    for (event, fact) in &stream {
        if let HouseholdEvent::AssistanceReversed(it) = fact
            && !out.contains(&event.sequence)
        {
            let given = stream.iter().find(
                |(_, fact)| matches!(fact, HouseholdEvent::AssistanceDelivered(help) if help.assistance == it.assistance),
            );
            undone.extend(given.map(|(given, _)| given.sequence));
        }
    }
    let after = stream.iter().rev().find_map(|(_, fact)| fact.after()).unwrap();
    let (mut tambon, mut places) = (String::new(), BTreeMap::new());
    for (event, fact) in &stream {
        if let Some(place) = fact.place() {
            tambon = place.tambon().to_string();
        }
        places.insert(event.sequence, tambon.clone());
    }
    let standing = stream.into_iter().filter(|(event, _)| !out.contains(&event.sequence));
    let (reversed, facts) = standing.partition(|(event, _)| undone.contains(&event.sequence));
    Story { facts, reversed, stage: after.stage, standing: after.standing, episode: after.episode, tambon, places }
}
