//! The last day of a clock that counts every day, or working days alone.

use std::collections::BTreeSet;

use chrono::{Datelike, Duration, NaiveDate, Weekday};
use events::facts::case::PolicyRef;
use events::facts::policy::{DaysCounted, PolicyBody, PolicyKind};

use super::PolicyBook;
use crate::rules::refusal::Refusal;

/// The last day of a clock, and the policies that set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Until {
    /// The last day on which it is in time.
    pub by: NaiveDate,
    /// The SLA policy.
    pub sla: PolicyRef,
    /// The list of holidays, where working days are counted.
    pub holidays: Option<PolicyRef>,
}

impl PolicyBook {
    /// The last day to answer a referral to a service whose clock starts on a day.
    pub fn answer_by(&self, province: &str, from: NaiveDate, service: &str) -> Result<Until, Refusal> {
        let (days, sla) = self.sla(province, from, service)?;
        self.until(province, from, days.answer_days, sla)
    }

    /// The last day to deliver what was accepted on a day.
    pub fn deliver_by(&self, province: &str, from: NaiveDate, service: &str) -> Result<Until, Refusal> {
        let (days, sla) = self.sla(province, from, service)?;
        self.until(province, from, days.deliver_days, sla)
    }

    fn until(&self, province: &str, from: NaiveDate, days: u16, sla: PolicyRef) -> Result<Until, Refusal> {
        let body = self.in_force(PolicyKind::Sla, province, from).map(|it| &it.body);
        let counted = if let Some(PolicyBody::Sla(it)) = body { it.counted } else { DaysCounted::Calendar };
        match counted {
            DaysCounted::Calendar => Ok(Until { by: from + Duration::days(i64::from(days)), sla, holidays: None }),
            DaysCounted::Working => {
                let (by, holidays) = self.working_days_after(province, from, days)?;
                Ok(Until { by, sla, holidays: Some(holidays) })
            }
        }
    }

    /// The day that comes so many working days after a day, by the list of holidays in force on that day.
    pub fn working_days_after(
        &self,
        province: &str,
        from: NaiveDate,
        days: u16,
    ) -> Result<(NaiveDate, PolicyRef), Refusal> {
        let (list, policy) = self.body(PolicyKind::Holidays, province, from, |body| {
            if let PolicyBody::Holidays(it) = body { Some(it) } else { None }
        })?;
        let closed: BTreeSet<NaiveDate> = list.days.iter().map(|it| it.on).collect();
        let mut on = from;
        let mut left = days;
        while left > 0 {
            on = on.succ_opt().unwrap_or(on);
            let weekend = matches!(on.weekday(), Weekday::Sat | Weekday::Sun);
            // The calendar itself ends some day: then no day is left to wait for.
            if on == NaiveDate::MAX || !(weekend || closed.contains(&on)) {
                left -= 1;
            }
        }
        Ok((on, policy))
    }
}
