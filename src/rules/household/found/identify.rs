//! Identify a household: found by at least one source, with a place and a legal basis.

use chrono::NaiveDate;
use events::area::directory::directory;
use events::area::{AreaCode, LaoCode, Place, PlaceError};
use events::facts::case::{After, DueWhat, Stage, Standing};
use events::facts::household::{
    Address, CaseNumberAssigned, HouseholdEvent, HouseholdIdentified, LegalBasis, ListStatus, ListStatusRecorded,
    Origin, Source, StateList,
};
use events::facts::people::Relation;
use events::sealed::{Sealed, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{Fields, NAME};
use crate::rules::household::people::composition;
use crate::rules::household::people::members::{Person, same_citizen_id};
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
        let mut fields = Fields::default();
        self.check(on, asked, &mut fields);
        let place = Place::new(self.tambon, self.moo, self.lao);
        // A moo out of range is named at its own field.
        if let Err(error @ (PlaceError::NotATambon | PlaceError::Contradicts)) = &place {
            fields.wrong("/tambon", error.code(), "ต้องเป็นรหัสตำบลที่ตรงกับ อปท.", error.to_string());
        }
        fields.finish()?;
        let (Ok(place), Some(case_no)) = (place, others.case_no) else {
            return Err(Refusal::Unknown(crate::rules::refusal::Thing::Place));
        };
        let province = place.province().to_string();
        let next_due = asked.policies.due(&province, DueWhat::FirstVisit, on)?;
        let subject = || Subject::new("household", asked.target);
        let mut facts = vec![
            HouseholdEvent::HouseholdIdentified(HouseholdIdentified {
                happened_on: on,
                place,
                sources: self.sources.clone(),
                basis: self.basis,
                address: self.address.clone().map(|it| Sealed::open(subject(), "household.address", it)),
                origin: self.origin.clone().map(|it| Sealed::open(subject(), "household.origin", it)),
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
    fn check(&self, on: NaiveDate, asked: &Asked<'_>, fields: &mut Fields) {
        fields.happened("/happened_on", on, asked.today());
        fields.entries("/sources", self.sources.len(), 1, 13);
        fields.entries("/lists", self.lists.len(), 0, 20);
        fields.entries("/members", self.members.len(), 0, MEMBERS);
        match directory().resolve(self.tambon) {
            Ok(resolved) if resolved.followed.is_none() => {}
            Ok(resolved) => {
                let now = resolved.area.code;
                fields.wrong(
                    "/tambon",
                    "area_retired",
                    format!("รหัสเลิกใช้แล้ว ใช้ {now}"),
                    format!("is retired: use {now}"),
                );
            }
            Err(error) => fields.wrong("/tambon", error.code(), "ไม่มีพื้นที่นี้ในทะเบียน", error.to_string()),
        }
        if self.moo.is_some_and(|moo| moo == 0 || moo > 99) {
            fields.wrong("/moo", "out_of_range", "หมู่ที่ 1–99", "must be 1 to 99");
        }
        if let Some(address) = &self.address {
            check_address(address, fields);
        }
        for (at, list) in self.lists.iter().enumerate() {
            fields.happened(&format!("/lists/{at}/list_date"), list.list_date, asked.today());
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
                same_citizen_id(&format!("/members/{at}"), fields);
            }
        }
    }
}

fn check_address(address: &Address, fields: &mut Fields) {
    fields.optional_text("/address/house_no", address.house_no.as_ref(), NAME);
    fields.optional_text("/address/road", address.road.as_ref(), NAME);
    fields.optional_text("/address/village", address.village.as_ref(), NAME);
    let degrees = |text: &String, bound: f64| text.len() <= 20 && text.parse::<f64>().is_ok_and(|it| it.abs() <= bound);
    for (pointer, value, bound) in [("/address/lat", &address.lat, 90.0), ("/address/lon", &address.lon, 180.0)] {
        if value.as_ref().is_some_and(|text| !degrees(text, bound)) {
            let (th, en) = (format!("องศา −{bound} ถึง {bound}"), format!("must be degrees from −{bound} to {bound}"));
            fields.wrong(pointer, "out_of_range", th, en);
        }
    }
}
