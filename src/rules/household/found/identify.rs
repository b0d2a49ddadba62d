//! Identify a household: found by at least one source, with a place and a legal basis.

use chrono::NaiveDate;
use events::area::{AreaCode, LaoCode, Place};
use events::facts::case::{After, DueWhat, Stage, Standing};
use events::facts::household::{
    Address, CaseNumberAssigned, HouseholdEvent, HouseholdIdentified, LegalBasis, ListStatus, ListStatusRecorded,
    Origin, Source, StateList,
};
use events::facts::people::Relation;
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::people::composition;
use crate::rules::household::people::person::{Person, same_citizen_id};
use crate::rules::household::place::whereabouts::{self, Whereabouts};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// The most members noted in one go.
const MEMBERS: usize = 60;

/// Identifies a household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Identify {
    /// The day it was found; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The tambon it lives in.
    pub tambon: AreaCode,
    /// Number of the village in the tambon.
    #[serde(default)]
    pub moo: Option<u16>,
    /// The local administrative organisation.
    #[serde(default)]
    pub lao: Option<LaoCode>,
    /// Who pointed to it, at least one.
    pub sources: Vec<Source>,
    /// Why its data may be held.
    pub basis: LegalBasis,
    /// Where the house stands.
    #[serde(default)]
    pub address: Option<Address>,
    /// What state lists say of it.
    #[serde(default)]
    pub lists: Vec<OnList>,
    /// Who lives there, as far as known.
    #[serde(default)]
    pub members: Vec<Person>,
    /// Where an import found it.
    #[serde(skip)]
    pub origin: Option<Origin>,
    /// The retired code that an import followed to the tambon.
    #[serde(skip)]
    pub retired_area: Option<AreaCode>,
}

/// What one state list says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnList {
    /// Which list.
    pub list: StateList,
    /// The date of that list.
    pub list_date: NaiveDate,
    /// What it says.
    pub status: ListStatus,
}

impl Rule for Identify {
    const RECORDS: &'static [&'static str] =
        &["HouseholdIdentified", "CaseNumberAssigned", "ListStatusRecorded", "MemberJoined"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        if household.case().is_some() { Err(Refusal::IdTaken) } else { Ok(()) }
    }

    fn needs(&self, _household: &Household) -> Needs {
        Needs { case_no_of: Some(self.tambon.province()), ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        if household.case().is_some() {
            return Err(Refusal::IdTaken);
        }
        let on = asked.on(self.happened_on);
        let place = self.review(asked.today())?;
        let (Some(place), Some(case_no)) = (place, others.case_no) else {
            return Err(Refusal::Unknown(crate::rules::refusal::Thing::Place));
        };
        let province = place.province().to_string();
        let next_due = asked.policies.due(&province, DueWhat::FirstVisit, on)?;
        let subject = Subject::new("household", asked.target);
        let mut facts = vec![
            HouseholdEvent::HouseholdIdentified(HouseholdIdentified {
                happened_on: on,
                place,
                sources: self.sources.clone(),
                basis: self.basis,
                address: self.address.as_ref().map(|it| whereabouts::sealed(it, asked)),
                wrong_check_digit: self.address.as_ref().is_some_and(whereabouts::wrong_check_digit),
                retired_area: self.retired_area,
                origin: self.origin.clone().map(|it| Sealed::open(subject, "household.origin", it)),
                after: After { stage: Stage::Identified, standing: Standing::Open, episode: 1 },
                next_due: Some(next_due),
            }),
            HouseholdEvent::CaseNumberAssigned(CaseNumberAssigned { case_no }),
        ];
        facts.extend(self.lists.iter().map(|it| {
            HouseholdEvent::ListStatusRecorded(ListStatusRecorded {
                happened_on: on,
                list: it.list,
                list_date: it.list_date,
                status: it.status,
            })
        }));
        facts.extend(composition::joining(&self.members, on, asked));
        Ok(Decision::facts(facts))
    }
}

impl Identify {
    /// What can be said of the body alone, without the log: the place, or everything that is wrong.
    pub fn review(&self, today: NaiveDate) -> Result<Option<Place>, Refusal> {
        let mut fields = Fields::default();
        self.check(self.happened_on.unwrap_or(today), today, &mut fields);
        let place = Whereabouts { tambon: self.tambon, moo: self.moo, lao: self.lao }.place("", &mut fields);
        fields.finish()?;
        Ok(place)
    }

    fn check(&self, on: NaiveDate, today: NaiveDate, fields: &mut Fields) {
        fields.happened("/happened_on", on, today);
        fields.entries("/sources", self.sources.len(), 1, 13);
        fields.entries("/lists", self.lists.len(), 0, 20);
        fields.entries("/members", self.members.len(), 0, MEMBERS);
        if let Some(address) = &self.address {
            whereabouts::check_address("/address", address, fields);
        }
        for (at, list) in self.lists.iter().enumerate() {
            fields.happened(&format!("/lists/{at}/list_date"), list.list_date, today);
        }
        for (at, person) in self.members.iter().enumerate() {
            person.check(&format!("/members/{at}"), on, fields);
        }
        let heads = self.members.iter().filter(|person| person.relation == Relation::Head).count();
        if heads > 1 {
            fields.wrong("/members", "second_head", "มีหัวหน้าครัวเรือนได้คนเดียว", "only one member can be the head");
        }
        for (at, person) in self.members.iter().enumerate() {
            let before = || self.members.iter().take(at);
            if person.person.is_some() && before().any(|it| it.person == person.person) {
                fields.wrong(format!("/members/{at}/person"), "named_twice", "ระบุซ้ำ", "is named twice");
            }
            let citizen_id = person.details.citizen_id;
            if citizen_id.is_some() && before().any(|it| it.details.citizen_id == citizen_id) {
                same_citizen_id(&format!("/members/{at}/details"), fields);
            }
        }
    }
}
