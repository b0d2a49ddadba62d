//! Assess the five capitals with a known instrument, and note income between assessments.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{
    Answers, Evidence, HouseholdAssessed, HouseholdEvent, Income, IncomeRecorded, MoneyTotals, Net,
};
use events::id::AssessmentId;
use events::money::Baht;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{Fields, NAME};
use crate::rules::household::assessment::scoring;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::instrument::Instrument;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Money as a household tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Incomes.
    #[serde(default)]
    pub incomes: Vec<Income>,
    /// Living expenses a month.
    #[serde(default)]
    pub expense_month: Option<Baht>,
    /// Debt outstanding.
    #[serde(default)]
    pub debt: Option<Baht>,
}

impl Money {
    fn check(&self, pointer: &str, fields: &mut Fields) {
        fields.entries(&format!("{pointer}/incomes"), self.incomes.len(), 0, 40);
        for (at, income) in self.incomes.iter().enumerate() {
            fields.optional_text(&format!("{pointer}/incomes/{at}/season"), income.season.as_ref(), NAME);
            if income.net == Net::Gross && income.amount.is_some_and(|it| it.non_negative().is_err()) {
                let pointer = format!("{pointer}/incomes/{at}/amount");
                fields.wrong(pointer, "below_zero", "รายได้ก่อนหักต้องไม่ติดลบ", "gross income must not be below zero");
            }
        }
        for (name, amount) in [("expense_month", self.expense_month), ("debt", self.debt)] {
            if amount.is_some_and(|it| it.non_negative().is_err()) {
                fields.wrong(format!("{pointer}/{name}"), "below_zero", "ต้องไม่ติดลบ", "must not be below zero");
            }
        }
    }

    fn totals(&self, residents: u16) -> MoneyTotals {
        let money = MoneyTotals {
            incomes: self.incomes.clone(),
            expense_month: self.expense_month,
            debt: self.debt,
            ..MoneyTotals::default()
        };
        scoring::with_residents(money, residents)
    }
}

/// Assesses the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assess {
    /// The day of the survey; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Instrument and version.
    pub instrument: String,
    /// Answers by indicator code; one left out was not answered.
    #[schema(value_type = Object)]
    pub answers: Answers,
    /// Money.
    #[serde(default)]
    pub money: Money,
    /// How surely the income is known.
    pub income_evidence: Evidence,
}

impl Rule for Assess {
    const RECORDS: &'static [&'static str] = &["HouseholdAssessed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.not_closed()?;
        case.reached(Stage::Verified)?;
        if case.composition.living == 0 { Err(Refusal::NobodyLivesThere) } else { Ok(()) }
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        case.reached(Stage::Verified)?;
        let on = asked.on(self.happened_on);
        let instrument = Instrument::named(&self.instrument)?;
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        instrument.check(&self.answers, &mut fields);
        self.money.check("/money", &mut fields);
        fields.finish()?;
        let residents = case.composition.living;
        if residents == 0 {
            return Err(Refusal::NobodyLivesThere);
        }
        let (scoring, policy) = asked.policies.scoring(&case.province(), on)?;
        if scoring.instrument != self.instrument {
            return Err(Refusal::UnknownInstrument(self.instrument.clone()));
        }
        let capitals = scoring::capitals(scoring, &self.answers);
        let overall = scoring::overall(&capitals);
        let complete = overall.is_some() && case.standing.is_open();
        let after = if complete { case.after_reaching(Stage::Assessed) } else { case.after() };
        let what = match after.stage {
            Stage::Identified | Stage::Verified | Stage::Assessed => DueWhat::Referral,
            Stage::Referred | Stage::Assisted | Stage::Graduated => DueWhat::FollowUp,
        };
        let next_due = if complete { case.due(asked.policies, what, on)? } else { None };
        let reassess_due = if overall.is_some() { case.reassessed_after(asked.policies, on)? } else { None };
        Ok(Decision::fact(HouseholdEvent::HouseholdAssessed(HouseholdAssessed {
            assessment: AssessmentId(asked.mint("assessment")),
            happened_on: on,
            instrument: self.instrument.clone(),
            scoring: policy,
            answers: self.answers.clone(),
            capitals,
            overall,
            deprived: instrument.deprived(&self.answers),
            money: self.money.totals(residents),
            income_evidence: self.income_evidence,
            after,
            next_due,
            reassess_due,
        })))
    }
}

/// Notes income between assessments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordIncome {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Money.
    pub money: Money,
    /// How surely it is known.
    pub evidence: Evidence,
}

impl Rule for RecordIncome {
    const RECORDS: &'static [&'static str] = &["IncomeRecorded"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.entries("/money/incomes", self.money.incomes.len(), 1, 40);
        self.money.check("/money", &mut fields);
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::IncomeRecorded(IncomeRecorded {
            happened_on: on,
            money: self.money.totals(case.composition.living),
            evidence: self.evidence,
        })))
    }
}
