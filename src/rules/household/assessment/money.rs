//! Money as a household tells it.

use events::facts::household::{Income, MoneyTotals, Net};
use events::money::Baht;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{Fields, NAME};
use crate::rules::household::assessment::scoring;

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
    pub(super) fn check(&self, pointer: &str, fields: &mut Fields) {
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

    pub(super) fn totals(&self, residents: u16) -> MoneyTotals {
        let money = MoneyTotals {
            incomes: self.incomes.clone(),
            expense_month: self.expense_month,
            debt: self.debt,
            ..MoneyTotals::default()
        };
        scoring::with_residents(money, residents)
    }
}
