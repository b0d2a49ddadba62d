//! Publishing a version of a policy, and withdrawing one.

use chrono::{Duration, NaiveDate};
use events::area::directory::directory;
use events::facts::case::PolicyRef;
use events::facts::policy::{PolicyBody, PolicyEvent, PolicyKind, PolicyPublished, PolicyWithdrawn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bounds::check_body;
use super::{PolicyBook, Version, policy_id};
use crate::rules::asked::Asked;
use crate::rules::field::Fields;
use crate::rules::refusal::{Refusal, Thing};

fn check_province(fields: &mut Fields, province: &str) {
    if province.len() != 2 || !province.bytes().all(|b| b.is_ascii_digit()) {
        fields.wrong("/province", "not_a_province", "ต้องเป็นรหัสจังหวัดสองหลัก", "must be a province's two digits");
    } else if province.parse().ok().and_then(|code| directory().area(code)).is_none() {
        fields.wrong("/province", "area_unknown", "ไม่มีจังหวัดนี้ในทะเบียน", "there is no such province");
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

    /// What can be said of the body alone, without the log.
    pub fn review(&self, today: NaiveDate) -> Result<(), Refusal> {
        let mut fields = Fields::default();
        check_province(&mut fields, &self.province);
        fields.not_far_ahead("/effective_on", self.effective_on, today);
        check_body(&self.body, &mut fields);
        fields.finish()
    }

    /// A version takes effect the day after its publication at the earliest, except for the first in a log.
    pub fn decide(&self, book: &PolicyBook, asked: &Asked<'_>) -> Result<Vec<PolicyEvent>, Refusal> {
        let id = self.policy_id();
        self.review(asked.today())?;
        let published = book.versions(&id);
        let earliest = asked.today() + Duration::days(1);
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

/// Withdraws a version of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// Two digits of the province.
    pub province: String,
    /// Which policy.
    pub kind: PolicyKind,
    /// Which version of it.
    pub version: u32,
    /// The first day on which it holds no longer; tomorrow when left out.
    #[serde(default)]
    pub effective_on: Option<NaiveDate>,
}

impl Withdraw {
    /// The policy's id.
    pub fn policy_id(&self) -> String {
        policy_id(self.kind, &self.province)
    }

    /// From tomorrow at the earliest, so that no day is judged by two versions, and only while another one holds then.
    /// What was judged by it stays as it was.
    pub fn decide(&self, book: &PolicyBook, asked: &Asked<'_>) -> Result<Vec<PolicyEvent>, Refusal> {
        let id = self.policy_id();
        let mut fields = Fields::default();
        check_province(&mut fields, &self.province);
        let earliest = asked.today() + Duration::days(1);
        let effective_on = self.effective_on.unwrap_or(earliest);
        fields.not_far_ahead("/effective_on", effective_on, asked.today());
        fields.finish()?;
        let mut versions = book.versions.get(&id).into_iter().flatten();
        let version = versions.find(|it| it.published.policy.version == self.version);
        let version = version.ok_or(Refusal::Unknown(Thing::Policy))?;
        if version.withdrawn_from.is_some() {
            return Ok(Vec::new());
        }
        if effective_on < earliest {
            return Err(Refusal::EffectiveTooEarly { earliest });
        }
        let stays = |it: &&Version| {
            it.published.policy.version != self.version
                && it.withdrawn_from.is_none()
                && it.published.effective_on <= effective_on
        };
        if !book.versions.get(&id).into_iter().flatten().any(|it| stays(&it)) {
            return Err(Refusal::OnlyVersion);
        }
        let policy = PolicyRef { id, version: self.version };
        Ok(vec![PolicyEvent::PolicyWithdrawn(PolicyWithdrawn { policy, effective_on })])
    }
}
