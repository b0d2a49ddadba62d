//! What happens to a referral that waits: it is taken back, sent again or elsewhere, put off, escalated, reminded of.

use chrono::{Duration, NaiveDate};
use events::facts::case::{After, DueWhat, Stage};
use events::facts::household::*;
use events::id::{NeedId, ReferralId};
use uuid::Uuid;

use super::{SERVICES, agency, due, policy};

/// A referral that begins to wait.
pub(super) fn made(id: Uuid, on: NaiveDate, now: After, pick: u16) -> HouseholdEvent {
    HouseholdEvent::ReferralMade(ReferralMade {
        referral: ReferralId(id),
        happened_on: on,
        need: NeedId(id),
        agency: agency(pick),
        service: SERVICES[usize::from(pick / 3) % 2].to_owned(),
        basis: LegalBasis::PublicTask,
        disclosed: Vec::new(),
        respond_by: on + Duration::days(7),
        sla: policy("sla/46"),
        holidays: None,
        after: After { stage: now.stage.max(Stage::Referred), ..now },
        next_due: Some(due(DueWhat::FollowUp, on, 90)),
    })
}

/// Something that happens to a referral that waits to be answered (0), to be delivered (1) or to be sent again (3).
pub(super) fn waited_for(state: u8, referral: ReferralId, on: NaiveDate, pick: u16) -> HouseholdEvent {
    let (respond_by, sla) = (on + Duration::days(i64::from(pick % 5)), policy("sla/46"));
    match (state, pick % 6) {
        (3, 0..4) => HouseholdEvent::ReferralResubmitted(ReferralResubmitted {
            referral,
            happened_on: on,
            words: None,
            respond_by,
            sla,
            holidays: None,
        }),
        (1, 0) => HouseholdEvent::AcceptanceTakenBack(AcceptanceTakenBack {
            referral,
            happened_on: on,
            reason: TakenBackReason::Mistake,
            words: None,
            respond_by,
            sla,
            holidays: None,
        }),
        (1, 1) => {
            HouseholdEvent::DeliveryOverdue(DeliveryOverdue { referral, agency: agency(0), deliver_by: respond_by })
        }
        (0 | 1, 2) => HouseholdEvent::DeadlineExtended(DeadlineExtended {
            referral,
            happened_on: on,
            clock: if state == 0 { ReferralClock::ToAnswer } else { ReferralClock::ToDeliver },
            previous: on,
            until: respond_by,
            reason: ExtensionReason::Season,
            words: None,
        }),
        (0 | 1, 3) => HouseholdEvent::ReferralEscalated(ReferralEscalated {
            referral,
            happened_on: on,
            to: EscalatedTo::Operations,
            reason: EscalationReason::Urgent,
            words: None,
        }),
        (0 | 1, 4) => {
            HouseholdEvent::ReminderSent(ReminderSent { referral, happened_on: on, agency: agency(0), count: 1 })
        }
        _ => HouseholdEvent::ReferralRerouted(ReferralRerouted {
            referral,
            happened_on: on,
            from_agency: agency(0),
            from_service: SERVICES[0].to_owned(),
            agency: agency(pick / 2),
            service: SERVICES[usize::from(pick / 3) % 2].to_owned(),
            basis: LegalBasis::PublicTask,
            disclosed: Vec::new(),
            reason: RerouteReason::NoAnswer,
            words: None,
            respond_by,
            sla,
            holidays: None,
        }),
    }
}
