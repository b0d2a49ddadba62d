//! Policies: which version is in force on a day, and how a version is published.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use events::area::directory::directory;
use events::facts::case::{DueWhat, NextDue, PolicyRef};
use events::facts::policy::{
    Contact, Graduation, LineForYear, PolicyBody, PolicyEvent, PolicyKind, PolicyPublished, Scoring, Sla, SlaDays,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::Asked;
use super::field::Fields;
use super::refusal::Refusal;

/// Every published version, by policy id (`sla/46`), in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PolicyBook(BTreeMap<String, Vec<PolicyPublished>>);

/// How far ahead a version may take effect: a later one is a slip of the pen.
const YEARS_AHEAD: u32 = 10;

/// A policy's id: kind and province.
pub fn policy_id(kind: PolicyKind, province: &str) -> String {
    format!("{}/{province}", kind.as_str())
}

impl PolicyBook {
    /// Adds a published version.
    pub fn evolve(&mut self, event: &PolicyEvent) {
        let PolicyEvent::PolicyPublished(published) = event;
        let versions = self.0.entry(published.policy.id.clone()).or_default();
        if versions.iter().all(|it| it.policy.version != published.policy.version) {
            versions.push(published.clone());
        }
    }

    /// How many versions of a policy there are.
    pub fn versions(&self, id: &str) -> usize {
        self.0.get(id).map_or(0, Vec::len)
    }

    /// Every version, for lists.
    pub fn all(&self) -> impl Iterator<Item = &PolicyPublished> {
        self.0.values().flatten()
    }

    /// The version in force on a day: the last published of those that hold by then; before the first, the first.
    pub fn in_force(&self, kind: PolicyKind, province: &str, on: NaiveDate) -> Option<&PolicyPublished> {
        let versions = self.0.get(&policy_id(kind, province))?;
        versions.iter().rev().find(|it| it.effective_on <= on).or_else(|| versions.first())
    }

    fn body<'a, T>(
        &'a self,
        kind: PolicyKind,
        province: &str,
        on: NaiveDate,
        pick: impl Fn(&'a PolicyBody) -> Option<&'a T>,
    ) -> Result<(&'a T, PolicyRef), Refusal> {
        let published = self.in_force(kind, province, on).ok_or(Refusal::NoPolicy(kind))?;
        let body = pick(&published.body).ok_or(Refusal::NoPolicy(kind))?;
        Ok((body, published.policy.clone()))
    }

    /// The days a service has to answer and to deliver.
    pub fn sla(&self, province: &str, on: NaiveDate, service: &str) -> Result<(SlaDays, PolicyRef), Refusal> {
        let (sla, policy) = self
            .body(PolicyKind::Sla, province, on, |body| if let PolicyBody::Sla(it) = body { Some(it) } else { None })?;
        let Sla { answer_days, deliver_days, services } = sla;
        let days = services
            .get(service)
            .copied()
            .unwrap_or(SlaDays { answer_days: *answer_days, deliver_days: *deliver_days });
        Ok((days, policy))
    }

    /// The scoring policy.
    pub fn scoring(&self, province: &str, on: NaiveDate) -> Result<(&Scoring, PolicyRef), Refusal> {
        self.body(
            PolicyKind::Scoring,
            province,
            on,
            |body| {
                if let PolicyBody::Scoring(it) = body { Some(it) } else { None }
            },
        )
    }

    /// The graduation policy.
    pub fn graduation(&self, province: &str, on: NaiveDate) -> Result<(&Graduation, PolicyRef), Refusal> {
        self.body(PolicyKind::Graduation, province, on, |body| {
            if let PolicyBody::Graduation(it) = body { Some(it) } else { None }
        })
    }

    /// The contact policy.
    pub fn contact(&self, province: &str, on: NaiveDate) -> Result<(&Contact, PolicyRef), Refusal> {
        self.body(
            PolicyKind::Contact,
            province,
            on,
            |body| {
                if let PolicyBody::Contact(it) = body { Some(it) } else { None }
            },
        )
    }

    /// The poverty line for an assessment in `year`: the newest published for a year not after it.
    pub fn line(&self, province: &str, on: NaiveDate, year: i32) -> Result<Option<(&LineForYear, PolicyRef)>, Refusal> {
        let (lines, policy) = self.body(PolicyKind::PovertyLine, province, on, |body| {
            if let PolicyBody::PovertyLine(it) = body { Some(it) } else { None }
        })?;
        let newest = lines.lines.iter().filter(|line| line.year <= year).max_by_key(|line| line.year);
        Ok(newest.map(|line| (line, policy)))
    }

    /// What is due next when a clock of the contact policy starts on a day.
    pub fn due(&self, province: &str, what: DueWhat, from: NaiveDate) -> Result<NextDue, Refusal> {
        let (contact, policy) = self.contact(province, from)?;
        let days = |n: u16| from + chrono::Duration::days(i64::from(n));
        let by = match what {
            DueWhat::FirstVisit => days(contact.first_visit_days),
            DueWhat::Assessment => days(contact.assessment_days),
            DueWhat::Referral => days(contact.referral_days),
            DueWhat::FollowUp => days(contact.follow_up_days),
            DueWhat::Reassessment => days(contact.reassessment_days),
            DueWhat::PostExitCheck => {
                let months = contact.post_exit_months.iter().min().copied().unwrap_or(6);
                from.checked_add_months(Months::new(u32::from(months))).unwrap_or(from)
            }
        };
        Ok(NextDue { what, by, policy })
    }
}

/// Publishes a version of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// Two digits of the province.
    pub province: String,
    /// The first day it holds.
    pub effective_on: NaiveDate,
    /// What it says.
    pub body: PolicyBody,
}

