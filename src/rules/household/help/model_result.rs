//! Record what a model brought the household in one cycle. Money that was paid for many comes as the household's share.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, ModelResultRecorded, OutOfPayment};
use events::id::{CycleId, HouseholdId, ModelId, PaymentId};
use events::money::Baht;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::leave_model::enrolled_on;
use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ResultOf};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// The most units that one household produces in a cycle.
const MOST_UNITS: u32 = 10_000_000;

/// Records a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordModelResult {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The model.
    pub model: ModelId,
    /// Its cycle.
    pub cycle: CycleId,
    /// The product, a code.
    pub product: String,
    /// The unit, a code.
    pub unit: String,
    /// How many units the household produced.
    #[serde(default)]
    pub produced: Option<u32>,
    /// What it earned by itself. With a payment it is left out: the payment says the share.
    #[serde(default)]
    pub earned: Option<Baht>,
    /// The payment that gave the household a share.
    #[serde(default)]
    pub payment: Option<PaymentId>,
}

impl Rule for RecordModelResult {
    const RECORDS: &'static [&'static str] = &["ModelResultRecorded"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.not_closed()?;
        let took_part = household.facts().iter().any(|fact| matches!(fact, HouseholdEvent::ModelEnrolled(_)));
        if took_part || !case.models.is_empty() { Ok(()) } else { Err(Refusal::NotEnrolled) }
    }

    fn needs(&self, _household: &Household) -> Needs {
        Needs { models: vec![self.model], ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let known = others.models.get(&self.model).ok_or(Refusal::Unknown(Thing::Model))?.known()?;
        // Results are often known after the household has left.
        if enrolled_on(household, self.model).is_none() && !case.models.contains(&self.model) {
            return Err(Refusal::NotEnrolled);
        }
        let cycle = known.cycle(self.cycle)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, cycle.started_on);
        fields.code("/product", &self.product);
        fields.code("/unit", &self.unit);
        if self.produced.is_some_and(|units| units > MOST_UNITS) {
            let (th, en) = (format!("ไม่เกิน {MOST_UNITS}"), format!("must be at most {MOST_UNITS}"));
            fields.wrong("/produced", "too_many", th, en);
        }
        if self.earned.is_some_and(|earned| earned.non_negative().is_err()) {
            fields.wrong("/earned", "below_zero", "ต้องไม่ติดลบ", "must not be below zero");
        }
        if self.payment.is_some() && self.earned.is_some() {
            let (th, en) = ("ยอดมาจากส่วนแบ่งของการจ่ายเงิน ให้เว้นว่าง", "comes from the payment: leave it out");
            fields.wrong("/earned", "comes_from_the_payment", th, en);
        }
        if self.payment.is_none() && self.produced.is_none() && self.earned.is_none() {
            let (th, en) = ("ต้องระบุผลผลิตหรือรายได้", "must say what was produced or earned");
            fields.wrong("/produced", "empty", th, en);
        }
        fields.finish()?;
        let result =
            ResultOf { model: self.model, cycle: self.cycle, product: self.product.clone(), payment: self.payment };
        if case.results.contains(&result) {
            return Err(Refusal::AlreadyRecorded);
        }
        let (earned, payment) = match self.payment {
            None => (self.earned, None),
            Some(id) => {
                let paid = known.payments.get(&id).filter(|it| it.cycle == self.cycle);
                let paid = paid.ok_or(Refusal::Unknown(Thing::Payment))?;
                let mine = paid.shares.iter().find(|share| share.household == HouseholdId(asked.target));
                let share = mine.ok_or(Refusal::NoShare)?.amount;
                // One payment gives one share, whatever product it is noted under.
                if case.results.iter().any(|it| it.payment == Some(id)) {
                    return Err(Refusal::AlreadyRecorded);
                }
                let households = u32::try_from(paid.shares.len()).unwrap_or(u32::MAX);
                (Some(share), Some(OutOfPayment { payment: id, total: paid.total, households }))
            }
        };
        Ok(Decision::fact(HouseholdEvent::ModelResultRecorded(ModelResultRecorded {
            model: self.model,
            cycle: self.cycle,
            happened_on: on,
            product: self.product.clone(),
            unit: self.unit.clone(),
            produced: self.produced,
            earned,
            payment,
        })))
    }
}
