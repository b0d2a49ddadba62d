//! Note help that reached the household: through a referral, through a model, or from anybody.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{AssistanceDelivered, Capital, Dimension, HouseholdEvent, PartOf, Worth};
use events::id::{AgencyId, AssistanceId, ModelId, PersonId, ReferralId};
use events::money::Baht;
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
    /// The client may choose the id.
    #[serde(default)]
    pub assistance: Option<AssistanceId>,
    /// What it was, a code.
    pub kind: String,
    /// The capital it strengthens.
    pub capital: Capital,
    /// The TPMAP dimension it counts under.
    pub dimension: Dimension,
    /// What it was worth to this household: of a shared payment only its share.
    pub worth: Worth,
    /// The shared payment it is a part of.
    #[serde(default)]
    pub part_of: Option<PartOf>,
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
        self.check_share(worth, &mut fields);
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
            fields.not_before("/happened_on", on, referral.accepted_on.unwrap_or(referral.reached_on));
            agency = Some(referral.agency);
        } else if agency.is_some_and(|id| others.agencies.get(&id).is_none_or(|it| it.known.is_none())) {
            fields.wrong("/agency", "unknown_agency", "ไม่มีหน่วยงานนี้", "is no agency that is registered");
        }
        fields.finish()?;
        if self.model.is_some_and(|model| !case.models.contains(&model)) {
            return Err(Refusal::NotEnrolled);
        }
        let assistance = self.assistance.unwrap_or_else(|| AssistanceId(asked.mint("assistance")));
        if case.help.contains_key(&assistance) {
            return Err(Refusal::IdTaken);
        }
        // Help recorded before an assessment moves no stage.
        let moves = case.stage >= Stage::Assessed && case.standing.is_open();
        let after = if moves { case.after_reaching(Stage::Assisted) } else { case.after() };
        let next_due = if moves { case.due(asked.policies, DueWhat::FollowUp, on)? } else { None };
        Ok(Decision::fact(HouseholdEvent::AssistanceDelivered(AssistanceDelivered {
            assistance,
            happened_on: on,
            kind: self.kind.clone(),
            capital: self.capital,
            dimension: self.dimension,
            worth: self.worth,
            part_of: self.part_of,
            beneficiaries: self.beneficiaries.clone(),
            agency,
            referral: self.referral,
            model: self.model,
            after,
            next_due,
        })))
    }
}

impl DeliverAssistance {
    /// A share is known and no greater than the payment, so that the shares of a payment never add up to more than it.
    fn check_share(&self, share: Option<Baht>, fields: &mut Fields) {
        let Some(part_of) = self.part_of else { return };
        if part_of.shares < 2 {
            let (th, en) = ("ต้องแบ่งอย่างน้อย 2 ครัวเรือน", "is shared by at least 2 households");
            fields.wrong("/part_of/shares", "too_few", th, en);
        }
        match share {
            None => fields.wrong("/part_of", "share_unknown", "ต้องทราบมูลค่าส่วนแบ่ง", "needs the worth of the share"),
            Some(share) if share > part_of.total => {
                let (th, en) = ("ส่วนแบ่งเกินยอดรวม", "is less than this household's share");
                fields.wrong("/part_of/total", "share_above_total", th, en);
            }
            Some(_) => {}
        }
    }
}
