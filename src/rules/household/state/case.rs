//! The case that the facts which hold add up to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::area::Place;
use events::case_no::CaseNo;
use events::facts::case::{After, DueWhat, NextDue, Stage, Standing};
use events::facts::household::{LegalBasis, Source};
use events::facts::people::Composition;
use events::id::{
    AssistanceId, ComplaintId, ConsentId, DocumentId, HouseholdId, ModelId, NeedId, PersonId, ReferralId,
    RightsRequestId, StaffId, VisitId,
};
use events::sealed::Sealed;
use events::thai::house_code::HouseCode;
use serde::{Deserialize, Serialize};

use super::{
    Assessment, Complaint, Consent, Exit, Help, Located, Member, Need, Panel, Proposal, Referral, ReferralState,
    Resemblance, ResultOf, RightsRequest, Visit,
};
use crate::rules::policy::PolicyBook;
use crate::rules::refusal::{Refusal, Thing};

/// The case of an identified household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The day it was found.
    pub identified_on: NaiveDate,
    /// Where it lives.
    pub place: Place,
    /// Since when it lives there, or was found there.
    pub placed_on: NaiveDate,
    /// The address, once noted for this place.
    pub located: Option<Located>,
    /// The code of the house, as far as it could be opened.
    pub house_code: Option<Sealed<HouseCode>>,
    /// Who pointed to it.
    pub sources: BTreeSet<Source>,
    /// Why its data may be held.
    pub basis: LegalBasis,
    /// How far it has come.
    pub stage: Stage,
    /// Whether work goes on.
    pub standing: Standing,
    /// Which opening of the case this is.
    pub episode: u32,
    /// Its number.
    pub case_no: Option<CaseNo>,
    /// Who looks after it.
    pub caseworker: Option<StaffId>,
    /// What its stage makes due next; [`Case::earliest_due`] looks at the next assessment too.
    pub next_due: Option<NextDue>,
    /// The day on which the clock of what is due began.
    pub due_since: Option<NaiveDate>,
    /// The next assessment; it runs while help is under way, whatever else is due.
    pub reassess_due: Option<NextDue>,
    /// Dates that passed in vain and were noted.
    pub noted: BTreeSet<(DueWhat, NaiveDate)>,
    /// Its time since it left, once it has.
    pub exit: Option<Exit>,
    /// Everybody ever noted with it.
    pub members: BTreeMap<PersonId, Member>,
    /// Who makes it up now.
    pub composition: Composition,
    /// Members who may be the same person as somebody of another household.
    pub resemblances: Vec<Resemblance>,
    /// Papers and files, with the hash of each.
    pub documents: BTreeMap<DocumentId, String>,
    /// Visits at which somebody was met, in the order they were recorded.
    pub visits: Vec<Visit>,
    /// Attempts in vain.
    pub attempts: Vec<(VisitId, NaiveDate)>,
    /// Days on which somebody looked after the help.
    pub follow_ups: Vec<NaiveDate>,
    /// Panels.
    pub panels: Vec<Panel>,
    /// Assessments.
    pub assessments: Vec<Assessment>,
    /// Needs.
    pub needs: BTreeMap<NeedId, Need>,
    /// Referrals.
    pub referrals: BTreeMap<ReferralId, Referral>,
    /// Operating models it takes part in now.
    pub models: BTreeSet<ModelId>,
    /// What operating models brought it, as far as it is recorded.
    pub results: BTreeSet<ResultOf>,
    /// Help delivered.
    pub help: BTreeMap<AssistanceId, Help>,
    /// What it said yes to.
    pub consents: BTreeMap<ConsentId, Consent>,
    /// A proposal that waits for a decision.
    pub proposal: Option<Proposal>,
    /// The day since which it stands so: found, closed, left, or opened again.
    pub stands_since: NaiveDate,
    /// How it stood before.
    pub stood_as: Standing,
    /// The first day whose assessments count for leaving poverty, where it left before and is back.
    pub counts_from: Option<NaiveDate>,
    /// Complaints.
    pub complaints: BTreeMap<ComplaintId, Complaint>,
    /// Requests under the law on personal data.
    pub rights_requests: BTreeMap<RightsRequestId, RightsRequest>,
    /// The household that goes on with it.
    pub merged_into: Option<HouseholdId>,
}

impl Case {
    /// Whose data may be used no further than the work on the case needs: each had it restricted.
    pub fn restricted(&self) -> impl Iterator<Item = PersonId> {
        self.rights_requests.values().filter(|it| it.restricts()).map(|it| it.person)
    }

