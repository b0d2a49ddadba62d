//! What was asked of agencies, how long it was waited for, and what of the household was given to whom.

use chrono::{DateTime, NaiveDate, Utc};
use events::clock::day_of;
use events::facts::household::{
    ConsentBy, ConsentHow, ConsentPurpose, ConsentScope, DisclosedField, DisclosureEndedBecause, EscalatedTo,
    EscalationReason, ExtensionReason, HouseholdEvent, LegalBasis, ReferralClock, ReferralMade, ReferralRerouted,
    RerouteReason,
};
use events::facts::people::Words;
use events::id::{AgencyId, ConsentId, DisclosureId, NeedId, ReferralId};
use projections::figures::referrals::{Queue, ReferralState};
use serde::Serialize;
use utoipa::ToSchema;

use super::history::Entry;
use super::lens::{Lens, Shown};
use super::view::CaseView;

/// A referral with its two clocks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReferralView {
    /// The referral.
    pub referral: ReferralId,
    /// The need it is for.
    pub need: NeedId,
    /// Who has it.
    pub agency: AgencyId,
    /// Which service.
    pub service: String,
    /// Why data may be given to the agency.
    pub basis: LegalBasis,
    /// What is disclosed while it is open.
    pub disclosed: Vec<DisclosedField>,
    /// Where it is.
    pub state: ReferralState,
    /// The day it was agreed.
    pub made_on: NaiveDate,
    /// When it was recorded.
    pub made_at: DateTime<Utc>,
    /// When it reached this agency, the first time or once more: the clock to answer starts here.
    pub reached_at: DateTime<Utc>,
    /// The last day for an answer.
    pub respond_by: NaiveDate,
    /// When it was noted that no answer had come in time.
    pub overdue_noted_at: Option<DateTime<Utc>>,
    /// The day the agency says it accepted.
    pub accepted_on: Option<NaiveDate>,
    /// When the acceptance was recorded: the clock to deliver starts here.
    pub accepted_at: Option<DateTime<Utc>>,
    /// The last day for delivery.
    pub deliver_by: Option<NaiveDate>,
    /// When it was noted that nothing had been delivered in time.
    pub delivery_overdue_noted_at: Option<DateTime<Utc>>,
    /// Calendar days on the clock that runs; none when none runs.
    pub waiting_days: Option<i64>,
    /// Whether the clock that runs has passed its last day.
    pub overdue: bool,
    /// Reminders, in the order they were sent.
    pub reminders: Vec<ReminderView>,
    /// Who was asked to look at it.
    pub escalations: Vec<EscalationView>,
    /// How often an agency got more time.
    pub extensions: Vec<ExtensionView>,
    /// Who had it before.
    pub earlier: Vec<RouteView>,
    /// The day it ended.
    pub ended_on: Option<NaiveDate>,
    /// How or why it ended, or why it was sent back or the acceptance taken back.
    pub ended_as: Option<String>,
    /// The agency's words.
    pub words: Option<Shown>,
    /// What was added when it was sent again.
    pub added: Option<Shown>,
}

/// A reminder.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReminderView {
    /// The day.
    pub on: NaiveDate,
    /// Who was reminded.
    pub agency: AgencyId,
    /// How many that agency has had by then.
    pub count: u32,
}

/// An escalation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EscalationView {
    /// The day.
    pub on: NaiveDate,
    /// To whom.
    pub to: EscalatedTo,
    /// Why.
    pub reason: EscalationReason,
}

/// More time on a clock.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExtensionView {
    /// The day it was granted.
    pub on: NaiveDate,
    /// Which agency got it.
    pub agency: AgencyId,
    /// Which clock.
    pub clock: ReferralClock,
    /// The last day until then.
    pub previous: NaiveDate,
    /// The last day from then on.
    pub until: NaiveDate,
    /// Why.
    pub reason: ExtensionReason,
}

/// Who had a referral before it went elsewhere.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RouteView {
    /// The agency.
    pub agency: AgencyId,
    /// Its service.
    pub service: String,
    /// When it had reached that agency.
    pub reached_at: DateTime<Utc>,
    /// The day it went elsewhere.
    pub until: NaiveDate,
    /// Why.
    pub reason: RerouteReason,
}