impl Publish {
    /// The policy's id.
    pub fn policy_id(&self) -> String {
        policy_id(self.body.kind(), &self.province)
    }

    /// A version takes effect the day after its publication at the earliest, except for the first in a log.
    pub fn decide(&self, book: &PolicyBook, asked: &Asked<'_>) -> Result<Vec<PolicyEvent>, Refusal> {
        let id = self.policy_id();
        let mut fields = Fields::default();
        if self.province.len() != 2 || !self.province.bytes().all(|b| b.is_ascii_digit()) {
            fields.wrong("/province", "not_a_province", "ต้องเป็นรหัสจังหวัดสองหลัก", "must be a province's two digits");
        } else if self.province.parse().ok().and_then(|code| directory().area(code)).is_none() {
            fields.wrong("/province", "area_unknown", "ไม่มีจังหวัดนี้ในทะเบียน", "there is no such province");
        }
        let today = asked.today();
        let latest = today.checked_add_months(Months::new(YEARS_AHEAD * 12)).unwrap_or(today);
        if self.effective_on > latest {
            let th = format!("ต้องไม่หลังวันที่ {latest} ({YEARS_AHEAD} ปีจากวันนี้)");
            let en = format!("must not be after {latest}: {YEARS_AHEAD} years from today");
            fields.wrong("/effective_on", "too_late", th, en);
        }
        check_body(&self.body, &mut fields);
        fields.finish()?;
        let published = book.versions(&id);
        let earliest = asked.today() + chrono::Duration::days(1);
        if published > 0 && self.effective_on < earliest {
            return Err(Refusal::EffectiveTooEarly { earliest });
        }
        let version = u32::try_from(published).unwrap_or(u32::MAX).saturating_add(1);
        Ok(vec![PolicyEvent::PolicyPublished(PolicyPublished {
            policy: PolicyRef { id, version },
            effective_on: self.effective_on,
            body: self.body.clone(),
        })])
    }
}

fn check_body(body: &PolicyBody, fields: &mut Fields) {
    match body {
        PolicyBody::Sla(sla) => fields.entries("/body/services", sla.services.len(), 0, super::field::ENTRIES),
        PolicyBody::Contact(contact) => {
            fields.entries("/body/post_exit_months", contact.post_exit_months.len(), 1, 12);
            if contact.attempts_before_unreachable == 0 {
                fields.wrong("/body/attempts_before_unreachable", "too_few", "อย่างน้อย 1", "must be at least 1");
            }
            if contact.complaint_days.is_some_and(|days| !(1..=365).contains(&days)) {
                fields.wrong("/body/complaint_days", "out_of_range", "1–365 วัน", "must be 1 to 365 days");
            }
        }
        PolicyBody::Scoring(scoring) => super::instrument::check_scoring(scoring, fields),
        PolicyBody::Graduation(graduation) => {
            if graduation.months_apart > 120 {
                fields.wrong("/body/months_apart", "too_many", "ไม่เกิน 120 เดือน", "must be at most 120");
            }
        }
        PolicyBody::PovertyLine(line) => {
            fields.entries("/body/lines", line.lines.len(), 1, super::field::ENTRIES);
            for (at, it) in line.lines.iter().enumerate() {
                if !(1990..=2200).contains(&it.year) {
                    fields.wrong(
                        format!("/body/lines/{at}/year"),
                        "out_of_range",
                        "ปี ค.ศ. 1990–2200",
                        "must be a common-era year from 1990 to 2200",
                    );
                }
                fields.text(&format!("/body/lines/{at}/source"), &it.source, super::field::NAME);
            }
        }
    }
}
