//! Note help that reached the household: through a referral, through a model, or from anybody.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{AssistanceDelivered, Capital, Dimension, HouseholdEvent, Worth};
use events::id::{AgencyId, AssistanceId, ModelId, PersonId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Notes a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliverAssistance {
    /// The day it arrived; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// What it was, a code.
    pub kind: String,
    /// The capital it strengthens.
    pub capital: Capital,
    /// The TPMAP dimension it counts under.
    pub dimension: Dimension,
    /// What it was worth.
    pub worth: Worth,
    /// Members it was for; none: the household as a whole.
    #[serde(default)]
    pub beneficiaries: Vec<PersonId>,
    /// Who gave it; with a referral, its agency.
    #[serde(default)]
    pub agency: Option<AgencyId>,
    /// The referral it answers.
    #[serde(default)]
    pub referral: Option<ReferralId>,
    /// The operating model it came through.
    #[serde(default)]
    pub model: Option<ModelId>,
}

impl Rule for DeliverAssistance {
    const RECORDS: &'static [&'static str] = &["AssistanceDelivered"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn referral(&self) -> Option<ReferralId> {
        self.referral
    }

    // The agency named by hand must be one; that of a referral is known already.
    fn needs(&self, _household: &Household) -> Needs {
        let named = self.agency.filter(|_| self.referral.is_none());
        Needs { agencies: named.into_iter().collect(), ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.code("/kind", &self.kind);
        fields.entries("/beneficiaries", self.beneficiaries.len(), 0, 60);
        let (pointer, worth) = match self.worth {
            Worth::Baht { amount } => ("/worth/amount", Some(amount)),
            Worth::InKind { worth } => ("/worth/worth", worth),
        };
        if worth.is_some_and(|it| it.satang() <= 0) {
            let (th, en) = ("ต้องมากกว่าศูนย์ ถ้าไม่ทราบให้เว้นว่าง", "must be above zero; leave it out when it is not known");
            fields.wrong(pointer, "not_above_zero", th, en);
        }
        for (at, person) in self.beneficiaries.iter().enumerate() {
            let pointer = format!("/beneficiaries/{at}");
            if !case.members.contains_key(person) {
                fields.wrong(pointer, "not_a_member", "ไม่ใช่สมาชิกครัวเรือนนี้", "is no member of this household");
            } else if self.beneficiaries.iter().take(at).any(|before| before == person) {
                fields.wrong(pointer, "named_twice", "ระบุซ้ำ", "is named twice");
            }
        }
        let mut agency = self.agency;
        if let Some(id) = self.referral {
            let referral = case.referral_in(id, ReferralState::ToDeliver)?;
            if agency.is_some_and(|said| said != referral.agency) {
                let (th, en) = ("ไม่ใช่หน่วยงานของการส่งต่อนี้", "is not the agency of the referral");
                fields.wrong("/agency", "other_agency", th, en);
            }
            fields.not_before("/happened_on", on, referral.accepted_on.unwrap_or(referral.made_on));
            agency = Some(referral.agency);
        } else if agency.is_some_and(|id| others.agencies.get(&id).is_none_or(|it| it.known.is_none())) {
            fields.wrong("/agency", "unknown_agency", "ไม่มีหน่วยงานนี้", "is no agency that is registered");
        }
        fields.finish()?;
        if self.model.is_some_and(|model| !case.models.contains(&model)) {
            return Err(Refusal::NotEnrolled);
        }
        // Help recorded before an assessment moves no stage.
        let moves = case.stage >= Stage::Assessed && case.standing.is_open();
        let after = if moves { case.after_reaching(Stage::Assisted) } else { case.after() };
        let next_due = if moves { case.due(asked.policies, DueWhat::FollowUp, on)? } else { None };
        Ok(Decision::fact(HouseholdEvent::AssistanceDelivered(AssistanceDelivered {
            assistance: AssistanceId(asked.mint("assistance")),
            happened_on: on,
            kind: self.kind.clone(),
            capital: self.capital,
            dimension: self.dimension,
            worth: self.worth,
            beneficiaries: self.beneficiaries.clone(),
            agency,
            referral: self.referral,
            model: self.model,
            after,
            next_due,
        })))
    }
}