/// A yes of the household.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsentView {
    /// The consent.
    pub consent: ConsentId,
    /// The day it was given.
    pub on: NaiveDate,
    /// By whom.
    pub by: ConsentBy,
    /// For what.
    pub purpose: ConsentPurpose,
    /// How.
    pub how: ConsentHow,
    /// To whom it reaches; none: to all partners.
    pub scope: Option<ConsentScope>,
    /// The day it was taken back; none: it is in force.
    pub withdrawn_on: Option<NaiveDate>,
}

/// What was given to an agency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DisclosureView {
    /// The disclosure.
    pub disclosure: DisclosureId,
    /// The referral that gave it.
    pub referral: ReferralId,
    /// To whom.
    pub agency: AgencyId,
    /// What.
    pub fields: Vec<DisclosedField>,
    /// Why it may be given.
    pub basis: LegalBasis,
    /// For which service.
    pub purpose: String,
    /// The consent it rests on.
    pub consent: Option<ConsentId>,
    /// Since when.
    pub on: NaiveDate,
    /// Until when; none: it is open.
    pub ended_on: Option<NaiveDate>,
    /// Why it ended.
    pub ended_because: Option<DisclosureEndedBecause>,
}

/// Adds what one fact says of referrals, consents and disclosures.
pub(super) fn add(view: &mut CaseView, entry: &Entry, lens: &Lens) {
    use HouseholdEvent as E;
    let at = entry.at.time;
    let words = |id: ReferralId, words: &Option<Words>| words.as_ref().map(|it| lens.answer_words(id, &it.text));
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others have another place, or stand in the timeline alone")]
    match &entry.fact {
        E::ReferralMade(it) => view.referrals.push(made(it, at)),
        E::ReferralAccepted(it) => one(view, it.referral, |referral| {
            referral.state = ReferralState::ToDeliver;
            (referral.accepted_on, referral.accepted_at) = (Some(it.happened_on), Some(at));
            (referral.deliver_by, referral.delivery_overdue_noted_at) = (Some(it.deliver_by), None);
        }),
        E::AcceptanceTakenBack(it) => one(view, it.referral, |referral| {
            referral.waits_anew(at, it.respond_by);
            referral.ended_as = code(&it.reason);
            referral.words = words(it.referral, &it.words);
        }),
        E::ReferralDeclined(it) => one(view, it.referral, |referral| {
            referral.end(ReferralState::Declined, it.happened_on, &it.reason);
            referral.words = words(it.referral, &it.words);
        }),
        E::ReferralReturned(it) => one(view, it.referral, |referral| {
            referral.end(ReferralState::Returned, it.happened_on, &it.reason);
            referral.words = words(it.referral, &it.words);
        }),
        E::ReferralResubmitted(it) => one(view, it.referral, |referral| {
            referral.waits_anew(at, it.respond_by);
            referral.added = words(it.referral, &it.words);
        }),
        E::ReferralRerouted(it) => one(view, it.referral, |referral| referral.goes_elsewhere(it, at)),
        E::ReferralCompleted(it) => one(view, it.referral, |referral| {
            referral.end(ReferralState::Completed, it.happened_on, &it.outcome);
        }),
        E::ReferralWithdrawn(it) => one(view, it.referral, |referral| {
            referral.end(ReferralState::Withdrawn, it.happened_on, &it.because);
        }),
        E::ResponseOverdue(it) => one(view, it.referral, |referral| referral.overdue_noted_at = Some(at)),
        E::DeliveryOverdue(it) => one(view, it.referral, |referral| referral.delivery_overdue_noted_at = Some(at)),
        E::ReminderSent(it) => one(view, it.referral, |referral| {
            referral.reminders.push(ReminderView { on: it.happened_on, agency: it.agency, count: it.count });
        }),
        E::ReferralEscalated(it) => one(view, it.referral, |referral| {
            referral.escalations.push(EscalationView { on: it.happened_on, to: it.to, reason: it.reason });
        }),
        E::DeadlineExtended(it) => one(view, it.referral, |referral| {
            let (on, agency) = (it.happened_on, referral.agency);
            let (clock, previous, until, reason) = (it.clock, it.previous, it.until, it.reason);
            referral.extensions.push(ExtensionView { on, agency, clock, previous, until, reason });
            match clock {
                ReferralClock::ToAnswer => (referral.respond_by, referral.overdue_noted_at) = (until, None),
                ReferralClock::ToDeliver => {
                    (referral.deliver_by, referral.delivery_overdue_noted_at) = (Some(until), None);
                }
            }
        }),
        E::ConsentGiven(it) => view.consents.push(ConsentView {
            consent: it.consent,
            on: it.happened_on,
            by: it.by,
            purpose: it.purpose,
            how: it.how,
            scope: it.scope.clone(),
            withdrawn_on: None,
        }),
        E::ConsentWithdrawn(it) => {
            let given = view.consents.iter_mut().find(|given| given.consent == it.consent);
            if let Some(given) = given {
                given.withdrawn_on = Some(it.happened_on);
            }
        }
        E::DisclosureMade(it) => view.disclosures.push(DisclosureView {
            disclosure: it.disclosure,
            referral: it.referral,
            agency: it.agency,
            fields: it.fields.clone(),
            basis: it.basis,
            purpose: it.purpose.clone(),
            consent: it.consent,
            on: it.happened_on,
            ended_on: None,
            ended_because: None,
        }),
        E::DisclosureEnded(it) => {
            let made = view.disclosures.iter_mut().find(|made| made.disclosure == it.disclosure);
            if let Some(made) = made {
                (made.ended_on, made.ended_because) = (Some(it.happened_on), Some(it.because));
            }
        }
        _ => {}
    }
}

