//! Make another member the head. The former one gets another relation in the same fact.

use chrono::NaiveDate;
use events::facts::household::{HeadChanged, HouseholdEvent, Kin};
use events::facts::people::Relation;
use events::id::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{ENTRIES, Fields};
use crate::rules::household::people::composition;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Makes a member the head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeHead {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The new head.
    pub person: PersonId,
    /// How others stand to the new head. The former head, while a member, must be among them.
    #[serde(default)]
    pub relations: Vec<Kin>,
}

impl Rule for ChangeHead {
    const RECORDS: &'static [&'static str] = &["HeadChanged"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.present().next().map(|_| ()).ok_or(Refusal::NotAMember)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut members = case.members.clone();
        let head = members.get_mut(&self.person).filter(|it| it.left_on.is_none()).ok_or(Refusal::NotAMember)?;
        if head.relation == Relation::Head {
            return Ok(Decision::already_so());
        }
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, head.joined_on);
        let previous = case.present().find(|(_, it)| it.relation == Relation::Head).map(|(person, _)| *person);
        self.check(case, previous, &mut fields);
        fields.finish()?;
        head.relation = Relation::Head;
        for kin in &self.relations {
            if let Some(member) = members.get_mut(&kin.person) {
                member.relation = kin.relation;
            }
        }
        Ok(Decision::fact(HouseholdEvent::HeadChanged(HeadChanged {
            happened_on: on,
            head: self.person,
            previous,
            relations: self.relations.clone(),
            composition: composition::of(members.values(), on),
        })))
    }
}

impl ChangeHead {
    fn check(&self, case: &Case, previous: Option<PersonId>, fields: &mut Fields) {
        fields.entries("/relations", self.relations.len(), 0, ENTRIES);
        let named = |person| self.relations.iter().any(|kin| kin.person == person);
        if previous.is_some_and(|previous| !named(previous)) {
            fields.wrong(
                "/relations",
                "former_head_missing",
                "ต้องระบุว่าหัวหน้าคนเดิมเกี่ยวข้องกับหัวหน้าคนใหม่อย่างไร",
                "must say how the former head stands to the new one",
            );
        }
        for (at, kin) in self.relations.iter().enumerate() {
            let person = format!("/relations/{at}/person");
            if case.members.get(&kin.person).is_none_or(|it| it.left_on.is_some()) {
                fields.wrong(person, "not_a_member", "ไม่ใช่สมาชิกครัวเรือนนี้", "is no member of this household now");
            } else if self.relations.iter().take(at).any(|before| before.person == kin.person)
                || kin.person == self.person
            {
                fields.wrong(person, "named_twice", "ระบุซ้ำ", "is named twice");
            } else if kin.relation == Relation::Head {
                let pointer = format!("/relations/{at}/relation");
                fields.wrong(pointer, "second_head", "มีหัวหน้าครัวเรือนได้คนเดียว", "only one member can be the head");
            }
        }
    }
}
