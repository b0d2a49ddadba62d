//! The cycles of a model: begun, paid for, ended with results.

use chrono::NaiveDate;
use events::facts::model::{CycleEnded, CycleResult, CycleStarted, ModelEvent, PaymentShared, Share};
use events::id::{AgencyId, CycleId, PaymentId};
use events::money::Baht;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Model, sum};
use crate::rules::asked::Asked;
use crate::rules::field::Fields;
use crate::rules::refusal::Refusal;

/// The most units of a product that one cycle can bring.
const MOST_UNITS: u32 = 1_000_000_000;
/// The most households that one payment is divided among.
const MOST_SHARES: usize = 2_000;

/// Begins a cycle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartCycle {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The client may choose the id.
    #[serde(default)]
    pub cycle: Option<CycleId>,
    /// The season, a code.
    #[serde(default)]
    pub season: Option<String>,
}

impl StartCycle {
    /// One cycle runs at a time.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        let known = model.open()?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        let ended = known.cycles.values().filter_map(|cycle| cycle.ended_on).max();
        fields.not_before("/happened_on", happened_on, ended.unwrap_or(known.opened_on));
        if let Some(season) = &self.season {
            fields.code("/season", season);
        }
        fields.finish()?;
        if known.running().is_some() {
            return Err(Refusal::CycleRuns);
        }
        let cycle = self.cycle.unwrap_or_else(|| CycleId(asked.mint("cycle")));
        if known.cycles.contains_key(&cycle) {
            return Err(Refusal::IdTaken);
        }
        Ok(vec![ModelEvent::CycleStarted(CycleStarted {
            cycle,
            number: u32::try_from(known.cycles.len()).unwrap_or(u32::MAX).saturating_add(1),
            happened_on,
            season: self.season.clone(),
            households: known.taken(),
        })])
    }
}

/// Divides what a buyer paid at once among households.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharePayment {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The client may choose the id.
    #[serde(default)]
    pub payment: Option<PaymentId>,
    /// In which cycle.
    pub cycle: CycleId,
    /// Who paid, if it is an agency of ours.
    #[serde(default)]
    pub payer: Option<AgencyId>,
    /// All that was paid.
    pub total: Baht,
    /// Who gets what.
    pub shares: Vec<Share>,
}

impl SharePayment {
    /// The shares never come to more than was paid, and each goes once to a household that took part.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        // What was sold may be paid after the model closed.
        let known = model.known()?;
        let cycle = known.cycle(self.cycle)?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.not_before("/happened_on", happened_on, cycle.started_on);
        fields.entries("/shares", self.shares.len(), 1, MOST_SHARES);
        above_zero(&mut fields, "/total", self.total);
        for (at, share) in self.shares.iter().enumerate() {
            above_zero(&mut fields, &format!("/shares/{at}/amount"), share.amount);
            let pointer = format!("/shares/{at}/household");
            if !known.ever_taken_by.contains(&share.household) {
                fields.wrong(pointer, "takes_no_part", "ครัวเรือนนี้ไม่ได้เข้าร่วม", "never took part in this model");
            } else if self.shares.iter().take(at).any(|before| before.household == share.household) {
                fields.wrong(pointer, "named_twice", "ระบุซ้ำ", "is named twice");
            }
        }
        let shared = self.shares.iter().try_fold(Baht::ZERO, |sum, share| sum.checked_add(share.amount));
        let kept = shared.ok().and_then(|shared| self.total.checked_sub(shared).ok());
        let kept = kept.filter(|kept| kept.satang() >= 0);
        if kept.is_none() {
            let (th, en) = ("ส่วนแบ่งรวมกันเกินยอดที่จ่าย", "the shares come to more than the total");
            fields.wrong("/shares", "more_than_the_total", th, en);
        }
        fields.finish()?;
        let payment = self.payment.unwrap_or_else(|| PaymentId(asked.mint("payment")));
        if known.payments.contains_key(&payment) {
            return Err(Refusal::IdTaken);
        }
        Ok(vec![ModelEvent::PaymentShared(PaymentShared {
            payment,
            cycle: self.cycle,
            happened_on,
            payer: self.payer,
            total: self.total,
            shares: self.shares.clone(),
            kept: kept.unwrap_or(Baht::ZERO),
        })])
    }
}

fn above_zero(fields: &mut Fields, pointer: &str, amount: Baht) {
    if amount.satang() <= 0 {
        fields.wrong(pointer, "not_above_zero", "ต้องมากกว่าศูนย์", "must be above zero");
    }
}

/// Ends the cycle that runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndCycle {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// What it brought, by product.
    #[serde(default)]
    pub results: Vec<CycleResult>,
}

impl EndCycle {
    /// More can't be sold than was produced, and a product and unit stand once.
    pub fn decide(&self, model: &Model, asked: &Asked<'_>) -> Result<Vec<ModelEvent>, Refusal> {
        let known = model.open()?;
        let (id, cycle) = known.running().ok_or(Refusal::NoCycleRuns)?;
        let happened_on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", happened_on, asked.today());
        fields.not_before("/happened_on", happened_on, cycle.started_on);
        fields.entries("/results", self.results.len(), 0, 40);
        for (at, result) in self.results.iter().enumerate() {
            check_result(&mut fields, &format!("/results/{at}"), result);
            let same = |before: &&CycleResult| before.product == result.product && before.unit == result.unit;
            if self.results.iter().take(at).any(|before| same(&before)) {
                fields.wrong(format!("/results/{at}/product"), "named_twice", "ระบุซ้ำ", "is named twice");
            }
        }
        fields.finish()?;
        let of_cycle = known.payments.values().filter(|payment| payment.cycle == *id);
        Ok(vec![ModelEvent::CycleEnded(CycleEnded {
            cycle: *id,
            happened_on,
            households: known.taken(),
            results: self.results.clone(),
            shared: sum(of_cycle.map(|payment| payment.total)),
        })])
    }
}

fn check_result(fields: &mut Fields, pointer: &str, result: &CycleResult) {
    fields.code(&format!("{pointer}/product"), &result.product);
    fields.code(&format!("{pointer}/unit"), &result.unit);
    for (name, units) in [("produced", result.produced), ("sold", result.sold)] {
        if units.is_some_and(|units| units > MOST_UNITS) {
            let (th, en) = (format!("ไม่เกิน {MOST_UNITS}"), format!("must be at most {MOST_UNITS}"));
            fields.wrong(format!("{pointer}/{name}"), "too_many", th, en);
        }
    }
    if result.produced.zip(result.sold).is_some_and(|(produced, sold)| sold > produced) {
        let (th, en) = ("ขายมากกว่าที่ผลิตไม่ได้", "more can't be sold than was produced");
        fields.wrong(format!("{pointer}/sold"), "more_than_produced", th, en);
    }
    if result.earned.is_some_and(|earned| earned.non_negative().is_err()) {
        fields.wrong(format!("{pointer}/earned"), "below_zero", "ต้องไม่ติดลบ", "must not be below zero");
    }
}
