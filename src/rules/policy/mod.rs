//! Policies: which version is in force on a day, and what it says.

mod bounds;
mod days;
mod publishing;

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use events::facts::case::{DueWhat, NextDue, PolicyRef};
use events::facts::household::{Capital, Dimension};
use events::facts::policy::{
    Contact, Crosswalk, Graduation, LineForYear, PolicyBody, PolicyEvent, PolicyKind, PolicyPublished, Scoring, Sla,
    SlaDays, Threshold,
};
use serde::{Deserialize, Serialize};

pub use self::days::Until;
pub use self::publishing::{Publish, Withdraw};
use super::refusal::Refusal;

/// Every published version, by policy id (`sla/46`), in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PolicyBook {
    versions: BTreeMap<String, Vec<Version>>,
}

/// A version of a policy, and until when it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// As it was published.
    pub published: PolicyPublished,
    /// The first day on which it holds no longer; `None`: it was not withdrawn.
    pub withdrawn_from: Option<NaiveDate>,
}

impl Version {
    /// Whether it was withdrawn by a day.
    fn stands(&self, on: NaiveDate) -> bool {
        self.withdrawn_from.is_none_or(|from| on < from)
    }
}

/// A policy's id: kind and province.
pub fn policy_id(kind: PolicyKind, province: &str) -> String {
    format!("{}/{province}", kind.as_str())
}

impl PolicyBook {
    /// Moves past one fact.
    pub fn evolve(&mut self, event: &PolicyEvent) {
        match event {
            PolicyEvent::PolicyPublished(it) => {
                let versions = self.versions.entry(it.policy.id.clone()).or_default();
                if versions.iter().all(|known| known.published.policy.version != it.policy.version) {
                    versions.push(Version { published: it.clone(), withdrawn_from: None });
                }
            }
            PolicyEvent::PolicyWithdrawn(it) => {
                let versions = self.versions.get_mut(&it.policy.id).into_iter().flatten();
                for version in versions.filter(|known| known.published.policy == it.policy) {
                    version.withdrawn_from = Some(it.effective_on);
                }
            }
        }
    }

    /// How many versions of a policy there are.
    pub fn versions(&self, id: &str) -> usize {
        self.versions.get(id).map_or(0, Vec::len)
    }

    /// Every version, for lists.
    pub fn all(&self) -> impl Iterator<Item = &PolicyPublished> {
        self.versions.values().flatten().map(|version| &version.published)
    }

    /// Every version with the day on which it ends, for lists.
    pub fn all_versions(&self) -> impl Iterator<Item = &Version> {
        self.versions.values().flatten()
    }

    /// The version in force on a day: the last published of those that hold by then and are not withdrawn; before the
    /// first, the first.
    pub fn in_force(&self, kind: PolicyKind, province: &str, on: NaiveDate) -> Option<&PolicyPublished> {
        let versions = self.versions.get(&policy_id(kind, province))?;
        let mut standing = versions.iter().filter(|it| it.stands(on));
        let holds = standing.clone().rev().find(|it| it.published.effective_on <= on);
        holds.or_else(|| standing.next()).map(|it| &it.published)
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
        let Sla { answer_days, deliver_days, services, counted: _ } = sla;
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

    /// How much of a change counts.
    pub fn threshold(&self, province: &str, on: NaiveDate) -> Result<(&Threshold, PolicyRef), Refusal> {
        self.body(PolicyKind::Threshold, province, on, |body| {
            if let PolicyBody::Threshold(it) = body { Some(it) } else { None }
        })
    }

    /// The dimensions of help that answer a need, in their order. A line that names the indicator counts before those
    /// that name the capital alone.
    pub fn answering(
        &self,
        province: &str,
        on: NaiveDate,
        capital: Capital,
        indicator: Option<&str>,
    ) -> Result<(Vec<Dimension>, PolicyRef), Refusal> {
        let (Crosswalk { lines }, policy) = self.body(PolicyKind::Crosswalk, province, on, |body| {
            if let PolicyBody::Crosswalk(it) = body { Some(it) } else { None }
        })?;
        let of = |indicator: Option<&str>| {
            let fits = lines.iter().filter(|it| it.capital == capital && it.indicator.as_deref() == indicator);
            fits.map(|it| it.dimension).collect::<Vec<_>>()
        };
        let mut dimensions = indicator.map(|code| of(Some(code))).unwrap_or_default();
        if dimensions.is_empty() {
            dimensions = of(None);
        }
        dimensions.sort_unstable();
        dimensions.dedup();
        Ok((dimensions, policy))
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