    /// Where it stands.
    pub const fn after(&self) -> After {
        After { stage: self.stage, standing: self.standing, episode: self.episode }
    }

    /// Where it stands once it has reached a stage at least.
    pub fn after_reaching(&self, stage: Stage) -> After {
        After { stage: self.stage.max(stage), ..self.after() }
    }

    /// What is due when a clock begins on a day; `None` when the same clock began again since, so that what is
    /// entered late moves no date back.
    pub fn due(&self, policies: &PolicyBook, what: DueWhat, on: NaiveDate) -> Result<Option<NextDue>, Refusal> {
        let runs = self.next_due.as_ref().is_some_and(|due| due.what == what);
        if runs && self.due_since.is_some_and(|since| since > on) {
            return Ok(None);
        }
        policies.due(&self.province(), what, on).map(Some)
    }

    /// The two digits of its province.
    pub fn province(&self) -> String {
        self.place.province().to_string()
    }

    /// Members now.
    pub fn present(&self) -> impl Iterator<Item = (&PersonId, &Member)> {
        self.members.iter().filter(|(_, member)| member.left_on.is_none())
    }

    /// The question whether two are the same person, if it was asked.
    pub fn resemblance(&self, person: PersonId, household: HouseholdId, other: PersonId) -> Option<&Resemblance> {
        self.resemblances.iter().find(|it| (it.person, it.household, it.other) == (person, household, other))
    }

    /// A need that is open.
    pub fn open_need(&self, need: NeedId) -> Result<&Need, Refusal> {
        let need = self.needs.get(&need).ok_or(Refusal::Unknown(Thing::Need))?;
        if need.open { Ok(need) } else { Err(Refusal::NeedClosed) }
    }

    /// A referral that has not ended, wherever it is.
    pub fn open_referral(&self, referral: ReferralId) -> Result<&Referral, Refusal> {
        let referral = self.referrals.get(&referral).ok_or(Refusal::Unknown(Thing::Referral))?;
        match referral.state {
            ReferralState::ToAnswer | ReferralState::ToDeliver | ReferralState::Returned => Ok(referral),
            ReferralState::Ended => Err(Refusal::ReferralIs { state: "ended", needed: "open" }),
        }
    }

    /// A referral that its agency has to answer or deliver.
    pub fn waiting_referral(&self, referral: ReferralId) -> Result<&Referral, Refusal> {
        let referral = self.open_referral(referral)?;
        let needed = "to_answer or to_deliver";
        referral.is_with_agency().then_some(referral).ok_or(Refusal::ReferralIs { state: "returned", needed })
    }

    /// The refusal of everything that needs some referral of which something holds.
    pub fn any_referral(&self, needed: &'static str, is: impl Fn(&Referral) -> bool) -> Result<(), Refusal> {
        if self.referrals.values().any(is) {
            return Ok(());
        }
        let state = |it: &Referral| Refusal::ReferralIs { state: it.state.as_str(), needed };
        Err(self.referrals.values().next_back().map_or(Refusal::Unknown(Thing::Referral), state))
    }

    /// A referral in a given state.
    pub fn referral_in(&self, referral: ReferralId, state: ReferralState) -> Result<&Referral, Refusal> {
        let referral = self.referrals.get(&referral).ok_or(Refusal::Unknown(Thing::Referral))?;
        if referral.state == state {
            Ok(referral)
        } else {
            Err(Refusal::ReferralIs { state: referral.state.as_str(), needed: state.as_str() })
        }
    }

    /// The refusal of everything that needs some referral in a given state.
    pub fn any_referral_in(&self, state: ReferralState) -> Result<(), Refusal> {
        let mut elsewhere = Refusal::Unknown(Thing::Referral);
        for referral in self.referrals.values() {
            if referral.state == state {
                return Ok(());
            }
            elsewhere = Refusal::ReferralIs { state: referral.state.as_str(), needed: state.as_str() };
        }
        Err(elsewhere)
    }

    /// The refusal of everything that needs a stage which is not reached.
    pub fn reached(&self, needed: Stage) -> Result<(), Refusal> {
        if self.stage >= needed { Ok(()) } else { Err(Refusal::TooEarly { stage: self.stage, needed }) }
    }

    /// Whether the case goes by an assessment: one from before it left and came back is history.
    pub fn goes_by(&self, assessment: &Assessment) -> bool {
        self.counts_from.is_none_or(|from| assessment.on >= from)
    }

    /// The last complete assessment by the day of the survey.
    pub fn last_complete(&self) -> Option<&Assessment> {
        self.assessments.iter().filter(|it| it.level.is_some()).max_by_key(|it| it.on)
    }
}