fn one(view: &mut CaseView, id: ReferralId, change: impl FnOnce(&mut ReferralView)) {
    view.referrals.iter_mut().find(|it| it.referral == id).map(change);
}

fn code(why: &impl Serialize) -> Option<String> {
    serde_json::to_value(why).ok().and_then(|why| why.as_str().map(ToOwned::to_owned))
}

fn made(it: &ReferralMade, at: DateTime<Utc>) -> ReferralView {
    ReferralView {
        referral: it.referral,
        need: it.need,
        agency: it.agency,
        service: it.service.clone(),
        basis: it.basis,
        disclosed: it.disclosed.clone(),
        state: ReferralState::ToAnswer,
        made_on: it.happened_on,
        made_at: at,
        reached_at: at,
        respond_by: it.respond_by,
        overdue_noted_at: None,
        accepted_on: None,
        accepted_at: None,
        deliver_by: None,
        delivery_overdue_noted_at: None,
        waiting_days: None,
        overdue: false,
        reminders: Vec::new(),
        escalations: Vec::new(),
        extensions: Vec::new(),
        earlier: Vec::new(),
        ended_on: None,
        ended_as: None,
        words: None,
        added: None,
    }
}

impl ReferralView {
    fn end(&mut self, state: ReferralState, on: NaiveDate, why: &impl Serialize) {
        self.state = state;
        self.ended_on = Some(on);
        self.ended_as = code(why);
    }

    /// The clock to answer starts once more.
    fn waits_anew(&mut self, at: DateTime<Utc>, respond_by: NaiveDate) {
        self.state = ReferralState::ToAnswer;
        (self.reached_at, self.respond_by, self.overdue_noted_at) = (at, respond_by, None);
        (self.accepted_on, self.accepted_at) = (None, None);
        (self.deliver_by, self.delivery_overdue_noted_at) = (None, None);
        (self.ended_on, self.ended_as) = (None, None);
    }

    /// What the first agency said stays in the timeline.
    fn goes_elsewhere(&mut self, it: &ReferralRerouted, at: DateTime<Utc>) {
        self.earlier.push(RouteView {
            agency: it.from_agency,
            service: it.from_service.clone(),
            reached_at: self.reached_at,
            until: it.happened_on,
            reason: it.reason,
        });
        (self.agency, self.service, self.basis) = (it.agency, it.service.clone(), it.basis);
        self.disclosed.clone_from(&it.disclosed);
        (self.words, self.added) = (None, None);
        self.waits_anew(at, it.respond_by);
    }

    /// The clock that runs counts calendar days from the day its start was recorded.
    pub(super) fn run_clock(&mut self, today: NaiveDate) {
        let (since, by) = match self.state.queue() {
            Some(Queue::ToAnswer) => (Some(self.reached_at), Some(self.respond_by)),
            Some(Queue::ToDeliver) => (self.accepted_at, self.deliver_by),
            None => (None, None),
        };
        self.waiting_days = since.map(|since| (today - day_of(since)).num_days());
        self.overdue = by.is_some_and(|by| by < today);
    }

    /// Leaves what concerns the reader's agency alone.
    pub(super) fn narrow(&mut self, lens: &Lens) {
        self.reminders.retain(|it| lens.sees_agency(it.agency));
        self.extensions.retain(|it| lens.sees_agency(it.agency));
        self.escalations.clear();
        self.earlier.clear();
    }
}
